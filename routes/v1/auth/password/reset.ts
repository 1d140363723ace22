import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem } from '../../../../openapi/errors.js'
import { Password, ResetToken } from '../../../../openapi/schemas/account.js'
import { consumeResetToken, findResetToken } from '../../../../plugins/auth/reset-tokens.js'

const Body = Type.Object(
  {
    resetToken: ResetToken,
    newPassword: { ...Password, description: 'Your new password.' },
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/reset',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'resetPassword',
        tags: ['Password recovery'],
        summary: 'Complete password reset',
        description:
          'Sets your new password and ends all your sessions. You are notified by e-mail. This does not sign you ' +
          'in. If the new password is refused, the reset token stays valid.',
        security: [],
        body: Body,
        response: { 204: Type.Null({ description: 'The password is set, and all your sessions have ended.' }) },
        problems: ['INVALID_RESET_TOKEN', 'PASSWORD_TOO_WEAK'],
      },
    },
    async (request, reply) => {
      const { resetToken, newPassword } = request.body
      const token = await findResetToken(app, resetToken)
      if (!token) throw new Problem('INVALID_RESET_TOKEN')
      const owner = await app.db.User.findOne({ _id: token.userId }, { email: 1, name: 1, locale: 1 }).lean()
      if (!owner?.email) throw new Problem('INVALID_RESET_TOKEN')
      const { _id, email, name, locale } = owner
      await app.passwords.requireStrong(newPassword, { email, name })
      const password = await app.passwords.hash(newPassword)
      if (!(await consumeResetToken(app, token))) throw new Problem('INVALID_RESET_TOKEN')
      const event = app.audit.entry(
        request,
        { action: 'password.reset', actorId: _id, targetId: _id },
        { template: 'password-reset', to: email, locale, data: app.audit.notice(request, name) },
      )
      const { modifiedCount } = await app.db.User.updateOne(
        { _id, status: 'active', authVersion: token.authVersion },
        { $set: { password, sessions: [], trustedDevices: [] }, $inc: { authVersion: 1 }, $push: { outbox: event } },
      )
      if (modifiedCount === 0) throw new Problem('INVALID_RESET_TOKEN')
      // guesses of other people must not keep the owner of the mailbox out
      await app.budgets.lift(email)
      return reply.code(204).send(null)
    },
  )
}

export default route
