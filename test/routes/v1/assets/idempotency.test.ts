import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { mongo } from 'mongoose'
import t, { type Test } from 'tap'
import { atOnce, type BuildOptions, build, login, PASSWORD, serve, services, tally } from '../../../support/app.js'
import { startGate } from '../../../support/gate.js'
import { run } from '../../../support/process.js'
import { storeSession } from '../../../support/session.js'
import { until } from '../../../support/until.js'
import { form, nothingIsKept, type Part, pdf, pixel, post, start, stored, usage } from './client.js'

t.setTimeout(300_000)

const KEY = '8e03978e-40d5-43e8-bc93-6894a57f9324'
const MINUTE = 60_000
/** Lifetimes for a test that moves the clock far. */
const LONG = { ACCESS_TOKEN_TTL: '10d', REFRESH_IDLE_TTL: '30d' }
const tag = (content: string): Part => ({ name: 'tags', content })
const visibility = (content: string): Part => ({ name: 'visibility', content })

/** Starts an app with a signed-in user and functions that upload under a key. */
async function begin(t: Test, options: BuildOptions = {}) {
  const test = await start(t, options)
  const { app, base, user } = test
  t.teardown(async () => {
    await fetch(`${(await services()).urls.cloudinary}/faults`, { method: 'DELETE' })
  })

  const send = (parts: Part[], { key = KEY, bearer = user.bearer, to = base } = {}) => {
    const { body, headers } = form(parts)
    return post(to, bearer, { body, headers: { ...headers, 'idempotency-key': key } })
  }
  /** Asserts that exactly this number of files exists, each in the store, with its row, and counted once. */
  const kept = async (t: Test, files: number) => {
    const rows = await app.db.Asset.find({ ownerId: user.id }).lean()
    t.same(
      rows.map(({ state }) => state),
      Array(files).fill('ready'),
      `${files} rows`,
    )
    t.same(
      (await stored(app)).map(({ publicId }) => publicId).sort(),
      rows.map(({ publicId }) => publicId).sort(),
      'as many files',
    )
    const bytes = rows.reduce((sum, row) => sum + row.bytes, 0)
    t.same(await usage(app, user.id), { bytes, files, reserved: 0, refunds: 0 }, 'counted once')
  }
  /** Sends the beginning of a form, and the rest on demand. */
  const sendSlowly = (parts: Part[], to = base) => {
    const { body, headers } = form(parts)
    const request = httpRequest(`${to}/v1/assets`, {
      method: 'POST',
      headers: { ...user.bearer, ...headers, 'idempotency-key': KEY, 'content-length': body.length },
    })
    const answer = once(request, 'response').then(async ([response]: IncomingMessage[]) => {
      const chunks = (await response?.toArray()) as Buffer[]
      return { status: response?.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) }
    })
    answer.catch(() => {})
    let at = 0
    const write = (end: number) => {
      request.write(body.subarray(at, end))
      at = end
    }
    // enough bytes to recognize the file
    write(5000)
    request.on('error', () => {})
    return { request, answer, write, finish: () => request.end(body.subarray(at)) }
  }
  const record = () => app.db.IdempotencyKey.findOne().lean()
  return { ...test, send, sendSlowly, kept, record }
}

t.test('the same again is answered as the first time, and nothing is kept a second time', async (t) => {
  const { app, call, send, kept } = await begin(t)
  const parts = [tag('a'), tag('b'), visibility('private'), pixel(), pdf()]
  const first = await send(parts)
  t.match(first, { status: 201, body: { items: [{ filename: 'a.png' }, { filename: 'a.pdf' }] } })
  const [asset] = first.body.items
  await call('PATCH', `/assets/${asset?.id}`, { filename: 'renamed.png' })
  for (const again of [parts, [visibility('private'), tag('a'), tag('b'), pixel(), pdf()]]) {
    const { status, body } = await send(again)
    t.equal(status, 201)
    t.equal(JSON.stringify(body), JSON.stringify(first.body), 'what has changed since is not in it')
  }
  await kept(t, 2)
  await app.audit.idle()
  t.equal(await app.db.AuditEvent.countDocuments({ action: 'asset.uploaded' }), 2)
  t.equal((await send(parts, { key: 'another' })).status, 201)
  t.equal((await send(parts, { key: KEY.toUpperCase() })).status, 201, 'a key is compared to the letter')
  await kept(t, 6)
})

