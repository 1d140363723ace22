import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref, stringEnum } from '../../../../openapi/ref.js'
import { ChallengeId, CodeMethod, SignInCode, TokensSchema } from '../../../../openapi/schemas/account.js'

const Body = Type.Object(
  {
    challengeId: ChallengeId,
    code: SignInCode,
    method: Type.Optional(CodeMethod),
    trustDevice: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          '`true` trusts this device: for a time that the server sets (`TRUSTED_DEVICE_TTL`, by default none), it signs in by the password alone. ' +
          'The proof is the cookie `__Host-device` or the `deviceToken`. A change of the password or of a second factor ends the trust.',
      }),
    ),
    delivery: Type.Optional(
      stringEnum(['cookie', 'body'], {
        title: 'TokenDelivery',
        default: 'cookie',
        description:
          'How you receive the refresh token: with `cookie` only in an httpOnly cookie, with `body` in the response, for clients other than browsers.',
      }),
    ),
  },
  { additionalProperties: false },
)

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
          'Checks the code from the e-mail, the authenticator app or the list of backup codes, as `method` says, and starts a session. You are notified of the sign-in by e-mail.',
        security: [],
        body: Body,
        response: { 200: withHeaders(ref(TokensSchema, 'You are signed in.'), 'Set-Cookie') },
        problems: ['INVALID_CODE'],
      },
    },
    async (request, reply) => {
      const { delivery = 'cookie', trustDevice: trust = false, ...answer } = request.body
      const verified = await app.challenges.verify(request, 'login', answer, {
        async onWrong({ challenge, owner }) {
          if (!owner) return
          // the id of the challenge limits it to one notice, however many wrong codes are tried
          await app.mailer.send({
            id: `login-code-refused:${challenge._id}`,
            template: 'login-code-refused',
            to: challenge.email,
            data: app.audit.notice(request, owner.name),
            userId: owner._id.toString(),
          })
        },
      })
      return app.sessions.issue(request, reply, verified, delivery, { trust })
    },
  )
}

export default route
