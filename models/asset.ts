import { type Connection, Schema, type Types } from 'mongoose'
import { Problem } from '../openapi/errors.js'
import { hasAll, type Metadata } from './metadata.js'
import { addOutbox, type OutboxEntry } from './outbox.js'
import { startsWith } from './prefix.js'

/** The kinds of file in the file store. */
export const RESOURCE_TYPES = ['image', 'video', 'raw'] as const
export type ResourceType = (typeof RESOURCE_TYPES)[number]

export const VISIBILITIES = ['public', 'private'] as const
export type Visibility = (typeof VISIBILITIES)[number]

export interface AssetDocument {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  /** An avatar is in no list and doesn't count towards the quota. */
  purpose: 'file' | 'avatar'
  /** `pending` until the whole upload is stored, then `ready`; `deleting` until the file is gone. */
  state: 'pending' | 'ready' | 'deleting'
  /** Time of the last change of `state`. */
  stateAt: Date
  /** The files of one request share it and become ready together. */
  uploadId: string
  filename: string
  /** Lower-cased file name, for sorting and prefix search. */
  filenameKey: string
  contentType: string
  resourceType: ResourceType
  visibility: Visibility
  /** Size of the stored file; while `pending`, the reserved size. */
  bytes: number
  width: number | null
  height: number | null
  /** Hex SHA-256 of the stored file. */
  checksum: string | null
  publicId: string
  secureUrl: string | null
  thumbnailUrl: string | null
  tags: string[]
  /** Absent from files that were uploaded before there was one. */
  description?: string
  /** Absent until it is set. */
  metadata?: Metadata
  /** The values of the metadata that lists can be filtered by; absent if there are none. */
  filters?: string[]
  /** Rises with every visible change. The ETag is made of it. */
  revision: number
  /** Absent until a change has an effect. */
  outbox?: OutboxEntry[]
  createdAt: Date
  updatedAt: Date
}

const schema = new Schema<AssetDocument>(
  {
    ownerId: { type: Schema.Types.ObjectId, required: true },
    purpose: { type: String, enum: ['file', 'avatar'], required: true },
    state: { type: String, enum: ['pending', 'ready', 'deleting'], required: true },
    stateAt: { type: Date, required: true },
    uploadId: { type: String, required: true },
    filename: { type: String, required: true },
    filenameKey: { type: String, required: true },
    contentType: { type: String, required: true },
    resourceType: { type: String, enum: RESOURCE_TYPES, required: true },
    visibility: { type: String, enum: VISIBILITIES, required: true },
    bytes: { type: Number, required: true },
    width: { type: Number, default: null },
    height: { type: Number, default: null },
    checksum: { type: String, default: null },
    publicId: { type: String, required: true },
    secureUrl: { type: String, default: null },
    thumbnailUrl: { type: String, default: null },
    tags: [String],
    description: String,
    metadata: { type: Schema.Types.Mixed },
    filters: { type: [String], default: undefined },
    revision: { type: Number, default: 0 },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw' },
)

schema.index({ publicId: 1 }, { unique: true })
// listAssets: owner, purpose and state; sort createdAt, filename or bytes
schema.index({ ownerId: 1, purpose: 1, state: 1, createdAt: -1, _id: -1 })
schema.index({ ownerId: 1, purpose: 1, state: 1, filenameKey: 1, _id: 1 })
schema.index({ ownerId: 1, purpose: 1, state: 1, bytes: 1, _id: 1 })
// listAssets: a whole MIME type, sort createdAt
schema.index({ ownerId: 1, purpose: 1, state: 1, contentType: 1, createdAt: -1, _id: -1 })
// listAssets: a tag, sort createdAt
schema.index({ ownerId: 1, purpose: 1, state: 1, tags: 1, createdAt: -1, _id: -1 })
// listAssets, adminListAssets: a value of the metadata, sort createdAt
schema.index(
  { ownerId: 1, purpose: 1, state: 1, filters: 1, createdAt: -1, _id: -1 },
  { partialFilterExpression: { filters: { $exists: true } } },
)
schema.index(
  { purpose: 1, state: 1, filters: 1, createdAt: -1, _id: -1 },
  { partialFilterExpression: { filters: { $exists: true } } },
)
// adminListAssets: sort createdAt, filename or bytes
schema.index({ purpose: 1, state: 1, createdAt: -1, _id: -1 })
schema.index({ purpose: 1, state: 1, filenameKey: 1, _id: 1 })
schema.index({ purpose: 1, state: 1, bytes: 1, _id: 1 })
// the reconciler: assets that have been pending or deleting for long
schema.index({ state: 1, stateAt: 1 })
schema.index({ uploadId: 1 })
addOutbox(schema, { default: undefined })

/**
 * Returns the ready file with this id that matches `filter`, never an avatar.
 * @throws Problem NOT_FOUND, also for a malformed id
 */
export async function findFile(Asset: AssetModel, id: string, filter: { ownerId?: Types.ObjectId } = {}) {
  const asset = isId(id) ? await Asset.findOne({ ...filter, _id: id, purpose: 'file', state: 'ready' }).lean() : null
  if (!asset) throw new Problem('NOT_FOUND')
  return asset
}

/** Fields of a file that its owner writes. */
export type Labels = Pick<AssetDocument, 'tags' | 'description' | 'metadata' | 'filters'>

/** Tags as they are stored: each once, in Unicode NFC. */
export const toTags = (tags: string[]) => [...new Set(tags.map((tag) => tag.normalize('NFC')))]

/** Tells if a text is an id. The driver would take any twelve characters for one. */
export const isId = (text: string) => /^[0-9a-f]{24}$/.test(text)

/** Sort orders of a list, and their fields. */
export const SORTS = {
  createdAt: 'createdAt',
  '-createdAt': '-createdAt',
  filename: 'filenameKey',
  '-filename': '-filenameKey',
  bytes: 'bytes',
  '-bytes': '-bytes',
} as const

/** Returns the filter of a list; `type` is a MIME type or its first half, `q` the beginning of a name, `filters` values of the metadata. */
export const listFilter = ({ type, tag, q }: { type?: string; tag?: string; q?: string }, filters: string[]) => ({
  purpose: 'file' as const,
  state: 'ready' as const,
  ...(type !== undefined && { contentType: type.includes('/') ? type : startsWith(`${type}/`) }),
  ...(tag !== undefined && { tags: tag.normalize('NFC') }),
  ...(q !== undefined && { filenameKey: startsWith(q) }),
  ...(filters.length > 0 && { $and: hasAll('filters', filters) }),
})

/** Returns an asset as the API shows it. */
export const toAsset = (asset: AssetDocument) => ({
  id: asset._id.toString(),
  ownerId: asset.ownerId.toString(),
  filename: asset.filename,
  contentType: asset.contentType,
  resourceType: asset.resourceType,
  bytes: asset.bytes,
  ...(asset.width !== null && asset.height !== null && { width: asset.width, height: asset.height }),
  checksum: asset.checksum as string,
  publicId: asset.publicId,
  secureUrl: asset.secureUrl,
  ...(asset.thumbnailUrl !== null && { thumbnailUrl: asset.thumbnailUrl }),
  visibility: asset.visibility,
  tags: asset.tags,
  description: asset.description ?? '',
  metadata: asset.metadata ?? {},
  createdAt: asset.createdAt.toISOString(),
  updatedAt: asset.updatedAt.toISOString(),
})

export const assetModel = (connection: Connection) => connection.model('Asset', schema, 'assets')
export type AssetModel = ReturnType<typeof assetModel>
