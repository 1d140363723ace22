import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import { withHeaders } from '../../../../openapi/answers.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import {
  CHALLENGE_ID,
  ChallengeId,
  CodeMethod,
  SignInCode,
  TokenDelivery,
  TokensSchema,
} from '../../../../openapi/schemas/account.js'
import { AssertionSchema } from '../../../../openapi/schemas/passkey.js'

// one shape and not a union of two, which most generators merge into a type that requires both properties
const Body = Type.Object(
  {
    challengeId: ChallengeId,
    code: Type.Optional(SignInCode),
    method: Type.Optional(CodeMethod),
    response: Type.Optional(ref(AssertionSchema)),
    trustDevice: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          '`true` trusts this device: for a time that the server sets (`TRUSTED_DEVICE_TTL`, by default none), it signs in by the password alone. ' +
          'The proof is the cookie `__Host-device` or the `deviceToken`. A change of the password or of a second factor ends the trust.',
      }),
    ),
    delivery: TokenDelivery,
  },
  { additionalProperties: false, examples: [{ challengeId: CHALLENGE_ID, code: '314159' }] },
)

/**
 * Returns the one answer of a body.
 * @throws Problem VALIDATION_FAILED if it has none or two
 */
function answerOf({ code, method, response }: Pick<Static<typeof Body>, 'code' | 'method' | 'response'>) {
  if (code !== undefined && response === undefined) return { code, method }
  if (response !== undefined && code === undefined) return { response }
  throw new Problem('VALIDATION_FAILED', {
    errors: [{ pointer: '', code: 'oneOf', message: 'must have either code or response' }],
  })
}

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in', counts: { signIns: true, codes: 'login' } },
      schema: {
        operationId: 'verifyLogin',
        tags: ['Sign-in'],
        summary: 'Complete sign-in',
        description:
          'Checks the code from the e-mail, the authenticator app or the list of backup codes, as `method` says, or the answer of a passkey to ' +
          '`passkeyOptions`, and starts a session. Send either `code` or `response`. You are notified of the sign-in by e-mail.',
        security: [],
        body: Body,
        response: { 200: withHeaders(ref(TokensSchema, 'You are signed in.'), 'Set-Cookie') },
        problems: ['INVALID_CODE'],
      },
    },
    async (request, reply) => {
      const { delivery = 'cookie', trustDevice: trust = false, challengeId, ...given } = request.body
      const verified = await app.challenges.verify(
        request,
        'login',
        { challengeId, ...answerOf(given) },
        {
          async onWrong({ challenge, owner }) {
            if (!owner) return
            // the id of the challenge limits it to one notice, however many wrong codes are tried
            await app.mailer.send({
              id: `login-code-refused:${challenge._id}`,
              template: 'login-code-refused',
              to: challenge.email,
              locale: owner.locale,
              data: app.audit.notice(request, owner.name),
              userId: owner._id.toString(),
            })
          },
        },
      )
      return app.sessions.issue(request, reply, verified, delivery, { trust })
    },
  )
}

export default route
