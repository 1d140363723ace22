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
          'The keys by which other services verify access tokens. Nothing is here where tokens are signed with a shared secret.',
        security: [],
        response: { 200: ref(KeySetSchema, 'The keys.') },
        problems: ['NOT_FOUND'],
      },
    },
    async (_request, reply) => {
      const { jwks } = app.auth
      if (jwks.length === 0) throw new Problem('NOT_FOUND')
      // a new key is published some time before it signs
      reply.header('cache-control', 'public, max-age=300')
      return { keys: jwks }
    },
  )
}

export default route
