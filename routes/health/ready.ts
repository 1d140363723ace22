import type { FastifyPluginAsyncTypebox, Static } from '@fastify/type-provider-typebox'
import { ref } from '../../openapi/ref.js'
import { ReadinessSchema } from '../../openapi/schemas/operation.js'
import { inspectIndexes, LACKING, lacking } from '../../plugins/db/indexes.js'

/** Time for which an outcome is reused, in milliseconds: a flood of probes costs each service no more than one. */
const OUTCOME_LIFE = 1_000
const PATIENCE = 3_000

type Reason = NonNullable<Static<typeof ReadinessSchema>['reason']>

const route: FastifyPluginAsyncTypebox = async (app) => {
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

  /** Returns `ask` with an outcome that is reused. */
  function reusing<T>(ask: () => Promise<T>): () => Promise<T> {
    let outcome: Promise<T> | undefined
    let askedAt = Number.NEGATIVE_INFINITY
    return () => {
      const now = app.now().getTime()
      if (!outcome || now - askedAt >= OUTCOME_LIFE) {
        askedAt = now
        outcome = ask()
      }
      return outcome
    }
  }
  const checkDatabase = reusing(whatIsWrong)
  const { redis } = app
  const checkRedis = redis && reusing(redis.check)

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
          'them. Redis is only reported too: without it every server refuses requests alike (503).',
        security: [],
        response: {
          200: ref(ReadinessSchema, 'The server can handle requests.'),
          503: ref(ReadinessSchema, 'The database is unavailable, or the server is stopping.'),
        },
      },
    },
    async (_request, reply) => {
      const told = (isUp: boolean) => (isUp ? ('ok' as const) : ('unavailable' as const))
      const [fault, redisFault] = await Promise.all([checkDatabase(), checkRedis?.()])
      const mailFault = app.mailer.fault
      const reason = fault ?? (app.isStopping() ? 'stopping' : undefined)
      const isReady = reason === undefined
      if (!isReady) reply.code(503).header('retry-after', 5)
      return {
        status: told(isReady),
        ...(reason && { reason }),
        checks: {
          database: told(!fault),
          mail: told(!mailFault),
          storage: told(app.storage.isUp() !== false),
          ...(redis && { redis: told(!redisFault) }),
        },
        ...((mailFault || redisFault) && {
          reasons: { ...(mailFault && { mail: mailFault }), ...(redisFault && { redis: redisFault }) },
        }),
      }
    },
  )
}

export default route
