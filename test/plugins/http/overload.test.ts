import { setImmediate as turn } from 'node:timers/promises'
import t from 'tap'
import { build, login } from '../../support/app.js'

/** Stalls the event loop for two samples: the first ends the one that was under way, of which most was good. */
async function stall() {
  for (const _sample of [1, 2]) {
    const end = performance.now() + 1_200
    while (performance.now() < end);
    await turn()
    await turn()
  }
}

t.test('a stalled event loop answers 503 at once, and whoever looks after the process still sees it', async (t) => {
  const test = await build(t, { limits: { eventLoopDelay: 1_000 } })
  const { app } = test
  const { bearer } = await login(test)
  await stall()
  const refused = await app.inject({ url: '/v1/users/me', headers: bearer })
  t.match({ ...refused.json(), status: refused.statusCode }, { status: 503, code: 'OVERLOADED' })
  t.match(refused.headers, { 'retry-after': '5', 'x-content-type-options': 'nosniff', 'x-request-id': /./ })
  for (const url of ['/health/live', '/health/ready', '/metrics']) t.equal((await app.inject(url)).statusCode, 200, url)
  while ((await app.inject({ url: '/v1/users/me', headers: bearer })).statusCode !== 200) await turn()
  t.pass('and it recovers')
})

t.test('a full heap answers 503, in its own app alone', async (t) => {
  const full = await build(t, { limits: { heapBytes: 1 } })
  const other = await build(t)
  while ((await full.app.inject('/v1/users/me')).statusCode !== 503) await turn()
  t.equal((await other.app.inject('/v1/users/me')).statusCode, 401)
  t.equal((await full.app.inject('/nowhere')).json().code, 'OVERLOADED')
})

t.test('a process whose memory is nearly used up refuses forms, and serves the rest', async (t) => {
  const test = await build(t, { limits: { residentBytes: 1 } })
  const { app } = test
  const { bearer } = await login(test)
  const form = await app.inject({
    method: 'POST',
    url: '/v1/assets',
    headers: { ...bearer, 'content-type': 'Multipart/Form-Data; boundary=b' },
    payload: '--b--\r\n',
  })
  t.match({ ...form.json(), status: form.statusCode }, { status: 503, code: 'OVERLOADED' })
  t.equal(form.headers['retry-after'], '5')
  t.equal((await app.inject({ url: '/v1/users/me', headers: bearer })).statusCode, 200)
})
