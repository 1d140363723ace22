import t from 'tap'
import { SITE_FACTOR } from '../../../plugins/http/rate-limit.js'
import { build, post } from '../../support/app.js'

const forgot = (test: Awaited<ReturnType<typeof build>>, remoteAddress: string, headers = {}) =>
  post(test.app, '/v1/auth/password/forgot', { email: 'nobody@example.com' }, { remoteAddress, headers })

t.test('an address that asks too much is refused until its minute is over', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT: '3' } })
  const get = (url: string) => test.app.inject({ url, remoteAddress: '192.0.2.1' })
  t.match((await get('/v1/users/me')).headers, {
    ratelimit: /^"default";r=2;t=\d+$/,
    'ratelimit-policy': '"default";q=3;w=60',
  })
  t.equal((await get('/nowhere')).statusCode, 404, 'an unknown path counts')
  t.equal((await get('/v1/users/me')).statusCode, 401)
  const refused = await get('/v1/users/me')
  t.equal(refused.statusCode, 429)
  t.match(refused.json(), { code: 'RATE_LIMITED', status: 429 })
  t.match(refused.headers, { 'retry-after': /^\d+$/, ratelimit: /^"default";r=0;t=\d+$/ })
  t.equal((await get('/nowhere')).statusCode, 429, 'an unknown path is limited')
  t.equal((await get('/health/live')).statusCode, 200, 'health is not')
  t.equal(
    (await test.app.inject({ url: '/v1/users/me', remoteAddress: '192.0.2.2' })).statusCode,
    401,
    'others are not',
  )
})

t.test('the routes of sign-in share a stricter limit, by IPv6 network, whatever a client forwards', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT_AUTH: '2', OTP_MAX_SENDS: '0' } })
  t.equal((await forgot(test, '2001:db8::1')).statusCode, 202)
  const second = await post(
    test.app,
    '/v1/auth/login',
    { email: 'a@b.example', password: 'x' },
    { remoteAddress: '2001:db8::2' },
  )
  t.equal(second.statusCode, 401)
  t.equal((await forgot(test, '2001:db8::3', { 'x-forwarded-for': '198.51.100.7' })).statusCode, 429)
  t.equal((await forgot(test, '2001:db8:0:1::1')).statusCode, 202, 'another network')
  t.equal((await test.app.inject({ url: '/v1/users/me', remoteAddress: '2001:db8::1' })).statusCode, 401)
})

t.test('a trusted proxy says where a request comes from; nobody else does', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT_AUTH: '1', OTP_MAX_SENDS: '0', TRUST_PROXY: '10.0.0.0/8' } })
  const from = (remoteAddress: string, client: string) => forgot(test, remoteAddress, { 'x-forwarded-for': client })
  t.equal((await from('10.1.2.3', '198.51.100.1')).statusCode, 202)
  t.equal((await from('10.1.2.3', '198.51.100.2')).statusCode, 202)
  t.equal((await from('10.1.2.3', '198.51.100.1')).statusCode, 429)
  t.equal((await from('10.1.2.3', '203.0.113.9, 198.51.100.1')).statusCode, 429, 'only the last hop is believed')
  t.equal((await from('192.0.2.1', '198.51.100.3')).statusCode, 202)
  t.equal((await from('192.0.2.1', '198.51.100.4')).statusCode, 429)
})

t.test('the networks of one IPv6 /48 share a larger limit', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT_AUTH: '1', RATE_LIMIT: '1', OTP_MAX_SENDS: '0' } })
  const network = (site: number, index: number) => `2001:db8:${site.toString(16)}:${index.toString(16)}::1`
  const get = (remoteAddress: string) => test.app.inject({ url: '/v1/users/me', remoteAddress })
  for (let index = 0; index < SITE_FACTOR; index++) {
    t.equal((await forgot(test, network(1, index))).statusCode, 202)
    t.equal((await get(network(1, index))).statusCode, 401)
  }
  const refused = await forgot(test, network(1, SITE_FACTOR))
  t.equal(refused.statusCode, 429)
  t.match(refused.headers, { 'retry-after': /^\d+$/ })
  t.equal((await get(network(1, SITE_FACTOR))).statusCode, 429)
  t.equal((await forgot(test, network(2, 0))).statusCode, 202, 'another /48')
  for (let host = 1; host <= SITE_FACTOR + 1; host++) {
    t.equal((await forgot(test, `192.0.2.${host}`)).statusCode, 202, 'IPv4 has no such limit')
  }
})

t.test('what no route counts is limited too: preflights, and paths that the router refuses', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT: '2', CORS_ORIGINS: 'https://app.example' } })
  const from = (remoteAddress: string) => ({
    preflight: () =>
      test.app.inject({
        method: 'OPTIONS',
        url: '/v1/users/me',
        remoteAddress,
        headers: { origin: 'https://app.example', 'access-control-request-method': 'GET' },
      }),
    undecodable: () => test.app.inject({ url: '/%zz', remoteAddress }),
    long: () => test.app.inject({ url: `/v1/assets/${'x'.repeat(300)}`, remoteAddress }),
  })
  const first = from('192.0.2.1')
  t.equal((await first.preflight()).statusCode, 204)
  t.equal((await first.undecodable()).statusCode, 404)
  for (const ask of Object.values(first)) {
    const response = await ask()
    t.match({ status: response.statusCode, ...response.json() }, { status: 429, code: 'RATE_LIMITED' })
    t.match(response.headers, { 'retry-after': /^\d+$/ })
  }
  t.equal((await from('192.0.2.2').long()).statusCode, 414, 'others are not')
})
