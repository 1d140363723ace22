import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findApiKey } from '../../../../../../models/api-key.js'
import { KeyParams } from '../../../../../../openapi/schemas/api-key.js'
import { revokeApiKey } from '../../../../../../plugins/auth/api-key-changes.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      schema: {
        operationId: 'deleteApiKey',
        tags: ['API keys'],
        summary: 'Revoke an API key',
        description: 'Deletes the API key. It is refused from the next request on.',
        security: [{ bearer: [] }],
        params: KeyParams,
        response: { 204: Type.Null({ description: 'The API key is revoked.' }) },
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      await revokeApiKey(request, await findApiKey(app.db.ApiKey, request.params.keyId, { ownerId: user._id }))
      return reply.code(204).send(null)
    },
  )
}

export default route
