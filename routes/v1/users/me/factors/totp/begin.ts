import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { accountGone } from '../../../../../../openapi/errors.js'
import { ref } from '../../../../../../openapi/ref.js'
import { PendingTotpSchema } from '../../../../../../openapi/schemas/factor.js'
import { CurrentPasswordBody } from '../../../../../../openapi/schemas/me.js'
import { newFactorId } from '../../../../../../plugins/auth/enrolment.js'
import { describeTotp, newTotpSecret } from '../../../../../../plugins/auth/totp.js'

/** Time to enter the secret in an app and its first code here. */
const PENDING_TTL = 15 * 60_000

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'beginTotp',
        tags: ['Second factors'],
        summary: 'Start adding an authenticator app',
        description:
          'Returns the secret of a new authenticator app (TOTP, RFC 6238), once. It becomes a second factor when you send its first code to ' +
          '`confirmTotp` within 15 minutes, in the same session. Requires a step-up.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        stepUp: true,
        body: CurrentPasswordBody,
        response: { 201: ref(PendingTotpSchema, 'The secret of the authenticator app.') },
      },
    },
    async (request, reply) => {
      const { user, sessionId } = request.caller
      const condition = await app.stepUp.verify(request, request.body.currentPassword)
      const factorId = newFactorId()
      const secret = newTotpSecret()
      const expiresAt = new Date(app.now().getTime() + PENDING_TTL)
      const pendingTotp = { _id: factorId, ...app.factors.seal(factorId, secret), sessionId, expiresAt }
      const { modifiedCount } = await app.db.User.updateOne(condition, { $set: { pendingTotp } })
      if (modifiedCount === 0) throw accountGone()
      reply.code(201)
      return { factorId, ...describeTotp(secret, { issuer: app.mailer.service, label: user.email as string }) }
    },
  )
}

export default route