t.test('another content under the same key is refused, whatever it is', async (t) => {
  const { send, kept } = await begin(t, { env: { UPLOAD_MAX_BYTES: '2KiB' } })
  const good = [tag('a'), tag('b'), pixel(), pdf()]
  t.equal((await send(good)).status, 201)
  const cases: Record<string, Part[]> = {
    'other bytes': [tag('a'), tag('b'), pixel(), pdf('a.pdf', 101)],
    'another name': [tag('a'), tag('b'), pixel(), pdf('b.pdf')],
    'another type': [tag('a'), tag('b'), pixel(), { ...pdf(), type: 'application/x-pdf' }],
    'another tag': [tag('a'), tag('c'), pixel(), pdf()],
    'another order of tags': [tag('b'), tag('a'), pixel(), pdf()],
    'another order of files': [tag('a'), tag('b'), pdf(), pixel()],
    'one file more': [...good, pixel()],
    'one file less': good.slice(0, -1),
    'no file': [tag('a'), tag('b')],
    'no tags': [pixel(), pdf()],
    'other tags behind the files': [pixel(), pdf(), tag('a'), tag('c')],
    'another visibility': [visibility('public'), ...good],
    'what would be refused anyhow': [
      tag('a'),
      tag('a'),
      { name: 'ownerId', content: 'x' },
      { ...pixel(), content: '<html>' },
    ],
  }
  for (const [name, parts] of Object.entries(cases)) {
    t.match(await send(parts), { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } }, name)
  }
  t.equal(
    (await send([pixel(), tag('a'), pdf(), tag('b')])).status,
    201,
    'the same content in another order of the parts',
  )
  t.match(await send([pdf('a.pdf', 3000)]), { status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } })
  t.equal((await send(good)).status, 201, 'the first answer stands')
  await kept(t, 2)
})

t.test('of twenty at once, at two processes, one is kept and the others are told so', async (t) => {
  const first = await begin(t)
  const second = await build(t, { shareDatabaseOf: first, clock: first.clock })
  const bases = [first.base, await serve(second.app)]
  const parts = [pixel(), pdf()]
  const answers = await atOnce(20, (n) => first.send(parts, { to: bases[n % 2] as string }))
  const refused = answers.filter(({ status }) => status !== 201)
  const made = answers.filter(({ status }) => status === 201).map(({ body }) => JSON.stringify(body))
  t.ok(made.length >= 1, JSON.stringify(tally(answers.map(({ status }) => status))))
  t.equal(new Set(made).size, 1)
  for (const { status, body, headers } of refused) {
    t.match({ status, code: body.code }, { status: 409, code: 'REQUEST_IN_PROGRESS' })
    t.equal(headers.get('retry-after'), '5')
  }
  await first.kept(t, 2)
  t.equal(JSON.stringify((await first.send(parts, { to: bases[1] as string })).body), made[0])
})

t.test('tags behind the files are part of the answer that is repeated', async (t) => {
  const { send, kept } = await begin(t)
  const parts = [pixel(), tag('late')]
  const first = await send(parts)
  t.match(first.body.items, [{ tags: ['late'] }])
  t.same((await send(parts)).body, first.body)
  await kept(t, 1)
})

t.test('a key is each account’s own', async (t) => {
  const test = await begin(t)
  const { bearer } = await storeSession(test)
  const [mine, theirs] = [await test.send([pixel()]), await test.send([pdf()], { bearer })]
  t.same([mine.status, theirs.status], [201, 201])
  t.not(mine.body.items[0]?.ownerId, theirs.body.items[0]?.ownerId)
})

t.test('a day later a key is new, whether or not the database has swept it away', async (t) => {
  const test = await begin(t)
  const { clock, send, kept, user } = test
  const first = await send([pixel()])
  clock.advance((24 * 60 - 10) * MINUTE)
  let { bearer } = await login(test, user)
  t.same((await send([pixel()], { bearer })).body, first.body)
  clock.advance(10 * MINUTE)
  bearer = (await login(test, user)).bearer
  const second = await send([pixel()], { bearer })
  t.equal(second.status, 201)
  t.not(second.body.items[0]?.id, first.body.items[0]?.id)
  t.same((await send([pixel()], { bearer })).body, second.body)
  await kept(t, 2)
})

