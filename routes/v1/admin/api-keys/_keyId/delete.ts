import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findApiKey } from '../../../../../models/api-key.js'
import { KeyParams } from '../../../../../openapi/schemas/api-key.js'
import { CurrentPasswordBody } from '../../../../../openapi/schemas/me.js'
import { requireAdministrator } from '../../../../../plugins/auth/administrators.js'
import { revokeApiKey } from '../../../../../plugins/auth/api-key-changes.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'adminDeleteApiKey',
        tags: ['Administration'],
        summary: 'Revoke an API key of an account',
        description:
          'Deletes the API key. It is refused from the next request on. For a key of an administrator, this requires the role `admin` and a ' +
          'step-up.',
        security: [{ bearer: ['keys:write'] }],
        scope: 'keys:write',
        params: KeyParams,
        body: CurrentPasswordBody,
        response: { 204: Type.Null({ description: 'The API key is revoked.' }) },
        stepUp: true,
      },
    },
    async (request, reply) => {
      const key = await findApiKey(app.db.ApiKey, request.params.keyId)
      const isOfAdministrator = await app.db.User.exists({ _id: key.ownerId, role: 'admin' })
      if (isOfAdministrator) await requireAdministrator(request, request.body.currentPassword)
      await revokeApiKey(request, key)
      return reply.code(204).send(null)
    },
  )
}

export default route
