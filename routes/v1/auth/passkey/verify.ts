import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { ChallengeId, TokenDelivery, TokensSchema } from '../../../../openapi/schemas/account.js'
import { AssertionSchema } from '../../../../openapi/schemas/passkey.js'

const Body = Type.Object(
  { challengeId: ChallengeId, response: ref(AssertionSchema), delivery: TokenDelivery },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in', counts: { signIns: true } },
      schema: {
        operationId: 'verifyPasskeyLogin',
        tags: ['Sign-in'],
        summary: 'Complete sign-in with a passkey',
        description:
          'Checks the answer of a passkey, which must have verified you, and starts a session. An unknown passkey, a wrong answer and a ' +
          'suspended account all get the same response. You are notified of the sign-in by e-mail.',
        security: [],
        body: Body,
        response: { 200: withHeaders(ref(TokensSchema, 'You are signed in.'), 'Set-Cookie') },
        problems: ['INVALID_CODE'],
      },
    },
    async (request, reply) => {
      const { challengeId, response, delivery = 'cookie' } = request.body
      const signIn = await app.passkeys.signIn(request, challengeId, response)
      return app.sessions.issue(request, reply, signIn, delivery)
    },
  )
}

export default route
