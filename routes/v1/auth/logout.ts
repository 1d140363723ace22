import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { withHeaders } from '../../../openapi/answers.js'
import { Problem } from '../../../openapi/errors.js'
import { RefreshToken } from '../../../openapi/schemas/account.js'

const Body = Type.Object({ refreshToken: Type.Optional(RefreshToken) }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/logout',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'logout',
        tags: ['Sign-in'],
        summary: 'Sign out',
        description:
          'Ends the session that the refresh token or the access token belongs to. An expired or unknown token gets ' +
          'the same response.',
        security: [{ refreshCookie: [] }, { bearer: [] }, {}],
        body: Body,
        response: {
          204: withHeaders(
            Type.Null({ description: 'The session has ended, and the cookie is cleared.' }),
            'Set-Cookie',
          ),
        },
        problems: ['TOKEN_INVALID', 'ORIGIN_NOT_ALLOWED', 'SESSION_REQUIRED'],
      },
    },
    async (request, reply) => {
      const presented = app.sessions.presented(request, request.body.refreshToken)
      if (presented) {
        const token = app.sessions.parse(presented.token)
        if (token) await app.sessions.signOut(request, token)
      } else if (request.headers.authorization !== undefined) {
        const caller = await app.auth.authenticate(request).catch((error: unknown) => {
          if (error instanceof Problem) return undefined
          throw error
        })
        if (caller?.apiKey) throw new Problem('SESSION_REQUIRED')
        if (caller) await app.sessions.end(request, caller.user._id, caller.sessionId)
      } else {
        throw new Problem('TOKEN_INVALID')
      }
      app.sessions.clear(reply)
      return reply.code(204).send(null)
    },
  )
}

export default route
