import type { components, ProblemCode } from './contract.js'

/** The code of an error: one of the contract, or one that only a newer server knows. */
export type ErrorCode = ProblemCode | (string & {})

export type FieldError = NonNullable<components['schemas']['Problem']['errors']>[number]

/** The base class of the client's errors. A call that you abort rejects with the reason of its signal instead. */
export class CofferError extends Error {
  override name = 'CofferError'
  /** The stable code of the error. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * No response came, so it is unknown whether the server acted. The code is `TIMEOUT` or `NETWORK_ERROR`; a refused origin and a redirect
 * are network errors too.
 */
export class NetworkError extends CofferError {
  override name = 'NetworkError'
}

/** The server responded with an error. It contains nothing of the request. */
export class ApiError extends CofferError {
  override name = 'ApiError'
  readonly status: number
  /** Identifies the request in the server's logs. */
  readonly requestId: string | undefined
  /** Describes what went wrong, in English. */
  readonly detail: string
  /** The invalid values, each with a JSON pointer. */
  readonly errors: readonly FieldError[]
  /** The methods of the step-up that is required. */
  readonly methods: readonly string[]
  /** The seconds to wait before a retry. */
  readonly retryAfter: number | undefined

  constructor({ status, headers }: Response, answer: unknown) {
    const { code, detail, errors, methods } = problemIn(answer)
    super(code ?? `HTTP_${status}`, detail ?? `The response was ${status}, and not an error of Coffer.`)
    this.status = status
    this.requestId = headers.get('x-request-id') ?? undefined
    this.detail = this.message
    this.errors = errors ?? []
    this.methods = methods ?? []
    this.retryAfter = secondsIn(headers)
  }
}

/** Returns the problem document of a response, or an empty object if something other than Coffer responded. */
export const problemIn = (answer: unknown): Partial<components['schemas']['Problem']> =>
  typeof answer === 'object' && answer !== null ? answer : {}

/** Returns the seconds of `Retry-After`. Dates are ignored: they would need synchronized clocks, and Coffer sends none. */
export function secondsIn(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined
}
