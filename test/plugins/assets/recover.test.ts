import { Readable } from 'node:stream'
import { Types } from 'mongoose'
import t, { type Test } from 'tap'
import type { AssetDocument } from '../../../models/asset.js'
import { OUTBOX_FILLED } from '../../../models/outbox.js'
import { forgetRefund, refund } from '../../../plugins/assets/quota.js'
import { recoverUpload } from '../../../plugins/assets/recover.js'
import { beginUpload } from '../../../plugins/assets/upload.js'
import { inspect } from '../../../plugins/storage/inspect.js'
import { stored, usage } from '../../routes/v1/assets/client.js'
import { insertUsers } from '../../support/admin.js'
import { build, services, type TestApp } from '../../support/app.js'
import { startGate, watched } from '../../support/gate.js'
import { control } from '../storage/store.js'

t.setTimeout(300_000)

const PDF = Buffer.from(`%PDF-1.4\n${'x'.repeat(100)}\nstartxref\n9\n%%EOF\n`)
const RULES = { types: ['application/pdf'], maxBytes: 1000, maxPixels: 1, strip: true }

const file = () => inspect(Readable.from([PDF]), { filename: 'a.pdf', contentType: 'application/pdf' }, RULES)

async function newOwner({ app }: Pick<TestApp, 'app'>) {
  const [owner] = await insertUsers(app, [{}])
  return owner?._id as Types.ObjectId
}

/** The steps of a request: it adds files, then commits, and aborts if the commit fails. */
function uploader({ app }: Pick<TestApp, 'app'>, ownerId: Types.ObjectId) {
  const uploadId = new Types.ObjectId().toString()
  const upload = beginUpload(app, app.assets.prefix, {
    ownerId,
    purpose: 'file',
    visibility: 'public',
    labels: { tags: [] },
    uploadId,
  })
  const event = ({ _id }: AssetDocument) => app.audit.entry(null, { action: 'asset.uploaded', targetId: _id })
  return {
    uploadId,
    async add(files: number) {
      for (let added = 0; added < files; added += 1) await upload.add(await file(), 'a.pdf', 1000)
    },
    async commit(): Promise<AssetDocument[] | null> {
      try {
        return await upload.commit((rows) => rows.map(event))
      } catch {
        await upload.abort()
        return null
      }
    },
    abort: upload.abort,
  }
}

/** Asserts that the database, the quota, the audit log and the store hold exactly this number of files. */
async function agree(t: Test, { app }: Pick<TestApp, 'app'>, ownerId: Types.ObjectId, files: number, message: string) {
  const rows = await app.db.Asset.find({ ownerId }).lean()
  const kept = new Set(rows.map(({ publicId }) => publicId))
  const owner = await app.db.User.findById(ownerId, { outbox: 1 }).lean()
  const found = {
    states: rows.map(({ state, checksum, secureUrl }) => state === 'ready' && checksum !== null && secureUrl !== null),
    usage: await usage(app, ownerId.toString()),
    events: owner?.outbox.map(({ event }) => event?.targetId).sort(),
    stored: (await stored(app)).filter(({ publicId }) => kept.has(publicId)).length,
  }
  const expected = {
    states: Array.from({ length: files }, () => true),
    usage: { bytes: files * PDF.length, files, reserved: 0, refunds: 0 },
    events: rows.map(({ _id }) => _id.toString()).sort(),
    stored: files,
  }
  t.same(found, expected, message)
}

/** Stops what an app does by itself: its jobs, and the moves of outboxes, in which a test reads the events. */
async function quieten({ app }: TestApp) {
  await app.jobs.stop()
  app.db.connection.removeAllListeners(OUTBOX_FILLED)
}

/** Starts two idle processes on one database, each behind its own gate. */
async function twoProcesses(t: Test) {
  const test = await build(t)
  const gates = [await startGate(t, test.config.MONGODB_URI), await startGate(t, test.config.MONGODB_URI)] as const
  const processes = []
  for (const { uri } of gates) {
    const process = await build(t, { shareDatabaseOf: test, env: { MONGODB_URI: uri } })
    processes.push(process)
  }
  for (const process of [test, ...processes]) await quieten(process)
  return { test, gates, processes: processes as [TestApp, TestApp] }
}

t.test('an upload whose process died between any two commands is kept as a whole, or not at all', async (t) => {
  const { test, gates, processes } = await twoProcesses(t)
  for (const files of [1, 3]) {
    const outcomes: string[] = []
    for (let died = 0, isCutOff = true; isCutOff; died += 1) {
      const ownerId = await newOwner(test)
      const upload = uploader(processes[0], ownerId)
      gates[0].hold()
      const request = watched(upload.add(files).then(upload.commit))
      for (let step = 0; step < died && isCutOff; step += 1) isCutOff = await gates[0].step(request)
      await gates[0].arrived(request)
      gates[0].drop()
      const kept = await recoverUpload(test.app, upload.uploadId)
      outcomes.push(kept ? 'kept' : 'gone')
      if (kept) t.equal(kept.length, files)
      t.same(kept, kept && [...kept].sort((a, b) => (a._id.toString() < b._id.toString() ? -1 : 1)), 'in order')
      const again = await recoverUpload(test.app, upload.uploadId)
      t.equal(again?.length, kept?.length, 'a second time it is the same')
      await test.app.db.Asset.deleteMany({ ownerId: { $exists: false } })
      // the reconciler releases the reservation of a row that was never written
      const { reservations } = (await test.app.db.User.findById(ownerId, { reservations: 1 }).lean()) ?? {
        reservations: [],
      }
      for (const { assetId, bytes } of reservations) {
        await refund(test.app.db.User, { _id: assetId, ownerId, bytes })
        await forgetRefund(test.app.db.User, { _id: assetId, ownerId })
      }
      await agree(t, test, ownerId, kept ? files : 0, `${files} files, died after ${died} commands`)
    }
    t.match(outcomes.join(' '), /^(gone )+(kept ?)+$/)
  }
})

