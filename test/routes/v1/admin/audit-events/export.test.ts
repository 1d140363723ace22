import { once } from 'node:events'
import { request } from 'node:http'
import { Types } from 'mongoose'
import t from 'tap'
import { audited, caller, loginAs } from '../../../../support/admin.js'
import { createKey } from '../../../../support/api-keys.js'
import { build, login, newDatabase, post, serve, type TestApp } from '../../../../support/app.js'
import { startProxy, throughProxy } from '../../../../support/proxy.js'
import { until } from '../../../../support/until.js'

const URL = '/v1/admin/audit-events/export'

interface Event {
  id: string
  at: string
  action: string
}

const read = (body: string): Event[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** Stores events as the server does, some of them at the same time, and returns their ids from the oldest to the newest. */
async function insertEvents({ app }: TestApp, count: number, details: Record<string, unknown> = {}) {
  const begin = Date.parse('2020-01-01T00:00:00Z')
  const rows = Array.from({ length: count }, (_, index) => ({
    _id: new Types.ObjectId().toString(),
    at: new Date(begin + Math.floor(index / 3)),
    action: 'login.failed',
    actorId: null,
    targetId: null,
    outcome: 'failure' as const,
    ip: null,
    userAgent: null,
    requestId: null,
    details: { index, ...details },
    removeAt: new Date('2100-01-01T00:00:00Z'),
  }))
  await app.db.AuditEvent.insertMany([...rows].reverse())
  return rows.map(({ _id }) => _id)
}

t.test('audit events are exported one a line, oldest first, by action and time', async (t) => {
  const test = await build(t)
  const { app, clock } = test
  const admin = await loginAs(test, { permissions: ['audit:read'] })
  const call = caller(test, admin)
  const owner = await login(test)
  await app.audit.idle()
  clock.advance(60_000)
  const later = app.now().toISOString()
  clock.advance(1000)
  await post(app, '/v1/auth/login', { email: owner.email, password: 'not it' })
  clock.advance(1000)

  const response = await call('GET', URL)
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], 'application/x-ndjson')
  t.equal(response.headers['content-disposition'], 'attachment; filename="audit-events.ndjson"')
  const events = read(response.body)
  t.equal(events.at(-1)?.action, 'login.failed', 'the newest is the last')
  t.same(
    events.map(({ at }) => at),
    events.map(({ at }) => at).sort(),
  )
  clock.advance(1000)
  const listed: Event[] = (await call('GET', '/v1/admin/audit-events?limit=100')).json().items
  t.equal(listed[0]?.action, 'admin.audit-exported', 'the export is audited, and is no part of itself')
  t.strictSame(events, listed.slice(1).reverse(), 'an event looks as it does in the list')

  const actions = async (query: string) => read((await call('GET', `${URL}?${query}`)).body).map(({ action }) => action)
  t.same(await actions('action=login.failed'), ['login.failed'])
  t.same((await actions(`from=${later}`))[0], 'login.failed')
  t.notOk((await actions(`to=${later}`)).includes('login.failed'))
  t.same(await actions(`from=${later}&to=${later}`), [])
  const [year] = new Date(app.now().getTime() + 366 * 24 * 3_600_000).toISOString().split('T')
  const all = await actions(`to=${year}T00:00:00Z`)
  t.equal(all.filter((action) => action === 'admin.audit-exported').length, 5, 'those of before this export')
})

t.test('an export reads many events in batches, each event once', async (t) => {
  const test = await build(t)
  const { bearer } = await createKey(test, await loginAs(test, { role: 'admin' }), { scopes: ['audit:read'] })
  const ids = await insertEvents(test, 2500)
  const { body } = await caller(test, { bearer })('GET', `${URL}?action=login.failed`)
  t.strictSame(
    read(body).map(({ id }) => id),
    ids,
  )
})

t.test('HEAD answers as GET does, and reads no event', async (t) => {
  const test = await build(t)
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  const { headers, body, statusCode } = await call('HEAD', URL)
  t.equal(statusCode, 200)
  t.equal(body, '')
  t.match(headers, { 'content-type': 'application/x-ndjson', 'content-length': undefined })
})

t.test('an export that fails midway breaks off', async (t) => {
  const { upstream, through } = throughProxy(await newDatabase())
  const proxy = await startProxy(t, upstream)
  const MONGODB_URI = through(proxy.port, 'serverSelectionTimeoutMS=500&connectTimeoutMS=500')
  const test = await build(t, { env: { MONGODB_URI } })
  const admin = await login(test)
  await test.app.db.User.updateOne({ email: admin.email }, { $set: { role: 'admin' } })
  // more than the connection buffers, so that not all is read before the client reads
  await insertEvents(test, 5000, { text: 'x'.repeat(10_000) })
  const origin = await serve(test.app)
  const options = { headers: admin.bearer }
  const [response] = await once(request(`${origin}${URL}?action=login.failed`, options).end(), 'response')
  t.equal(response.statusCode, 200)
  proxy.cut()
  let received = 0
  const readAll = async () => {
    for await (const chunk of response) received += chunk.length
  }
  await t.rejects(readAll(), { code: 'ECONNRESET' })
  t.ok(received > 0 && received < 50_000_000, `${received} bytes`)
  proxy.restore()
  await until(async () => (await test.app.inject({ url: '/v1/users/me', headers: admin.bearer })).statusCode === 200)
})

t.test('what cannot be exported is refused', async (t) => {
  const test = await build(t)
  t.equal((await test.app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
  const member = await login(test)
  t.equal((await caller(test, member)('GET', URL)).json().code, 'FORBIDDEN')
  t.ok((await audited(test.app, member.id)).includes('access.denied'))
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  for (const query of ['action=x', 'from=yesterday', 'to=1', 'limit=1', 'cursor=x', 'actorId=x']) {
    t.equal((await call('GET', `${URL}?${query}`)).json().code, 'VALIDATION_FAILED', query)
  }
})
