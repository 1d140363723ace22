import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Problem } from '../openapi/errors.js'

const digest = (text: string) => createHash('sha256').update(text).digest()

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { METRICS_TOKEN, servesMetrics } = app.config
  if (!servesMetrics) return
  const expected = METRICS_TOKEN === undefined ? null : digest(`Bearer ${METRICS_TOKEN}`)

  app.get(
    '/metrics',
    // no `security`: the bearer token here is METRICS_TOKEN, not an access token
    { config: { rateLimit: false, vital: true }, schema: { hide: true, security: [] } },
    async (request, reply) => {
      const given = digest(request.headers.authorization ?? '')
      if (expected && !timingSafeEqual(given, expected)) {
        throw new Problem('TOKEN_INVALID', { detail: 'The metrics require METRICS_TOKEN as the bearer token.' })
      }
      reply.type(app.metrics.registry.contentType)
      return app.metrics.registry.metrics()
    },
  )
}

export default route
