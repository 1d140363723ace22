import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { canonicalEmail } from '../../../../models/user.js'
import { ref } from '../../../../openapi/ref.js'
import { ChallengeSchema, Email } from '../../../../openapi/schemas/account.js'
import { CurrentPassword } from '../../../../openapi/schemas/me.js'

const Body = Type.Object({ email: Email, currentPassword: CurrentPassword }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/email',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'changeEmail',
        tags: ['Account'],
        summary: 'Begin a change of the e-mail address',
        description:
          'Mails a code to the new address; nothing changes until it is verified. The answer is the same where that address has an ' +
          'account already; then no code comes.',
        security: [{ bearer: [] }],
        body: Body,
        response: { 202: ref(ChallengeSchema, 'A code is on its way to the new address.') },
        problems: ['STEP_UP_REQUIRED', 'INVALID_CREDENTIALS', 'TOO_MANY_FAILURES', 'TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      const { user, userId } = request.caller
      const { authVersion } = await app.stepUp.verify(request, request.body.currentPassword)
      const email = canonicalEmail(request.body.email)
      const owner = await app.db.User.findOne({ _id: user._id }, { name: 1, knownOrigins: 1 }).lean()
      const isTaken = await app.db.User.exists({ email })
      const challenge = await app.challenges.open(request, {
        purpose: 'email-change',
        email,
        // as it was when the password was checked: a code is worthless after another change of the credentials
        user: owner && { ...owner, authVersion },
        mail: isTaken ? 'nobody' : 'code',
      })
      await app.audit.record(request, { action: 'account.email-change-requested', targetId: userId })
      reply.code(202)
      return challenge
    },
  )
}

export default route
