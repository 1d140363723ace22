import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem } from '../../../../../../openapi/errors.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      schema: {
        operationId: 'revokeSession',
        tags: ['Account'],
        summary: 'Revoke one of your sessions',
        description:
          'Ends the session and thereby signs its device out. Its tokens are refused from the next request on. With the id of a trusted device, ends ' +
          'the trust: its next sign-in takes the second step.',
        security: [{ bearer: [] }],
        params: Type.Object({
          sessionId: Type.String({ description: 'The id of the session or of the trusted device.' }),
        }),
        response: { 204: Type.Null({ description: 'The session has ended.' }) },
      },
    },
    async (request, reply) => {
      const { user, sessionId } = request.caller
      const { sessionId: id } = request.params
      const isEnded = await app.sessions.end(request, user._id, id)
      if (!isEnded && !(await app.sessions.distrust(request, user._id, id))) throw new Problem('NOT_FOUND')
      if (request.params.sessionId === sessionId) app.sessions.clear(reply)
      return reply.code(204).send(null)
    },
  )
}

export default route
