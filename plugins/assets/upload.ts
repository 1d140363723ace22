import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import type { AssetDocument, Labels } from '../../models/asset.js'
import type { OutboxEntry } from '../../models/outbox.js'
import { toKey } from '../../models/prefix.js'
import { accountGone, Problem } from '../../openapi/errors.js'
import { displayName } from '../storage/filename.js'
import type { Inspected } from '../storage/inspect.js'
import { refund, reserve, resize, settle } from './quota.js'
import { finishOrUndo } from './recover.js'

export interface UploadOptions {
  ownerId: Types.ObjectId
  /** Avatars are kept apart from files and don't count towards the quota. */
  purpose: AssetDocument['purpose']
  visibility: AssetDocument['visibility']
  labels: Labels
  /** The id by which the upload can be recovered, if it must be known beforehand. */
  uploadId?: string | undefined
}

export interface Upload {
  /** The files so far, as they will be kept. */
  assets: readonly AssetDocument[]
  /**
   * Keeps one more file: reserves quota, writes the row, then sends the bytes to the store.
   * @param atMost upper bound of the file's size in bytes
   */
  add(file: Inspected, filename: string, atMost: number): Promise<void>
  /** Replaces what the owner says about the files so far, before the commit. */
  relabel(labels: Labels): Promise<void>
  /** Makes all files of the upload ready, or none. The events are stored in the same update. */
  commit(events: (assets: AssetDocument[]) => OutboxEntry[]): Promise<AssetDocument[]>
  /** Erases the whole upload. The reconciler erases later what can't be erased now. */
  abort(): Promise<void>
}

/** Begins an upload of one or more files, of which all are kept or none. */
export function beginUpload(app: FastifyInstance, prefix: string, options: UploadOptions): Upload {
  const { ownerId, purpose, visibility, labels, uploadId = new Types.ObjectId().toString() } = options
  const { Asset, User } = app.db
  const { USER_QUOTA_BYTES, USER_QUOTA_FILES } = app.config
  const rows: AssetDocument[] = []
  const isCounted = purpose === 'file'
  /** The last file. Its facts are written together with the next step, which saves a write. */
  let isBegun = false
  let last: { row: AssetDocument; reserved: number; known: Partial<AssetDocument> } | null = null

  async function add(file: Inspected, filename: string, atMost: number) {
    if (last) {
      await describe(last)
      if (isCounted) await resize(User, last.row, last.reserved)
    }
    last = null
    // the id of an upload is the id of its first row
    const _id = rows.length === 0 ? new Types.ObjectId(uploadId) : new Types.ObjectId()
    const reserved = isCounted
      ? await reserve(User, ownerId, _id, atMost, { bytes: USER_QUOTA_BYTES, files: USER_QUOTA_FILES })
      : atMost
    const now = app.now()
    const name = displayName(filename, `file.${file.extension}`)
    const row: AssetDocument = {
      _id,
      ownerId,
      purpose,
      state: 'pending',
      stateAt: now,
      uploadId,
      filename: name,
      filenameKey: toKey(name),
      contentType: file.contentType,
      resourceType: file.resourceType,
      visibility,
      bytes: reserved,
      width: null,
      height: null,
      checksum: null,
      publicId: publicIdOf(prefix, file),
      secureUrl: null,
      thumbnailUrl: null,
      ...labels,
      revision: 0,
      createdAt: now,
      updatedAt: now,
    }
    isBegun = true
    try {
      await Asset.create(row)
    } catch (error) {
      if (isCounted) await refund(User, row)
      throw error
    }
    rows.push(row)
    const { secureUrl, thumbnailUrl, width, height } = await app.storage.upload(
      atMostBytes(file.content, reserved),
      row,
    )
    const facts = file.facts()
    const known = { ...facts, width: facts.width ?? width, height: facts.height ?? height, secureUrl, thumbnailUrl }
    Object.assign(row, known)
    last = { row, reserved, known }
  }

  const describe = ({ row, known }: { row: AssetDocument; known: Partial<AssetDocument> }) =>
    Asset.updateOne({ _id: row._id, state: 'pending' }, { $set: known })

  async function relabel(changed: Labels) {
    for (const row of rows) Object.assign(row, changed)
    await Asset.updateMany({ uploadId, state: 'pending' }, { $set: changed })
  }

  async function commit(events: (assets: AssetDocument[]) => OutboxEntry[]) {
    const { row, reserved, known } = last as NonNullable<typeof last>
    const [first] = rows as [AssetDocument]
    const isAlone = rows.length === 1
    // a recovery makes the others ready once the first is, so their facts must be written before
    if (!isAlone) await describe({ row, known })
    const ready = { state: 'ready' as const, stateAt: app.now() }
    try {
      const { modifiedCount } = await Asset.updateOne(
        { _id: first._id, state: 'pending' },
        { $set: { ...(isAlone && known), ...ready } },
      )
      // the row was claimed meanwhile: the account was deleted, or a recovery gave the upload up
      if (modifiedCount === 0) throw accountGone()
      if (!isAlone) await Asset.updateMany({ uploadId, state: 'pending' }, { $set: ready })
      const assets = rows.map((row) => Object.assign(row, ready))
      const ids = rows.map(({ _id }) => _id)
      const isSettled = !isCounted || (await settle(User, ownerId, ids, row.bytes - reserved, events(assets)))
      if (!isSettled) throw accountGone()
      return assets
    } catch (error) {
      // the database decides: the answer to an update may be lost, or another request may have recovered the upload
      const kept = await finishOrUndo(app, uploadId)
      if (!kept) throw error
      return kept
    }
  }

  async function abort() {
    if (!isBegun) return
    try {
      const found = await Asset.find({ uploadId, state: { $ne: 'deleting' } }, { _id: 1 }).lean()
      const known = new Set(found.map(({ _id }) => _id.toString()))
      if (await finishOrUndo(app, uploadId)) return
      // a recovery may have erased these rows before their bytes reached the store
      const others = rows.filter(({ _id }) => !known.has(_id.toString()))
      await Promise.all(others.map((row) => app.storage.destroy(row)))
    } catch (error) {
      app.log.warn({ err: error, uploadId }, 'an aborted upload is left to the reconciler')
    }
  }

  return { assets: rows, add, relabel, commit, abort }
}

/** A public id can't be guessed and reveals nothing about the owner or the file. */
const publicIdOf = (prefix: string, { resourceType, extension }: Inspected) =>
  `${prefix}${randomBytes(16).toString('hex')}${resourceType === 'raw' ? `.${extension}` : ''}`

async function* atMostBytes(content: AsyncIterable<Buffer>, limit: number) {
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > limit) throw new Problem('QUOTA_EXCEEDED')
    yield chunk
  }
}
