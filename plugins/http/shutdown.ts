import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns true once the app has begun to close. */
    isStopping(): boolean
  }
}

/**
 * Closes in order: what is being answered is answered within `limits.drainTime`, connections that are still open then are cut, and
 * only when every handler has taken back what it had begun do the plugins before this one close what handlers use.
 */
export default fp(
  async (app) => {
    let stopping = false
    let cut: NodeJS.Timeout | undefined
    app.decorate('isStopping', () => stopping)

    app.addHook('onRequest', async ({ routeOptions }) => {
      if (stopping && !routeOptions.config.vital) {
        throw new Problem('OVERLOADED', { detail: 'The server is stopping.', retryAfter: 1 })
      }
    })
    app.addHook('onSend', (_request, reply, _payload, done) => {
      if (stopping) reply.header('connection', 'close')
      done()
    })

    app.addHook('preClose', async () => {
      stopping = true
      void app.jobs.stop()
      cut = setTimeout(() => app.server.closeAllConnections(), app.limits.drainTime)
    })
    // the server has closed every connection by now
    app.addHook('onClose', async () => {
      clearTimeout(cut)
      await app.requests.idle()
    })
  },
  {
    name: 'shutdown',
    dependencies: ['audit', 'db', 'jobs', 'limits', 'mailer', 'rate-limit', 'requests', 'security-headers', 'storage'],
  },
)
