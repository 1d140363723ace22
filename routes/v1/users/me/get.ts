import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toUser } from '../../../../models/user.js'
import { unchanged, withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { UserSchema } from '../../../../openapi/schemas/account.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'getProfile',
        tags: ['Account'],
        summary: 'Get your account',
        description:
          'Returns your account. If `If-None-Match` contains the ETag of your account, the response is 304 without ' +
          'a body.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        scope: 'me:read',
        response: { 200: withHeaders(ref(UserSchema, 'Your account.'), 'ETag'), 304: unchanged },
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
