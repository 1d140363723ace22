import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { Types } from 'mongoose'
import { Webhook as Verifier } from 'standardwebhooks'
import t, { type Test } from 'tap'
import type { JobDocument } from '../../../models/job.js'
import { verifyWebhook } from '../../../openapi/client/webhook.js'
import { CONCURRENCY, MAX_RETRY_AFTER_MS, retryAfterMs, SCHEDULE } from '../../../plugins/webhooks/index.js'
import { ANSWER_MS, MAX_ANSWER_BYTES } from '../../../plugins/webhooks/send.js'
import { form } from '../../routes/v1/assets/client.js'
import { caller } from '../../support/admin.js'
import { build, login, PASSWORD, register, tally } from '../../support/app.js'
import { makeCertificate } from '../../support/certificate.js'
import { storeSession } from '../../support/session.js'
import { until } from '../../support/until.js'
import {
  createWebhook,
  type Received,
  settle,
  startEndpoint,
  startNameServer,
  startWithAdmin,
} from '../../support/webhooks.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR

t.setTimeout(300_000)

const byId = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

const signed = ({ headers }: Received) => headers as Record<string, string>

/** A webhook of an endpoint, its deliveries, and a test event for it. */
async function begin(t: Test, url: string, options: Parameters<typeof startWithAdmin>[1] = {}) {
  const started = await startWithAdmin(t, options)
  const { test, admin, call, app } = started
  const { webhook, secret } = await createWebhook(test, admin, url)
  const path = `/v1/admin/webhooks/${webhook.id}`
  return {
    ...started,
    webhook,
    secret,
    path,
    /** Sends a test event, and returns what became of its delivery. */
    async send() {
      const response = await call('POST', `${path}/test`)
      t.equal(response.statusCode, 202, response.body)
      await settle(test)
      return (await call('GET', `${path}/deliveries`)).json().items[0]
    },
    deliveries: async () => (await call('GET', `${path}/deliveries?limit=100`)).json().items,
    shown: async () => (await call('GET', path)).json(),
    job: async (id: string) => (await app.db.Job.findById(id).lean()) as JobDocument,
  }
}

t.test('an event is posted as Standard Webhooks says, and verifiers accept it', async (t) => {
  const endpoint = await startEndpoint(t)
  const { send, secret, webhook, call, path } = await begin(t, endpoint.url)
  const delivery = await send()
  t.match(delivery, {
    id: /^msg_[0-9a-f]{24}$/,
    event: 'webhook.test',
    state: 'delivered',
    attempts: 1,
    nextAttemptAt: null,
    lastStatus: 204,
    lastError: null,
  })
  const [received] = endpoint.received as [Received]
  t.match(received.headers, {
    'content-type': 'application/json',
    'user-agent': 'Coffer-Webhooks/1',
    'webhook-id': delivery.id,
    'webhook-timestamp': /^\d{10}$/,
    'webhook-signature': /^v1,[\w+/]{43}=$/,
  })
  t.strictSame(Object.keys(received.event), ['type', 'timestamp', 'data'])
  t.match(received.event, { type: 'webhook.test', data: { webhookId: webhook.id } })
  t.strictSame(new Verifier(secret).verify(received.body, signed(received)), received.event)
  t.match(await verifyWebhook({ secret, headers: signed(received), body: received.body }), { id: delivery.id })
  t.throws(() => new Verifier(secret).verify(`${received.body} `, signed(received)), /signature/)
  t.throws(() => new Verifier(`whsec_${Buffer.alloc(32).toString('base64')}`).verify(received.body, signed(received)))

  const again = await call('POST', `${path}/deliveries/${delivery.id}/redeliver`)
  t.equal(again.statusCode, 202)
  await until(() => endpoint.received.length === 2)
  t.equal(endpoint.received[1]?.headers['webhook-id'], delivery.id, 'the same id, so that a receiver can tell')
  t.equal(endpoint.received[1]?.body, received.body)
})

