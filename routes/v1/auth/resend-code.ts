import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ref } from '../../../openapi/ref.js'
import { ChallengeId, ChallengeSchema } from '../../../openapi/schemas/account.js'

const Body = Type.Object({ challengeId: ChallengeId }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/resend-code',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'resendCode',
        tags: ['Sign-in'],
        summary: 'Request a new code',
        description:
          'Sends a new code for a registration, sign-in, password reset or change of e-mail address. The previous ' +
          'code stops working. Failed attempts at the challenge still count.',
        security: [],
        body: Body,
        response: { 202: ref(ChallengeSchema, 'The same challenge, with the times of the new code.') },
        problems: ['INVALID_CODE', 'TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      reply.code(202)
      return app.challenges.resend(request, request.body.challengeId)
    },
  )
}

export default route
