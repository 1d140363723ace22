import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem } from '../../../../../openapi/errors.js'
import { Password } from '../../../../../openapi/schemas/account.js'

const Body = Type.Object(
  {
    currentPassword: { ...Password, description: 'Your current password.' },
    newPassword: { ...Password, description: 'Your new password.' },
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.put(
    '',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'changePassword',
        tags: ['Account'],
        summary: 'Change your password',
        description: 'Sets a new password and ends all your other sessions. You are notified by e-mail.',
        security: [{ bearer: [] }],
        body: Body,
        response: {
          204: Type.Null({ description: 'The password is changed, and all your other sessions have ended.' }),
        },
        problems: ['INVALID_CREDENTIALS', 'PASSWORD_TOO_WEAK', 'TOO_MANY_FAILURES'],
      },
    },
    async (request, reply) => {
      const { user, sessionId } = request.caller
      const { currentPassword, newPassword } = request.body
      const unchanged = await app.stepUp.verifyPassword(request, currentPassword)
      const { email, name } = user as { email: string; name: string }
      await app.passwords.requireStrong(newPassword, { email, name })
      const password = await app.passwords.hash(newPassword)
      const event = app.audit.entry(
        request,
        { action: 'password.changed', targetId: user._id, details: { keptSessionId: sessionId } },
        { template: 'password-changed', to: email, locale: user.locale, data: app.audit.notice(request, name) },
      )
      const { modifiedCount } = await app.db.User.updateOne(unchanged, {
        $set: { password, trustedDevices: [] },
        $inc: { authVersion: 1 },
        $pull: { sessions: { _id: { $ne: sessionId } } },
        $push: { outbox: event },
      })
      // the credentials were changed or the session ended in the meantime
      if (modifiedCount === 0) throw new Problem('INVALID_CREDENTIALS')
      return reply.code(204).send(null)
    },
  )
}

export default route
