import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ref } from '../../../../../openapi/ref.js'
import { ChallengeId, Code, ResetTokenSchema } from '../../../../../openapi/schemas/account.js'
import { issueResetToken } from '../../../../../plugins/auth/reset-tokens.js'

const Body = Type.Object({ challengeId: ChallengeId, code: Code }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in', counts: { codes: 'password-reset' } },
      schema: {
        operationId: 'verifyPasswordReset',
        tags: ['Password recovery'],
        summary: 'Exchange the code for a reset token',
        description:
          'Checks the code and returns a token with which you can set a new password, once. The token does not sign ' +
          'you in.',
        security: [],
        body: Body,
        response: { 200: ref(ResetTokenSchema, 'The reset token.') },
        problems: ['INVALID_CODE'],
      },
    },
    async (request) => {
      const { challenge } = await app.challenges.verify(request, 'password-reset', request.body)
      return issueResetToken(app, challenge)
    },
  )
}

export default route
