import type { IncomingHttpHeaders } from 'node:http'
import t from 'tap'
import { build, post } from '../../support/app.js'

const forgot = (test: Awaited<ReturnType<typeof build>>, headers: IncomingHttpHeaders) =>
  post(test.app, '/v1/auth/password/forgot', { email: 'ada@example.com' }, { remoteAddress: '10.1.2.3', headers })

/** The client's address in the log line of a request with this X-Forwarded-For. */
async function loggedAddress(test: Awaited<ReturnType<typeof build>>, forwardedFor: string, url = '/nowhere') {
  test.logs.length = 0
  await test.app.inject({ url, remoteAddress: '10.1.2.3', headers: { 'x-forwarded-for': forwardedFor } })
  await test.app.requests.idle()
  return test.logs.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'request completed').ip
}

t.test('the address of a client is read in every form in which proxies write it', async (t) => {
  const test = await build(t, { env: { TRUST_PROXY: '10.0.0.0/8' } })
  const addresses: Record<string, string> = {
    '203.0.113.8': '203.0.113.8',
    '203.0.113.8:50002': '203.0.113.8',
    '2001:db8::1': '2001:db8::1',
    '[2001:db8::1]': '2001:db8::1',
    '[2001:DB8::1]:443': '2001:db8::1',
    '::ffff:203.0.113.8': '203.0.113.8',
    'fe80::1%eth0': 'fe80::1',
    '198.51.100.1, 203.0.113.8:1, 10.9.9.9:2': '203.0.113.8',
    '198.51.100.1, unknown, 10.9.9.9': '10.9.9.9',
    unknown: '10.1.2.3',
    '1.2.3': '10.1.2.3',
    '': '10.1.2.3',
  }
  for (const [header, address] of Object.entries(addresses)) t.equal(await loggedAddress(test, header), address, header)
  t.equal(await loggedAddress(test, '203.0.113.8:1', '/%zz'), '203.0.113.8', 'a path that cannot be decoded')
})

t.test('a port that changes with each request gives no new limit', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT_AUTH: '2', OTP_MAX_SENDS: '0', TRUST_PROXY: '10.0.0.0/8' } })
  const statuses = []
  for (const port of [1, 2, 3]) {
    statuses.push((await forgot(test, { 'x-forwarded-for': `203.0.113.8:${port}` })).statusCode)
  }
  t.same(statuses, [202, 202, 429])
})

t.test('a proxy that TRUST_PROXY does not name is warned about once', async (t) => {
  const warnings = (test: Awaited<ReturnType<typeof build>>) =>
    test.logs.filter((line) => line.includes('TRUST_PROXY')).map((line) => JSON.parse(line))
  const unset = await build(t, { own: true })
  await forgot(unset, { 'x-forwarded-for': '203.0.113.8' })
  t.equal(warnings(unset).length, 1)
  const other = await build(t, { own: true, env: { TRUST_PROXY: '192.0.2.0/24' } })
  await forgot(other, { 'x-forwarded-for': '203.0.113.8' })
  await forgot(other, { 'x-forwarded-for': '203.0.113.9' })
  t.match(warnings(other), [{ level: 40, peer: '10.1.2.3' }])
  t.equal(warnings(other).length, 1)
  const named = await build(t, { own: true, env: { TRUST_PROXY: '10.0.0.0/8' } })
  await forgot(named, { 'x-forwarded-for': '203.0.113.8' })
  await forgot(named, {})
  t.same(warnings(named), [])
})
