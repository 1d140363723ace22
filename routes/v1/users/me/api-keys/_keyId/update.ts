import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findApiKey, toApiKey } from '../../../../../../models/api-key.js'
import { accountGone, Problem } from '../../../../../../openapi/errors.js'
import { ref } from '../../../../../../openapi/ref.js'
import { ApiKeySchema, KeyParams } from '../../../../../../openapi/schemas/api-key.js'
import { ApiKeyChange } from '../../../../../../openapi/schemas/api-key-requests.js'
import { toScopes } from '../../../../../../plugins/auth/api-key-issue.js'
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
      const { _id } = await findApiKey(app.db.ApiKey, request.params.keyId, { ownerId: user._id })
      const unchanged = await app.stepUp.verify(request, currentPassword)
      const change = {
        ...(name !== undefined && { name: name.normalize('NFC') }),
        ...(scopes && { scopes: toScopes(scopes) }),
        ...(expiresAt !== undefined && { expiresAt: expiresAt && toDate('/expiresAt', expiresAt) }),
        ...(allowedNetworks && { allowedNetworks: toNetworks(allowedNetworks) }),
      }
      const event = {
        action: 'key.updated' as const,
        targetId: user._id,
        details: {
          apiKeyId: _id.toString(),
          changed: Object.keys(change),
          ...(scopes && { scopes: toScopes(scopes) }),
        },
      }
      const { modifiedCount } = await app.db.User.updateOne(unchanged, {
        $push: { outbox: app.audit.entry(request, event) },
      })
      if (modifiedCount === 0) throw accountGone()
      const updated = await app.db.ApiKey.findOneAndUpdate(
        { _id },
        { $set: change },
        { returnDocument: 'after' },
      ).lean()
      // the key was revoked in the meantime
      if (!updated) throw new Problem('NOT_FOUND')
      return toApiKey(updated)
    },
  )
}

export default route
