import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { OutboxEvent } from '../models/user.js'

declare module 'fastify' {
  interface FastifyInstance {
    metrics: Metrics
  }
}

export interface Metrics {
  /** Where a plugin registers what only it can count. */
  registry: Registry
  /** Counts an event of the audit log once it's stored. */
  countEvent(event: OutboxEvent): void
}

/** What each operation that takes a mailed code takes it for. */
const PURPOSES: Record<string, string> = {
  verifyRegistration: 'registration',
  verifyLogin: 'login',
  verifyPasswordReset: 'password-reset',
  verifyEmailChange: 'email-change',
}

const routeOf = ({ routeOptions }: FastifyRequest) => routeOptions.url ?? 'none'

/** Seconds; most answers take some hundredths, one with a hash some tenths, an upload what its client takes. */
const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

/** Decorates `metrics`: a registry of this app's own, and what the end of each request counts. */
export default fp(
  async (app) => {
    const registry = new Registry()
    const registers = [registry]
    const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
      new Counter({ name, help, labelNames, registers })

    const durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Answers by route, with the time that each took.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    })
    const problems = counter('coffer_problems_total', 'Errors answered, by operation and code.', ['operation', 'code'])
    const aborted = counter('coffer_requests_aborted_total', 'Requests whose client left before the answer.', ['route'])
    const logins = counter('coffer_logins_total', 'Sign-ins: succeeded, refused, throttled.', ['outcome'])
    const codes = counter('coffer_codes_total', 'Mailed codes that were tried.', ['purpose', 'outcome'])
    const throttles = counter('coffer_throttled_total', 'Requests refused with 429, by limiter.', ['limiter'])
    const uploads = counter('coffer_uploads_total', 'Uploads by outcome: kept, or the code of the refusal.', [
      'outcome',
    ])
    const uploaded = counter('coffer_uploaded_bytes_total', 'Bytes of the files that were kept.', [])
    const events = counter('coffer_audit_events_total', 'Audit events stored.', ['action', 'outcome'])

    const limiterOf = ({ problem, routeOptions }: FastifyRequest) => {
      if (problem === 'RATE_LIMITED') return routeOptions.config.limit ?? 'address'
      return problem === 'TOO_MANY_CODES' ? 'codes' : 'failures'
    }

    function count(request: FastifyRequest, reply: FastifyReply) {
      const { method, problem, routeOptions } = request
      const { statusCode } = reply
      const route = routeOf(request)
      const operation = routeOptions.schema?.operationId ?? 'none'
      const isThrottled = statusCode === 429
      durations.observe({ method, route, status: statusCode }, reply.elapsedTime / 1000)
      if (problem) problems.inc({ operation, code: problem })
      if (isThrottled) throttles.inc({ limiter: limiterOf(request) })
      if (operation === 'uploadAssets') uploads.inc({ outcome: problem ?? 'kept' })
      const purpose = PURPOSES[operation]
      if (purpose && (problem === null || problem === 'INVALID_CODE')) {
        codes.inc({ purpose, outcome: problem ? 'refused' : 'accepted' })
      }
      if (operation !== 'login' && operation !== 'verifyLogin') return
      if (operation === 'verifyLogin' && problem === null) logins.inc({ outcome: 'succeeded' })
      if (isThrottled) logins.inc({ outcome: 'throttled' })
      if (statusCode === 401) logins.inc({ outcome: 'refused' })
    }

    app.requests.onEnd((request, reply, outcome) => {
      if (outcome === 'aborted') aborted.inc({ route: routeOf(request) })
      else count(request, reply)
    })
    // it observes the process for as long as that lives, so that only a server is to do it
    app.addHook('onListen', async () => collectDefaultMetrics({ register: registry }))

    app.decorate('metrics', {
      registry,
      countEvent({ action, outcome, details }) {
        events.inc({ action, outcome })
        if (action === 'asset.uploaded') uploaded.inc(details.bytes as number)
      },
    })
  },
  { name: 'metrics', dependencies: ['requests'] },
)
