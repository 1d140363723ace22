import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { apiKeysOf, toApiKey } from '../../../../../models/api-key.js'
import { ref } from '../../../../../openapi/ref.js'
import { ApiKeyListSchema } from '../../../../../openapi/schemas/api-key.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'listApiKeys',
        tags: ['API keys'],
        summary: 'List your API keys',
        description: 'Returns your API keys without their secrets, newest first. Expired keys are included.',
        security: [{ bearer: [] }],
        response: { 200: ref(ApiKeyListSchema, 'Your API keys.') },
      },
    },
    async (request) => {
      const keys = await apiKeysOf(app.db.ApiKey, request.caller.user._id)
      return { items: keys.map(toApiKey) }
    },
  )
}

export default route
