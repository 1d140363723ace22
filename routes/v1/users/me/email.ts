import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { canonicalEmail } from '../../../../models/user.js'
import { ref } from '../../../../openapi/ref.js'
import { ChallengeSchema, Email } from '../../../../openapi/schemas/account.js'
import { CurrentPassword } from '../../../../openapi/schemas/me.js'
import { requireAllowedDomain } from '../../../../plugins/auth/email-domains.js'

const Body = Type.Object(
  {
    email: { ...Email, description: 'Your new e-mail address. It is trimmed and lower-cased.' },
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/email',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'changeEmail',
        tags: ['Account'],
        summary: 'Start e-mail address change',
        description:
          'Sends a code to the new address. Your address changes once the code is verified. If the new address ' +
          'already has an account, you get the same response, and no code is sent. Requires a step-up.',
        security: [{ bearer: [] }],
        body: Body,
        response: {
          202: ref(ChallengeSchema, 'Unless the new address already has an account, a code is on its way to it.'),
        },
        stepUp: true,
        problems: ['EMAIL_NOT_ALLOWED', 'TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      const { user, userId, sessionId } = request.caller
      const { authVersion } = await app.stepUp.verify(request, request.body.currentPassword)
      const email = canonicalEmail(request.body.email)
      requireAllowedDomain(app.config, email)
      const owner = await app.db.User.findOne({ _id: user._id }, { name: 1, locale: 1 }).lean()
      const isTaken = await app.db.User.exists({ email })
      const challenge = await app.challenges.open(request, {
        purpose: 'email-change',
        email,
        device: `session:${sessionId}`,
        // as of the check of the password: any later change of the credentials voids the code
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
