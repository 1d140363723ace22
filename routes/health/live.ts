import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { ref } from '../../openapi/ref.js'
import { LivenessSchema } from '../../openapi/schemas/operation.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/live',
    {
      config: { rateLimit: false, vital: true },
      schema: {
        operationId: 'getLiveness',
        tags: ['Operation'],
        summary: 'Whether the process answers',
        description: 'Asks nothing of the services behind it.',
        security: [],
        response: { 200: ref(LivenessSchema, 'It does.') },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
}

export default route
