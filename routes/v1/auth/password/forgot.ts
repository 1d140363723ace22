import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { canonicalEmail } from '../../../../models/user.js'
import { ref } from '../../../../openapi/ref.js'
import { ChallengeSchema, DeviceToken, Email } from '../../../../openapi/schemas/account.js'

const Body = Type.Object({ email: Email, deviceToken: DeviceToken }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/forgot',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'forgotPassword',
        tags: ['Password recovery'],
        summary: 'Start password reset',
        description:
          'Sends a code if the address has an active account. If it has none, you get the same response, and no ' +
          'code is sent.',
        security: [],
        body: Body,
        response: { 202: ref(ChallengeSchema, 'If the address has an active account, a code is on its way.') },
        problems: ['TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      const email = canonicalEmail(request.body.email)
      const user = await app.db.User.findOne({ email, status: 'active' }, { name: 1, locale: 1, authVersion: 1 }).lean()
      await app.audit.record(request, { action: 'password.reset-requested', targetId: user?._id ?? null })
      reply.code(202)
      return app.challenges.open(request, {
        purpose: 'password-reset',
        email,
        user,
        device: app.devices.proven(request, email, request.body.deviceToken),
        mail: user ? 'code' : 'nobody',
      })
    },
  )
}

export default route
