import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { withHeaders } from '../../../openapi/answers.js'
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
        summary: 'Refresh your tokens',
        description:
          'Replaces your refresh token and returns a new access token. For a short grace period (10 s by default), ' +
          'a replaced refresh token still returns the same successor, so that parallel tabs and lost responses do ' +
          'not sign you out. After that, a replaced refresh token ends the session.',
        security: [{ refreshCookie: [] }, {}],
        body: Body,
        response: {
          200: withHeaders(
            ref(TokensSchema, 'The new tokens, delivered in the same way as the old ones.'),
            'Set-Cookie',
          ),
        },
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
