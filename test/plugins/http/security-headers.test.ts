import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { build, post, serve } from '../../support/app.js'

t.test('every answer carries the security headers, an id, and is not cached', async (t) => {
  const { app } = await build(t)
  const answers = {
    200: await app.inject('/health/live'),
    400: await post(app, '/v1/auth/login', {}),
    401: await app.inject('/v1/users/me'),
    404: await app.inject('/nowhere'),
    405: await app.inject({ method: 'PUT', url: '/v1/auth/login' }),
    415: await post(app, '/v1/auth/login', undefined, { payload: 'x', headers: { 'content-type': 'text/plain' } }),
  }
  for (const [status, { statusCode, headers }] of Object.entries(answers)) {
    t.equal(statusCode, Number(status))
    t.match(headers, {
      'cache-control': 'no-store',
      'content-security-policy': /default-src 'none'.*base-uri 'none'.*frame-ancestors 'none'/,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-request-id': /^[\da-f-]{36}$/,
    })
    t.equal(headers['x-powered-by'], undefined)
    t.equal(headers.server, undefined)
    t.match(headers['content-type'], status === '200' ? 'application/json' : 'application/problem+json; charset=utf-8')
  }
})

t.test('a well-formed request id is taken over, any other replaced', async (t) => {
  const { app } = await build(t)
  const idOf = async (id: string) =>
    (await app.inject({ url: '/nowhere', headers: { 'x-request-id': id } })).headers['x-request-id']
  t.equal(await idOf('trace-0123456789'), 'trace-0123456789')
  for (const id of ['short', 'a b c d e f g h', 'x'.repeat(129), '"quoted-id"']) t.not(await idOf(id), id)
})

t.test('only the configured origins are allowed by CORS', async (t) => {
  const { app } = await build(t, { env: { CORS_ORIGINS: 'https://app.example, https://admin.example' } })
  const get = (origin: string) => app.inject({ url: '/health/live', headers: { origin } })
  const allowed = await get('https://app.example')
  t.match(allowed.headers, {
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': /etag.*link.*ratelimit.*ratelimit-policy.*retry-after.*x-request-id/i,
    vary: /origin/i,
  })
  for (const origin of ['null', 'https://evil.example', 'https://app.example.evil.example', 'http://app.example']) {
    const { headers } = await get(origin)
    t.equal(headers['access-control-allow-origin'], undefined, origin)
    t.equal(headers['access-control-allow-credentials'], undefined, origin)
    t.match(headers.vary, /origin/i)
  }
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/v1/users/me',
    headers: {
      origin: 'https://admin.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,if-match,traceparent,baggage',
    },
  })
  t.equal(preflight.statusCode, 204)
  t.match(preflight.headers, {
    'access-control-allow-origin': 'https://admin.example',
    'access-control-allow-methods': /PATCH/,
    'access-control-allow-headers': /authorization.*if-match.*traceparent.*baggage/i,
    'x-content-type-options': 'nosniff',
  })
})

t.test('a page of an allowed origin can read what is answered before routing', async (t) => {
  const { app } = await build(t, { env: { CORS_ORIGINS: 'https://app.example' } })
  const { hostname, port } = new URL(await serve(app))
  const answerTo = async (origin: string, path: string, header = '') => {
    const socket = connect(Number(port), hostname)
    socket.end(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nOrigin: ${origin}\r\n${header}\r\n`)
    return text(socket)
  }
  const refusals: Record<number, [string, string?]> = {
    404: ['/%zz'],
    414: [`/v1/assets/${'x'.repeat(300)}`],
    431: ['/health/live', `X: ${'x'.repeat(20_000)}\r\n`],
  }
  for (const [status, request] of Object.entries(refusals)) {
    const allowed = await answerTo('https://app.example', ...request)
    t.match(allowed, new RegExp(`^HTTP/1.1 ${status} `))
    t.match(allowed, /\r\naccess-control-allow-origin: https:\/\/app\.example\r\n/i, status)
    t.match(allowed, /\r\naccess-control-allow-credentials: true\r\n/i, status)
    t.match(allowed, /\r\naccess-control-expose-headers: .*x-request-id/i, status)
    const foreign = await answerTo('https://evil.example', ...request)
    t.notMatch(foreign, /access-control-allow/i, status)
    t.match(foreign, /\r\nvary: Origin\r\n/i, status)
  }
})
