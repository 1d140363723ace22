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
        summary: 'Check liveness',
        description: 'Responds as long as the process is running. Does not check any other service.',
        security: [],
        response: { 200: ref(LivenessSchema, 'The process is running.') },
      },
    },
    async () => ({ status: 'ok' as const }),
  )
}

export default route