t.test('a request that was refused frees its key', async (t) => {
  const { app, send, kept, fail, record, sendSlowly } = await begin(t, { env: { USER_QUOTA_FILES: '1' } })
  const cases: [number, Part[]][] = [
    [400, [{ name: 'ownerId', content: 'x' }, pixel()]],
    [400, [tag('a')]],
    [400, [pixel(), visibility('public')]],
    [400, [pixel(), tag('a\0')]],
    [413, [pdf('a.pdf', 11 * 2 ** 20)]],
    [415, [{ ...pixel(), content: '<html>' }]],
    [422, [pixel(), pixel()]],
  ]
  for (const [status, parts] of cases) {
    t.equal((await send(parts)).status, status)
    t.equal(await record(), null)
  }
  await fail('upload', 500)
  t.equal((await send([pixel()])).status, 502)
  const { request } = sendSlowly([pdf('a.pdf', 10_000)])
  await until(async () => (await app.db.Asset.countDocuments()) > 0)
  request.destroy()
  await until(async () => !(await record()))
  t.equal((await send([pixel()])).status, 201)
  await kept(t, 1)
})

t.test('a key is 1 to 255 visible ASCII characters', async (t) => {
  const { app, base, user, send, kept } = await begin(t)
  for (const key of ['', 'a b', 'k'.repeat(256), 'clé', 'a\tb']) {
    t.match(
      await send([pixel()], { key }),
      { status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '/Idempotency-Key' }] } },
      JSON.stringify(key),
    )
  }
  const { body, headers } = form([pixel()])
  const twice = httpRequest(`${base}/v1/assets`, {
    method: 'POST',
    headers: { ...user.bearer, ...headers, 'idempotency-key': ['a', 'b'] },
  })
  const [response] = (await once(twice.end(body), 'response')) as [IncomingMessage]
  t.equal(response.resume().statusCode, 400)
  await nothingIsKept(t, app, user.id)
  t.equal(await app.db.IdempotencyKey.countDocuments(), 0)
  for (const key of ['k'.repeat(255), '"8e03978e"', '~']) t.equal((await send([pixel()], { key })).status, 201)
  await kept(t, 3)
})

t.test('a request is alive as long as something comes', async (t) => {
  const { clock, send, sendSlowly, record, kept } = await begin(t)
  const parts = [pdf('a.pdf', 10_000)]
  const first = sendSlowly(parts)
  await until(async () => await record())
  for (let at = 6000; at <= 10_000; at += 1000) {
    const before = (await record())?.leaseUntil
    clock.advance(MINUTE)
    first.write(at)
    await until(async () => (await record())?.leaseUntil.getTime() !== before?.getTime())
    t.match(await send(parts), { status: 409 })
  }
  first.finish()
  t.match(await first.answer, { status: 201 })
  t.same((await send(parts)).body, (await first.answer).body)
  await kept(t, 1)
})

t.test('a request that has stalled is overtaken, and keeps nothing when it comes round', async (t) => {
  const { app, clock, send, sendSlowly, kept } = await begin(t)
  const parts = [pdf('a.pdf', 10_000)]
  const stalled = sendSlowly(parts)
  await until(async () => (await app.db.Asset.countDocuments()) > 0)
  clock.advance(2 * MINUTE)
  const answers = await atOnce(20, () => send(parts))
  const made = answers.filter(({ status }) => status === 201)
  t.match(tally(answers.map(({ status }) => status)), {
    201: made.length,
    ...(made.length < 20 && { 409: 20 - made.length }),
  })
  t.equal(new Set(made.map(({ body }) => JSON.stringify(body))).size, 1)
  stalled.finish()
  t.match(await stalled.answer, { status: 409, body: { code: 'REQUEST_IN_PROGRESS' } })
  await kept(t, 1)
})

t.test('who finds a dead request too late takes nothing over', async (t) => {
  const test = await begin(t)
  const { app, clock, send, sendSlowly, kept } = test
  const gate = await startGate(t, test.config.MONGODB_URI)
  const other = await build(t, { shareDatabaseOf: test, clock, env: { MONGODB_URI: gate.uri } })
  const to = await serve(other.app)
  await other.app.jobs.stop()
  const parts = [pdf('a.pdf', 10_000)]
  const dead = sendSlowly(parts)
  await until(async () => (await app.db.Asset.countDocuments()) > 0)
  clock.advance(2 * MINUTE)
  gate.hold()
  const late = { isDone: false, done: send(parts, { to }) }
  for (; gate.waiting() !== 'update idempotencykeys'; await gate.arrived(late)) await gate.step(late)
  const { status, body } = await send(parts)
  t.equal(status, 201)
  gate.open()
  t.match(await late.done, { status: 409, body: { code: 'REQUEST_IN_PROGRESS' } })
  dead.finish()
  t.equal((await dead.answer).status, 409)
  t.same((await send(parts)).body, body)
  await kept(t, 1)
})

