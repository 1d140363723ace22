import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ref } from '../../../openapi/ref.js'
import { PasskeyChallengeSchema } from '../../../openapi/schemas/passkey.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/passkey',
    {
      config: { limit: 'sign-in', counts: { signIns: true } },
      schema: {
        operationId: 'beginPasskeyLogin',
        tags: ['Sign-in'],
        summary: 'Start sign-in with a passkey',
        description:
          'Returns a challenge that any passkey answers: you need to name no account. The response is the same for everybody.',
        security: [],
        body: Type.Object({}, { additionalProperties: false, examples: [{}] }),
        response: { 200: ref(PasskeyChallengeSchema, 'The challenge. Complete the sign-in by a passkey.') },
      },
    },
    async () => app.passkeys.beginSignIn(),
  )
}

export default route
