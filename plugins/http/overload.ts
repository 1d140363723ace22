import underPressure from '@fastify/under-pressure'
import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route answers under any load and while the process stops, because operators watch by it. */
    vital?: boolean
  }
}

const RETRY_AFTER = 5

const FORM = /^multipart\/form-data/i

/**
 * Refuses requests early: all but the vital ones while the event loop is stalled or the heap is nearly full, as measured every
 * second; forms, which bring files, also while the resident memory of the process is nearly used up. Other requests go on then:
 * memory outside the heap comes back only when they make the collector run.
 */
export default fp(
  async (app) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const isForm = FORM.test(request.headers['content-type'] ?? '')
      const isFull = isForm && process.memoryUsage.rss() > app.limits.residentBytes
      done(isFull ? new Problem('OVERLOADED', { retryAfter: RETRY_AFTER }) : undefined)
    })
    await app.register(underPressure, {
      maxEventLoopDelay: app.limits.eventLoopDelay,
      maxHeapUsedBytes: app.limits.heapBytes,
      async pressureHandler({ routeOptions }) {
        if (!routeOptions.config.vital) throw new Problem('OVERLOADED', { retryAfter: RETRY_AFTER })
      },
    })
  },
  { name: 'overload', dependencies: ['limits', 'requests', 'security-headers'] },
)
