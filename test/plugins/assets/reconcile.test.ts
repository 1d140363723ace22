import { Types } from 'mongoose'
import t, { type Test } from 'tap'
import type { AssetDocument } from '../../../models/asset.js'
import { claim, erase } from '../../../plugins/assets/erase.js'
import { refund, reserve } from '../../../plugins/assets/quota.js'
import { mayGo, reconcile } from '../../../plugins/assets/reconcile/index.js'
import { type Finding, GRACE, graceOf } from '../../../plugins/assets/reconcile/run.js'
import { recoverUpload } from '../../../plugins/assets/recover.js'
import { beginUpload } from '../../../plugins/assets/upload.js'
import { inspect } from '../../../plugins/storage/inspect.js'
import { stored, usage } from '../../routes/v1/assets/client.js'
import { insertUsers } from '../../support/admin.js'
import { type BuildOptions, build, services, type TestApp, tally } from '../../support/app.js'
import { startGate, watched } from '../../support/gate.js'
import { control } from '../storage/store.js'

t.setTimeout(300_000)

const PDF = Buffer.from(`%PDF-1.4\n${'x'.repeat(100)}\nstartxref\n9\n%%EOF\n`)
const RULES = { types: ['application/pdf'], maxBytes: 1000, maxPixels: 1, strip: true }
const QUOTA = { bytes: 1e9, files: 1000 }
const DAY = 24 * 3_600_000

async function* bytes() {
  yield PDF
}

type App = Pick<TestApp, 'app'>

/** Starts an app whose jobs run only when a test runs them, with functions that leave unfinished work. */
async function start(t: Test, options: BuildOptions = {}) {
  const test = await build(t, options)
  const { app, clock } = test
  const { fail } = control((await services()).urls.cloudinary as string)
  await app.jobs.stop()
  const newOwner = async () => (await insertUsers(app, [{}]))[0]?._id as Types.ObjectId
  const begin = async (ownerId: Types.ObjectId, files: number, purpose: AssetDocument['purpose'] = 'file') => {
    const uploadId = new Types.ObjectId().toString()
    const upload = beginUpload(app, app.assets.prefix, {
      ownerId,
      purpose,
      visibility: 'public',
      labels: { tags: [] },
      uploadId,
    })
    for (let added = 0; added < files; added += 1) {
      const declared = { filename: 'a.pdf', contentType: 'application/pdf' }
      await upload.add(await inspect(bytes(), declared, RULES), 'a.pdf', 1000)
    }
    return { ...upload, uploadId }
  }
  const keep = async (ownerId: Types.ObjectId, files = 1, purpose: AssetDocument['purpose'] = 'file') =>
    (await begin(ownerId, files, purpose)).commit(() => [])
  /** Stores a file without a row. */
  const orphan = async (publicId = `${app.assets.prefix}${new Types.ObjectId()}.pdf`) => {
    const file = { publicId, resourceType: 'raw', visibility: 'private' } as const
    await app.storage.upload(bytes(), file)
    return file
  }
  const wait = () => clock.advance(GRACE + 60_000)
  return { ...test, fail, newOwner, begin, keep, orphan, wait }
}

/** Runs the reconciler and counts its findings. */
async function run({ app }: App, options: { dryRun?: boolean; force?: boolean } = {}) {
  const findings: Finding[] = []
  const { signal } = new AbortController()
  const tell = (finding: Finding) => findings.push(finding)
  await reconcile(app, { dryRun: false, force: false, signal, tell, ...options })
  return tally(findings)
}

const states = async ({ app }: App) => tally((await app.db.Asset.find().lean()).map(({ state }) => state))
const all = async ({ app }: App) => ({
  rows: await app.db.Asset.find().sort({ _id: 1 }).lean(),
  users: await app.db.User.find().sort({ _id: 1 }).lean(),
  stored: (await stored(app)).map(({ publicId }) => publicId).sort(),
})

