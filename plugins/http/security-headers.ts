import cors, { type FastifyCorsOptions } from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

/** On every answer, also where it's given before there is a request to run hooks for. */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const

/** Security headers on every answer, CORS for the configured origins, `X-Request-Id`. Nothing that is answered is cached. */
export default fp(
  async (app) => {
    await app.register(helmet, {
      // these are always the same
      contentSecurityPolicy: false,
      hsts: false,
      noSniff: false,
      crossOriginResourcePolicy: { policy: 'same-origin' },
      referrerPolicy: { policy: 'no-referrer' },
    })
    app.addHook('onRequest', (request, reply, done) => {
      reply.headers(SECURITY_HEADERS).header('x-request-id', request.id)
      done()
    })
    const corsOptions: FastifyCorsOptions = {
      origin: app.config.CORS_ORIGINS,
      credentials: true,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match', 'x-request-id'],
      exposedHeaders: ['etag', 'link', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id'],
      maxAge: 600,
    }
    await app.register(cors, {
      // an OPTIONS that is no preflight is a method like any other
      delegator: ({ headers }: FastifyRequest, done: (error: null, options: FastifyCorsOptions) => void) =>
        done(null, { ...corsOptions, preflight: headers['access-control-request-method'] !== undefined }),
    })
  },
  { name: 'security-headers', dependencies: ['config'] },
)
