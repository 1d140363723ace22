import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import { type AssetDocument, RESOURCE_TYPES, VISIBILITIES } from '../../../models/asset.js'
import { startsWith } from '../../../models/prefix.js'
import type { ListedFile, StoredFile } from '../../storage/cloudinary.js'
import { graceOf } from './run.js'

/** The differences between rows, accounts and the store. */
export interface Survey {
  /** Number of files in the store. */
  stored: number
  /** Files without a row. */
  files: ListedFile[]
  /** Ready rows whose owner doesn't exist, and avatars that their owner doesn't show. */
  rows: AssetDocument[]
  /** Ready rows whose file is missing from the store. */
  missing: AssetDocument[]
}

const BATCH = 500
/** The store lists each kind separately. */
export const KINDS = RESOURCE_TYPES.flatMap((resourceType) =>
  VISIBILITIES.map((visibility): Omit<StoredFile, 'publicId'> => ({ resourceType, visibility })),
)
/** Number of missing files that are looked up one by one; looking up more would take too many calls. */
const LOOK_UPS = 50

/**
 * Compares the store with the rows and accounts, and changes nothing. Lists the whole store, 500 files a call and at
 * least one call for each of six kinds, then reads all rows.
 * @throws Problem of the store
 */
export async function survey(app: FastifyInstance, signal: AbortSignal): Promise<Survey> {
  const before = new Date(app.now().getTime() - graceOf(app.config))
  const seen = new Set<string>()
  const files: ListedFile[] = []
  for (const kind of KINDS) {
    const listed: ListedFile[] = []
    for await (const file of app.storage.list(app.assets.prefix, kind)) {
      signal.throwIfAborted()
      listed.push(file)
      seen.add(file.publicId)
    }
    for (let start = 0; start < listed.length; start += BATCH) {
      files.push(...(await withoutRow(app, listed.slice(start, start + BATCH), before)))
    }
  }

  const rows: AssetDocument[] = []
  const unseen: AssetDocument[] = []
  let after: Types.ObjectId | null = null
  for (;;) {
    signal.throwIfAborted()
    const next: AssetDocument[] = await app.db.Asset.find({
      ...(after && { _id: { $gt: after } }),
      state: 'ready',
      stateAt: { $lt: before },
      publicId: startsWith(app.assets.prefix),
    })
      .sort({ _id: 1 })
      .limit(BATCH)
      .lean()
    const last = next.at(-1)
    if (!last) break
    const strays = await withoutOwner(app, next)
    rows.push(...strays)
    unseen.push(...next.filter((row) => !strays.includes(row) && !seen.has(row.publicId)))
    after = last._id
  }
  return { stored: seen.size, files, rows, missing: await gone(app, unseen) }
}

/** Finds old files without a row. A row is written before its file and deleted after it, so a crash left them. */
async function withoutRow(app: FastifyInstance, page: ListedFile[], before: Date): Promise<ListedFile[]> {
  const old = page.filter(({ createdAt }) => createdAt < before)
  const found = await app.db.Asset.find(
    { publicId: { $in: old.map(({ publicId }) => publicId) } },
    { publicId: 1 },
  ).lean()
  const known = new Set(found.map(({ publicId }) => publicId))
  return old.filter(({ publicId }) => !known.has(publicId))
}

async function withoutOwner(app: FastifyInstance, rows: AssetDocument[]): Promise<AssetDocument[]> {
  const owners = await app.db.User.find({ _id: { $in: rows.map(({ ownerId }) => ownerId) } }, { avatar: 1 }).lean()
  const avatars = new Map(owners.map(({ _id, avatar }) => [_id.toString(), avatar?.assetId.toString()]))
  return rows.filter(({ _id, ownerId, purpose }) => {
    const owner = ownerId.toString()
    return !avatars.has(owner) || (purpose === 'avatar' && avatars.get(owner) !== _id.toString())
  })
}

/** Keeps the rows that are still ready and whose file a second look doesn't find either. */
async function gone(app: FastifyInstance, unseen: AssetDocument[]): Promise<AssetDocument[]> {
  const missing: AssetDocument[] = unseen.slice(LOOK_UPS)
  for (const row of unseen.slice(0, LOOK_UPS)) {
    let isStored = false
    for await (const { publicId } of app.storage.list(row.publicId, row)) isStored ||= publicId === row.publicId
    if (!isStored && (await app.db.Asset.exists({ _id: row._id, state: 'ready' }))) missing.push(row)
  }
  return missing
}
