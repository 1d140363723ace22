import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Counter, Histogram } from 'prom-client'
import type { MailedPurpose } from '../../models/challenge.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Counts of a route's requests in addition to their durations and problems. */
    counts?: {
      /** The purpose of the mailed code that the route checks. */
      codes?: MailedPurpose | 'invitation'
      /** The route is a step of a sign-in; an answer 200 completes it. */
      signIns?: true
      /** The route keeps files. */
      uploads?: true
    }
  }
}

const routeOf = ({ routeOptions }: FastifyRequest) => routeOptions.url ?? 'none'

/** Seconds. Most answers take some hundredths, those with a password hash some tenths, an upload as long as its client. */
const BUCKETS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]

/** Counts each request at its end. */
export default fp(
  async (app) => {
    const registers = [app.metrics.registry]
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
    const uploads = counter('coffer_uploads_total', 'Uploads by outcome: kept, or the code of the error.', ['outcome'])

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
      const { codes: purpose, signIns: isSignIn, uploads: isUpload } = routeOptions.config.counts ?? {}
      if (isUpload) uploads.inc({ outcome: problem ?? 'kept' })
      if (purpose && (problem === null || problem === 'INVALID_CODE')) {
        codes.inc({ purpose, outcome: problem ? 'refused' : 'accepted' })
      }
      if (!isSignIn) return
      if (statusCode === 200) logins.inc({ outcome: 'succeeded' })
      if (isThrottled) logins.inc({ outcome: 'throttled' })
      if (statusCode === 401) logins.inc({ outcome: 'refused' })
    }

    app.requests.onEnd((request, reply, outcome) => {
      if (outcome === 'aborted') aborted.inc({ route: routeOf(request) })
      else count(request, reply)
    })
  },
  { name: 'request-metrics', dependencies: ['metrics', 'requests'] },
)