t.test('an upload that was cut off becomes whole where it was committed, and goes where it was not', async (t) => {
  const test = await start(t)
  const { app, newOwner, begin, wait } = test
  const ownerId = await newOwner()
  const committed = await begin(ownerId, 3)
  await app.db.Asset.updateMany({ uploadId: committed.uploadId }, { $set: { checksum: '-', secureUrl: '-' } })
  await app.db.Asset.updateOne({ _id: committed.uploadId }, { $set: { state: 'ready' } })
  await begin(ownerId, 2)
  t.same(await run(test), {}, 'not before its time')
  t.same(await states(test), { ready: 1, pending: 4 })
  wait()
  t.same(await run(test), { 'upload-finished': 1, 'upload-given-up': 1 })
  t.same(await states(test), { ready: 3 })
  t.equal((await stored(app)).length, 3)
  t.match(await usage(app, ownerId.toString()), { files: 3, reserved: 0, refunds: 0 })
  t.same(await run(test), {}, 'a second time there is nothing left to do')
})

t.test('an upload of which a file has just begun is left alone', async (t) => {
  const test = await start(t)
  const upload = await test.begin(await test.newOwner(), 2)
  test.wait()
  await test.app.db.Asset.updateOne(
    { uploadId: upload.uploadId, _id: { $ne: upload.uploadId } },
    { $set: { stateAt: test.clock.now() } },
  )
  t.same(await run(test), {})
  t.equal((await upload.commit(() => [])).length, 2)
})

t.test('a deletion that a crash or the store cut short is finished, and its room given back once', async (t) => {
  const test = await start(t)
  const { app, newOwner, keep, fail, wait } = test
  const ownerId = await newOwner()
  const [first, second] = await keep(ownerId, 2)
  await fail('destroy', 500)
  await claim(app, first as AssetDocument)
  await t.rejects(erase(app, first as AssetDocument))
  await claim(app, second as AssetDocument)
  await refund(app.db.User, second as AssetDocument)
  t.same(await run(test), {}, 'whoever has claimed it has some minutes')
  wait()
  await fail('bulk-delete', 500)
  t.same(await run(test), { 'store-failed': 1 })
  t.same(await states(test), { deleting: 2 })
  t.same(await run(test), {}, 'not again at once')
  wait()
  t.same(await run(test), { 'deletion-finished': 2 })
  t.same(await states(test), {})
  t.same(await stored(app), [])
  t.same(await usage(app, ownerId.toString()), { bytes: 0, files: 0, reserved: 0, refunds: 0 })
})

t.test('an account is counted with what it has', async (t) => {
  const test = await start(t)
  const { app, newOwner, keep, wait } = test
  const { User } = app.db
  const ownerId = await newOwner()
  const [one] = await keep(ownerId, 2)
  await reserve(User, ownerId, new Types.ObjectId(), 500, QUOTA)
  await reserve(User, ownerId, one?._id as Types.ObjectId, 700, QUOTA)
  await User.updateOne({ _id: ownerId }, { $push: { refunds: { assetId: new Types.ObjectId() } } })
  const other = await newOwner()
  await User.updateOne({ _id: other }, { $set: { 'usage.bytes': 5, 'usage.files': -1 } })
  t.same(await run(test), { 'refund-forgotten': 1, 'usage-corrected': 2 })
  t.match(await usage(app, ownerId.toString()), { bytes: PDF.length + 1200, files: 3, reserved: 2 })
  wait()
  t.same(await run(test), { 'reservation-released': 1, 'upload-finished': 1 })
  t.same(await usage(app, ownerId.toString()), { bytes: 2 * PDF.length, files: 2, reserved: 0, refunds: 0 })
  t.same(await usage(app, other.toString()), { bytes: 0, files: 0, reserved: 0, refunds: 0 })
})

