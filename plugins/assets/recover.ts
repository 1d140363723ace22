import type { FastifyInstance } from 'fastify'
import type { AssetDocument } from '../../models/asset.js'
import { claim, erase } from './erase.js'
import { settle } from './quota.js'

/**
 * Finishes a committed upload, or erases an uncommitted one, when its request has died or seems to have died. The
 * reconciler erases later what the store keeps. An interrupted call can be repeated.
 *
 * The first row, whose id is that of the upload, decides for all rows by compare-and-set: `pending` to `ready` commits
 * the upload, `pending` to `deleting` gives it up, and neither is ever undone. The other rows become ready only after
 * the first. So a slow request and any number of concurrent recoveries of its upload end in the same state.
 * @returns the files in order of their creation, or null if none is kept
 * @throws errors of the database
 */
export async function recoverUpload(app: FastifyInstance, uploadId: string): Promise<AssetDocument[] | null> {
  return (await block(app, uploadId)) ? null : finishOrUndo(app, uploadId)
}

/**
 * Blocks an upload that has no row yet: a placeholder takes the place of its first row, so that a request that still
 * runs can't write it. The reconciler removes the placeholder.
 * @returns true if the upload is blocked
 */
async function block(app: FastifyInstance, uploadId: string): Promise<boolean> {
  const { Asset } = app.db
  if (await Asset.exists({ uploadId })) return false
  const placeholder = { uploadId, state: 'deleting', stateAt: app.now(), publicId: uploadId }
  const { upsertedCount } = await Asset.updateOne({ _id: uploadId }, { $setOnInsert: placeholder }, { upsert: true })
  return upsertedCount === 1
}

/** Does the same as {@link recoverUpload} for an upload that has a row. */
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
  // another call has just decided
  if (first && !(await claim(app, first))) return finishOrUndo(app, uploadId)
  const claimed = first ? [first] : []
  // a request that still runs may add more rows
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
 * Ends the reservations of committed files if their request didn't, and writes the events of that request, without its
 * address and user agent, which are lost.
 * @returns false if their owner is deleted or is being deleted
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
    // this fails if another call settles them or the owner deletes one of them, so read again
    await settle(User, ownerId, ids, difference, events)
  }
}
