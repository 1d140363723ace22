/** The headers of responses. */
export const HEADERS = {
  'X-Request-Id': {
    description: 'Identifies this request in the logs. If the request has a well-formed `X-Request-Id`, it is kept.',
    required: true,
    schema: { type: 'string', examples: ['0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'] },
  },
  'Retry-After': {
    description: 'The seconds to wait before a retry.',
    required: true,
    schema: { type: 'integer', format: 'int32', minimum: 0, examples: [30] },
  },
  ETag: {
    description: 'Identifies the state of the object, for `If-None-Match` and `If-Match`.',
    required: true,
    schema: { type: 'string', examples: ['"3"'] },
  },
  Link: {
    description: 'The URL of the next page, with `rel="next"`; absent on the last page.',
    schema: { type: 'string', examples: ['<https://coffer.example.com/v1/assets?cursor=eyJ2IjoxfQ>; rel="next"'] },
  },
  RateLimit: {
    description: 'What is left of the rate limit, if one is set (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"default";r=599;t=60'] },
  },
  'RateLimit-Policy': {
    description: 'The rate limit, if one is set (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"default";q=600;w=60'] },
  },
  'WWW-Authenticate': {
    description: '`Bearer`, with `error="invalid_token"` if the access token was refused (RFC 6750).',
    required: true,
    schema: { type: 'string', examples: ['Bearer error="invalid_token"'] },
  },
  'Set-Cookie': {
    description: 'The cookie `__Host-refresh`, if the session uses the cookie.',
    schema: { type: 'string', examples: ['__Host-refresh=…; Path=/; HttpOnly; Secure; SameSite=Strict'] },
  },
} as const

export type HeaderName = keyof typeof HEADERS

/** The headers of requests. */
export const PARAMETERS = {
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'An ETag. If the object still has it, the response is 304 without a body.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'An ETag. If the object has a different one by now, nothing is changed and the response is 412.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  'X-Request-Id': {
    name: 'X-Request-Id',
    in: 'header',
    description: 'Identifies this request in the logs. Every operation accepts it.',
    schema: { type: 'string', examples: ['0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'] },
  },
} as const
