import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import fp from 'fastify-plugin'
import mongoose from 'mongoose'
import { catalogue, type FieldError, Problem, type ProblemCode } from '../../openapi/errors.js'
import { clientAddress } from './client-address.js'
import { logRequest } from './requests.js'
import { corsHeaders, SECURITY_HEADERS } from './security-headers.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The error that the request was answered with; metrics and logs read it. */
    problem: ProblemCode | null
  }
}

/** The errors of the framework and its plugins, as codes of the catalogue. */
const FRAMEWORK_ERRORS: Record<string, ProblemCode> = {
  FST_ERR_BAD_URL: 'NOT_FOUND',
  FST_ERR_CTP_BODY_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_MAX_PARAM_LENGTH: 'URI_TOO_LONG',
  FST_FIELDS_LIMIT: 'PAYLOAD_TOO_LARGE',
  FST_FILES_LIMIT: 'PAYLOAD_TOO_LARGE',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_PARTS_LIMIT: 'PAYLOAD_TOO_LARGE',
  FST_REQ_FILE_TOO_LARGE: 'PAYLOAD_TOO_LARGE',
}

/** Returns whether an error of the driver means that no database server could be reached. */
const isDatabaseUnavailable = (error: unknown) =>
  error instanceof mongoose.mongo.MongoNetworkError ||
  error instanceof mongoose.mongo.MongoServerSelectionError ||
  error instanceof mongoose.mongo.MongoWriteConcernError ||
  error instanceof mongoose.mongo.MongoAPIError ||
  error instanceof mongoose.mongo.MongoOperationTimeoutError ||
  error instanceof mongoose.Error.MongooseServerSelectionError ||
  // a bulk write wraps such an error: none of its writes failed by itself
  (error instanceof mongoose.mongo.MongoBulkWriteError && [error.writeErrors].flat().length === 0) ||
  // every connection of the pool is in use; the driver does not export this class
  (error instanceof Error && error.name === 'MongoWaitQueueTimeoutError') ||
  (error instanceof mongoose.mongo.MongoServerError &&
    (error.hasErrorLabel('RetryableWriteError') || error.hasErrorLabel('TransientTransactionError')))

/** Returns whether Redis does not respond. Without its counters, limited requests are refused. */
const isLimiterUnavailable = ({ name, message }: Error) =>
  name === 'MaxRetriesPerRequestError' || message === 'Command timed out' || message === 'Connection is closed.'

/** The most validation errors that a response lists; a body can have thousands. */
export const MAX_FIELD_ERRORS = 50

/** The compiled schemas name the schema that a value breaks. */
type Finding = FastifySchemaValidationError & { parentSchema: { examples?: unknown[] } }

const toFieldErrors = (findings: Finding[]): FieldError[] =>
  findings.slice(0, MAX_FIELD_ERRORS).map((finding) => {
    const { instancePath, keyword, params } = finding
    const property = params.missingProperty ?? params.additionalProperty
    const child = property === undefined ? '' : `/${String(property).replaceAll('~', '~0').replaceAll('/', '~1')}`
    return { pointer: `${instancePath}${child}`, code: keyword, message: messageOf(finding) }
  })

/** Returns a message for people. The validator's own one of a pattern is the regular expression. */
function messageOf({ keyword, message, parentSchema }: Finding): string {
  // times are the only values with a format
  if (keyword === 'format') return 'must be a time such as 2026-01-31T12:00:00Z; in a URL, + is written %2B'
  if (keyword !== 'pattern') return message as string
  const [example] = parentSchema.examples ?? []
  return example === undefined ? 'must have the documented form' : `must look like ${example}`
}

/** Converts any error to a problem of the catalogue; an unforeseen one becomes INTERNAL_ERROR. */
export function toProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error
  if (isDatabaseUnavailable(error)) return new Problem('DATABASE_UNAVAILABLE', { retryAfter: 5, cause: error })
  // logged once, where the connection is, and not for each request
  if (isLimiterUnavailable(error)) return new Problem('OVERLOADED', { retryAfter: 5 })
  const { code, statusCode, validation, validationContext } = error as FastifyError
  if (validation) {
    // an id of the wrong shape is an id of nothing
    if (validationContext === 'params') return new Problem('NOT_FOUND')
    return new Problem('VALIDATION_FAILED', { errors: toFieldErrors(validation as Finding[]) })
  }
  const known = FRAMEWORK_ERRORS[code]
  if (known) return new Problem(known, { cause: error })
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem('MALFORMED_REQUEST', { cause: error })
  }
  return new Problem('INTERNAL_ERROR', { cause: error })
}