t.test('after a rotation both secrets sign for a day', async (t) => {
  const endpoint = await startEndpoint(t)
  const { send, secret, call, path, clock } = await begin(t, endpoint.url)
  const rotate = async () =>
    (await call('POST', `${path}/rotate-secret`, { currentPassword: PASSWORD })).json().secret as string
  const verifies = (one: string) => {
    const { headers, body } = endpoint.received.at(-1) as Received
    const now = new Date(Number(headers['webhook-timestamp']) * 1000)
    const signature = new Verifier(one).sign(headers['webhook-id'] as string, now, body)
    return `${headers['webhook-signature']}`.split(' ').includes(signature)
  }
  const second = await rotate()
  t.match(second, /^whsec_[\w+/]{43}=$/)
  await send()
  t.strictSame([verifies(secret), verifies(second)], [true, true])
  const { headers, body } = endpoint.received.at(-1) as Received
  for (const one of [secret, second]) t.ok(new Verifier(one).verify(body, headers as Record<string, string>))
  const third = await rotate()
  await send()
  t.strictSame([verifies(secret), verifies(second), verifies(third)], [false, true, true])
  clock.advance(DAY)
  await send()
  t.strictSame([verifies(second), verifies(third)], [false, true])
})

t.test('what an endpoint answers decides what becomes of a delivery', async (t) => {
  const endpoint = await startEndpoint(t)
  const { send, logs } = await begin(t, endpoint.url)
  const elsewhere = await startEndpoint(t)
  const statuses: [number, string][] = [
    [200, 'delivered'],
    [202, 'delivered'],
    [299, 'delivered'],
    [301, 'waiting'],
    [302, 'waiting'],
    [307, 'waiting'],
    [400, 'waiting'],
    [404, 'waiting'],
    [500, 'waiting'],
    [503, 'waiting'],
  ]
  for (const [status, state] of statuses) {
    endpoint.respond = (response) => response.writeHead(status, { location: elsewhere.url }).end('{}')
    const delivery = await send()
    const lastError = state === 'delivered' ? null : `The endpoint answered ${status}.`
    t.match(delivery, { state, lastStatus: status, lastError, attempts: 1 }, `${status}`)
  }
  t.equal(elsewhere.received.length, 0, 'no redirect is followed')

  endpoint.respond = (response) => response.socket?.destroy()
  t.match(await send(), { state: 'waiting', lastStatus: null, lastError: 'ECONNRESET' })
  endpoint.respond = (response) => {
    response.writeHead(200, { 'content-length': 10 }).write('{')
    setImmediate(() => response.socket?.destroy())
  }
  t.match(await send(), { state: 'waiting', lastStatus: null, lastError: 'ECONNRESET' }, 'an answer that is cut off')

  let isCut = false
  endpoint.respond = (response) => {
    response.writeHead(200)
    response.socket?.on('close', () => {
      isCut = true
    })
    const fill = () => {
      while (response.writable && response.write(Buffer.alloc(MAX_ANSWER_BYTES)));
    }
    response.on('drain', fill)
    fill()
  }
  t.match(await send(), { state: 'delivered', lastStatus: 200 }, 'an endless answer is cut')
  await until(() => isCut)
  t.notMatch(logs.join(''), /hidden-in-the-url|127\.0\.0\.1:\d+\/hook/)
})

t.test('an answer has ten seconds in all', async (t) => {
  const silent = await startEndpoint(t, { respond: () => {} })
  const drips = await startEndpoint(t, {
    respond(response) {
      response.writeHead(200)
      const drip = setInterval(() => response.write(' '), 500)
      response.on('close', () => clearInterval(drip))
    },
  })
  const { send, app, test, admin, call } = await begin(t, silent.url, { own: true })
  const { webhook } = await createWebhook(test, admin, drips.url)
  const path = `/v1/admin/webhooks/${webhook.id}`
  await call('POST', `${path}/test`)
  const begun = Date.now()
  const lastError = `The endpoint did not answer within ${ANSWER_MS / 1000} seconds.`
  t.match(await send(), { state: 'waiting', lastStatus: null, lastError })
  t.ok(Date.now() - begun >= ANSWER_MS)
  const [dripped] = (await call('GET', `${path}/deliveries`)).json().items
  t.match(dripped, { state: 'waiting', lastStatus: null, lastError }, 'a body that drips counts too')
  t.match(await app.metrics.registry.metrics(), 'coffer_webhook_deliveries_total{outcome="unanswered"} 2')
})

