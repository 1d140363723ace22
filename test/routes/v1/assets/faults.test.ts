import { request as httpRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { reconcile } from '../../../../plugins/assets/reconcile/index.js'
import { type Finding, GRACE } from '../../../../plugins/assets/reconcile/run.js'
import { build, serve } from '../../../support/app.js'
import { startGate, watched } from '../../../support/gate.js'
import { newFolder, run } from '../../../support/process.js'
import { until } from '../../../support/until.js'
import { form, nothingIsKept, pdf, pixel, post, start, stored, usage } from './client.js'

t.setTimeout(300_000)

type Testing = Awaited<ReturnType<typeof start>>

/** Reconciles after unfinished work has become old enough. */
async function sweep({ app, clock }: Pick<Testing, 'app' | 'clock'>) {
  clock.advance(GRACE + 60_000)
  const findings: Finding[] = []
  const { signal } = new AbortController()
  await reconcile(app, { dryRun: false, force: false, signal, tell: (finding) => findings.push(finding) })
  return findings
}

/** Asserts that there are this number of files, each with its row, and that the account counts them. */
async function agree(t: Test, { app, user }: Pick<Testing, 'app' | 'user'>, files: number, name: string) {
  const rows = await app.db.Asset.find().lean()
  t.same(
    rows.map(({ state, publicId }) => `${state} ${publicId}`).sort(),
    (await stored(app)).map(({ publicId }) => `ready ${publicId}`).sort(),
    name,
  )
  t.match(await usage(app, user.id), { files, reserved: 0, refunds: 0 }, name)
  t.equal(rows.length, files, name)
}

t.test(
  'where the database goes away after the file has arrived, the answer is 503, and nothing or all is kept',
  async (t) => {
    const test = await start(t, { env: { ACCESS_TOKEN_TTL: '1d' } })
    await test.app.jobs.stop()
    const kept = new Set<number>()
    for (const command of ['insert assets', 'update assets', 'update users']) {
      const gate = await startGate(t, test.config.MONGODB_URI)
      const MONGODB_URI = `${gate.uri}&serverSelectionTimeoutMS=300`
      const other = await build(t, { shareDatabaseOf: test, clock: test.clock, env: { MONGODB_URI } })
      await other.app.jobs.stop()
      const base = await serve(other.app)
      gate.hold()
      const work = watched(post(base, test.user.bearer, form([pixel()])))
      for (
        await gate.arrived(work);
        gate.waiting() !== command || (await isTooEarly(command));
        await gate.arrived(work)
      )
        await gate.step(work)
      gate.cut()
      t.match(await work.done, { status: 503, body: { code: 'DATABASE_UNAVAILABLE' } }, command)
      await sweep(test)
      const files = await test.app.db.Asset.countDocuments()
      kept.add(files)
      await agree(t, test, files, command)
      const ids = (await test.app.db.Asset.distinct('_id')).map(String)
      await test.app.assets.eraseByIds(ids, {})
    }
    t.same([...kept].sort(), [0, 1], 'all, where it had been committed')

    /** The reservation precedes the file, and settling it follows. */
    async function isTooEarly(command: string) {
      return command === 'update users' && (await test.app.db.Asset.countDocuments({ state: 'ready' })) === 0
    }
  },
)

t.test('a file that the store takes late, after it was given up, goes with the next sweep', async (t) => {
  const test = await start(t, { env: { ACCESS_TOKEN_TTL: '1d' } })
  const { app, upload, fail, repair, user } = test
  await fail('upload', 'drop-after', { count: 2 })
  t.equal((await upload([pixel()])).status, 502)
  await repair()
  await nothingIsKept(t, app, user.id)
  await app.storage.upload(bytes(), { publicId: `${app.assets.prefix}late`, resourceType: 'raw', visibility: 'public' })
  t.same(await sweep(test), ['file-destroyed'])
  await nothingIsKept(t, app, user.id)
})

async function* bytes() {
  yield Buffer.from('%PDF-1.4')
}

t.test(
  'a server that is killed in the midst of an upload and a deletion leaves what the next sweep finishes',
  async (t) => {
    const test = await start(t, { env: { ACCESS_TOKEN_TTL: '1d' } })
    const { app, user, config, fail, requests, forget, keep } = test
    await app.jobs.stop()
    const env = {
      NODE_ENV: 'test',
      LOG_LEVEL: 'fatal',
      PORT: '0',
      DATA_DIR: newFolder(t),
      MONGODB_URI: config.MONGODB_URI,
      SMTP_URL: config.SMTP_URL as string,
      CLOUDINARY_URL: config.CLOUDINARY_URL,
      JWT_SECRET: config.JWT_SECRET.join(','),
      JWT_ISSUER: config.JWT_ISSUER,
    }
    const [doomed] = await keep(pixel())
    const server = run(t, 'server.js', env)
    const [, base] = await server.printed(/API +(http:\S+)/)
    const operations = {
      upload: () => post(base as string, user.bearer, form([pixel(), pdf()])),
      destroy: () => fetch(`${base}/v1/assets/${doomed?.id}`, { method: 'DELETE', headers: user.bearer }),
    }
    const answers: Record<string, Promise<unknown>> = {}
    for (const [operation, act] of Object.entries(operations)) {
      await fail(operation, 'hang')
      await forget()
      answers[operation] = act().then(
        ({ status }) => status,
        () => 'cut',
      )
      await until(async () => (await requests()).some((request) => request.operation === operation))
      t.equal(await app.db.Asset.countDocuments({ state: 'ready' }), operation === 'upload' ? 1 : 0)
    }
    server.kill('SIGKILL')
    for (const [operation, answer] of Object.entries(answers)) t.equal(await answer, 'cut', operation)
    t.strictSame((await app.db.Asset.distinct('state')).sort(), ['deleting', 'pending'])
    await sweep(test)
    await nothingIsKept(t, app, user.id)
  },
)

t.test('five hundred uploads that break off leave nothing, and hold nothing open', async (t) => {
  const test = await start(t)
  const { app, base, user, requests } = test
  const { body, headers } = form([pixel(), pdf('b.pdf', 60_000)])
  const cutOff = async (length: number) => {
    const request = httpRequest(`${base}/v1/assets`, { method: 'POST', headers: { ...user.bearer, ...headers } })
    const closed = new Promise((resolve) => request.on('error', () => {}).on('close', resolve))
    request.write(body.subarray(0, length), () => setImmediate(() => request.destroy()))
    await closed
  }
  const connections = () =>
    new Promise<number>((resolve) => app.server.getConnections((_error, count) => resolve(count)))
  const errors: unknown[] = []
  const note = (error: unknown) => errors.push(error)
  process.on('unhandledRejection', note)
  t.teardown(() => process.off('unhandledRejection', note))
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => cutOff(1 + Math.floor((index / 50) * (body.length - 1)))),
    )
  }
  await until(async () => (await connections()) === 0)
  await app.requests.idle()
  await until(async () => (await requests()).every(({ closed }) => closed))
  await nothingIsKept(t, app, user.id)
  t.same(errors, [])
})

t.test('a client that goes away before its form is read holds nothing up', async (t) => {
  const test = await start(t)
  const gate = await startGate(t, test.config.MONGODB_URI)
  const other = await build(t, { shareDatabaseOf: test, env: { MONGODB_URI: gate.uri } })
  await other.app.jobs.stop()
  const { port } = new URL(await serve(other.app))
  const { body, headers } = form([pixel()])
  gate.hold()
  const request = httpRequest({
    port,
    path: '/v1/assets',
    method: 'POST',
    headers: { ...test.user.bearer, ...headers },
  })
  request.on('error', () => {}).write(body.subarray(0, 10))
  await gate.arrived({ isDone: false, done: new Promise(() => {}) })
  request.destroy()
  while ((await new Promise((resolve) => other.app.server.getConnections((_error, count) => resolve(count)))) !== 0)
    await delay(5)
  gate.open()
  await other.app.requests.idle()
  await nothingIsKept(t, test.app, test.user.id)
})