t.test('a count that changes meanwhile is not corrected', async (t) => {
  const test = await start(t)
  const { app, newOwner, keep, config } = test
  const ownerId = await newOwner()
  await app.db.User.updateOne({ _id: ownerId }, { $set: { 'usage.bytes': 5 } })
  const gate = await startGate(t, config.MONGODB_URI)
  const behind = await build(t, { shareDatabaseOf: test, env: { MONGODB_URI: gate.uri } })
  await behind.app.jobs.stop()
  const outcomes = new Set<number | undefined>()
  for (let steps = 0, isCutOff = true; isCutOff; steps += 1) {
    const before = await usage(app, ownerId.toString())
    const expected = (before.files as number) * PDF.length
    await app.db.User.updateOne({ _id: ownerId }, { $set: { 'usage.bytes': expected + 5 } })
    gate.hold()
    const work = watched(run(behind))
    for (let step = 0; step < steps && isCutOff; step += 1) isCutOff = await gate.step(work)
    await gate.arrived(work)
    await keep(ownerId)
    gate.open()
    await work.done
    const after = await usage(app, ownerId.toString())
    const wrong = (after.bytes as number) - (expected + PDF.length)
    t.ok(wrong === 0 || wrong === 5, `${wrong} after ${steps} commands`)
    outcomes.add(wrong)
  }
  t.equal(outcomes.size, 2)
})

t.test('files whose owner is gone go, files of an account in deletion are left to its removal', async (t) => {
  const test = await start(t)
  const { app, newOwner, keep, wait, fail } = test
  const [gone, leaving] = [await newOwner(), await newOwner()]
  await keep(gone, 2)
  await keep(gone, 1, 'avatar')
  await keep(leaving)
  await app.db.User.deleteOne({ _id: gone })
  await app.db.User.updateOne({ _id: leaving }, { $set: { status: 'deleting' } })
  t.same(await run(test), {}, 'not before its time')
  wait()
  await fail('bulk-delete', 500)
  t.same(await run(test), { 'store-failed': 1 })
  t.same(await states(test), { deleting: 3, ready: 1 }, 'found by nobody from then on')
  wait()
  t.same(await run(test), { 'deletion-finished': 3 })
  t.same(await states(test), { ready: 1 })
  t.equal((await stored(app)).length, 1)
})

t.test('a file that no row names goes, one of another database never', async (t) => {
  const test = await start(t)
  const { app, orphan, keep, newOwner, wait, fail } = test
  await keep(await newOwner())
  const foreign = await orphan('coffer-0123456789abcdef/0.pdf')
  await orphan()
  t.same(await run(test), {}, 'it may have just arrived')
  wait()
  await fail('bulk-delete', 500)
  t.same(await run(test), { 'store-failed': 1 })
  t.same(await run(test), { 'file-destroyed': 1 })
  t.equal((await stored(app)).length, 1)
  const listed = []
  for await (const file of app.storage.list(foreign.publicId, foreign)) listed.push(file)
  t.equal(listed.length, 1)
  await app.storage.destroy(foreign)
})

t.test('a file that the store has lost is reported each time and audited once, and its row stays', async (t) => {
  const test = await start(t)
  const { app, newOwner, keep, wait } = test
  const [lost] = await keep(await newOwner(), 2)
  await app.storage.destroy(lost as AssetDocument)
  wait()
  t.same(await run(test, { dryRun: true }), { 'file-missing': 1 })
  for (const _ of [1, 2]) t.same(await run(test), { 'file-missing': 1 })
  t.same(await states(test), { ready: 2 })
  t.match(await app.db.AuditEvent.find({ action: 'asset.file-missing' }).lean(), [
    { targetId: lost?._id.toString(), outcome: 'failure', actorId: null },
  ])
})

t.test('a file that comes or goes while the store is listed is not missing', async (t) => {
  const test = await start(t)
  const { app, newOwner, keep, wait, config } = test
  const gate = await startGate(t, config.MONGODB_URI)
  const behind = await build(t, { shareDatabaseOf: test, env: { MONGODB_URI: gate.uri }, clock: test.clock })
  await behind.app.jobs.stop()
  const [late, deleted] = (await keep(await newOwner(), 2)) as [AssetDocument, AssetDocument]
  for (const file of [late, deleted]) await app.storage.destroy(file)
  wait()
  gate.hold()
  const work = watched(run(behind))
  // the files have been listed
  await gate.arrived(work)
  await app.storage.upload(bytes(), late)
  await gate.step(work)
  // the rows have been read
  await gate.arrived(work)
  await app.assets.eraseByIds([deleted._id.toString()], {})
  gate.open()
  t.same(await work.done, {})
})

