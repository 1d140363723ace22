import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Types } from 'mongoose'
import { toKey } from '../../../../models/prefix.js'
import { toPermissions, toServiceAccount } from '../../../../models/user.js'
import { ref } from '../../../../openapi/ref.js'
import { NewServiceAccount, ServiceAccountSchema } from '../../../../openapi/schemas/service-account.js'
import { requireServiceAccountManager } from '../../../../plugins/auth/administrators.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      schema: {
        operationId: 'adminCreateServiceAccount',
        tags: ['Administration'],
        summary: 'Create a service account',
        description:
          'Creates an account for a program. It belongs to nobody, so that it stays when people leave. Requires a step-up and, to ' +
          'grant permissions, the role `admin`.',
        security: [{ bearer: ['keys:write'] }],
        body: NewServiceAccount,
        response: { 201: ref(ServiceAccountSchema, 'The service account.') },
        stepUp: true,
      },
    },
    async (request, reply) => {
      const { currentPassword, permissions: wanted = [], ...given } = request.body
      await requireServiceAccountManager(request, wanted, currentPassword)
      const name = given.name.normalize('NFC')
      const permissions = toPermissions(wanted)
      const _id = new Types.ObjectId()
      const now = app.now()
      const event = { action: 'admin.service-account-created' as const, targetId: _id, details: { permissions } }
      const account = await app.db.User.create({
        _id,
        kind: 'service',
        name,
        nameKey: toKey(name),
        role: 'user',
        permissions,
        status: 'active',
        outbox: [app.audit.entry(request, event)],
        createdAt: now,
        updatedAt: now,
      })
      reply.code(201)
      return toServiceAccount(account, 0)
    },
  )
}

export default route
