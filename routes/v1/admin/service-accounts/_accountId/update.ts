import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toKey } from '../../../../../models/prefix.js'
import {
  findServiceAccount,
  type ShownServiceAccount,
  toPermissions,
  toServiceAccount,
} from '../../../../../models/user.js'
import { ref } from '../../../../../openapi/ref.js'
import {
  ServiceAccountChange,
  ServiceAccountParams,
  ServiceAccountSchema,
} from '../../../../../openapi/schemas/service-account.js'
import { requireServiceAccountManager } from '../../../../../plugins/auth/administrators.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { ApiKey, User } = app.db

  app.patch(
    '',
    {
      schema: {
        operationId: 'adminUpdateServiceAccount',
        tags: ['Administration'],
        summary: 'Update a service account',
        description:
          'Changes the given properties; the others stay as they are. The change takes effect with the next request of its API keys. Requires ' +
          'a step-up and, if the account has or gets permissions, the role `admin`.',
        security: [{ bearer: ['keys:write'] }],
        params: ServiceAccountParams,
        body: ServiceAccountChange,
        response: { 200: ref(ServiceAccountSchema, 'The updated service account.') },
        stepUp: true,
      },
    },
    async (request) => {
      const { currentPassword, name, permissions = [], status } = request.body
      const change = {
        ...(name !== undefined && { name: name.normalize('NFC'), nameKey: toKey(name) }),
        ...(request.body.permissions && { permissions: toPermissions(permissions) }),
        ...(status && { status }),
      }
      /** Returns null if the account was changed in between. */
      const update = async (): Promise<ShownServiceAccount | null> => {
        const account = await findServiceAccount(User, request.params.accountId)
        const { _id, revision } = account
        await requireServiceAccountManager(request, [...account.permissions, ...permissions], currentPassword)
        const event = {
          action: 'admin.service-account-updated' as const,
          targetId: _id,
          details: {
            ...(name !== undefined && { name: true }),
            ...(status && { status: { from: account.status, to: status } }),
            ...(change.permissions && { permissions: { from: account.permissions, to: change.permissions } }),
          },
        }
        return User.findOneAndUpdate(
          { _id, kind: 'service', revision },
          {
            $set: { ...change, updatedAt: app.now() },
            $inc: { revision: 1 },
            $push: { outbox: app.audit.entry(request, event) },
          },
          { returnDocument: 'after' },
        ).lean()
      }
      let account: ShownServiceAccount | null
      do account = await update()
      while (!account)
      return toServiceAccount(account, await ApiKey.countDocuments({ ownerId: account._id }))
    },
  )
}

export default route
