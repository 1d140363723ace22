import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { canonicalEmail } from '../../../models/user.js'
import { ref } from '../../../openapi/ref.js'
import { ChallengeSchema, Email, Name, Password } from '../../../openapi/schemas/account.js'

const Body = Type.Object({ email: Email, password: Password, name: Name }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/register',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'register',
        tags: ['Registration'],
        summary: 'Begin a registration',
        description:
          'Mails a code to the address; the account comes to be when the code is verified. The answer is the same where the address ' +
          'has an account already: its owner then gets a notice instead of a code.',
        security: [],
        body: Body,
        response: { 202: ref(ChallengeSchema, 'A code is on its way.') },
        problems: ['PASSWORD_TOO_WEAK', 'TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      const { password, name } = request.body
      const email = canonicalEmail(request.body.email)
      await app.passwords.requireStrong(password, { email, name })
      const hash = await app.passwords.hash(password)
      const user = await app.db.User.findOne({ email }, { name: 1, authVersion: 1, knownOrigins: 1 }).lean()
      const targetId = user?._id ?? null
      await app.audit.record(request, { action: 'account.registration-requested', targetId })
      reply.code(202)
      return app.challenges.open(request, {
        purpose: 'registration',
        email,
        user,
        registration: { name, password: hash, avatar: null },
        mail: user ? 'registration-attempt' : 'code',
      })
    },
  )
}

export default route
