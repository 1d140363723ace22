import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { livingSessions, toSession } from '../../../../../models/session.js'
import { ref } from '../../../../../openapi/ref.js'
import { SessionListSchema } from '../../../../../openapi/schemas/own.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'listSessions',
        tags: ['Account'],
        summary: 'List the signed-in devices',
        description: 'The sessions of the caller that have not expired, newest first.',
        security: [{ bearer: [] }],
        response: { 200: ref(SessionListSchema, 'The sessions.') },
      },
    },
    async (request) => {
      const { user, sessionId } = request.auth
      const sessions = await livingSessions(app.db, user._id, app.now())
      return { items: sessions.map((session) => toSession(session, sessionId)) }
    },
  )
}

export default route
