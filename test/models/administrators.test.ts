import type { Types } from 'mongoose'
import t from 'tap'
import { announceLeaving } from '../../models/administrators.js'
import { insertUsers } from '../support/admin.js'
import { atOnce, build } from '../support/app.js'

t.test('two administrators who leave at once leave one behind, whoever it is', async (t) => {
  const { app } = await build(t)
  for (let round = 0; round < 50; round++) {
    const admins = await insertUsers(app, [{ role: 'admin' }, { role: 'admin' }])
    const results = await atOnce(2, async (index) => {
      const _id = admins[index]?._id as Types.ObjectId
      try {
        const settled = await announceLeaving(app.db, _id, app.now())
        await app.db.User.updateOne({ _id }, { $set: { role: 'user' } })
        await settled()
        return true
      } catch (error) {
        t.match(error, { code: 'LAST_ADMINISTRATOR' })
        return false
      }
    })
    t.equal(results.filter(Boolean).length, 1)
    t.equal(await app.db.User.countDocuments({ role: 'admin', status: 'active' }), 1)
    await app.db.User.deleteMany({})
  }
  t.match(await app.db.Administrators.find().lean(), [{ leaving: [] }])
})

t.test('an administrator who has announced to leave is not counted on', async (t) => {
  const { app } = await build(t)
  const [a, b] = (await insertUsers(app, [{ role: 'admin' }, { role: 'admin' }])).map(({ _id }) => _id)
  const settled = await announceLeaving(app.db, a as Types.ObjectId, app.now())
  await t.rejects(announceLeaving(app.db, b as Types.ObjectId, app.now()), { code: 'LAST_ADMINISTRATOR' })
  await settled()
  await t.resolves(announceLeaving(app.db, b as Types.ObjectId, app.now()), 'it came to nothing')
})

t.test('what a crash has left of an announcement is forgotten after a while', async (t) => {
  const { app, clock } = await build(t)
  const [a, b] = (await insertUsers(app, [{ role: 'admin' }, { role: 'admin' }])).map(({ _id }) => _id)
  await announceLeaving(app.db, a as Types.ObjectId, app.now())
  clock.advance(4 * 60_000)
  await t.rejects(announceLeaving(app.db, b as Types.ObjectId, app.now()), { code: 'LAST_ADMINISTRATOR' })
  clock.advance(2 * 60_000)
  await t.resolves(announceLeaving(app.db, b as Types.ObjectId, app.now()))
})

t.test('a database that fails lets nobody leave', async (t) => {
  const test = await build(t)
  const [a] = await insertUsers(test.app, [{ role: 'admin' }, { role: 'admin' }])
  const { app } = await build(t, { shareDatabaseOf: test })
  await app.db.connection.close()
  await t.rejects(announceLeaving(app.db, a?._id as Types.ObjectId, app.now()), { name: 'MongoNotConnectedError' })
})
