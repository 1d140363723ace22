import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { accountGone } from '../../../../../openapi/errors.js'
import { ref } from '../../../../../openapi/ref.js'
import { IssuedApiKeySchema } from '../../../../../openapi/schemas/api-key.js'
import { NewApiKey } from '../../../../../openapi/schemas/api-key-requests.js'
import { issueApiKey } from '../../../../../plugins/auth/api-key-changes.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'createApiKey',
        tags: ['API keys'],
        summary: 'Create an API key',
        description:
          'Creates an API key, with which a program acts for you within the given scopes. The secret is shown this once. You are notified by ' +
          'e-mail. Requires a step-up.',
        security: [{ bearer: [] }],
        body: NewApiKey,
        response: { 201: ref(IssuedApiKeySchema, 'The API key with its secret.') },
        stepUp: true,
        problems: ['QUOTA_EXCEEDED'],
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      const { currentPassword, ...wanted } = request.body
      const condition = await app.stepUp.verify(request, currentPassword)
      const issued = await issueApiKey(request, { ...user, condition }, wanted)
      if (!issued) throw accountGone()
      reply.code(201)
      return issued
    },
  )
}

export default route
