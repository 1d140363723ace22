import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { createStore, loadSdk, type Store } from './cloudinary.js'
import { parseCredentials } from './credentials.js'
import { unsupportedTypes } from './inspect.js'

declare module 'fastify' {
  interface FastifyInstance {
    storage: Storage
  }
}

export type Storage = Omit<Store, 'ping' | 'close'> & {
  /**
   * True if the store's last call succeeded, null before the first. Returns at once; checks the store in the background
   * after a minute.
   */
  isUp(): boolean | null
}

/** Milliseconds for which an outcome is current; Cloudinary's smallest plan allows 500 Admin calls an hour. */
const OUTCOME_LIFE = 60_000

/** Decorates `storage`: the file store. */
export default fp(
  async (app) => {
    const { CLOUDINARY_URL, UPLOAD_TYPES } = app.config
    const unsupported = await unsupportedTypes(UPLOAD_TYPES)
    if (unsupported.length > 0) {
      throw new Error(
        `UPLOAD_TYPES: ${unsupported.join(', ')} can't be recognized by the bytes of a file, or isn't safe.`,
      )
    }

    const calls = new Counter({
      name: 'coffer_store_calls_total',
      help: 'Calls to the file store by outcome: ok, or the code of the failure.',
      labelNames: ['outcome'],
      registers: [app.metrics.registry],
    })
    let up: boolean | null = null
    let knownAt = Number.NEGATIVE_INFINITY
    const { ping, close, ...store } = createStore({
      credentials: parseCredentials(CLOUDINARY_URL),
      onOutcome(problem) {
        calls.inc({ outcome: problem?.code ?? 'ok' })
        if (problem && problem.statusCode < 500)
          app.log.warn({ reason: (problem.cause as Error).message }, 'The file store refused a file')
        up = problem === null || problem.statusCode < 500
        knownAt = Date.now()
      },
    })
    // both take long to load, which neither the start nor the first file should wait for; the server stops if one can't be loaded
    app.addHook('onListen', async () => void Promise.all([loadSdk(), import('file-type')]))
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
