import { Types } from 'mongoose'
import t from 'tap'
import { forgetRefund, refund, reserve, resize, settle } from '../../../plugins/assets/quota.js'
import { usage } from '../../routes/v1/assets/client.js'
import { build, register } from '../../support/app.js'
import { startGate, watched } from '../../support/gate.js'

async function account(t: Parameters<typeof build>[0]) {
  const test = await build(t)
  const { user } = await register(test)
  const { User } = test.app.db
  const ownerId = new Types.ObjectId(user.id)
  const state = () => usage(test.app, user.id)
  return { User, ownerId, state }
}
const QUOTA = { bytes: 1000, files: 3 }
const newId = () => new Types.ObjectId()

t.test('what is reserved is counted, and never more than there is', async (t) => {
  const { User, ownerId, state } = await account(t)
  t.equal(await reserve(User, ownerId, newId(), 400, QUOTA), 400)
  t.equal(await reserve(User, ownerId, newId(), 5000, QUOTA), 600, 'the rest, where more is wanted')
  await t.rejects(reserve(User, ownerId, newId(), 1, QUOTA), { code: 'QUOTA_EXCEEDED' })
  t.same(await state(), { bytes: 1000, files: 2, reserved: 2, refunds: 0 })
  await t.rejects(reserve(User, newId(), newId(), 1, QUOTA), { code: 'TOKEN_INVALID' })
  await User.updateOne({ _id: ownerId }, { $set: { status: 'suspended' } })
  await t.rejects(reserve(User, ownerId, newId(), 1, QUOTA), { code: 'TOKEN_INVALID' })
})

t.test('the number of files is limited too', async (t) => {
  const { User, ownerId } = await account(t)
  for (const bytes of [1, 2, 3]) await reserve(User, ownerId, newId(), bytes, QUOTA)
  await t.rejects(reserve(User, ownerId, newId(), 1, QUOTA), { code: 'QUOTA_EXCEEDED' })
})

t.test('parallel reservations that each want the rest never exceed the quota', async (t) => {
  const { User, ownerId, state } = await account(t)
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, (_, index) => reserve(User, ownerId, newId(), 30 + index, { bytes: 1000, files: 100 })),
  )
  const reserved = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const total = reserved.reduce((sum, bytes) => sum + bytes, 0)
  t.ok(total <= 1000 && total > 900, `${total} of 1000`)
  t.match(await state(), { bytes: total, files: reserved.length })
})

t.test('settling and refunding twice is the same as once', async (t) => {
  const { User, ownerId, state } = await account(t)
  const [one, two] = [newId(), newId()]
  await reserve(User, ownerId, one, 100, QUOTA)
  await reserve(User, ownerId, two, 200, QUOTA)
  const file = { _id: one, ownerId, bytes: 60 }
  for (const _ of [1, 2]) await resize(User, file, 100)
  t.match(await state(), { bytes: 260, files: 2, reserved: 2 })
  t.equal(await settle(User, ownerId, [one, two], -50, []), true)
  t.equal(await settle(User, ownerId, [one, two], -50, []), false)
  t.same(await state(), { bytes: 210, files: 2, reserved: 0, refunds: 0 })
  for (const _ of [1, 2, 3]) await refund(User, file)
  t.same(await state(), { bytes: 150, files: 1, reserved: 0, refunds: 1 })
  for (const _ of [1, 2]) await forgetRefund(User, file)
  t.same(await state(), { bytes: 150, files: 1, reserved: 0, refunds: 0 })
})

t.test('a reservation is refunded as it stands', async (t) => {
  const { User, ownerId, state } = await account(t)
  const id = newId()
  await reserve(User, ownerId, id, 100, QUOTA)
  await Promise.all([1, 2, 3].map(() => refund(User, { _id: id, ownerId, bytes: 60 })))
  t.same(await state(), { bytes: 0, files: 0, reserved: 0, refunds: 1 })
  await refund(User, { _id: newId(), ownerId: newId(), bytes: 1 })
})

t.test('a file that is settled while it is refunded is refunded all the same', async (t) => {
  const test = await build(t)
  const { user } = await register(test)
  const { User } = test.app.db
  const ownerId = new Types.ObjectId(user.id)
  const gate = await startGate(t, test.config.MONGODB_URI)
  const other = await build(t, { shareDatabaseOf: test, env: { MONGODB_URI: gate.uri } })
  await other.app.jobs.stop()
  const _id = newId()
  await reserve(User, ownerId, _id, 100, QUOTA)
  gate.hold()
  const refunded = watched(refund(other.app.db.User, { _id, ownerId, bytes: 60 }))
  // the refund has read the reservation before it ends it
  await gate.step(refunded)
  await gate.arrived(refunded)
  t.equal(await settle(User, ownerId, [_id], -40, []), true)
  gate.open()
  await refunded.done
  t.same(await usage(test.app, user.id), { bytes: 0, files: 0, reserved: 0, refunds: 1 })
})
