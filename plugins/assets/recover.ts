import type { FastifyInstance } from 'fastify'
import type { AssetDocument } from '../../models/asset.js'
import { claim, erase } from './erase.js'
import { settle } from './quota.js'

/**
 * Settles an upload whose request has ended, or seems to have, without doing so. What had been committed is finished; otherwise
 * nothing of it is kept, and what the store doesn't let go is left to the reconciler. To be called again where it was cut off.
 *
 * The first row of an upload, by whose id it goes, decides for all of it, by compare-and-set: `pending` to `ready` commits it,
 * `pending` to `deleting` gives it up, and neither is ever taken back. The others become ready only after it. So a request that was
 * merely slow, and any number of those who recover its upload meanwhile, come to the same end.
 * @returns the files in order of their creation, or null where none is kept
 * @throws errors of the database
 */
export async function recoverUpload(app: FastifyInstance, uploadId: string): Promise<AssetDocument[] | null> {
  return (await bar(app, uploadId)) ? null : finishOrUndo(app, uploadId)
}

/**
 * Where there is no row, a request that still runs must not write the first one any more: its place is taken, until the reconciler
 * removes that.
 * @returns whether the upload can't come to be
 */
async function bar(app: FastifyInstance, uploadId: string): Promise<boolean> {
  const { Asset } = app.db
  if (await Asset.exists({ uploadId })) return false
  const placeholder = { uploadId, state: 'deleting', stateAt: app.now(), publicId: uploadId }
  const { upsertedCount } = await Asset.updateOne({ _id: uploadId }, { $setOnInsert: placeholder }, { upsert: true })
  return upsertedCount === 1
}

/** As {@link recoverUpload}, of an upload that has a row. */
export async function finishOrUndo(app: FastifyInstance, uploadId: string): Promise<AssetDocument[] | null> {
  const { Asset } = app.db
  const find = () =>
    Asset.find({ uploadId, state: { $ne: 'deleting' } })
      .sort({ _id: 1 })
      .lean()

  const rows = await find()
  if (rows.some(({ state }) => state === 'ready') && (await endReservations(app, rows))) {
    await Asset.updateMany({ uploadId, state: 'pending' }, { $set: { state: 'ready', stateAt: app.now() } })
    return find()
  }

  const first = rows.find(({ _id }) => _id.toString() === uploadId)
  // somebody else has just decided
  if (first && !(await claim(app, first))) return finishOrUndo(app, uploadId)
  const claimed = first ? [first] : []
  // a request that still runs may add more
  for (let left = rows.filter((row) => row !== first); left.length > 0; left = await find()) {
    for (const row of left) if (await claim(app, row)) claimed.push(row)
  }
  await Promise.all(
    claimed.map((row) =>
      erase(app, row).catch((error) => {
        app.log.warn({ err: error, assetId: row._id.toString() }, 'an aborted upload is left to the reconciler')
      }),
    ),
  )
  return null
}

/**
 * Ends the reservations of committed files, if their request didn't, and writes the events that it would have written with them;
 * the request's address and agent are lost.
 * @returns false where their owner is gone, or is going
 */
async function endReservations(app: FastifyInstance, rows: AssetDocument[]): Promise<boolean> {
  const { User } = app.db
  const [{ ownerId }] = rows as [AssetDocument]
  for (;;) {
    const owner = await User.findOne({ _id: ownerId, status: { $ne: 'deleting' } }, { reservations: 1 }).lean()
    if (!owner) return false
    const reserved = new Map(owner.reservations.map(({ assetId, bytes }) => [assetId.toString(), bytes]))
    const open = rows.filter(({ _id }) => reserved.has(_id.toString()))
    if (open.length === 0) return true
    const difference = open.reduce((sum, { _id, bytes }) => sum + bytes - (reserved.get(_id.toString()) as number), 0)
    const events = open.map(({ _id, bytes, contentType }) =>
      app.audit.entry(null, {
        action: 'asset.uploaded',
        actorId: ownerId,
        targetId: _id,
        details: { bytes, contentType, recovered: true },
      }),
    )
    const ids = open.map(({ _id }) => _id)
    // where another does so at the same time, or the owner deletes one of them, another look tells
    await settle(User, ownerId, ids, difference, events)
  }
}
