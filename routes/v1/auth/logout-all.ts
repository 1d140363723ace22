import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'

const Body = Type.Object(
  {
    keepCurrent: Type.Optional(
      Type.Boolean({ default: false, description: '`true` keeps the session that makes this request.' }),
    ),
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/logout-all',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'logoutEverywhere',
        tags: ['Sign-in'],
        summary: 'Sign out everywhere',
        description:
          'Ends all your sessions, or all but the current one. Their access tokens are refused from the next ' +
          'request on.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        body: Body,
        response: { 204: Type.Null({ description: 'The sessions have ended.' }) },
      },
    },
    async (request, reply) => {
      const { user, sessionId } = request.caller
      const { keepCurrent = false } = request.body
      const details = { keepCurrent, ...(keepCurrent && { keptSessionId: sessionId }) }
      const event = app.audit.entry(request, { action: 'sessions.ended', targetId: user._id, details })
      await app.db.User.updateOne(
        { _id: user._id },
        {
          $set: { trustedDevices: [], ...(!keepCurrent && { sessions: [] }) },
          ...(keepCurrent && { $pull: { sessions: { _id: { $ne: sessionId } } } }),
          // a sign-in in progress has to start over
          $inc: { authVersion: 1 },
          $push: { outbox: event },
        },
      )
      if (!keepCurrent) app.sessions.clear(reply)
      return reply.code(204).send(null)
    },
  )
}

export default route
