import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { passkeysOf } from '../../../../../../models/factor.js'
import { ref } from '../../../../../../openapi/ref.js'
import { CurrentPasswordBody } from '../../../../../../openapi/schemas/me.js'
import { PendingPasskeySchema } from '../../../../../../openapi/schemas/passkey.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'beginPasskey',
        tags: ['Second factors'],
        summary: 'Start adding a passkey',
        description:
          'Returns the options by which a browser or an app creates a passkey. It becomes a factor when you send it to `confirmPasskey` within ' +
          'five minutes, in the same session. Requires a step-up.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        stepUp: true,
        body: CurrentPasswordBody,
        response: { 201: ref(PendingPasskeySchema, 'The options of the passkey.') },
      },
    },
    async (request, reply) => {
      const condition = await app.stepUp.verify(request, request.body.currentPassword)
      const accounts = await app.db.User.find(condition, { factors: 1 }).lean()
      reply.code(201)
      return app.passkeys.beginEnrolment(request.caller, accounts.flatMap(passkeysOf))
    },
  )
}

export default route