t.test('what can not be stored of the end of a request costs no more than time', async (t) => {
  const { app, clock, send, kept, logs } = await begin(t, { own: true })
  await send([pixel()], { key: 'another' })
  await app.db.IdempotencyKey.collection.createIndex({ lease: 1 }, { unique: true })
  const first = await send([pixel()])
  t.equal(first.status, 201)
  t.ok(logs.some((line) => line.includes('could not be stored')))
  t.equal((await send([pixel()])).status, 409)
  clock.advance(2 * MINUTE)
  const again = await send([pixel()])
  t.same(again.body, first.body)
  t.equal((await send([pdf()])).status, 409, 'it may still run')
  clock.advance(2 * MINUTE)
  t.equal((await send([pdf()])).status, 422)
  await kept(t, 2)
})

t.test('where a dead request can not be cleared away, the next one tries again', async (t) => {
  const { app, clock, send, sendSlowly, kept } = await begin(t, { own: true })
  await send([pdf()], { key: 'another' })
  const dead = sendSlowly([pdf('a.pdf', 10_000)])
  await until(async () => (await app.db.Asset.countDocuments({ state: 'pending' })) > 0)
  await app.db.IdempotencyKey.updateOne({ fingerprint: null }, { $set: { fingerprint: 'x' } })
  await app.db.IdempotencyKey.updateOne({ fingerprint: { $ne: 'x' } }, { $set: { fingerprint: null } })
  await app.db.IdempotencyKey.collection.createIndex({ fingerprint: 1 }, { unique: true })
  clock.advance(2 * MINUTE)
  t.equal((await send([pixel()])).status, 500)
  await app.db.IdempotencyKey.collection.dropIndex('fingerprint_1')
  t.equal((await send([pixel()])).status, 201)
  dead.finish()
  t.match(await dead.answer, { status: 409 })
  await kept(t, 2)
})

t.test('where a server is killed in the midst of an upload, another makes it anew', async (t) => {
  const { app, clock, config, send, sendSlowly, kept } = await begin(t)
  const { DATA_DIR, MONGODB_URI, SMTP_URL = '', CLOUDINARY_URL, PUBLIC_URL } = config
  const env = { DATA_DIR, MONGODB_URI, SMTP_URL, CLOUDINARY_URL, PUBLIC_URL, PORT: '0', BCRYPT_ROUNDS: '4' }
  const server = run(t, 'server.js', env)
  const [, to] = await server.printed(/API +(http:\S+)/)
  const parts = [pixel(), pdf('a.pdf', 20_000)]
  sendSlowly(parts, to)
  await until(async () => (await app.db.Asset.countDocuments()) >= 2)
  t.equal((await stored(app)).length, 1)
  server.kill('SIGKILL')
  t.equal(await server.exitCode(), null)
  t.equal((await send(parts)).status, 409, 'it can not be known yet')
  clock.advance(2 * MINUTE)
  const { status, body } = await send(parts)
  t.equal(status, 201)
  t.same((await send(parts)).body, body)
  await kept(t, 2)
})

t.test('wherever the first request stops, the next one gets it done, and both agree if it goes on', async (t) => {
  const test = await begin(t, { env: LONG })
  const { app, base, clock, user, send } = test
  const gate = await startGate(t, test.config.MONGODB_URI)
  const other = await build(t, { shareDatabaseOf: test, clock, env: { ...LONG, MONGODB_URI: gate.uri } })
  const slow = await serve(other.app)
  for (const { jobs } of [app, other.app]) await jobs.stop()
  const parts = [pixel(), pdf()]
  const met = new Set<string>()
  let isCutOff = true
  for (let commands = 0; isCutOff; commands += 1) {
    const key = `stops after ${commands}`.replaceAll(' ', '-')
    gate.hold()
    const work = { isDone: false, done: send(parts, { key, to: slow }) }
    const end = () => {
      work.isDone = true
    }
    work.done.then(end, end)
    for (let step = 0; step < commands && isCutOff; step += 1) isCutOff = await gate.step(work)
    await gate.arrived(work)
    met.add(gate.waiting() ?? 'the end')
    const early = await send(parts, { key, to: base })
    clock.advance(2 * MINUTE)
    const { status, body } = early.status === 409 ? await send(parts, { key, to: base }) : early
    t.equal(status, 201, `${key}, before ${gate.waiting()}`)
    const agrees = async (message: string) => {
      const ids = body.items.map(({ id }) => id)
      const rows = await app.db.Asset.find({ ownerId: user.id, state: { $ne: 'deleting' } })
        .sort({ _id: 1 })
        .lean()
      t.same(
        rows.map(({ _id, state }) => [_id.toString(), state]),
        ids.map((id) => [id, 'ready']),
        `${key}, ${message}`,
      )
      return (await stored(app)).length
    }
    // one that was on its way to the store when the request was taken for dead is removed once it goes on
    t.ok((await agrees('while it stands still')) >= 2)
    gate.open()
    const late = await work.done
    t.ok([201, 401, 409, 500].includes(late.status), `${late.status}`)
    if (late.status === 201) t.same(late.body, body)
    t.equal(await agrees('when it has gone on'), 2)
    for (const { audit } of [app, other.app]) await audit.idle()
    await app.assets.eraseByIds(
      body.items.map(({ id }) => id),
      {},
    )
    await app.db.Asset.deleteMany({})
  }
  t.match([...met].sort(), [
    'find assets',
    'find users',
    'insert assets',
    'insert idempotencykeys',
    'the end',
    'update assets',
    'update idempotencykeys',
    'update users',
  ])
})

