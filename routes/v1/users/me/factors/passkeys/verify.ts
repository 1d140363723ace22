import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ref } from '../../../../../../openapi/ref.js'
import { ChallengeId } from '../../../../../../openapi/schemas/account.js'
import { AddedFactorSchema, FactorName } from '../../../../../../openapi/schemas/factor.js'
import { PasskeyRegistrationSchema } from '../../../../../../openapi/schemas/passkey.js'
import { newFactorId } from '../../../../../../plugins/auth/enrolment.js'

const Body = Type.Object(
  { challengeId: ChallengeId, response: ref(PasskeyRegistrationSchema), name: Type.Optional(FactorName) },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'confirmPasskey',
        tags: ['Second factors'],
        summary: 'Complete adding a passkey',
        description:
          'Checks the new passkey, which then signs you in by itself, and is a second factor after the password. All your other sessions end, and ' +
          'you are notified by e-mail. From now on, no code is mailed. With your first factor you get ten backup codes.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        body: Body,
        response: { 200: ref(AddedFactorSchema, 'The passkey is a factor.') },
        problems: ['INVALID_CODE', 'FACTOR_EXISTS', 'QUOTA_EXCEEDED'],
      },
    },
    async (request) => {
      const { challengeId, response, name = 'Passkey' } = request.body
      const { passkey, amr } = await app.passkeys.enrol(request, challengeId, response)
      return app.enrolment.add(request, {
        factor: { ...passkey, _id: newFactorId(), name: name.normalize('NFC') },
        amr,
        // another session may have added it in the meantime
        filter: { 'factors.credentialId': { $ne: passkey.credentialId } },
      })
    },
  )
}

export default route
