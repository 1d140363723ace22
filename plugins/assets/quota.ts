import type { Types } from 'mongoose'
import type { AssetDocument } from '../../models/asset.js'
import { fillOutbox, type OutboxEntry } from '../../models/outbox.js'
import type { UserModel } from '../../models/user.js'
import { accountGone, Problem } from '../../openapi/errors.js'

export interface Quota {
  bytes: number
  files: number
}

type Id = Types.ObjectId
type Counted = Pick<AssetDocument, '_id' | 'ownerId' | 'bytes'>

/** Attempts at a reservation while other requests change the same account. */
const TRIES = 10
/** Tells the reconciler that its count of the account is outdated. */
const CHANGED = { 'usage.revision': 1 }

/**
 * Reserves bytes and one file for an upload in one conditional update; `usage` counts them from then on. If less than
 * `wanted` is left, reserves what is left.
 * @returns the reserved bytes, at least one
 * @throws Problem QUOTA_EXCEEDED, or TOKEN_INVALID if the account is no longer active
 */
export async function reserve(User: UserModel, ownerId: Id, assetId: Id, wanted: number, quota: Quota) {
  let bytes = wanted
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { modifiedCount } = await User.updateOne(
      {
        _id: ownerId,
        status: 'active',
        'usage.files': { $lt: quota.files },
        'usage.bytes': { $lte: quota.bytes - bytes },
      },
      { $inc: { ...CHANGED, 'usage.bytes': bytes, 'usage.files': 1 }, $push: { reservations: { assetId, bytes } } },
    )
    if (modifiedCount === 1) return bytes
    const user = await User.findOne({ _id: ownerId, status: 'active' }, { usage: 1 }).lean()
    if (!user) throw accountGone()
    bytes = Math.min(wanted, quota.bytes - user.usage.bytes)
    if (bytes < 1 || user.usage.files >= quota.files) break
  }
  throw new Problem('QUOTA_EXCEEDED')
}

/** Shrinks a reservation to the file's size, so that the next file of the same request finds room. */
export async function resize(User: UserModel, { _id, ownerId, bytes }: Counted, reserved: number) {
  await User.updateOne(
    { _id: ownerId, reservations: { $elemMatch: { assetId: _id, bytes: reserved } } },
    { $inc: { ...CHANGED, 'usage.bytes': bytes - reserved }, $set: { 'reservations.$.bytes': bytes } },
  )
}

/**
 * Ends the reservations of one owner's ready files. Their bytes stay counted, corrected by `difference`.
 * @returns false if they are no longer reserved, for example because the account is being deleted
 */
export async function settle(User: UserModel, ownerId: Id, ids: Id[], difference: number, outbox: OutboxEntry[]) {
  const { modifiedCount } = await User.updateOne(
    { _id: ownerId, 'reservations.assetId': { $all: ids } },
    {
      $inc: { ...CHANGED, 'usage.bytes': difference },
      $pull: { reservations: { assetId: { $in: ids } } },
      ...fillOutbox(outbox),
    },
  )
  return modifiedCount === 1
}

/** Subtracts a file from the usage, reserved or not. Repeating it does nothing until {@link forgetRefund}. */
export async function refund(User: UserModel, { _id, ownerId, bytes }: Counted) {
  const notYet = { _id: ownerId, 'refunds.assetId': { $ne: _id } }
  // repeated if the file is settled at the same time
  for (;;) {
    const user = await User.findOne(notYet, { reservations: 1 }).lean()
    if (!user) return
    const reservation = user.reservations.find(({ assetId }) => assetId.equals(_id))
    const { modifiedCount } = await User.updateOne(
      {
        ...notYet,
        ...(reservation
          ? { reservations: { $elemMatch: { assetId: _id, bytes: reservation.bytes } } }
          : { 'reservations.assetId': { $ne: _id } }),
      },
      {
        $inc: { ...CHANGED, 'usage.bytes': -(reservation?.bytes ?? bytes), 'usage.files': -1 },
        $pull: { reservations: { assetId: _id } },
        $push: { refunds: { assetId: _id } },
      },
    )
    if (modifiedCount === 1) return
  }
}

/** Forgets a refund, once the file's row is gone and can't be refunded again. */
export async function forgetRefund(User: UserModel, { _id, ownerId }: Pick<Counted, '_id' | 'ownerId'>) {
  await User.updateOne({ _id: ownerId }, { $inc: CHANGED, $pull: { refunds: { assetId: _id } } })
}

/** Releases the reservation of a file whose row was never written. */
export async function release(User: UserModel, ownerId: Id, { assetId, bytes }: { assetId: Id; bytes: number }) {
  await User.updateOne(
    { _id: ownerId, reservations: { $elemMatch: { assetId, bytes } } },
    { $inc: { ...CHANGED, 'usage.bytes': -bytes, 'usage.files': -1 }, $pull: { reservations: { assetId } } },
  )
}

/** Sets an account's usage, unless it has changed since `revision`. */
export async function correct(User: UserModel, ownerId: Id | string, revision: number, { bytes, files }: Quota) {
  await User.updateOne(
    { _id: ownerId, 'usage.revision': revision },
    { $inc: CHANGED, $set: { 'usage.bytes': bytes, 'usage.files': files } },
  )
}
