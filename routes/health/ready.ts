import type { FastifyPluginAsyncTypebox, Static } from '@fastify/type-provider-typebox'
import { ref } from '../../openapi/ref.js'
import { ReadinessSchema } from '../../openapi/schemas/operation.js'
import { inspectIndexes, LACKING, lacking } from '../../plugins/db/indexes.js'

/** How long an outcome is told again, so that a flood of probes asks the database no more than one does. */
const OUTCOME_LIFE = 1_000
const PATIENCE = 3_000

type Reason = NonNullable<Static<typeof ReadinessSchema>['reason']>

const route: FastifyPluginAsyncTypebox = async (app) => {
  let outcome: Promise<Reason | undefined> | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  /** Without a unique or TTL index, what the database keeps can't be relied upon. */
  async function whatIsWrong(): Promise<Reason | undefined> {
    try {
      const missing = lacking((await inspectIndexes(app.db.connection, PATIENCE)).filter(({ isVital }) => isVital))
      if (missing.length === 0) return undefined
      app.log.warn({ missing }, LACKING)
      return 'indexes-missing'
    } catch (error) {
      app.log.warn({ err: error }, 'The database does not answer')
      return 'database-unreachable'
    }
  }

  function checkDatabase(): Promise<Reason | undefined> {
    const now = app.now().getTime()
    if (!outcome || now - askedAt >= OUTCOME_LIFE) {
      askedAt = now
      outcome = whatIsWrong()
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
      const fault = await checkDatabase()
      const reason = fault ?? (app.isStopping() ? 'stopping' : undefined)
      const isReady = reason === undefined
      if (!isReady) reply.code(503).header('retry-after', 5)
      return {
        status: told(isReady),
        ...(reason && { reason }),
        checks: {
          database: told(!fault),
          mail: told(app.mailer.reachable),
          storage: told(app.storage.isUp() !== false),
        },
      }
    },
  )
}

export default route