/** Responds with problem details (RFC 9457). The cause of a 5xx is logged, not shown. */
export function sendProblem(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error)
  const { code, statusCode } = problem
  request.problem = code
  // a request refused under load has no cause, and must not cost more than its own log line
  if (statusCode >= 500 && problem.cause !== undefined)
    request.log.error({ err: problem.cause, code }, 'request failed')
  if (problem.retryAfter !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(problem.retryAfter)))
  if (statusCode === 401) {
    // RFC 6750, 3.1: the error is named only if a token was sent
    const isRefused =
      (code === 'TOKEN_INVALID' || code === 'API_KEY_INVALID') &&
      /^bearer +\S/i.test(request.headers.authorization ?? '')
    reply.header('www-authenticate', isRefused ? 'Bearer error="invalid_token"' : 'Bearer')
  }
  return reply
    .code(statusCode)
    .type('application/problem+json; charset=utf-8')
    .send({
      type: `urn:problem-type:coffer:${code}`,
      title: catalogue[code].title,
      status: statusCode,
      detail: problem.message,
      instance: request.url.split('?', 1)[0],
      code,
      requestId: request.id,
      ...(problem.errors && { errors: problem.errors }),
      ...(problem.methods && { methods: problem.methods }),
    })
}

/** The errors of the HTTP parser, which occur before a request exists. */
const CLIENT_ERRORS: Record<string, ProblemCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
}

/** Returns the Origin header in the last bytes that the parser read; undefined if it is not among them. */
const originIn = ({ rawPacket }: ConnectionError) =>
  // a Buffer, despite its type
  /^origin: *(\S+)\r?$/im.exec((rawPacket as unknown as Buffer | undefined)?.toString('latin1') ?? '')?.[1]

/** Responds on the bare socket and closes it, because the next bytes may not be the start of a request. */
export const answerClientError =
  (allowedOrigins: readonly string[]) =>
  (error: ConnectionError, socket: Socket): void => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    const code = CLIENT_ERRORS[error.code as string] ?? 'MALFORMED_REQUEST'
    const { status, title, detail } = catalogue[code]
    const body = JSON.stringify({
      type: `urn:problem-type:coffer:${code}`,
      title,
      status,
      detail,
      instance: '',
      code,
      requestId: randomUUID(),
    })
    const headers = {
      ...SECURITY_HEADERS,
      ...corsHeaders(allowedOrigins, originIn(error)),
      connection: 'close',
      'content-length': Buffer.byteLength(body),
      'content-type': 'application/problem+json; charset=utf-8',
    }
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${body}`)
  }

/** Responds to a request that the router refuses. No hook runs for it. */
export async function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const { headers, raw, server } = request
  // Fastify applies trustProxy to routed requests only
  Object.defineProperty(request, 'ip', { value: clientAddress(raw, server.config.TRUST_PROXY) })
  reply.headers({
    ...SECURITY_HEADERS,
    ...corsHeaders(server.config.CORS_ORIGINS, headers.origin),
    'x-request-id': request.id,
  })
  try {
    await server.limitUnrouted(request)
    sendProblem(error, request, reply)
  } catch (refusal) {
    sendProblem(refusal as Error, request, reply)
  }
  logRequest(request, reply)
}

/** Responds to every error from the catalogue, unknown routes included. */
export default fp(
  async (app) => {
    app.decorateRequest('problem', null)
    app.setErrorHandler<FastifyError>(sendProblem)
    app.setNotFoundHandler({ ...(app.config.RATE_LIMIT > 0 && { preHandler: app.rateLimit() }) }, () => {
      throw new Problem('NOT_FOUND')
    })
  },
  { name: 'error-handler', dependencies: ['config', 'rate-limit'] },
)
