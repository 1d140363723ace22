import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Problem } from '../openapi/errors.js'
import { ref } from '../openapi/ref.js'
import { KeySetSchema } from '../openapi/schemas/operation.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/.well-known/jwks.json',
    {
      schema: {
        operationId: 'getJwks',
        tags: ['Operation'],
        summary: 'Get the public keys of access tokens',
        description:
          'Returns the keys that other services need to verify access tokens. If the server signs access tokens ' +
          'with a shared secret, there are no public keys, and the response is 404.',
        security: [],
        response: { 200: ref(KeySetSchema, 'The public keys.') },
        problems: ['NOT_FOUND'],
      },
    },
    async (_request, reply) => {
      const { jwks } = app.auth
      if (jwks.length === 0) throw new Problem('NOT_FOUND')
      // safe to cache: a new key is published some time before it signs
      reply.header('cache-control', 'public, max-age=300')
      return { keys: jwks }
    },
  )
}

export default route
