import { v2 } from 'cloudinary'
import t from 'tap'
import { jpeg, startStore } from './helper.js'

/** Resolves with the value or the failure of a promise. */
const outcome = (promise: Promise<{ [name: string]: unknown }>) => promise.catch((error) => error.error ?? error)

async function startFaulty(t: Parameters<typeof startStore>[0]) {
  const store = await startStore(t, { faults: true })
  const bytes = await jpeg(5, 5)
  return {
    ...store,
    inject: (fault: string | number, more: object = {}) =>
      store.control('POST', 'faults', { operation: 'upload', fault, ...more }),
    attempt: (more: object = {}) => outcome(store.upload(bytes, { public_id: 'a', ...more })),
    stored: async () => (await outcome(v2.api.resource('a', store.account))).public_id === 'a',
  }
}

t.test('without the option there is no way to inject a fault or to read requests', async (t) => {
  const { control } = await startStore(t)
  t.equal((await control('POST', 'faults', { operation: 'upload', fault: 500 })).status, 400)
  t.equal((await control('GET', 'requests')).status, 400)
})

t.test('a fault hits as many requests of its operation as were asked for', async (t) => {
  const { inject, attempt, control, account } = await startFaulty(t)
  t.match(await inject(500, { count: 2 }), { faults: [{ operation: 'upload', fault: 500, count: 2 }] })
  t.same(await v2.api.ping(account), { status: 'ok' })
  for (const http_code of [500, 500]) t.match(await attempt(), { http_code, message: 'Injected 500' })
  t.match(await attempt(), { public_id: 'a' })
  await inject(500, { operation: 'any' })
  t.match(await outcome(v2.api.ping(account)), { http_code: 500 })
  await inject(500)
  t.match(await control('DELETE', 'faults'), { faults: [] })
  t.match(await attempt(), { public_id: 'a' })
  for (const body of [{ operation: 'upload', fault: 'fire' }, { operation: 'x', fault: 500 }, { fault: 500 }]) {
    t.equal((await control('POST', 'faults', body)).status, 400)
  }
})

t.test('statuses and redirects come before anything is stored', async (t) => {
  const { inject, attempt, stored } = await startFaulty(t)
  for (const status of [420, 429, 500, 502, 503]) {
    await inject(status)
    t.match(await attempt(), { http_code: status })
  }
  await inject('redirect')
  t.match(await attempt(), { http_code: 302 })
  t.equal(await stored(), false)
})

t.test('a connection is reset, or dropped once the request was read, before anything is stored', async (t) => {
  const { inject, attempt, stored } = await startFaulty(t)
  for (const fault of ['reset', 'drop-before']) {
    await inject(fault)
    t.match(await attempt(), { code: /^(ECONNRESET|EPIPE)$/ }, fault)
  }
  t.equal(await stored(), false)
})

t.test('an answer is lost, cut short or false after the file is stored', async (t) => {
  const { inject, attempt, stored, destroy } = await startFaulty(t)
  await inject('drop-after')
  t.match(await attempt(), { code: 'ECONNRESET' })
  t.equal(await stored(), true)
  await destroy('a')
  await inject('malformed')
  t.match(await attempt(), { message: /invalid JSON/ })
  t.equal(await stored(), true)
  await inject('foreign-url')
  t.match(await attempt(), { public_id: 'a', secure_url: /^https:\/\/files\.example\.net\// })
})

t.test('a delay holds a request up; one that hangs is never answered, and does not hold up the end', async (t) => {
  const { inject, attempt, control, close } = await startFaulty(t)
  await inject('delay', { ms: 150 })
  const start = performance.now()
  t.match(await attempt(), { public_id: 'a' })
  t.ok(performance.now() - start >= 149)
  await inject('hang')
  t.match(await attempt({ timeout: 50 }), { http_code: 499 })
  await inject('hang')
  const hanging = attempt()
  let items: unknown[] = []
  while (items.length < 3) items = (await control('GET', 'requests')).items ?? []
  t.match(items, [
    { fault: 'delay', status: 200, closed: true },
    { fault: 'hang', status: null, closed: true },
    { fault: 'hang', status: null, closed: false },
  ])
  await close()
  t.match(await hanging, { code: 'ECONNRESET' })
})

t.test('a fault on a delivered file leaves its bytes alone but for dropping them', async (t) => {
  const { inject, attempt, base } = await startFaulty(t)
  const { secure_url } = await attempt()
  await inject('malformed', { operation: 'delivery' })
  t.equal((await fetch(secure_url)).status, 200)
  await inject('drop-after', { operation: 'delivery' })
  await t.rejects(fetch(secure_url))
  t.match(secure_url, base)
})

t.test('every request is listed with what it said, secrets and bytes apart', async (t) => {
  const { attempt, control, destroy, account } = await startFaulty(t)
  await attempt({ filename: 'me@example.com.jpg', tags: ['x'] })
  await v2.api.delete_resources(['b'], account)
  await destroy('c')
  const { items } = await control('GET', 'requests')
  t.match(items, [
    {
      operation: 'upload',
      method: 'POST',
      url: '/cloudinary/v1_1/local/image/upload',
      body: { fields: { public_id: 'a', tags: 'x' }, filename: 'me@example.com.jpg' },
      status: 200,
      fault: null,
      closed: true,
    },
    { operation: 'bulk-delete', method: 'DELETE', body: { 'public_ids[]': 'b' } },
    { operation: 'destroy', body: { fields: { public_id: 'c' } } },
  ])
  t.equal(items?.length, 3)
  t.match(await control('DELETE', 'requests'), { items: [] })
  t.same((await control('GET', 'requests')).items, [])
})
