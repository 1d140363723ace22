import type { FastifyInstance } from 'fastify'
import type { QueryFilter, Types } from 'mongoose'
import { type AssetDocument, findFile, isId } from '../../models/asset.js'
import { fillOutbox, type OutboxEntry } from '../../models/outbox.js'
import { Problem } from '../../openapi/errors.js'
import { JobError } from '../jobs/handler.js'
import { forgetRefund, refund } from './quota.js'

type Condition = { revision?: number }
/** Creates what the deletion of an asset has to put into its outbox. */
export type Announce = (asset: AssetDocument) => OutboxEntry[]

/** Matches a row that may be deleted: what its deletion causes has been moved out. */
const SETTLED = { 'outbox._id': { $exists: false } }

/** Files that are claimed and erased together. */
const BATCH = 100
/**
 * Files of a deleted account that are erased in one run of its job: five requests to the store, which fit into one
 * lease.
 */
const ACCOUNT_BATCH = 500

/** Creates the event that tells webhooks of a deletion whose audit event covers several files. */
export const deletedBy = (app: FastifyInstance, actorId: string, { _id, ownerId }: AssetDocument): OutboxEntry =>
  app.audit.webhookEntry({
    type: 'asset.deleted',
    data: { assetId: _id.toString(), ownerId: ownerId.toString(), actorId },
  })

/**
 * Hides an asset from every reader, if its state is still as it was read and `condition` holds. What `announce` returns is stored in the
 * same update. Only one of several parallel calls succeeds, and its caller must {@link erase} the asset. If it doesn't, the reconciler does
 * after some minutes.
 */
export async function claim(
  app: FastifyInstance,
  asset: AssetDocument,
  condition: Condition = {},
  announce: Announce = () => [],
): Promise<boolean> {
  const { _id, state, stateAt } = asset
  const { modifiedCount } = await app.db.Asset.updateOne(
    { ...condition, _id, state, stateAt },
    {
      $set: { state: 'deleting', stateAt: app.now() },
      ...fillOutbox(announce(asset)),
    },
  )
  return modifiedCount === 1
}

/**
 * Claims the ready file with this id, if `filter` admits it. `conditionOf` gets its revision and returns the condition
 * of the claim.
 * @throws Problem NOT_FOUND, or PRECONDITION_FAILED if the condition no longer holds
 */
export async function claimFile(
  app: FastifyInstance,
  id: string,
  filter: { ownerId?: Types.ObjectId },
  conditionOf: (revision: number) => Condition,
  announce?: Announce,
): Promise<AssetDocument> {
  const find = () => findFile(app.db.Asset, id, filter)
  const asset = await find()
  if (await claim(app, asset, conditionOf(asset.revision), announce)) return asset
  await find()
  throw new Problem('PRECONDITION_FAILED')
}

/**
 * Erases a claimed asset: its file in the store, then its share of the quota, then its row.
 * @throws Problem of the store
 */
export async function erase(app: FastifyInstance, asset: AssetDocument): Promise<void> {
  await app.storage.destroy(asset)
  await eraseRow(app, asset)
}

/** Deletes rows of claimed assets, once what their deletion causes has been moved out. */
async function deleteRows(app: FastifyInstance, ids: Types.ObjectId[]) {
  const rows = { _id: { $in: ids }, state: 'deleting' as const, ...SETTLED }
  const { deletedCount } = await app.db.Asset.deleteMany(rows)
  if (deletedCount === ids.length) return
  await app.audit.moveOf('Asset', ...ids)
  await app.db.Asset.deleteMany(rows)
}

async function eraseRow(app: FastifyInstance, asset: AssetDocument) {
  const { User } = app.db
  if (asset.purpose === 'file') await refund(User, asset)
  await deleteRows(app, [asset._id])
  if (asset.purpose === 'file') await forgetRefund(User, asset)
}

/**
 * Claims and erases assets with few requests to the store. An asset that another call has claimed is in neither list.
 */
export async function eraseMany(app: FastifyInstance, assets: AssetDocument[], announce?: Announce) {
  const claims = await Promise.all(assets.map((asset) => claim(app, asset, {}, announce)))
  const claimed = assets.filter((_asset, index) => claims[index])
  const deleted: string[] = []
  const failed: string[] = []
  for await (const { files, problem } of app.storage.destroyMany(claimed)) {
    if (problem === null) await Promise.all(files.map((file) => eraseRow(app, file)))
    ;(problem === null ? deleted : failed).push(...files.map(({ _id }) => _id.toString()))
  }
  return { deleted, failed }
}

/**
 * Erases the ready assets with these ids that `filter` admits. Each id ends up in exactly one of the three lists. `record` is called with
 * the ids of some assets before these are claimed, so that a crash leaves no deletion without its event.
 */
export async function eraseByIds(
  app: FastifyInstance,
  ids: string[],
  filter: QueryFilter<AssetDocument>,
  announce?: Announce,
  record: (assetIds: string[]) => Promise<void> = async () => {},
) {
  const wanted = [...new Set(ids)]
  const deleted: string[] = []
  const failed: string[] = []
  for (let start = 0; start < wanted.length; start += BATCH) {
    const batch = wanted.slice(start, start + BATCH).filter(isId)
    const found = await app.db.Asset.find({ ...filter, _id: { $in: batch }, state: 'ready' }).lean()
    if (found.length > 0) await record(found.map(({ _id }) => _id.toString()))
    const erased = await eraseMany(app, found, announce)
    deleted.push(...erased.deleted)
    failed.push(...erased.failed)
  }
  const known = new Set([...deleted, ...failed])
  return { deleted, failed, notFound: wanted.filter((id) => !known.has(id)) }
}

/**
 * Erases a batch of an account's files, but not its avatar. The reconciler erases later what the store keeps.
 * @returns true once no file is left to claim
 */
export async function eraseFilesOf(
  app: FastifyInstance,
  ownerId: Types.ObjectId,
  announce: Announce,
): Promise<boolean> {
  const found = await app.db.Asset.find({ ownerId, purpose: 'file', state: 'ready' }).limit(BATCH).lean()
  await eraseMany(app, found, announce)
  return found.length === 0
}

/**
 * Erases a batch of everything that a deleted account has stored, its avatar and unfinished uploads included. The quota
 * goes with the account, so nothing is refunded and no claim is needed: erasing an asset twice is harmless here.
 * @returns true once nothing is left
 * @throws JobError if the store keeps some of the files
 */
export async function eraseAllOf(app: FastifyInstance, ownerId: Types.ObjectId): Promise<boolean> {
  const { Asset } = app.db
  await Asset.updateMany({ ownerId, state: { $ne: 'deleting' } }, { $set: { state: 'deleting', stateAt: app.now() } })
  const fields = { publicId: 1, resourceType: 1, visibility: 1 }
  const assets = await Asset.find({ ownerId }, fields).limit(ACCOUNT_BATCH).lean()
  let kept = 0
  for await (const { files, problem } of app.storage.destroyMany(assets)) {
    if (problem) kept += files.length
    else
      await deleteRows(
        app,
        files.map(({ _id }) => _id),
      )
  }
  if (kept > 0) throw new JobError(`The file store kept ${kept} files.`)
  return assets.length < ACCOUNT_BATCH
}
