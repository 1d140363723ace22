import type { Types } from 'mongoose'
import type { AssetDocument } from '../../models/asset.js'
import type { OutboxEntry, UserModel } from '../../models/user.js'
import { accountGone, Problem } from '../../openapi/errors.js'

export interface Quota {
  bytes: number
  files: number
}

type Id = Types.ObjectId
type Counted = Pick<AssetDocument, '_id' | 'ownerId' | 'bytes'>

/** How often a reservation is tried again where others change the same account meanwhile. */
const TRIES = 10
/** Tells the reconciler that what it has read of an account no longer holds. */
const CHANGED = { 'usage.revision': 1 }

/**
 * Sets bytes and one file aside for an upload, in one conditional update; `usage` counts them from then on. Where less than
 * `wanted` is left, that is what's reserved.
 * @returns the bytes reserved, at least one
 * @throws Problem QUOTA_EXCEEDED, or TOKEN_INVALID where the account is no longer active
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

/** Shrinks a reservation to what the file has taken in the end, so that the next of the same request finds room. */
export async function resize(User: UserModel, { _id, ownerId, bytes }: Counted, reserved: number) {
  await User.updateOne(
    { _id: ownerId, reservations: { $elemMatch: { assetId: _id, bytes: reserved } } },
    { $inc: { ...CHANGED, 'usage.bytes': bytes - reserved }, $set: { 'reservations.$.bytes': bytes } },
  )
}

/**
 * Ends the reservations of one owner's files that are ready: their bytes stay counted, corrected by `difference`.
 * @returns false where they are no longer reserved, as when the account is being deleted
 */
export async function settle(User: UserModel, ownerId: Id, ids: Id[], difference: number, outbox: OutboxEntry[]) {
  const { modifiedCount } = await User.updateOne(
    { _id: ownerId, 'reservations.assetId': { $all: ids } },
    {
      $inc: { ...CHANGED, 'usage.bytes': difference },
      $pull: { reservations: { assetId: { $in: ids } } },
      $push: { outbox: { $each: outbox } },
    },
  )
  return modifiedCount === 1
}

/** Gives back what a file is counted with, reserved or not; a second time it does nothing until {@link forgetRefund}. */
export async function refund(User: UserModel, { _id, ownerId, bytes }: Counted) {
  const notYet = { _id: ownerId, 'refunds.assetId': { $ne: _id } }
  // again where the file is settled at the same time
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

/** Once the row is gone, nobody will refund it again. */
export async function forgetRefund(User: UserModel, { _id, ownerId }: Pick<Counted, '_id' | 'ownerId'>) {
  await User.updateOne({ _id: ownerId }, { $inc: CHANGED, $pull: { refunds: { assetId: _id } } })
}

/** Gives back what is set aside for a file that was never begun. */
export async function release(User: UserModel, ownerId: Id, { assetId, bytes }: { assetId: Id; bytes: number }) {
  await User.updateOne(
    { _id: ownerId, reservations: { $elemMatch: { assetId, bytes } } },
    { $inc: { ...CHANGED, 'usage.bytes': -bytes, 'usage.files': -1 }, $pull: { reservations: { assetId } } },
  )
}

/** Sets what an account is counted with, unless it has changed since `revision`. */
export async function correct(User: UserModel, ownerId: Id | string, revision: number, { bytes, files }: Quota) {
  await User.updateOne(
    { _id: ownerId, 'usage.revision': revision },
    { $inc: CHANGED, $set: { 'usage.bytes': bytes, 'usage.files': files } },
  )
}