t.test('where the database is gone as a key is claimed, that is said, and the key is as it was', async (t) => {
  const test = await begin(t)
  const { clock, send, kept } = test
  const gate = await startGate(t, test.config.MONGODB_URI)
  const MONGODB_URI = `${gate.uri}&serverSelectionTimeoutMS=200`
  const other = await build(t, { shareDatabaseOf: test, clock, env: { MONGODB_URI } })
  const to = await serve(other.app)
  await other.app.jobs.stop()
  gate.hold()
  const work = { isDone: false, done: send([pixel()], { to }) }
  for (; gate.waiting() !== 'insert idempotencykeys'; await gate.arrived(work)) await gate.step(work)
  gate.cut()
  t.match(await work.done, { status: 503, body: { code: 'DATABASE_UNAVAILABLE' } })
  gate.open()
  t.equal((await send([pixel()])).status, 201)
  await kept(t, 1)
})

t.test('an upload that was committed, though nobody could say so, is what the next request gets', async (t) => {
  const test = await begin(t)
  const { app, clock, send, kept } = test
  const gate = await startGate(t, test.config.MONGODB_URI)
  // long enough for the driver to find the database again, by a heartbeat that begins well after the cut: see `watchHeartbeats`
  const heartbeats = 'heartbeatFrequencyMS=500&minHeartbeatFrequencyMS=1000'
  const MONGODB_URI = `${gate.uri}&serverSelectionTimeoutMS=2000&${heartbeats}`
  const other = await build(t, { shareDatabaseOf: test, clock, env: { MONGODB_URI } })
  const to = await serve(other.app)
  await other.app.jobs.stop()
  gate.hold()
  const work = { isDone: false, done: send([pixel()], { to }) }
  await gate.arrived(work)
  // the next command waits once the previous one is answered
  while ((await app.db.Asset.countDocuments({ state: 'ready' })) === 0) {
    await gate.step(work)
    await gate.arrived(work)
  }
  gate.cut()
  await until(() => other.logs.some((line) => line.includes('left to the reconciler')))
  gate.open()
  t.match(await work.done, { status: 503, body: { code: 'DATABASE_UNAVAILABLE' } })
  t.equal((await send([pixel()])).status, 201)
  await kept(t, 1)
})

t.test('of a deleted account no key is left, nor of an upload that still runs', async (t) => {
  const test = await begin(t)
  const { app, call, fail, send } = test
  await send([pixel('secret-name.png')])
  await fail('upload', 'delay', { ms: 300 })
  const running = send([pdf('secret-name.pdf')], { key: 'another' })
  await until(async () => (await app.db.Asset.countDocuments()) >= 2)
  t.equal((await call('DELETE', '/users/me', { currentPassword: PASSWORD })).statusCode, 202)
  await app.audit.idle()
  await app.jobs.drain()
  t.match((await running).body.code, /TOKEN_INVALID|REQUEST_IN_PROGRESS/)
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments(), 0)
  t.equal(await app.db.IdempotencyKey.countDocuments(), 0)
  t.equal(await app.db.Asset.countDocuments(), 0)
  t.same(await stored(app), [])
})

t.test('the database knows no key, only what it leads to', async (t) => {
  const { send, record } = await begin(t)
  await send([pixel()], { key: 'a-key-that-somebody-has-chosen' })
  const dump = Buffer.from(mongo.BSON.serialize((await record()) as object)).toString('latin1')
  t.notMatch(dump, /a-key-that-somebody-has-chosen/)
})
