import fp from 'fastify-plugin'
import type { Redis } from 'ioredis'

declare module 'fastify' {
  interface FastifyInstance {
    /** Redis, if `REDIS_URL` is set. */
    redis: RedisConnection | undefined
  }
}

export interface RedisConnection {
  client: Redis
  /** Asks Redis for an answer. Resolves to null, or to the reason of the failure, such as `ECONNREFUSED`. */
  check(): Promise<string | null>
}

/** A command that waits for a connection is refused within twice the time. */
export const REDIS_OPTIONS = { connectTimeout: 2_000, commandTimeout: 2_000, maxRetriesPerRequest: 1 }

/** Returns the code of the system or of Redis, which names neither an address nor a secret. */
function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException
  return code ?? /\b[A-Z]{4,}\b/.exec(error.message)?.[0] ?? 'NO_ANSWER'
}

/**
 * Connects to Redis, which must answer and run scripts, because the rate limits are one.
 * @param onChange called when Redis fails, with the reason, and with null when it answers again
 * @throws Error that names the variable and the cause
 */
export async function connectRedis(url: string, onChange: (reason: string | null) => void): Promise<RedisConnection> {
  // loaded only if it's needed
  const { Redis } = await import('ioredis')
  const client = new Redis(url, { ...REDIS_OPTIONS, lazyConnect: true })
  let fault: Error | null = null
  let isConnected = false
  // the client reports each of its attempts
  const fail = (error: Error) => {
    if (isConnected && !fault) onChange(reasonOf(error))
    fault ??= error
  }
  const recover = () => {
    if (fault) onChange(null)
    fault = null
  }
  client.on('error', fail)
  client.on('ready', recover)
  try {
    await client.connect()
    await client.call('EVAL', 'return 1', 0)
    isConnected = true
  } catch (error) {
    client.disconnect()
    const cause = fault ?? (error as Error)
    throw new Error(`Redis can't be used: ${cause.message.replace(/\.$/, '')}. Start it, or correct REDIS_URL.`)
  }
  return {
    client,
    async check() {
      try {
        await client.ping()
        recover()
      } catch (error) {
        fail(error as Error)
      }
      return fault && reasonOf(fault)
    },
  }
}

/** Decorates `redis`. The start fails if `REDIS_URL` is set and Redis can't be used. */
export default fp(
  async (app) => {
    const { REDIS_URL } = app.config
    const redis =
      REDIS_URL === undefined
        ? undefined
        : await connectRedis(REDIS_URL, (reason) => {
            if (reason) app.log.error({ reason }, 'Redis does not answer: requests are refused until it does')
            else app.log.info('Redis answers again')
          })
    app.addHook('onClose', async () => redis?.client.disconnect())
    app.decorate('redis', redis)
  },
  { name: 'redis', dependencies: ['config'] },
)