t.test('an avatar that nobody shows goes, and an account that shows one that is gone shows none', async (t) => {
  const test = await start(t)
  const { app, newOwner, keep, wait } = test
  const [owner, other] = [await newOwner(), await newOwner()]
  const [shown, replaced] = [await keep(owner, 1, 'avatar'), await keep(owner, 1, 'avatar')]
  t.equal(replaced.length, 1)
  const avatar = (assetId?: Types.ObjectId) => ({ $set: { avatar: { assetId, url: '-' } } })
  await app.db.User.updateOne({ _id: owner }, avatar(shown[0]?._id))
  await app.db.User.updateOne({ _id: other }, avatar(new Types.ObjectId()))
  t.same(await run(test), { 'avatar-unset': 1 })
  wait()
  t.same(await run(test), { 'row-removed': 1 })
  t.match(await app.db.User.findById(owner).lean(), { avatar: { assetId: shown[0]?._id } })
  t.match(await app.db.User.findById(other).lean(), { avatar: null, revision: 1 })
  t.equal((await stored(app)).length, 1)
})

t.test('where too many files would go nothing changes at all, unless it is forced', async (t) => {
  t.same([0, 999, 1500, 10_000, 500_000].map(mayGo), [10, 10, 15, 100, 100])
  const test = await start(t)
  const { newOwner, keep, orphan, begin, wait } = test
  await Promise.all(Array.from({ length: 6 }, () => orphan()))
  const gone = new Types.ObjectId()
  await insertUsers(test.app, [{ _id: gone }])
  await keep(gone, 5)
  await test.app.db.User.deleteOne({ _id: gone })
  await begin(await newOwner(), 1)
  wait()
  const before = await all(test)
  t.same(await run(test), { stopped: 1 })
  t.same(await all(test), before)
  t.same(await run(test, { force: true }), { 'row-removed': 5, 'file-destroyed': 6, 'upload-given-up': 1 })
  t.same(await stored(test.app), [])
})

/** Leaves one of everything that a crash can leave, and ten intact files. */
async function mess(test: Awaited<ReturnType<typeof start>>) {
  const { app, newOwner, keep, begin, orphan, wait } = test
  const owner = await newOwner()
  await keep(owner, 3)
  await begin(owner, 2)
  const committed = await begin(owner, 2)
  await app.db.Asset.updateMany({ uploadId: committed.uploadId }, { $set: { bytes: PDF.length } })
  await app.db.Asset.updateOne({ _id: committed.uploadId }, { $set: { state: 'ready' } })
  const [deleted] = await keep(owner)
  await claim(app, deleted as AssetDocument)
  await reserve(app.db.User, owner, new Types.ObjectId(), 500, QUOTA)
  await app.db.User.updateOne({ _id: owner }, { $push: { refunds: { assetId: new Types.ObjectId() } } })
  await app.db.User.updateOne({ _id: owner }, { $set: { avatar: { assetId: new Types.ObjectId(), url: '-' } } })
  await keep(owner, 1, 'avatar')
  const gone = await newOwner()
  await keep(gone)
  await app.db.User.deleteOne({ _id: gone })
  await orphan()
  wait()
  return owner
}

async function agrees(t: Test, test: Awaited<ReturnType<typeof start>>, owner: Types.ObjectId, name: string) {
  t.same(await run(test), {}, `${name}: nothing is left to do`)
  t.same(await states(test), { ready: 5 }, name)
  t.equal((await stored(test.app)).length, 5, name)
  t.same(await usage(test.app, owner.toString()), { bytes: 5 * PDF.length, files: 5, reserved: 0, refunds: 0 }, name)
}

