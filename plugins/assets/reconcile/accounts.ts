import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import type { UserDocument } from '../../../models/user.js'
import { correct, forgetRefund, release } from '../quota.js'
import { finishOrUndo } from '../recover.js'
import { graceOf, type Run } from './run.js'

type Id = Types.ObjectId
type Account = Pick<UserDocument, '_id' | 'usage' | 'reservations' | 'refunds' | 'avatar'>

const BATCH = 100
const FIELDS = { usage: 1, reservations: 1, refunds: 1, avatar: 1 }
const isLiving = { status: { $ne: 'deleting' as const } }

/** Makes the quota and avatar of each account agree with its rows. */
export async function reconcileAccounts(app: FastifyInstance, run: Run): Promise<void> {
  const { User } = app.db
  let after: Id | null = null
  for (;;) {
    run.signal.throwIfAborted()
    const next: Account[] = await User.find({ ...isLiving, ...(after && { _id: { $gt: after } }) }, FIELDS)
      .sort({ _id: 1 })
      .limit(BATCH)
      .lean()
    const last = next.at(-1)
    if (!last) return
    await reconcileReferences(app, run, next)
    await correctUsage(
      app,
      run,
      next.map(({ _id }) => _id),
    )
    after = last._id
  }
}

/**
 * Checks each reservation, refund and avatar. A row is written after its reservation, and deleted before its refund is
 * forgotten.
 */
async function reconcileReferences(app: FastifyInstance, run: Run, accounts: Account[]) {
  const { Asset, User } = app.db
  const before = new Date(app.now().getTime() - graceOf(app.config))
  const ids = accounts.flatMap(({ reservations, refunds, avatar }) => [
    ...[...reservations, ...refunds].map(({ assetId }) => assetId),
    ...(avatar ? [avatar.assetId] : []),
  ])
  const found = await Asset.find({ _id: { $in: ids } }).lean()
  const rows = new Map(found.map((row) => [row._id.toString(), row]))

  for (const { _id: ownerId, reservations, refunds, avatar } of accounts) {
    for (const { assetId, bytes } of reservations) {
      const row = rows.get(assetId.toString())
      if (row?.state === 'ready' && row.stateAt < before) {
        if (!run.dryRun) await finishOrUndo(app, row.uploadId)
        run.tell('upload-finished', { uploadId: row.uploadId })
      }
      if (!row && assetId.getTimestamp() < before) {
        if (!run.dryRun) await release(User, ownerId, { assetId, bytes })
        run.tell('reservation-released', { ownerId, bytes })
      }
    }
    for (const { assetId } of refunds) {
      if (rows.has(assetId.toString())) continue
      if (!run.dryRun) await forgetRefund(User, { _id: assetId, ownerId })
      run.tell('refund-forgotten', { ownerId, assetId })
    }
    const shown = avatar && rows.get(avatar.assetId.toString())
    if (avatar && shown?.state !== 'ready') {
      const unset = { $set: { avatar: null, updatedAt: app.now() }, $inc: { revision: 1 } }
      if (!run.dryRun) await User.updateOne({ _id: ownerId, 'avatar.assetId': avatar.assetId }, unset)
      run.tell('avatar-unset', { ownerId })
    }
  }
}

/**
 * Corrects the usage of accounts. A row counts from its reservation to its refund, with its reserved or its final size.
 * A count is trusted only if the account's usage hasn't changed since and a second count is the same.
 */
async function correctUsage(app: FastifyInstance, run: Run, ids: Id[]) {
  const [first, second] = [await measure(app, ids), await measure(app, ids)]
  for (const [id, { usage, counted }] of first) {
    const again = second.get(id)
    const isSame =
      again?.usage.revision === usage.revision &&
      again.counted.bytes === counted.bytes &&
      again.counted.files === counted.files
    const isRight = usage.bytes === counted.bytes && usage.files === counted.files
    if (isRight || !isSame) continue
    if (!run.dryRun) await correct(app.db.User, id, usage.revision, counted)
    run.tell('usage-corrected', { ownerId: id, usage: { bytes: usage.bytes, files: usage.files }, counted })
  }
}

async function measure(app: FastifyInstance, ids: Id[]) {
  const { Asset, User } = app.db
  const accounts = await User.find({ ...isLiving, _id: { $in: ids } }, FIELDS).lean()
  const apart = accounts.flatMap(({ reservations, refunds }) =>
    [...reservations, ...refunds].map(({ assetId }) => assetId),
  )
  const sums = await Asset.aggregate<{ _id: Id; bytes: number; files: number }>([
    { $match: { ownerId: { $in: accounts.map(({ _id }) => _id) }, purpose: 'file', _id: { $nin: apart } } },
    { $group: { _id: '$ownerId', bytes: { $sum: '$bytes' }, files: { $sum: 1 } } },
  ])
  const rows = new Map(sums.map((sum) => [sum._id.toString(), sum]))
  return new Map(
    accounts.map(({ _id, usage, reservations }) => {
      const { bytes, files } = rows.get(_id.toString()) ?? { bytes: 0, files: 0 }
      const reserved = reservations.reduce((sum, reservation) => sum + reservation.bytes, 0)
      return [_id.toString(), { usage, counted: { bytes: bytes + reserved, files: files + reservations.length } }]
    }),
  )
}
