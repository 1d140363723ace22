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

const EXPOSED_HEADERS = ['etag', 'link', 'ratelimit', 'ratelimit-policy', 'retry-after', 'x-request-id']

/** The CORS headers of an answer that is given before hooks run, so that a page of an allowed origin can read it. */
export const corsHeaders = (allowedOrigins: readonly string[], origin: string | undefined) => ({
  vary: 'Origin',
  ...(origin !== undefined &&
    allowedOrigins.includes(origin) && {
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': EXPOSED_HEADERS.join(', '),
    }),
})

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
    const isPreflight = ({ method, headers }: FastifyRequest) =>
      method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
    app.addHook('onRequest', async (request) => {
      if (isPreflight(request)) await app.limitUnrouted(request)
    })
    const isAllowed = ({ headers }: FastifyRequest) => app.config.CORS_ORIGINS.includes(headers.origin ?? '')
    const corsOptions: FastifyCorsOptions = {
      origin: app.config.CORS_ORIGINS,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      // the headers that a preflight asks for: tracing adds its own (traceparent, baggage …), and an allowed page is trusted with all
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: 600,
    }
    await app.register(cors, {
      // an OPTIONS that is no preflight is a method like any other
      delegator: (request: FastifyRequest, done: (error: null, options: FastifyCorsOptions) => void) =>
        done(null, { ...corsOptions, credentials: isAllowed(request), preflight: isPreflight(request) }),
    })
  },
  { name: 'security-headers', dependencies: ['config', 'rate-limit', 'requests'] },
)
