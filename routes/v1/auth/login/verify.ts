import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ref, stringEnum } from '../../../../openapi/ref.js'
import { ChallengeId, Code, TokensSchema } from '../../../../openapi/schemas/account.js'

const Body = Type.Object(
  {
    challengeId: ChallengeId,
    code: Code,
    delivery: Type.Optional(
      stringEnum(['cookie', 'body'], {
        default: 'cookie',
        description:
          '`cookie`: the refresh token travels in an httpOnly cookie only; `body`: in the answer, for clients that are no browsers.',
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
        summary: 'Finish a sign-in',
        description: 'Checks the mailed code and begins a session. The owner is told by mail.',
        security: [],
        body: Body,
        response: { 200: ref(TokensSchema, 'Signed in.') },
        problems: ['INVALID_CODE', 'TOO_MANY_FAILURES'],
      },
    },
    async (request, reply) => {
      const { delivery = 'cookie', ...answer } = request.body
      const verified = await app.challenges.verify(request, 'login', answer, async ({ challenge, owner }) => {
        if (!owner) return
        // under the challenge's own id: one notice, however many codes are tried
        await app.mailer.send({
          id: `login-code-refused:${challenge._id}`,
          template: 'login-code-refused',
          to: challenge.email,
          data: app.audit.notice(request, owner.name),
        })
      })
      return app.sessions.issue(request, reply, verified, delivery)
    },
  )
}

export default route
