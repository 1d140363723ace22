import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ref } from '../../../../../openapi/ref.js'
import { BackupCodesSchema } from '../../../../../openapi/schemas/factor.js'
import { CurrentPasswordBody } from '../../../../../openapi/schemas/me.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/backup-codes',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'createBackupCodes',
        tags: ['Second factors'],
        summary: 'Create backup codes',
        description:
          'Returns ten new backup codes, once. The previous ones no longer work. You are notified by e-mail. Requires a second factor and a step-up.',
        security: [{ bearer: [] }],
        stepUp: true,
        body: CurrentPasswordBody,
        response: { 201: ref(BackupCodesSchema, 'The backup codes.') },
      },
    },
    async (request, reply) => {
      const condition = await app.stepUp.verify(request, request.body.currentPassword)
      const codes = await app.enrolment.renewCodes(request, condition)
      reply.code(201)
      return codes
    },
  )
}

export default route
