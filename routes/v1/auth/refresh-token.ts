import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem } from '../../../openapi/errors.js'
import { ref } from '../../../openapi/ref.js'
import { RefreshToken, TokensSchema } from '../../../openapi/schemas/account.js'

const Body = Type.Object({ refreshToken: Type.Optional(RefreshToken) }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/refresh-token',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'refreshToken',
        tags: ['Sign-in'],
        summary: 'Refresh the tokens',
        description:
          'Replaces the refresh token. For ten seconds the replaced one yields the same successor again, for tabs that refresh at ' +
          'once and answers that were lost; presented later, it ends the session.',
        security: [{ refreshCookie: [] }, {}],
        body: Body,
        response: { 200: ref(TokensSchema, 'New tokens, delivered as the old came.') },
        problems: ['INVALID_REFRESH_TOKEN', 'ORIGIN_NOT_ALLOWED'],
      },
    },
    async (request, reply) => {
      const presented = app.sessions.presented(request, request.body.refreshToken)
      if (!presented) throw new Problem('INVALID_REFRESH_TOKEN')
      return app.sessions.refresh(request, reply, presented.token, presented.delivery)
    },
  )
}

export default route