t.test('a dry run tells what a run does, and changes nothing', async (t) => {
  const test = await start(t)
  const owner = await mess(test)
  const before = await all(test)
  const told = await run(test, { dryRun: true })
  t.same(await all(test), before)
  const done = await run(test)
  // a dry run also finds what an earlier step would have corrected
  t.same(Object.keys(told).sort(), Object.keys(done).sort())
  await agrees(t, test, owner, 'after the run')
})

t.test('two at once do no more than one', async (t) => {
  const test = await start(t)
  const second = await build(t, { shareDatabaseOf: test, clock: test.clock })
  await second.app.jobs.stop()
  const owner = await mess(test)
  await Promise.all([run(test), run(second), run(test)])
  await agrees(t, test, owner, 'three')
})

t.test('one that is killed at any point leaves the rest to the next', async (t) => {
  for (let steps = 0, isCutOff = true; isCutOff; steps += 7) {
    const test = await start(t)
    const owner = await mess(test)
    const gate = await startGate(t, test.config.MONGODB_URI)
    const killed = await build(t, { shareDatabaseOf: test, env: { MONGODB_URI: gate.uri }, clock: test.clock })
    await killed.app.jobs.stop()
    gate.hold()
    const work = watched(run(killed))
    for (let step = 0; step < steps && isCutOff; step += 1) isCutOff = await gate.step(work)
    await gate.arrived(work)
    gate.drop()
    await run(test)
    test.wait()
    await run(test)
    await agrees(t, test, owner, `killed after ${steps} commands`)
  }
})

t.test('the place of an upload that never began is free again after a day', async (t) => {
  const test = await start(t)
  t.equal(await recoverUpload(test.app, new Types.ObjectId().toString()), null)
  test.wait()
  t.same(await run(test), {})
  test.clock.advance(DAY)
  t.same(await run(test), { 'placeholder-removed': 1 })
  t.same(await states(test), {})
})

t.test('what is due is settled every few minutes by itself, and all of it once a day', async (t) => {
  const test = await start(t)
  const { app, begin, orphan, newOwner, wait, clock, fail } = test
  await begin(await newOwner(), 1)
  await orphan()
  wait()
  const next = () => build(t, { shareDatabaseOf: test, clock })
  const second = await next()
  await second.app.jobs.drain()
  t.same(await states(test), {})
  t.equal((await stored(app)).length, 1)
  t.ok(second.logs.some((line) => line.includes('erased an upload')))
  await second.app.jobs.stop()

  clock.advance(DAY)
  await fail('list', 500)
  const third = await next()
  await third.app.jobs.drain()
  t.match(await app.db.Job.findById('assets.reconcile').lean(), { lastError: 'STORAGE_FAILED' })
  clock.advance(DAY)
  await third.app.jobs.drain()
  t.same(await stored(app), [])
  t.ok(third.logs.some((line) => line.includes('destroyed a stored file without a row')))
})

t.test('what is left alone is left alone for longer than the largest upload may take', async (t) => {
  for (const UPLOAD_MAX_BYTES of ['1MiB', '10MiB', '1GiB']) {
    const { app, config } = await build(t, { env: { UPLOAD_MAX_BYTES } })
    t.ok(graceOf(config) > app.limits.requestTimeout, UPLOAD_MAX_BYTES)
    t.ok(graceOf(config) >= GRACE)
  }
})

t.test('giving up what has been committed, as where nobody knew whether it had, takes nothing back', async (t) => {
  const { app, newOwner, begin } = await start(t)
  const ownerId = await newOwner()
  const upload = await begin(ownerId, 2)
  const assets = await upload.commit(() => [])
  await upload.abort()
  const found = await app.db.Asset.find({ ownerId, state: 'ready' }).lean()
  t.strictSame(found.map(({ _id }) => _id.toString()).sort(), assets.map(({ _id }) => _id.toString()).sort())
  for (const { secureUrl } of found) t.equal((await fetch(secureUrl as string)).status, 200)
})
