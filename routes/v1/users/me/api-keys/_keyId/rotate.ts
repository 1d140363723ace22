import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type ApiKeyDocument, findApiKey, toApiKey } from '../../../../../../models/api-key.js'
import { ref } from '../../../../../../openapi/ref.js'
import { IssuedApiKeySchema, KeyParams } from '../../../../../../openapi/schemas/api-key.js'
import { ApiKeyRotation, overlapMs } from '../../../../../../openapi/schemas/api-key-requests.js'
import { changeApiKey } from '../../../../../../plugins/auth/api-key-changes.js'
import { newSecret, prefixOf } from '../../../../../../plugins/auth/api-key-secret.js'
import { sha256 } from '../../../../../../plugins/keys.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/rotate',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'rotateApiKey',
        tags: ['API keys'],
        summary: 'Rotate an API key',
        description:
          'Gives the API key a new secret, which is shown this once. The previous secret is refused at once, or works on for `overlap`, so that ' +
          'you can exchange it without a failed request. Requires a step-up.',
        security: [{ bearer: [] }],
        params: KeyParams,
        body: ApiKeyRotation,
        response: { 200: ref(IssuedApiKeySchema, 'The API key with its new secret.') },
        stepUp: true,
      },
    },
    async (request) => {
      const { user } = request.caller
      const { currentPassword, overlap = '0s' } = request.body
      const key = await findApiKey(app.db.ApiKey, request.params.keyId, { ownerId: user._id })
      const unchanged = await app.stepUp.verify(request, currentPassword)
      const event = {
        action: 'key.rotated' as const,
        targetId: user._id,
        details: { apiKeyId: key._id.toString(), overlap },
      }
      const secret = newSecret()
      const until = new Date(app.now().getTime() + overlapMs(overlap))
      const changeOf = ({ secrets: [current] }: ApiKeyDocument) => ({
        prefix: prefixOf(secret),
        secrets: [
          { hash: sha256(secret), until: null },
          ...(current && overlapMs(overlap) > 0 ? [{ hash: current.hash, until }] : []),
        ],
      })
      return { apiKey: toApiKey(await changeApiKey(request, key, { unchanged, event, changeOf })), secret }
    },
  )
}

export default route
