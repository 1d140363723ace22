import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { factorsOf } from '../../../../../models/user.js'
import { ref } from '../../../../../openapi/ref.js'
import { FactorListSchema } from '../../../../../openapi/schemas/factor.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'listFactors',
        tags: ['Second factors'],
        summary: 'List your second factors',
        description: 'Returns your authenticator apps, passkeys and backup codes without their secrets, oldest first.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        response: { 200: ref(FactorListSchema, 'Your second factors.') },
      },
    },
    async (request) => ({ items: await factorsOf(app.db.User, request.caller.user._id) }),
  )
}

export default route
