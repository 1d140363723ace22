import { Types } from 'mongoose'
import t from 'tap'
import { claimFile } from '../../../plugins/assets/erase.js'
import { pixel, start, stored } from '../../routes/v1/assets/client.js'
import { build, post } from '../../support/app.js'
import { startGate, watched } from '../../support/gate.js'

t.test('a file is claimed only under its condition, and only once', async (t) => {
  const { app, keep, user } = await start(t)
  const [asset] = await keep(pixel())
  const id = asset?.id as string
  const owner = { ownerId: new Types.ObjectId(user.id) }
  const claim = (revision: number, filter = owner) => claimFile(app, id, filter, () => ({ revision }))
  await t.rejects(claim(0, { ownerId: new Types.ObjectId() }), { code: 'NOT_FOUND' })
  await t.rejects(claim(1), { code: 'PRECONDITION_FAILED' }, 'it changed after its revision was compared')
  const claims = await Promise.allSettled([1, 2, 3].map(() => claim(0)))
  t.equal(claims.filter(({ status }) => status === 'fulfilled').length, 1)
  t.match(
    claims.filter(({ status }) => status === 'rejected'),
    [{ reason: { code: 'NOT_FOUND' } }, { reason: { code: 'NOT_FOUND' } }],
  )
  t.match(await app.db.Asset.find().lean(), [{ state: 'deleting' }])
  t.equal((await stored(app)).length, 1, 'the file is still there')
})

t.test('wherever a process dies in a bulk deletion, it leaves no deletion without its event', async (t) => {
  const { app, keep, user, ...test } = await start(t)
  await app.db.User.updateOne({ _id: user.id }, { $set: { permissions: ['assets:delete'] } })
  const gate = await startGate(t, test.config.MONGODB_URI)
  const { app: dying } = await build(t, { shareDatabaseOf: { ...test, app }, env: { MONGODB_URI: gate.uri } })
  await dying.jobs.stop()
  for (const path of ['/v1/assets/bulk-delete', '/v1/admin/assets/bulk-delete']) {
    for (let died = 0, remaining = 3; remaining > 0; died += 1) {
      const ids = (await keep(pixel(), pixel(), pixel())).map(({ id }) => id)
      gate.hold()
      const request = watched(post(dying, path, { ids }, { headers: user.bearer }))
      for (let step = 0; step < died; step += 1) await gate.step(request)
      // what the database holds while a command waits is what a process leaves that is killed then
      await gate.arrived(request)
      const ready = (await app.db.Asset.find({ _id: { $in: ids }, state: 'ready' }).lean()).map(({ _id }) => `${_id}`)
      const gone = ids.filter((id) => !ready.includes(id))
      const events = await app.db.AuditEvent.find({ action: { $in: ['asset.deleted', 'admin.assets-deleted'] } }).lean()
      // the events that a process leaves in the outbox of a file are moved later
      const left = await app.db.Asset.find({ _id: { $in: ids }, 'outbox.event.action': 'asset.deleted' }).lean()
      const told = [
        ...events.flatMap(({ targetId, details }) => targetId ?? (details.assetIds as string[])),
        ...left.map(({ _id }) => _id.toString()),
      ]
      t.same(
        gone.filter((id) => !told.includes(id)),
        [],
        `${path}, died after ${died} commands`,
      )
      remaining = ready.length
      t.notOk(request.isDone)
      gate.open()
      await request.done
    }
  }
})
