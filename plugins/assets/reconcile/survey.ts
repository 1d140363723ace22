import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import { type AssetDocument, RESOURCE_TYPES, VISIBILITIES } from '../../../models/asset.js'
import { startsWith } from '../../../models/prefix.js'
import type { ListedFile, StoredFile } from '../../storage/cloudinary.js'
import { graceOf } from './run.js'

/** What is found where rows, accounts and the store are compared; nothing is changed. */
export interface Survey {
  /** How many files the store has. */
  stored: number
  /** Files that no row names. */
  files: ListedFile[]
  /** Ready rows whose owner is gone, and avatars that their owner doesn't show. */
  rows: AssetDocument[]
  /** Ready rows whose file is gone. */
  missing: AssetDocument[]
}

const BATCH = 500
/** The store lists each apart. */
export const KINDS = RESOURCE_TYPES.flatMap((resourceType) =>
  VISIBILITIES.map((visibility): Omit<StoredFile, 'publicId'> => ({ resourceType, visibility })),
)
/** How many missing files are looked up one by one before they are believed to be. */
const LOOK_UPS = 50

/**
 * Lists the whole store, 500 files a call and at least one call for each of six kinds, then goes through all rows.
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
    const strays = await ofNobody(app, next)
    rows.push(...strays)
    unseen.push(...next.filter((row) => !strays.includes(row) && !seen.has(row.publicId)))
    after = last._id
  }
  return { stored: seen.size, files, rows, missing: await gone(app, unseen) }
}

/** A row is written before its file and goes after it: a file without one was left by a crash, or by a store that was late. */
async function withoutRow(app: FastifyInstance, page: ListedFile[], before: Date): Promise<ListedFile[]> {
  const old = page.filter(({ createdAt }) => createdAt < before)
  const found = await app.db.Asset.find(
    { publicId: { $in: old.map(({ publicId }) => publicId) } },
    { publicId: 1 },
  ).lean()
  const known = new Set(found.map(({ publicId }) => publicId))
  return old.filter(({ publicId }) => !known.has(publicId))
}

async function ofNobody(app: FastifyInstance, rows: AssetDocument[]): Promise<AssetDocument[]> {
  const owners = await app.db.User.find({ _id: { $in: rows.map(({ ownerId }) => ownerId) } }, { avatar: 1 }).lean()
  const avatars = new Map(owners.map(({ _id, avatar }) => [_id.toString(), avatar?.assetId.toString()]))
  return rows.filter(({ _id, ownerId, purpose }) => {
    const owner = ownerId.toString()
    return !avatars.has(owner) || (purpose === 'avatar' && avatars.get(owner) !== _id.toString())
  })
}

/** Those that are gone from the store and still ready; beyond some, one by one would be too many calls. */
async function gone(app: FastifyInstance, unseen: AssetDocument[]): Promise<AssetDocument[]> {
  const missing: AssetDocument[] = unseen.slice(LOOK_UPS)
  for (const row of unseen.slice(0, LOOK_UPS)) {
    let isThere = false
    for await (const { publicId } of app.storage.list(row.publicId, row)) isThere ||= publicId === row.publicId
    if (!isThere && (await app.db.Asset.exists({ _id: row._id, state: 'ready' }))) missing.push(row)
  }
  return missing
}