t.test('a slow request and whoever recovers its upload agree, whichever command of theirs comes first', async (t) => {
  const { test, gates, processes } = await twoProcesses(t)
  const seen = new Set<string>()

  /** Lets each process run its number of commands, beginning with `first`, then lets both finish. */
  async function interleave(first: 0 | 1, counts: [number, number]) {
    const ownerId = await newOwner(test)
    const upload = uploader(processes[0], ownerId)
    await upload.add(2)
    for (const gate of gates) gate.hold()
    const request = watched(upload.commit())
    const recovery = watched(recoverUpload(processes[1].app, upload.uploadId))
    const works = [request, recovery] as const
    let isCutOff = true
    for (const which of [first, 1 - first] as const) {
      for (let step = 0; step < (counts[which] as number); step += 1) {
        isCutOff = (await gates[which as 0].step(works[which as 0])) && isCutOff
      }
    }
    while (await gates[first].step(works[first]));
    while (await gates[(1 - first) as 0].step(works[(1 - first) as 0]));
    for (const gate of gates) gate.open()
    const [answered, recovered] = await Promise.all([request.done, recovery.done])
    const name = `${first === 0 ? 'request' : 'recovery'} first, ${counts}`
    t.equal(answered?.length, recovered?.length, name)
    await agree(t, test, ownerId, answered?.length ?? 0, name)
    seen.add(answered ? 'kept' : 'gone')
    return isCutOff
  }

  for (let commit = 0; commit < 6; commit += 1) {
    for (let recovery = 0; await interleave(0, [commit, recovery]); recovery += 1);
    for (let recovery = 1; await interleave(1, [commit, recovery]); recovery += 1);
  }
  t.same([...seen].sort(), ['gone', 'kept'])
})

t.test('several that recover one upload at once agree', async (t) => {
  const test = await build(t)
  await quieten(test)
  for (const isCommitted of [true, false]) {
    const ownerId = await newOwner(test)
    const upload = uploader(test, ownerId)
    await upload.add(3)
    if (isCommitted) await test.app.db.Asset.updateOne({ _id: upload.uploadId }, { $set: { state: 'ready' } })
    if (isCommitted)
      await test.app.db.Asset.updateMany({ uploadId: upload.uploadId }, { $set: { checksum: '-', secureUrl: '-' } })
    const results = await Promise.all([1, 2, 3, 4].map(() => recoverUpload(test.app, upload.uploadId)))
    for (const result of results) t.equal(result?.length, isCommitted ? 3 : undefined)
    await test.app.db.Asset.deleteMany({ ownerId: { $exists: false } })
  }
})

t.test('the files of an account that is gone, or going, are not kept though they were committed', async (t) => {
  const test = await build(t)
  await quieten(test)
  for (const end of ['deleting', 'gone']) {
    const ownerId = await newOwner(test)
    const upload = uploader(test, ownerId)
    await upload.add(2)
    await upload.commit()
    if (end === 'gone') await test.app.db.User.deleteOne({ _id: ownerId })
    else await test.app.db.User.updateOne({ _id: ownerId }, { $set: { status: 'deleting', reservations: [] } })
    t.equal(await recoverUpload(test.app, upload.uploadId), null, end)
    t.equal(await test.app.db.Asset.countDocuments(), 0)
    t.same(await stored(test.app), [])
  }
})

t.test('an upload of which there is nothing yet comes to nothing any more', async (t) => {
  const test = await build(t)
  await quieten(test)
  const ownerId = await newOwner(test)
  const upload = uploader(test, ownerId)
  t.equal(await recoverUpload(test.app, upload.uploadId), null)
  await t.rejects(upload.add(1), { code: 11000 })
  await upload.abort()
  t.same(await stored(test.app), [])
  t.match(await usage(test.app, ownerId.toString()), { bytes: 0, files: 0, reserved: 0 })
})

t.test('what the store keeps is given up all the same', async (t) => {
  const test = await build(t)
  const { app, logs } = test
  await quieten(test)
  const { fail } = control((await services()).urls.cloudinary as string)
  const ownerId = await newOwner(test)
  const upload = uploader(test, ownerId)
  await upload.add(2)
  await fail('destroy', 500)
  t.equal(await recoverUpload(app, upload.uploadId), null)
  t.match(await app.db.Asset.find().lean(), [{ state: 'deleting' }])
  t.equal(logs.filter((line) => line.includes('left to the reconciler')).length, 1)
})

t.test('a file that its owner deletes at once takes no other with it', async (t) => {
  const test = await build(t)
  await quieten(test)
  const ownerId = await newOwner(test)
  const upload = uploader(test, ownerId)
  await upload.add(3)
  await upload.commit()
  await test.app.assets.eraseByIds([upload.uploadId], {})
  t.equal((await recoverUpload(test.app, upload.uploadId))?.length, 2)
})
