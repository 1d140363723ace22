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
        operationId: 'adminResetFactors',
        tags: ['Administration'],
        summary: "Remove an account's second factors",
        description:
          'Removes every second factor of an account whose owner has lost them, and ends every session. The owner then signs in with the password ' +
          'and a code by e-mail, and is notified. Make sure first that it is the owner who asks. This requires a step-up and, for an ' +
          'administrator, the role `admin`.',
        security: [{ bearer: ['users:write'] }],
        stepUp: true,
        params: UserParams,
        body: CurrentPasswordBody,
        response: { 204: Type.Null({ description: 'The account has no second factor.' }) },
      },
    },
    async (request, reply) => {
      const { currentPassword } = request.body
      const reset = async () => {
        const target = await findUser(app.db.User, request.params.userId)
        const { _id, role, email, name, locale } = target
        if (role === 'admin') await requireAdministrator(request, currentPassword)
        else await app.stepUp.verify(request, currentPassword)
        const entry = app.audit.entry(
          request,
          { action: 'admin.factors-reset', targetId: _id },
          { template: 'factors-reset', to: email as string, locale, data: { name, at: app.now() } },
        )
        const { modifiedCount } = await app.db.User.updateOne(
          { _id, email: email as string, role },
          {
            $set: { factors: [], sessions: [], trustedDevices: [] },
            $unset: { pendingTotp: 1 },
            $inc: { authVersion: 1 },
            $push: { outbox: entry },
          },
        )
        return modifiedCount === 1
      }
      // false if the account changed in between: start over with what it is now
      while (!(await reset()));
      return reply.code(204).send(null)
    },
  )
}

export default route
