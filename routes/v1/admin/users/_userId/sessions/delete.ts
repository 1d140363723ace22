import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findUser } from '../../../../../../models/user.js'
import { UserParams } from '../../../../../../openapi/schemas/admin.js'
import { CurrentPasswordBody } from '../../../../../../openapi/schemas/me.js'
import { requireAdministrator } from '../../../../../../plugins/auth/administrators.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'adminRevokeSessions',
        tags: ['Administration'],
        summary: 'Sign an account out everywhere',
        description:
          'Ends every session of the account and every sign-in in progress. For an administrator, this requires the ' +
          'role `admin` and a step-up.',
        security: [{ bearer: ['users:write'] }],
        scope: 'users:write',
        params: UserParams,
        body: CurrentPasswordBody,
        response: { 204: Type.Null({ description: 'The sessions have ended.' }) },
        stepUp: true,
      },
    },
    async (request, reply) => {
      const { _id, role } = await findUser(app.db.User, request.params.userId)
      if (role === 'admin') await requireAdministrator(request, request.body.currentPassword)
      await app.db.User.updateOne(
        { _id },
        {
          $set: { sessions: [], trustedDevices: [] },
          $inc: { authVersion: 1 },
          $push: { outbox: app.audit.entry(request, { action: 'admin.sessions-revoked', targetId: _id }) },
        },
      )
      return reply.code(204).send(null)
    },
  )
}

export default route
