import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findServiceAccount, toServiceAccount } from '../../../../../models/user.js'
import { ref } from '../../../../../openapi/ref.js'
import { ServiceAccountParams, ServiceAccountSchema } from '../../../../../openapi/schemas/service-account.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminGetServiceAccount',
        tags: ['Administration'],
        summary: 'Get a service account',
        description: 'Returns a service account.',
        security: [{ bearer: ['keys:read'] }],
        scope: 'keys:read',
        params: ServiceAccountParams,
        response: { 200: ref(ServiceAccountSchema, 'The service account.') },
      },
    },
    async (request) => {
      const account = await findServiceAccount(app.db.User, request.params.accountId)
      return toServiceAccount(account, await app.db.ApiKey.countDocuments({ ownerId: account._id }))
    },
  )
}

export default route
