import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether it's answered under any load, and while the process stops: what operators see by. */
    vital?: boolean
  }
}

const RETRY_AFTER = 5

/** Refuses requests early while the event loop is stalled or the heap is nearly full, as measured every second. */
export default fp(
  async (app) => {
    await app.register(underPressure, {
      maxEventLoopDelay: app.limits.eventLoopDelay,
      maxHeapUsedBytes: app.limits.heapBytes,
      async pressureHandler({ routeOptions }) {
        if (!routeOptions.config.vital) throw new Problem('OVERLOADED', { retryAfter: RETRY_AFTER })
      },
    })
  },
  { name: 'overload', dependencies: ['limits'] },
)
