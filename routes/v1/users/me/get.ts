import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toUser } from '../../../../models/user.js'
import { unchanged } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { UserSchema } from '../../../../openapi/schemas/account.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'getProfile',
        tags: ['Account'],
        summary: 'Get the own account',
        description: 'The account of the caller. Answers 304 where If-None-Match holds its ETag.',
        security: [{ bearer: [] }],
        response: { 200: ref(UserSchema, 'The account.'), 304: unchanged },
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      app.etag.set(reply, user.revision)
      if (app.etag.isFresh(request, user.revision)) return reply.code(304).send()
      return toUser(user)
    },
  )
}

export default route
