import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { createStore, type Store } from './cloudinary.js'
import { parseCredentials } from './credentials.js'
import { unsupportedTypes } from './inspect.js'

declare module 'fastify' {
  interface FastifyInstance {
    storage: Storage
  }
}

export type Storage = Omit<Store, 'ping' | 'close'> & {
  /** Whether the store answered when it was last needed or, if that is long ago, asked. Answers at once; null: not known yet. */
  isUp(): boolean | null
}

/** How long an outcome tells about the store; Cloudinary's smallest plan allows 500 Admin calls an hour. */
const OUTCOME_LIFE = 60_000

/** Decorates `storage`: the file store. */
export default fp(
  async (app) => {
    const { CLOUDINARY_URL, UPLOAD_TYPES } = app.config
    const unsupported = unsupportedTypes(UPLOAD_TYPES)
    if (unsupported.length > 0) {
      throw new Error(`UPLOAD_TYPES: ${unsupported.join(', ')} can't be told from the bytes of a file, or isn't safe.`)
    }

    const calls = new Counter({
      name: 'coffer_store_calls_total',
      help: 'Calls to the file store by outcome: ok, or the code of the failure.',
      labelNames: ['outcome'],
      registers: [app.metrics.registry],
    })
    let up: boolean | null = null
    let knownAt = Number.NEGATIVE_INFINITY
    const { ping, close, ...store } = await createStore({
      credentials: parseCredentials(CLOUDINARY_URL),
      onOutcome(problem) {
        calls.inc({ outcome: problem?.code ?? 'ok' })
        up = problem === null || problem.statusCode < 500
        knownAt = Date.now()
      },
    })
    app.addHook('onClose', async () => close())
    app.decorate('storage', {
      ...store,
      isUp() {
        if (Date.now() - knownAt > OUTCOME_LIFE) {
          knownAt = Date.now()
          ping().catch((problem) => app.log.warn({ err: problem }, 'the file store does not answer'))
        }
        return up
      },
    })
  },
  { name: 'storage', dependencies: ['config', 'metrics'] },
)
