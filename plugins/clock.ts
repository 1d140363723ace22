import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Returns the time by which everything expires. */
    now(): Date
  }
}

/** Decorates `now`: the time of the system unless another clock is given. */
export default fp<{ now?: () => Date }>(
  async (app, { now = () => new Date() }) => {
    app.decorate('now', now)
  },
  { name: 'clock' },
)
