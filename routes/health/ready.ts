import type { FastifyPluginAsyncTypebox, Static } from '@fastify/type-provider-typebox'
import { ref } from '../../openapi/ref.js'
import { ReadinessSchema } from '../../openapi/schemas/operation.js'
import { inspectIndexes, LACKING, lacking } from '../../plugins/db/indexes.js'

/** How long an outcome is reused, in milliseconds, so that a flood of probes costs the database no more than one. */
const OUTCOME_LIFE = 1_000
const PATIENCE = 3_000

type Reason = NonNullable<Static<typeof ReadinessSchema>['reason']>

const route: FastifyPluginAsyncTypebox = async (app) => {
  let outcome: Promise<Reason | undefined> | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  /** Returns why the database is not ready: without its unique and TTL indexes, its data can't be relied upon. */
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
        summary: 'Check readiness',
        description:
          'Fails only if the database does not respond or lacks a required index, or if the server is stopping. ' +
          'Mail and the file store are only reported, as of their last use, because most of the API works without ' +
          'them.',
        security: [],
        response: {
          200: ref(ReadinessSchema, 'The server can handle requests.'),
          503: ref(ReadinessSchema, 'The database is unavailable, or the server is stopping.'),
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
