import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { toSession } from '../../../../../models/session.js'
import { livingSessions, trustedDevicesOf } from '../../../../../models/user.js'
import { ref } from '../../../../../openapi/ref.js'
import { SessionListSchema } from '../../../../../openapi/schemas/me.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'listSessions',
        tags: ['Account'],
        summary: 'List your sessions',
        description: 'Returns your sessions and your trusted devices that have not expired, newest first.',
        security: [{ bearer: [] }],
        response: { 200: ref(SessionListSchema, 'Your sessions.') },
      },
    },
    async (request) => {
      const { user, sessionId } = request.caller
      const sessions = await livingSessions(app.db.User, user._id, app.now())
      const trustedDevices = await trustedDevicesOf(app.db.User, user._id, app.now())
      return { items: sessions.map((session) => toSession(session, sessionId)), trustedDevices }
    },
  )
}

export default route
