import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem } from '../../../openapi/errors.js'
import { ref } from '../../../openapi/ref.js'
import { ChallengeId, CodeMethod, Password, SignInCode } from '../../../openapi/schemas/account.js'
import { AssertionSchema } from '../../../openapi/schemas/passkey.js'

// one shape and not a union, which most generators merge into a type that requires every property
const Body = Type.Object(
  {
    currentPassword: Type.Optional({
      ...Password,
      description: 'Your password, if your account has no second factor.',
    }),
    code: Type.Optional({ ...SignInCode, description: 'A code of your second factor, with its `method`.' }),
    method: Type.Optional({
      ...CodeMethod,
      description: 'The method that the code belongs to: `totp` or `backup-code`.',
    }),
    challengeId: Type.Optional({ ...ChallengeId, description: 'The `challengeId` that `beginStepUp` returned.' }),
    response: Type.Optional(ref(AssertionSchema)),
  },
  { additionalProperties: false, minProperties: 1, examples: [{ code: '314159', method: 'totp' }] },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/step-up',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'stepUp',
        tags: ['Second factors'],
        summary: 'Confirm that it is you',
        description:
          'Confirms that you are still there, by your second factor or, if your account has none, by your password. For the next minutes (5 by ' +
          'default), this session can make sensitive changes without asking again. The next access token shows the time in `auth_time`.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        body: Body,
        response: { 204: Type.Null({ description: 'Sensitive changes are possible now.' }) },
        problems: ['STEP_UP_REQUIRED', 'INVALID_CREDENTIALS', 'INVALID_CODE', 'TOO_MANY_FAILURES'],
      },
    },
    async (request, reply) => {
      const { currentPassword, code, method, challengeId, response } = request.body
      const given = Object.keys(request.body).sort().join()
      if (currentPassword !== undefined && given === 'currentPassword') {
        await app.stepUp.byPassword(request, currentPassword)
      } else if (code !== undefined && method !== undefined && method !== 'mail' && given === 'code,method') {
        await app.stepUp.byCode(request, method, code)
      } else if (challengeId !== undefined && response !== undefined && given === 'challengeId,response') {
        await app.stepUp.byPasskey(request, challengeId, response)
      } else {
        throw new Problem('VALIDATION_FAILED', {
          errors: [
            {
              pointer: '',
              code: 'oneOf',
              message:
                'must have either currentPassword, or code and method (totp or backup-code), or challengeId and response',
            },
          ],
        })
      }
      return reply.code(204).send(null)
    },
  )
}

export default route
