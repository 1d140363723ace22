import type { components, ProblemCode } from './contract.js'

/** A code of the contract; a newer server may have more. */
export type ErrorCode = ProblemCode | (string & {})

export type FieldError = NonNullable<components['schemas']['Problem']['errors']>[number]

/** Whatever Coffer's client throws, but for a call that the caller aborted: that rejects with the signal's own reason. */
export class CofferError extends Error {
  override name = 'CofferError'
  /** What to switch on. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** No answer came, so whether the server acted is unknown: `TIMEOUT`, or `NETWORK_ERROR`, which a refused origin and a redirect are too. */
export class NetworkError extends CofferError {
  override name = 'NetworkError'
}

/** The server answered with an error. It holds nothing of the request. */
export class ApiError extends CofferError {
  override name = 'ApiError'
  readonly status: number
  /** Names the request in the server's logs. */
  readonly requestId: string | undefined
  /** What went wrong this time, in English. */
  readonly detail: string
  /** What a validation found, each with a JSON pointer to its place. */
  readonly errors: readonly FieldError[]
  /** Seconds until a retry makes sense. */
  readonly retryAfter: number | undefined

  constructor({ status, headers }: Response, answer: unknown) {
    const { code, detail, errors } = problemIn(answer)
    super(code ?? `HTTP_${status}`, detail ?? `The answer was ${status}, and no error of Coffer's.`)
    this.status = status
    this.requestId = headers.get('x-request-id') ?? undefined
    this.detail = this.message
    this.errors = errors ?? []
    this.retryAfter = secondsIn(headers)
  }
}

/** What an answer says of an error; nothing where something in between answered. */
export const problemIn = (answer: unknown): Partial<components['schemas']['Problem']> =>
  typeof answer === 'object' && answer !== null ? answer : {}

/** The seconds of `Retry-After`. A date there would need clocks that agree, and Coffer sends none. */
export function secondsIn(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined
}
