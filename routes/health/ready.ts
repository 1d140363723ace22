import { isDeepStrictEqual } from 'node:util'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Connection } from 'mongoose'
import { ref } from '../../openapi/ref.js'
import { ReadinessSchema } from '../../openapi/schemas/operation.js'

/** How long an outcome is told again, so that a flood of probes asks the database no more than one does. */
const OUTCOME_LIFE = 1_000
const PATIENCE = 3_000

/** Whether the database answers, and has every unique and TTL index, without which what it keeps can't be relied upon. */
async function isSound(connection: Connection): Promise<boolean> {
  for (const { schema, collection } of Object.values(connection.models)) {
    const relied = schema.indexes().filter(([, options]) => options.unique || options.expireAfterSeconds !== undefined)
    if (relied.length === 0) continue
    const present = await collection.listIndexes({ timeoutMS: PATIENCE }).toArray()
    for (const [key, { unique, expireAfterSeconds }] of relied) {
      const isPresent = present.some(
        (index) =>
          isDeepStrictEqual({ ...index.key }, key) &&
          index.unique === unique &&
          index.expireAfterSeconds === expireAfterSeconds,
      )
      if (!isPresent) return false
    }
  }
  return true
}

const route: FastifyPluginAsyncTypebox = async (app) => {
  let outcome: Promise<boolean> | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  function checkDatabase(): Promise<boolean> {
    const now = app.now().getTime()
    if (!outcome || now - askedAt >= OUTCOME_LIFE) {
      askedAt = now
      outcome = isSound(app.db.connection).catch((error) => {
        app.log.warn({ err: error }, 'The database does not answer')
        return false
      })
    }
    return outcome
  }

  app.get(
    '/ready',
    {
      config: { rateLimit: false, vital: true },
      schema: {
        operationId: 'getReadiness',
        tags: ['Operation'],
        summary: 'Whether requests can be served',
        description:
          'Fails only where the database does not answer or lacks an index that it relies on, or the process is stopping: without ' +
          'mail or the file store most of the API still works. What is told of those two is the outcome of their last use.',
        security: [],
        response: {
          200: ref(ReadinessSchema, 'Requests can be served.'),
          503: ref(ReadinessSchema, 'The database is not available, or the process is stopping.'),
        },
      },
    },
    async (_request, reply) => {
      const told = (isUp: boolean) => (isUp ? ('ok' as const) : ('unavailable' as const))
      const isUp = await checkDatabase()
      const isReady = isUp && !app.isStopping()
      if (!isReady) reply.code(503).header('retry-after', 5)
      return {
        status: told(isReady),
        checks: {
          database: told(isUp),
          mail: told(app.mailer.reachable),
          storage: told(app.storage.isUp() !== false),
        },
      }
    },
  )
}

export default route
