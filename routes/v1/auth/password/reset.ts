import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem } from '../../../../openapi/errors.js'
import { Password, ResetToken } from '../../../../openapi/schemas/account.js'

const Body = Type.Object(
  {
    resetToken: ResetToken,
    newPassword: Password,
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
        summary: 'Set a new password',
        description:
          'Sets the password, ends every session and tells the owner by mail. Nobody is signed in. A password that is refused uses up no token.',
        security: [],
        body: Body,
        response: { 204: Type.Null({ description: 'The password is set; every session is gone.' }) },
        problems: ['INVALID_RESET_TOKEN', 'PASSWORD_TOO_WEAK'],
      },
    },
    async (request, reply) => {
      const { resetToken, newPassword } = request.body
      const token = await app.challenges.findResetToken(resetToken)
      if (!token) throw new Problem('INVALID_RESET_TOKEN')
      const owner = await app.db.User.findOne({ _id: token.userId }, { email: 1, name: 1 }).lean()
      if (!owner?.email) throw new Problem('INVALID_RESET_TOKEN')
      const { _id, email, name } = owner
      await app.passwords.requireStrong(newPassword, { email, name })
      const password = await app.passwords.hash(newPassword)
      if (!(await app.challenges.consumeResetToken(token))) throw new Problem('INVALID_RESET_TOKEN')
      const event = app.audit.entry(
        request,
        { action: 'password.reset', actorId: _id, targetId: _id },
        { template: 'password-reset', to: email, data: app.audit.notice(request, name) },
      )
      const { modifiedCount } = await app.db.User.updateOne(
        { _id, status: 'active', authVersion: token.authVersion },
        { $set: { password, sessions: [] }, $inc: { authVersion: 1 }, $push: { outbox: event } },
      )
      if (modifiedCount === 0) throw new Problem('INVALID_RESET_TOKEN')
      app.audit.flush(_id)
      // whoever reads the mailbox isn't kept out by the guesses of others
      await app.budgets.lift(app.keys.pseudonym(email))
      return reply.code(204).send(null)
    },
  )
}

export default route
