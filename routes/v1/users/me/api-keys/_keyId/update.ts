import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findApiKey, toApiKey } from '../../../../../../models/api-key.js'
import { ref } from '../../../../../../openapi/ref.js'
import { ApiKeySchema, KeyParams } from '../../../../../../openapi/schemas/api-key.js'
import { ApiKeyChange } from '../../../../../../openapi/schemas/api-key-requests.js'
import { changeApiKey, toScopes } from '../../../../../../plugins/auth/api-key-changes.js'
import { toNetworks } from '../../../../../../plugins/auth/networks.js'
import { toDate } from '../../../../../../plugins/http/dates.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.patch(
    '',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'updateApiKey',
        tags: ['API keys'],
        summary: 'Update an API key',
        description:
          'Changes the given properties; the others stay as they are. The change takes effect with the next request of the key. Requires a ' +
          'step-up.',
        security: [{ bearer: [] }],
        params: KeyParams,
        body: ApiKeyChange,
        response: { 200: ref(ApiKeySchema, 'The updated API key.') },
        stepUp: true,
      },
    },
    async (request) => {
      const { user } = request.caller
      const { currentPassword, name, scopes, expiresAt, allowedNetworks } = request.body
      const key = await findApiKey(app.db.ApiKey, request.params.keyId, { ownerId: user._id })
      const unchanged = await app.stepUp.verify(request, currentPassword)
      const change = {
        ...(name !== undefined && { name: name.normalize('NFC') }),
        ...(scopes && { scopes: toScopes(scopes) }),
        ...(expiresAt !== undefined && { expiresAt: expiresAt === null ? null : toDate('/expiresAt', expiresAt) }),
        ...(allowedNetworks && { allowedNetworks: toNetworks(allowedNetworks) }),
      }
      const event = {
        action: 'key.updated' as const,
        targetId: user._id,
        details: {
          apiKeyId: key._id.toString(),
          changed: Object.keys(change),
          ...(scopes && { scopes: toScopes(scopes) }),
        },
      }
      return toApiKey(await changeApiKey(request, key, { unchanged, event, changeOf: () => change }))
    },
  )
}

export default route