t.test('TLS is verified', async (t) => {
  const tls = makeCertificate()
  const endpoint = await startEndpoint(t, { tls })
  const untrusted = await begin(t, endpoint.url)
  t.match(await untrusted.send(), { state: 'waiting', lastStatus: null, lastError: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  t.equal(endpoint.received.length, 0)
  const trusted = await begin(t, endpoint.url, { webhooks: { ca: tls.cert } })
  t.match(await trusted.send(), { state: 'delivered' })
  const nameServer = await startNameServer(t, () => ['127.0.0.1'])
  const otherName = await begin(t, `https://other.example.com:${endpoint.port}/`, {
    webhooks: { ca: tls.cert, nameServers: [nameServer] },
  })
  t.match(await otherName.send(), { state: 'waiting', lastError: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  t.equal(endpoint.received.length, 1)
})

t.test('a name that changes its mind leads nowhere else', async (t) => {
  const endpoint = await startEndpoint(t)
  let answers: string[][] = []
  let queries = 0
  const nameServer = await startNameServer(t, () => {
    queries++
    return answers.length > 1 ? (answers.shift() as string[]) : (answers[0] ?? null)
  })
  const connections: Socket[] = []
  const forbidden = createServer((socket) => connections.push(socket.end())).listen(endpoint.port, '127.0.0.2')
  await once(forbidden, 'listening')
  t.teardown(() => forbidden.close())

  const url = `http://hook.example.com:${endpoint.port}/`
  const { send, test, admin, call } = await begin(t, url, { webhooks: { nameServers: [nameServer] } })
  const refused = { state: 'waiting', lastStatus: null, lastError: 'The endpoint is in a network that is not allowed.' }
  answers = [['127.0.0.1'], ['127.0.0.2']]
  queries = 0
  t.match(await send(), { state: 'delivered' }, 'the address that was checked is the one that is connected to')
  t.equal(queries, 1, 'there is no second look-up')
  t.match(await send(), refused, 'the check is repeated at each connection')
  answers = [['127.0.0.2', '127.0.0.1']]
  t.match(await send(), { state: 'delivered' }, 'only allowed addresses are tried')
  answers = []
  t.match(await send(), { state: 'waiting', lastError: 'ENOTFOUND' })
  t.equal(connections.length, 0)

  answers = [['127.0.0.2']]
  const payload = { url, events: ['*'], currentPassword: PASSWORD }
  const known = await call('POST', '/v1/admin/webhooks', payload)
  t.match(known.json(), { status: 422, code: 'WEBHOOK_URL_NOT_ALLOWED' }, 'what is known beforehand is said at once')

  // an address that was allowed when the webhook was created
  const stricter = await build(t, { shareDatabaseOf: test, env: { DATA_KEY: test.config.DATA_KEY.join(',') } })
  const literal = await createWebhook(test, admin, endpoint.url)
  await test.app.jobs.stop()
  await call('POST', `/v1/admin/webhooks/${literal.webhook.id}/test`)
  await settle(stricter)
  const path = `/v1/admin/webhooks/${literal.webhook.id}/deliveries`
  t.match((await call('GET', path)).json().items, [refused])
})

t.test(
  'a failed delivery is repeated for three days, then the webhook is disabled and administrators are told',
  async (t) => {
    const endpoint = await startEndpoint(t, { respond: (response) => response.writeHead(500).end() })
    const { send, clock, app, deliveries, shown, path, call, test, admin, mails, job, webhook } = await begin(
      t,
      endpoint.url,
    )
    const { id } = await send()
    for (const [index, delay] of SCHEDULE.entries()) {
      const waiting = await job(id)
      t.match(waiting, { state: 'waiting', attempts: index + 1, lease: null })
      const left = waiting.dueAt.getTime() - clock.now().getTime()
      t.ok(left > delay - 60_000 && left <= delay * 1.1, `${left} of ${delay}`)
      clock.advance(delay * 1.1)
      await settle(test)
    }
    t.equal(SCHEDULE.reduce((sum, delay) => sum + delay, 0) / HOUR > 72, true)
    t.equal(endpoint.received.length, 10)
    t.equal(new Set(endpoint.received.map(({ headers }) => headers['webhook-id'])).size, 1)
    t.equal(new Set(endpoint.received.map(({ headers }) => headers['webhook-timestamp'])).size, 10)
    t.match(await deliveries(), [{ state: 'failed', attempts: 10, nextAttemptAt: null, lastStatus: 500 }])
    t.match(await shown(), { enabled: false, disabledReason: 'failing' })
    const events = await app.db.AuditEvent.find({ action: 'admin.webhook-disabled' }).lean()
    t.match(events, [{ targetId: webhook.id, actorId: null, details: { reason: 'failing' } }])
    const told = (await mails(admin.email)).filter(({ subject }) => subject === 'A webhook was disabled')
    t.equal(told.length, 1)
    t.match(told[0]?.text, webhook.id)
    t.notMatch(told[0]?.text, /hook\?token/)

    t.match((await call('POST', `${path}/test`)).json(), { status: 409, code: 'WEBHOOK_DISABLED' })
    const redeliver = () => call('POST', `${path}/deliveries/${id}/redeliver`)
    t.match((await redeliver()).json(), { status: 409, code: 'WEBHOOK_DISABLED' })
    await register(test)
    await settle(test)
    endpoint.respond = (response) => response.end()
    t.match((await call('PATCH', path, { enabled: true })).json(), { enabled: true, disabledReason: null })
    t.equal((await redeliver()).statusCode, 202)
    await settle(test)
    t.match(await deliveries(), [{ id, state: 'delivered', attempts: 1, lastError: null }])
  },
)

t.test('a webhook whose endpoint does not answer the last attempt is disabled, too', async (t) => {
  const endpoint = await startEndpoint(t, { respond: (response) => response.destroy() })
  const { send, shown, deliveries, app, test, clock } = await begin(t, endpoint.url)
  const { id } = await send()
  // as the attempts before have left it
  await app.db.Job.updateOne({ _id: id }, { $set: { attempts: SCHEDULE.length, dueAt: clock.now() } })
  await settle(test)
  t.match(await shown(), { enabled: false, disabledReason: 'failing' })
  t.match(await deliveries(), [{ state: 'failed', nextAttemptAt: null, lastStatus: null }])
})

t.test('410 disables a webhook at once; what waits is delivered once it is enabled again', async (t) => {
  const held: (() => void)[] = []
  const endpoint = await startEndpoint(t, {
    respond: (response) => held.push(() => response.writeHead(410).end()),
  })
  const { shown, call, path, test, deliveries, app } = await begin(t, endpoint.url)
  const counts = async () => tally((await deliveries()).map(({ state }: { state: string }) => state))
  for (let n = 0; n < CONCURRENCY + 3; n++) await call('POST', `${path}/test`)
  await until(() => held.length === CONCURRENCY)
  for (const answer of held) answer()
  await settle(test)
  t.match(await shown(), { enabled: false, disabledReason: 'gone' })
  t.strictSame(await counts(), { failed: CONCURRENCY, waiting: 3 })
  t.match((await deliveries()).slice(0, 3), [{ attempts: 0 }, { attempts: 0 }, { attempts: 0 }])
  t.equal(await app.db.AuditEvent.countDocuments({ action: 'admin.webhook-disabled' }), 1)

  await call('PATCH', path, { events: ['user.created'] })
  await register(test)
  await settle(test)
  t.equal(endpoint.received.length, CONCURRENCY)
  t.strictSame(await counts(), { failed: CONCURRENCY, waiting: 3 }, 'what happens meanwhile is not kept')
  endpoint.respond = (response) => response.end()
  await call('PATCH', path, { enabled: true })
  await settle(test)
  t.strictSame(await counts(), { failed: CONCURRENCY, delivered: 3 })
})

t.test('Retry-After is honoured within reason', async (t) => {
  const now = new Date('2026-01-31T09:30:00Z')
  const asked: [string | undefined, number][] = [
    [undefined, 0],
    ['120', 120_000],
    ['Sat, 31 Jan 2026 09:31:00 GMT', 60_000],
    ['Sat, 31 Jan 2026 09:00:00 GMT', 0],
    ['999999999', MAX_RETRY_AFTER_MS],
    ['soon', 0],
    ['-5', 0],
  ]
  for (const [value, ms] of asked) t.equal(retryAfterMs(value, now), ms, value ?? 'none')
  const endpoint = await startEndpoint(t, {
    respond: (response) => response.writeHead(429, { 'retry-after': '7200' }).end(),
  })
  const { send, clock, job } = await begin(t, endpoint.url)
  const { id } = await send()
  const left = (await job(id)).dueAt.getTime() - clock.now().getTime()
  t.ok(left > 7_100_000 && left <= 7_200_000, `${left}`)
})

t.test('what happens is told to those who subscribed to it, each once, however many processes there are', async (t) => {
  const [all, some, off] = [await startEndpoint(t), await startEndpoint(t), await startEndpoint(t)]
  const { test, admin, call, app } = await startWithAdmin(t)
  const others = [1, 2].map(() =>
    build(t, { shareDatabaseOf: test, clock: test.clock, env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' } }),
  )
  const processes = [test, ...(await Promise.all(others))]
  const first = await createWebhook(test, admin, all.url, ['*'])
  await createWebhook(test, admin, some.url, ['user.deleted', 'session.created'])
  const third = await createWebhook(test, admin, off.url, ['*'])
  await call('PATCH', `/v1/admin/webhooks/${third.webhook.id}`, { enabled: false })

  const ada = await login(test)
  const as = caller(test, ada)
  t.equal((await as('PATCH', '/v1/users/me', { name: 'Ada' })).statusCode, 200)
  t.equal((await as('DELETE', '/v1/users/me', { currentPassword: PASSWORD })).statusCode, 202)
  for (const { app } of processes) await app.audit.idle()
  for (const process of [...processes, ...processes]) await settle(process)
  const typesOf = ({ received }: { received: Received[] }) => received.map(({ event }) => event.type).sort()
  t.strictSame(typesOf(all), ['session.created', 'session.ended', 'user.created', 'user.deleted', 'user.updated'])
  t.strictSame(typesOf(some), ['session.created', 'user.deleted'])
  t.equal(off.received.length, 0)
  const ids = all.received.map(({ headers }) => headers['webhook-id'])
  t.equal(new Set(ids).size, ids.length)
  for (const { body, event } of all.received) {
    t.match(event.data, { userId: ada.id })
    t.notMatch(body, /@|127\.0\.0\.1|ada /i)
  }

  const entry = app.audit.entry(null, { action: 'account.registered', targetId: ada.id })
  const moved = all.received.length
  const owner = await app.db.User.findOne({ email: admin.email }).lean()
  for (const _ of [1, 2]) {
    await app.db.User.updateOne({ _id: owner?._id }, { $push: { outbox: entry } })
    for (const process of processes) await settle(process)
  }
  t.equal(all.received.length, moved + 1, 'expanding an entry twice is harmless')
  t.equal(await app.db.Job.countDocuments({ kind: `webhook:${first.webhook.id}` }), moved + 1)
})

t.test('each file is told of when it is uploaded, changed and deleted, by whatever request', async (t) => {
  const endpoint = await startEndpoint(t)
  const { test, admin, app, call } = await startWithAdmin(t)
  await createWebhook(test, admin, endpoint.url, ['asset.created', 'asset.updated', 'asset.deleted'])
  const ada = await storeSession(test)
  const as = caller(test, ada)
  const upload = async (count: number): Promise<string[]> => {
    const parts = Array.from({ length: count }, (_, index) => ({
      name: 'file',
      content: Buffer.from(`%PDF-1.4\n${index}\nstartxref\n9\n%%EOF\n`),
      filename: 'a.pdf',
      type: 'application/pdf',
    }))
    const { body: payload, headers } = form(parts)
    const response = await app.inject({
      method: 'POST',
      url: '/v1/assets',
      headers: { ...headers, ...ada.bearer },
      payload,
    })
    if (response.statusCode !== 201) throw new Error(response.body)
    return response.json().items.map(({ id }: { id: string }) => id)
  }
  const told = async () => {
    await settle(test)
    return endpoint.received.splice(0).map(({ event }) => event)
  }
  const by = (actorId: string, ids: string[]) =>
    ids.map((assetId) => ({ assetId, ownerId: ada.id, actorId })).sort(byId)
  const deleted = async () =>
    (await told()).map(({ type, data }) => (type === 'asset.deleted' ? data : type)).sort(byId)
  const ids = await upload(10)
  const created = await told()
  t.equal(created.length, 10)
  t.match(created[0], {
    type: 'asset.created',
    data: { ownerId: ada.id, actorId: ada.id, contentType: 'application/pdf', bytes: Number },
  })
  t.strictSame(created.map(({ data }) => data.assetId).sort(), [...ids].sort())
  const [a, b, c, d, e, ...rest] = ids as [string, string, string, string, string, ...string[]]
  await as('PATCH', `/v1/assets/${a}`, { tags: ['x'] })
  t.match(await told(), [{ type: 'asset.updated', data: { assetId: a, ownerId: ada.id, changed: ['tags'] } }])
  await Promise.all([1, 2, 3].map(() => as('DELETE', `/v1/assets/${a}`)))
  t.strictSame(await deleted(), by(ada.id, [a]), 'three deletions at once are one')
  await as('POST', '/v1/assets/bulk-delete', { ids: [b, c, a] })
  t.strictSame(await deleted(), by(ada.id, [b, c]))
  t.equal((await call('DELETE', `/v1/admin/assets/${d}`)).statusCode, 204)
  t.strictSame(await deleted(), by(admin.id, [d]))
  t.equal((await call('POST', '/v1/admin/assets/bulk-delete', { ids: [e] })).statusCode, 200)
  t.strictSame(await deleted(), by(admin.id, [e]))
  const body = { ownerId: ada.id, currentPassword: PASSWORD }
  t.equal((await call('POST', '/v1/admin/assets/bulk-delete', body)).statusCode, 202)
  t.strictSame(await deleted(), by(admin.id, rest))
  t.equal(await app.db.Asset.countDocuments({ ownerId: ada.id }), 0)
})

t.test('the row of a file outlives the file until its deletion is told', async (t) => {
  const { app } = await startWithAdmin(t)
  const { Asset, AuditEvent } = app.db
  app.db.connection.removeAllListeners('outbox-filled')
  const ownerId = new Types.ObjectId()
  const row = {
    ownerId,
    purpose: 'file',
    state: 'ready',
    stateAt: app.now(),
    filename: 'a.pdf',
    filenameKey: 'a.pdf',
    contentType: 'application/pdf',
    resourceType: 'raw',
    visibility: 'public',
    bytes: 1,
    createdAt: app.now(),
    updatedAt: app.now(),
  }
  const rows = ['a', 'b'].map((name) => ({
    ...row,
    _id: new Types.ObjectId(),
    uploadId: name,
    publicId: `${app.assets.prefix}${name}`,
  }))
  await Asset.insertMany(rows as never)
  const announce = ({ _id }: { _id: Types.ObjectId }) => [
    app.audit.entry(null, { action: 'asset.deleted' as const, targetId: _id, actorId: ownerId }),
  ]
  const [first, second] = rows.map(({ _id }) => _id.toString()) as [string, string]
  const claimed = await app.assets.claimFile(first, {}, () => ({}), announce)
  t.equal(await AuditEvent.countDocuments({ action: 'asset.deleted' }), 0, 'as if nothing moved it')
  await app.assets.erase(claimed)
  t.equal(await AuditEvent.countDocuments({ action: 'asset.deleted' }), 1)
  await app.assets.claimFile(second, {}, () => ({}), announce)
  t.ok(await app.assets.eraseAllOf(ownerId))
  t.equal(await AuditEvent.countDocuments({ action: 'asset.deleted' }), 2)
  t.equal(await Asset.countDocuments({ ownerId }), 0)
})

t.test('after an exchange of keys the old one is needed no more', async (t) => {
  const [old, fresh] = [1, 2].map(() => randomBytes(32).toString('base64url')) as [string, string]
  const endpoint = await startEndpoint(t)
  const { test, admin, send, secret, webhook, path, call } = await begin(t, endpoint.url, { env: { DATA_KEY: old } })
  const second = (await call('POST', `${path}/rotate-secret`, { currentPassword: PASSWORD })).json().secret
  await send()
  await test.app.jobs.stop()
  const env = { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' }
  const both = await build(t, {
    shareDatabaseOf: test,
    clock: test.clock,
    env: { ...env, DATA_KEY: `${fresh},${old}` },
  })
  await settle(both)
  await both.app.jobs.stop()
  const after = await build(t, { shareDatabaseOf: test, clock: test.clock, env: { ...env, DATA_KEY: fresh } })
  const { body } = await caller(after, admin)('GET', path)
  t.equal(JSON.parse(body).url, endpoint.url)
  t.equal((await caller(after, admin)('POST', `${path}/test`)).statusCode, 202)
  await settle(after)
  t.equal(endpoint.received.length, 2)
  const { body: sent, headers } = endpoint.received[1] as Received
  for (const one of [secret, second]) t.ok(new Verifier(one).verify(sent, headers as Record<string, string>))
  t.ok(webhook.id)
})

t.test('a crash between a change and its delivery loses nothing', async (t) => {
  const endpoint = await startEndpoint(t)
  const { test, admin, app, clock } = await startWithAdmin(t)
  await createWebhook(test, admin, endpoint.url, ['*'])
  const ada = await storeSession(test)
  await settle(test)
  endpoint.received.length = 0
  // as if the process ended right after the change
  app.db.connection.removeAllListeners('outbox-filled')
  t.equal((await caller(test, ada)('PATCH', '/v1/users/me', { name: 'Ada' })).statusCode, 200)
  await settle(test)
  t.equal(endpoint.received.length, 0)
  clock.advance(10_000)
  await settle(test)
  t.match(endpoint.received, [{ event: { type: 'user.updated', data: { userId: ada.id, changed: ['name'] } } }])
})

t.test('an endpoint that is slow or dead holds up no other', async (t) => {
  const held: (() => void)[] = []
  const slow = await startEndpoint(t, { respond: (response) => held.push(() => response.end()) })
  const healthy = await startEndpoint(t)
  const { test, admin, app, call } = await startWithAdmin(t)
  const stuck = await createWebhook(test, admin, slow.url, ['user.updated'])
  await createWebhook(test, admin, healthy.url, ['user.updated'])
  const ada = await storeSession(test)
  for (let n = 0; n < 20; n++) await caller(test, ada)('PATCH', '/v1/users/me', { name: `Ada ${n}` })
  await app.audit.idle()
  await until(() => healthy.received.length === 20)
  await until(() => held.length === CONCURRENCY)
  t.equal(slow.received.length, CONCURRENCY, 'no more than so many at once')
  const path = `/v1/admin/webhooks/${stuck.webhook.id}`
  t.equal((await call('GET', `${path}/deliveries?state=delivered`)).json().items.length, 0)

  const metrics = await app.metrics.registry.metrics()
  t.match(metrics, /^coffer_jobs\{kind="webhook",state="waiting"\} 20$/m)
  t.match(metrics, 'coffer_job_lag_seconds{kind="webhook"}')
  t.match(metrics, 'coffer_webhook_deliveries_total{outcome="delivered"}')
  t.notMatch(metrics, stuck.webhook.id)
  t.notMatch(metrics, 'hidden-in-the-url')
  t.equal((await call('DELETE', path)).statusCode, 204)
  t.equal(await app.db.Job.countDocuments({ kind: `webhook:${stuck.webhook.id}` }), 0, 'what waited is gone')
  while (held.length > 0) held.pop()?.()
  await settle(test)
  t.equal(slow.received.length, CONCURRENCY)
})
