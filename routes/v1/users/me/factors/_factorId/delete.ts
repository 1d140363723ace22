import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { FactorParams } from '../../../../../../openapi/schemas/factor.js'
import { CurrentPasswordBody } from '../../../../../../openapi/schemas/me.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'deleteFactor',
        tags: ['Second factors'],
        summary: 'Remove a second factor',
        description:
          'Removes the second factor. If it is an authenticator app or a passkey, all your other sessions end; with the last of them, the backup ' +
          'codes go too, and a sign-in asks for a code by e-mail again. The last one cannot be removed if the server requires a second ' +
          'factor of you (`MFA_REQUIRED`). You are notified by e-mail. Requires a step-up.',
        security: [{ bearer: [] }],
        stepUp: true,
        params: FactorParams,
        body: CurrentPasswordBody,
        response: { 204: Type.Null({ description: 'The second factor is removed.' }) },
        problems: ['LAST_FACTOR'],
      },
    },
    async (request, reply) => {
      const condition = await app.stepUp.verify(request, request.body.currentPassword)
      await app.enrolment.remove(request, condition, request.params.factorId)
      return reply.code(204).send(null)
    },
  )
}

export default route
