import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findServiceAccount } from '../../../../../models/user.js'
import { accepted } from '../../../../../openapi/answers.js'
import { CurrentPasswordBody } from '../../../../../openapi/schemas/me.js'
import { ServiceAccountParams } from '../../../../../openapi/schemas/service-account.js'
import { requireServiceAccountManager } from '../../../../../plugins/auth/administrators.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'adminDeleteServiceAccount',
        tags: ['Administration'],
        summary: 'Delete a service account',
        description:
          'Stops its API keys at once; its files and keys are removed soon after. Requires a step-up and, if the account has ' +
          'permissions, the role `admin`.',
        security: [{ bearer: ['keys:write'] }],
        params: ServiceAccountParams,
        body: CurrentPasswordBody,
        response: { 202: accepted('The service account is deleted. Its files and keys are being removed.') },
        stepUp: true,
      },
    },
    async (request, reply) => {
      const begin = async () => {
        const account = await findServiceAccount(app.db.User, request.params.accountId)
        await requireServiceAccountManager(request, account.permissions, request.body.currentPassword)
        return app.accountDeletion.begin(request, account, {
          action: 'admin.service-account-deleted',
          notice: { name: account.name, at: app.now() },
          condition: { kind: 'service', revision: account.revision },
        })
      }
      // false if the account changed in between: start over with what it is now
      while (!(await begin()));
      return reply.code(202).send()
    },
  )
}

export default route
