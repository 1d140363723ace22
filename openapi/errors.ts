/**
 * Every error that Coffer responds with: `code` → HTTP status, title and default detail.
 * Codes are stable, because clients rely on them.
 */
export const catalogue = {
  MALFORMED_REQUEST: { status: 400, title: 'Malformed request', detail: 'The request could not be parsed.' },
  VALIDATION_FAILED: { status: 400, title: 'Validation failed', detail: 'The request does not match its schema.' },
  INVALID_CURSOR: {
    status: 400,
    title: 'Invalid cursor',
    detail: 'This list has not issued the cursor for these parameters.',
  },
  INVALID_FILTER: {
    status: 400,
    title: 'Invalid filter',
    detail: 'The list cannot be filtered by this key of the metadata: the schema of the server does not mark it.',
  },
  FILE_MISSING: { status: 400, title: 'File missing', detail: 'The request contains no file.' },
  TOKEN_INVALID: {
    status: 401,
    title: 'Invalid access token',
    detail: 'The access token is missing, invalid, expired or revoked. Refresh it and retry.',
  },
  API_KEY_INVALID: {
    status: 401,
    title: 'Invalid API key',
    detail:
      'The API key is unknown, expired or revoked, its owner is suspended, or it may not be used from this network.',
  },
  INVALID_CREDENTIALS: {
    status: 401,
    title: 'Invalid credentials',
    detail: 'The e-mail address or the password is wrong.',
  },
  INVALID_CODE: {
    status: 401,
    title: 'Invalid code',
    detail: 'The code is wrong, used or expired, or it belongs to another challenge.',
  },
  INVALID_REFRESH_TOKEN: {
    status: 401,
    title: 'Invalid refresh token',
    detail: 'The refresh token is missing, invalid, expired or revoked. Sign in again.',
  },
  INVALID_RESET_TOKEN: {
    status: 401,
    title: 'Invalid reset token',
    detail: 'The reset token is wrong, used or expired. Request a new code.',
  },
  FORBIDDEN: { status: 403, title: 'Forbidden', detail: 'You do not have permission for this operation.' },
  SCOPE_MISSING: { status: 403, title: 'Scope missing', detail: 'The API key lacks the scope of this operation.' },
  SESSION_REQUIRED: {
    status: 403,
    title: 'Session required',
    detail: 'This operation does not accept API keys. Sign in and use an access token.',
  },
  FACTOR_REQUIRED: {
    status: 403,
    title: 'Second factor required',
    detail: 'This requires a second factor. Add one to your account.',
  },
  REGISTRATION_CLOSED: {
    status: 403,
    title: 'Registration closed',
    detail: 'Registration is closed.',
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    title: 'Origin not allowed',
    detail: 'A request with the refresh cookie must come from an allowed origin.',
  },
  STEP_UP_REQUIRED: {
    status: 403,
    title: 'Step-up required',
    detail:
      'This operation requires a step-up by one of the methods: call stepUp, or send currentPassword for the method password.',
  },
  NOT_FOUND: { status: 404, title: 'Not found', detail: 'This does not exist, or you have no access to it.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    title: 'Method not allowed',
    detail: 'The path does not support this method. The Allow header lists the methods that it supports.',
  },
  REQUEST_TIMEOUT: { status: 408, title: 'Request timeout', detail: 'The request took too long to arrive.' },
  EMAIL_TAKEN: {
    status: 409,
    title: 'E-mail address taken',
    detail: 'Another account has this e-mail address.',
  },
  INVITATION_EXISTS: {
    status: 409,
    title: 'Invitation exists',
    detail: 'The address has a pending invitation. Resend or withdraw it.',
  },
  INVITATION_ENDED: {
    status: 409,
    title: 'Invitation ended',
    detail: 'The invitation was accepted or withdrawn.',
  },
  FACTOR_EXISTS: { status: 409, title: 'Factor exists', detail: 'Your account has this second factor already.' },
  LAST_FACTOR: {
    status: 409,
    title: 'Last factor',
    detail: 'Your account must keep at least one second factor. Add another one first.',
  },
  LAST_ADMINISTRATOR: {
    status: 409,
    title: 'Last administrator',
    detail: 'At least one active administrator must remain.',
  },
  WEBHOOK_DISABLED: {
    status: 409,
    title: 'Webhook disabled',
    detail: 'The webhook is disabled. Enable it first.',
  },
  REQUEST_IN_PROGRESS: {
    status: 409,
    title: 'Request in progress',
    detail: 'A request with this Idempotency-Key is still running. Retry after the number of seconds in Retry-After.',
  },
  PRECONDITION_FAILED: {
    status: 412,
    title: 'Precondition failed',
    detail: 'The object has changed: it no longer has the ETag in If-Match.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'Payload too large', detail: 'The request is larger than allowed.' },
  URI_TOO_LONG: { status: 414, title: 'URI too long', detail: 'The path, or a parameter in it, is too long.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'The content type is not accepted, or the content does not match it.',
  },
  EMAIL_NOT_ALLOWED: {
    status: 422,
    title: 'E-mail address not allowed',
    detail: 'Addresses of this domain are not allowed.',
  },
  PASSWORD_TOO_WEAK: {
    status: 422,
    title: 'Password too weak',
    detail: 'The password is too easy to guess. Choose another one.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    title: 'Idempotency key reused',
    detail: 'The first request with this Idempotency-Key had different content.',
  },
  WEBHOOK_URL_NOT_ALLOWED: {
    status: 422,
    title: 'Webhook URL not allowed',
    detail: 'The URL must be an https URL without credentials, and must not lead to a private network.',
  },
  TOO_MANY_PIXELS: { status: 422, title: 'Too many pixels', detail: 'The image has more pixels than allowed.' },
  QUOTA_EXCEEDED: { status: 422, title: 'Quota exceeded', detail: 'The upload would exceed your quota.' },
  RATE_LIMITED: {
    status: 429,
    title: 'Too many requests',
    detail: 'You are sending too many requests. Retry after the number of seconds in Retry-After.',
  },
  TOO_MANY_FAILURES: {
    status: 429,
    title: 'Too many failed attempts',
    detail: 'Too many attempts have failed. Retry after the number of seconds in Retry-After.',
  },
  TOO_MANY_CODES: {
    status: 429,
    title: 'Too many codes',
    detail:
      'Too many codes were requested, or the last one too recently. Retry after the number of seconds in Retry-After.',
  },
  HEADERS_TOO_LARGE: { status: 431, title: 'Headers too large', detail: 'The header fields are larger than allowed.' },
  INTERNAL_ERROR: {
    status: 500,
    title: 'Internal error',
    detail: 'Something went wrong on the server. The error has been logged.',
  },
  STORAGE_FAILED: { status: 502, title: 'File store failed', detail: 'The file store responded with an error.' },
  DATABASE_UNAVAILABLE: {
    status: 503,
    title: 'Database unavailable',
    detail: 'The database cannot be reached. Retry later.',
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    title: 'File store busy',
    detail: 'The file store is not accepting requests at the moment. Retry later.',
  },
  OVERLOADED: {
    status: 503,
    title: 'Overloaded',
    detail: 'The server cannot handle the request at the moment. Retry later.',
  },
  STORAGE_TIMEOUT: { status: 504, title: 'File store timeout', detail: 'The file store did not respond in time.' },
} as const satisfies Record<string, { status: number; title: string; detail: string }>

export type ProblemCode = keyof typeof catalogue

/** One invalid value: a JSON pointer into the request, the code of the broken rule and a message. */
export interface FieldError {
  pointer: string
  code: string
  message: string
}

export interface ProblemOptions {
  detail?: string
  /** The seconds to wait before a retry, sent as `Retry-After`. */
  retryAfter?: number
  errors?: FieldError[]
  /** The methods of the step-up that is required. */
  methods?: readonly string[]
  cause?: unknown
}

/** An error of the catalogue, for handlers and what they call to throw; the response is RFC 9457 problem details. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly statusCode: number
  readonly retryAfter: number | undefined
  readonly errors: FieldError[] | undefined
  readonly methods: readonly string[] | undefined

  constructor(
    readonly code: ProblemCode,
    { detail, retryAfter, errors, methods, cause }: ProblemOptions = {},
  ) {
    super(detail ?? catalogue[code].detail, { cause })
    this.statusCode = catalogue[code].status
    this.retryAfter = retryAfter
    this.errors = errors
    this.methods = methods
  }
}

/** Returns the error for a caller whose account was deleted or suspended after the guard had admitted the request. */
export const accountGone = () => new Problem('TOKEN_INVALID')
