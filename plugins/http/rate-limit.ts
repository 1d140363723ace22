import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Item, serializeList } from 'structured-headers'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `sign-in`: the stricter limit that all routes of sign-in share. */
    limit?: 'sign-in'
  }
}

const MINUTE = 60_000

/** Of a connection to Redis; a command that waits for it is refused within twice the time. */
export const REDIS_OPTIONS = { connectTimeout: 2_000, commandTimeout: 2_000, maxRetriesPerRequest: 1 }

/**
 * Limits by address of origin (IPv6 by /64), shared through Redis where it's configured; a limiter whose store is down refuses.
 * The headers are those of draft-ietf-httpapi-ratelimit-headers-11.
 */
export default fp(
  async (app) => {
    const { RATE_LIMIT, RATE_LIMIT_AUTH, REDIS_URL } = app.config
    // loaded only where it's used
    const redis = REDIS_URL ? new (await import('ioredis')).Redis(REDIS_URL, REDIS_OPTIONS) : undefined
    redis?.on('error', (error) => app.log.warn({ err: error }, 'redis'))
    app.addHook('onClose', async () => redis?.disconnect())

    await app.register(rateLimit, {
      global: RATE_LIMIT > 0,
      max: RATE_LIMIT,
      timeWindow: MINUTE,
      enableDraftSpec: true,
      ...(redis && { redis, nameSpace: 'coffer:limit:' }),
      errorResponseBuilder: (_request, { ttl }) => new Problem('RATE_LIMITED', { retryAfter: ttl / 1000 }),
    })

    const limitSignIn = app.rateLimit({
      max: RATE_LIMIT_AUTH,
      keyGenerator: (request: FastifyRequest) => `sign-in:${normalizeIP(request.ip)}`,
    })
    app.addHook('onRoute', (route) => {
      if (route.config?.limit !== 'sign-in' || RATE_LIMIT_AUTH === 0) return
      // ahead of the general limit, which then doesn't count the request a second time
      route.onRequest = [limitSignIn, ...[route.onRequest ?? []].flat()]
    })

    app.addHook('onSend', (_request, reply, _payload, done) => {
      const limit = reply.getHeader('ratelimit-limit')
      if (limit === undefined) return done()
      const remaining = Number(reply.getHeader('ratelimit-remaining'))
      const reset = Number(reply.getHeader('ratelimit-reset'))
      for (const name of ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset']) reply.removeHeader(name)
      const member = (parameters: Record<string, number>): Item => ['default', new Map(Object.entries(parameters))]
      reply.header('ratelimit', serializeList([member({ r: remaining, t: reset })]))
      reply.header('ratelimit-policy', serializeList([member({ q: Number(limit), w: MINUTE / 1000 })]))
      done()
    })
  },
  { name: 'rate-limit', dependencies: ['config'] },
)
