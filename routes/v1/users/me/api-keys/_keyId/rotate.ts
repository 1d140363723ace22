import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type ApiKeyDocument, type ApiKeySecret, findApiKey, toApiKey } from '../../../../../../models/api-key.js'
import { accountGone } from '../../../../../../openapi/errors.js'
import { ref } from '../../../../../../openapi/ref.js'
import { IssuedApiKeySchema, KeyParams } from '../../../../../../openapi/schemas/api-key.js'
import { ApiKeyRotation, overlapMs } from '../../../../../../openapi/schemas/api-key-requests.js'
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
      const { ApiKey, User } = app.db
      const find = () => findApiKey(ApiKey, request.params.keyId, { ownerId: user._id })
      const { _id } = await find()
      const unchanged = await app.stepUp.verify(request, currentPassword)
      const event = {
        action: 'key.rotated' as const,
        targetId: user._id,
        details: { apiKeyId: _id.toString(), overlap },
      }
      const { modifiedCount } = await User.updateOne(unchanged, { $push: { outbox: app.audit.entry(request, event) } })
      if (modifiedCount === 0) throw accountGone()

      const secret = newSecret()
      const until = new Date(app.now().getTime() + overlapMs(overlap))
      const isOverlapping = overlapMs(overlap) > 0
      const replace = async () => {
        const { secrets } = await find()
        const { hash } = secrets[0] as ApiKeySecret
        const previous = isOverlapping ? [{ hash, until }] : []
        return ApiKey.findOneAndUpdate(
          { _id, 'secrets.0.hash': hash },
          { $set: { prefix: prefixOf(secret), secrets: [{ hash: sha256(secret), until: null }, ...previous] } },
          { returnDocument: 'after' },
        ).lean()
      }
      let rotated: ApiKeyDocument | null
      // null if another rotation came first: its secret is the previous one then
      do rotated = await replace()
      while (!rotated)
      return { apiKey: toApiKey(rotated), secret }
    },
  )
}

export default route
