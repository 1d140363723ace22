import { isIPv6 } from 'node:net'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Item, serializeList } from 'structured-headers'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Counts a request that no route counts, as a preflight or a path that can't be decoded.
     * @throws Problem RATE_LIMITED
     */
    limitUnrouted(request: FastifyRequest): Promise<void>
  }
  interface FastifyContextConfig {
    /** `sign-in`: the stricter limit that all routes of sign-in share. */
    limit?: 'sign-in'
  }
}

const MINUTE = 60_000

/**
 * Times the limit of a network that all networks of an IPv6 /48 have together, because one customer of a provider often holds a whole /48, and that
 * all API keys of one network have together, because each of them is looked up before it is counted by itself.
 */
export const SITE_FACTOR = 16

const rateLimited = (ttl: number) => new Problem('RATE_LIMITED', { retryAfter: ttl / 1000 })

/**
 * Limits by API key or else by network of the client (IPv4 address, IPv6 /64 and, more coarsely, /48). Processes share the counts through Redis if it is configured; a
 * limiter whose store is down refuses.
 * The headers are those of draft-ietf-httpapi-ratelimit-headers-11.
 */
export default fp(
  async (app) => {
    const { RATE_LIMIT, RATE_LIMIT_AUTH } = app.config

    const counterOf = (request: FastifyRequest) =>
      app.apiKeys.isPresented(request) ? counterOfKey(request) : normalizeIP(request.ip)
    /** A key that may not be used from this network counts for the network: a thief must not use up the limit of the key. */
    const counterOfKey = async (request: FastifyRequest) => {
      await limitKeys(request)
      const presented = await app.apiKeys.find(request)
      return presented?.isAllowed ? `api-key:${presented.key._id}` : normalizeIP(request.ip)
    }

    await app.register(rateLimit, {
      global: RATE_LIMIT > 0,
      max: RATE_LIMIT,
      timeWindow: MINUTE,
      keyGenerator: counterOf,
      enableDraftSpec: true,
      ...(app.redis && { redis: app.redis.client, nameSpace: 'coffer:limit:' }),
      errorResponseBuilder: (_request, { ttl }) => rateLimited(ttl),
    })

    /** A further count of a request; a limiter of the package counts a request once only. */
    const count = (max: number, keyOf: (request: FastifyRequest) => string) => {
      const limiter = app.createRateLimit({ max, keyGenerator: keyOf })
      return async (request: FastifyRequest) => {
        const result = await limiter(request)
        if (!result.isAllowed && result.isExceeded) throw rateLimited(result.ttl)
      }
    }
    const limitSite = (name: string, max: number) => {
      const limit = count(SITE_FACTOR * max, ({ ip }) => `${name}:${normalizeIP(ip, 48)}/48`)
      return async (request: FastifyRequest) => {
        if (isIPv6(normalizeIP(request.ip))) await limit(request)
      }
    }
    const limitSignIn = [
      limitSite('sign-in', RATE_LIMIT_AUTH),
      app.rateLimit({ max: RATE_LIMIT_AUTH, keyGenerator: ({ ip }) => `sign-in:${normalizeIP(ip)}` }),
    ]
    const limitAll = limitSite('all', RATE_LIMIT)
    const limitKeys = count(SITE_FACTOR * RATE_LIMIT, ({ ip }) => `api-keys:${normalizeIP(ip)}`)
    app.addHook('onRoute', (route) => {
      const hooks = [route.onRequest ?? []].flat()
      const isSignIn = route.config?.limit === 'sign-in' && RATE_LIMIT_AUTH > 0
      // ahead of the general limit, which then doesn't count the request a second time
      if (isSignIn) route.onRequest = [...limitSignIn, ...hooks]
      else if (RATE_LIMIT > 0 && route.config?.rateLimit !== false) route.onRequest = [limitAll, ...hooks]
    })

    const limitUnrouted = count(RATE_LIMIT, ({ ip }) => `unrouted:${normalizeIP(ip)}`)
    app.decorate('limitUnrouted', async (request) => {
      if (RATE_LIMIT > 0) await limitUnrouted(request)
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
  { name: 'rate-limit', dependencies: ['api-keys', 'client-address', 'config', 'redis', 'requests'] },
)
