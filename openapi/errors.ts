/**
 * The catalogue of every error that Coffer answers: `code` → HTTP status, title and default detail.
 * Codes are stable; clients switch on them.
 */
export const catalogue = {
  MALFORMED_REQUEST: { status: 400, title: 'Malformed request', detail: 'The request could not be parsed.' },
  VALIDATION_FAILED: { status: 400, title: 'Validation failed', detail: 'The request does not match its schema.' },
  INVALID_CURSOR: {
    status: 400,
    title: 'Invalid cursor',
    detail: 'The cursor is not one that this list issued for these parameters.',
  },
  FILE_MISSING: { status: 400, title: 'File missing', detail: 'The request carries no file.' },
  TOKEN_INVALID: {
    status: 401,
    title: 'Access token invalid',
    detail: 'The access token is missing, expired or revoked. Refresh it and retry.',
  },
  INVALID_CREDENTIALS: {
    status: 401,
    title: 'Invalid credentials',
    detail: 'The e-mail address or password is wrong.',
  },
  INVALID_CODE: {
    status: 401,
    title: 'Invalid code',
    detail: 'The code is wrong, used, expired, or belongs to another challenge.',
  },
  INVALID_REFRESH_TOKEN: {
    status: 401,
    title: 'Refresh token invalid',
    detail: 'The refresh token is missing, expired or revoked. Sign in again.',
  },
  INVALID_RESET_TOKEN: {
    status: 401,
    title: 'Reset token invalid',
    detail: 'The reset token is wrong, used or expired. Ask for a new code.',
  },
  FORBIDDEN: { status: 403, title: 'Forbidden', detail: 'Your account lacks the permission for this.' },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    title: 'Origin not allowed',
    detail: 'A request with the refresh cookie must come from an allowed origin.',
  },
  STEP_UP_REQUIRED: { status: 403, title: 'Step-up required', detail: 'Repeat the request with currentPassword.' },
  NOT_FOUND: { status: 404, title: 'Not found', detail: 'Nothing is here, or it is not yours.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    detail: 'See the Allow header for what this path answers.',
  },
  REQUEST_TIMEOUT: { status: 408, title: 'Request timeout', detail: 'The request took too long to arrive.' },
  EMAIL_TAKEN: {
    status: 409,
    title: 'E-mail address taken',
    detail: 'Another account has this e-mail address by now.',
  },
  LAST_ADMINISTRATOR: {
    status: 409,
    title: 'Last administrator',
    detail: 'Coffer must keep at least one active administrator.',
  },
  REQUEST_IN_PROGRESS: {
    status: 409,
    title: 'Request in progress',
    detail: 'Another request with this Idempotency-Key still runs. Retry after the time in Retry-After.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'Precondition failed',
    detail: 'The object has changed since the ETag in If-Match.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Payload too large', detail: 'The request is larger than allowed.' },
  URI_TOO_LONG: { status: 414, title: 'URI too long', detail: 'The path or a parameter of it is too long.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'The content type is not accepted, or does not agree with the content.',
  },
  PASSWORD_TOO_WEAK: { status: 422, title: 'Password too weak', detail: 'Choose another password.' },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Idempotency key reused',
    detail: 'The first request with this Idempotency-Key had another content.',
  },
  TOO_MANY_PIXELS: { status: 422, title: 'Too many pixels', detail: 'The image has more pixels than allowed.' },
  QUOTA_EXCEEDED: { status: 422, title: 'Quota exceeded', detail: 'There is no room left for this file.' },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    detail: 'Slow down, and retry after the time in Retry-After.',
  },
  TOO_MANY_FAILURES: {
    status: 429,
    title: 'Too many failed attempts',
    detail: 'Too many failed attempts. Retry after the time in Retry-After.',
  },
  TOO_MANY_CODES: {
    status: 429,
    title: 'Too many codes',
    detail: 'A code was sent recently. Retry after the time in Retry-After.',
  },
  HEADERS_TOO_LARGE: { status: 431, title: 'Headers too large', detail: 'The header fields are larger than allowed.' },
  INTERNAL_ERROR: { status: 500, title: 'Internal error', detail: 'Something went wrong here. It has been logged.' },
  STORAGE_FAILED: { status: 502, title: 'File store failed', detail: 'The file store answered with an error.' },
  DATABASE_UNAVAILABLE: {
    status: 503,
    title: 'Database unavailable',
    detail: 'The database cannot be reached. Retry later.',
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    title: 'File store busy',
    detail: 'The file store refuses work for now. Retry later.',
  },
  OVERLOADED: { status: 503, title: 'Overloaded', detail: 'The server is at its limit. Retry later.' },
  STORAGE_TIMEOUT: { status: 504, title: 'File store timeout', detail: 'The file store did not answer in time.' },
} as const satisfies Record<string, { status: number; title: string; detail: string }>

export type ProblemCode = keyof typeof catalogue

/** One finding of a validation: a JSON pointer into the request, a stable code and a sentence. */
export interface FieldError {
  pointer: string
  code: string
  message: string
}

export interface ProblemOptions {
  detail?: string
  /** Seconds until a retry makes sense; sent as `Retry-After`. */
  retryAfter?: number
  errors?: FieldError[]
  cause?: unknown
}

/** An error of the catalogue, to be thrown anywhere below a handler; answered as RFC 9457 problem details. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly statusCode: number
  readonly retryAfter: number | undefined
  readonly errors: FieldError[] | undefined

  constructor(
    readonly code: ProblemCode,
    { detail, retryAfter, errors, cause }: ProblemOptions = {},
  ) {
    super(detail ?? catalogue[code].detail, { cause })
    this.statusCode = catalogue[code].status
    this.retryAfter = retryAfter
    this.errors = errors
  }
}

/** The answer to a caller whose account was deleted or suspended after the guard had let the request in: as if it came now. */
export const accountGone = () => new Problem('TOKEN_INVALID')
