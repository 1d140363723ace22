import type { FastifyInstance } from 'fastify'

/** Repeated so often, because a process that knows another order of the keys may still encrypt under another one. */
const AGAIN_MS = 3_600_000

/**
 * Runs `reencrypt` as a job, now and every hour, while more than one DATA_KEY is accepted: it encrypts under the first key what is under another
 * one, so that the other keys can be removed.
 */
export function reencryptAsKeysChange(app: FastifyInstance, kind: string, reencrypt: () => Promise<void>): void {
  app.jobs.handle(kind, {
    async run() {
      await reencrypt()
      return { again: new Date(app.now().getTime() + AGAIN_MS) }
    },
    maxAttempts: Number.POSITIVE_INFINITY,
    concurrency: 1,
  })
  if (app.keys.ids.length > 1) app.addHook('onReady', () => app.jobs.enqueue({ id: kind, kind }))
}
