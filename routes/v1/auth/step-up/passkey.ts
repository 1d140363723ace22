import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ref } from '../../../../openapi/ref.js'
import { PasskeyChallengeSchema } from '../../../../openapi/schemas/passkey.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/passkey',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'beginStepUp',
        tags: ['Second factors'],
        summary: 'Start a step-up with a passkey',
        description: 'Returns a challenge that your passkeys answer. Send the answer to `stepUp`.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        body: Type.Object({}, { additionalProperties: false, examples: [{}] }),
        response: { 200: ref(PasskeyChallengeSchema, 'The challenge. Complete the step-up by a passkey.') },
        problems: ['STEP_UP_REQUIRED'],
      },
    },
    (request) => app.stepUp.beginPasskey(request),
  )
}

export default route
