import fp from 'fastify-plugin'
import { collectDefaultMetrics, Registry } from 'prom-client'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Metrics
  }
}

export interface Metrics {
  /** The registry in which plugins register the metrics of their own work. */
  registry: Registry
}

/** Decorates `metrics`: the registry of this app. */
export default fp(
  async (app) => {
    const registry = new Registry()
    // the default metrics observe the process until it ends, so only a listening server collects them
    app.addHook('onListen', async () => collectDefaultMetrics({ register: registry }))
    app.decorate('metrics', { registry })
  },
  { name: 'metrics' },
)
