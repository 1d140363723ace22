import { type Connection, isObjectIdOrHexString, type QueryFilter, Schema, type Types } from 'mongoose'
import { Problem } from '../openapi/errors.js'
import { PERMISSIONS } from './user.js'

/** Scopes for the owner's own data and files. */
export const OWN_SCOPES = ['me:read', 'files:read', 'files:write', 'files:delete'] as const

/** All scopes of API keys. Those for administration have the names of the permissions, which the owner needs as well. */
export const SCOPES = [...OWN_SCOPES, ...PERMISSIONS] as const
export type Scope = (typeof SCOPES)[number]

/** A secret of a key. A rotation can leave the previous one valid for a while. */
export interface ApiKeySecret {
  /** SHA-256 of the secret. */
  hash: string
  /** The secret is refused from then on; null for the current one. */
  until: Date | null
}

export interface ApiKeyDocument {
  _id: Types.ObjectId
  ownerId: Types.ObjectId
  name: string
  /** The beginning of the current secret, by which people recognise it. */
  prefix: string
  /** The current secret first. */
  secrets: ApiKeySecret[]
  scopes: Scope[]
  /** Networks (CIDR) and addresses that the key may be used from; empty for all. */
  allowedNetworks: string[]
  createdAt: Date
  expiresAt: Date | null
  /**
   * Differs after every change of the key. The owner has it too, and gets the next one before the key does: a process that has read the key
   * earlier need not read it again while the owner's is the same.
   */
  stamp?: Types.ObjectId
  /** Up to a minute before the last use. */
  lastUsedAt: Date | null
}

const schema = new Schema<ApiKeyDocument>(
  {
    ownerId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, required: true },
    prefix: { type: String, required: true },
    secrets: [{ _id: false, hash: String, until: { type: Date, default: null } }],
    scopes: [String],
    allowedNetworks: [String],
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, default: null },
    stamp: Schema.Types.ObjectId,
    lastUsedAt: { type: Date, default: null },
  },
  { versionKey: false, strict: 'throw' },
)

// the guard
schema.index({ 'secrets.hash': 1 }, { unique: true })
// listApiKeys, export and deletion of an account; adminListApiKeys by owner
schema.index({ ownerId: 1, createdAt: -1, _id: -1 })
// adminListApiKeys
schema.index({ createdAt: -1, _id: -1 })

/** The path of a key's stamp in the document of its owner. */
export const stampPath = (keyId: Types.ObjectId) => `apiKeyStamps.${keyId}`

/** Returns a key as its owner and administrators see it. */
export const toApiKey = (key: Omit<ApiKeyDocument, 'secrets'>) => ({
  id: key._id.toString(),
  ownerId: key.ownerId.toString(),
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  allowedNetworks: key.allowedNetworks,
  createdAt: key.createdAt.toISOString(),
  expiresAt: key.expiresAt?.toISOString() ?? null,
  lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
})

export const apiKeyModel = (connection: Connection) => connection.model('ApiKey', schema, 'apikeys')
export type ApiKeyModel = ReturnType<typeof apiKeyModel>

/**
 * Returns the key with this id that matches the filter.
 * @throws Problem NOT_FOUND, also for a malformed id
 */
export async function findApiKey(
  ApiKey: ApiKeyModel,
  id: string,
  filter: QueryFilter<ApiKeyDocument> = {},
): Promise<ApiKeyDocument> {
  const key = isObjectIdOrHexString(id) ? await ApiKey.findOne({ ...filter, _id: id }).lean() : null
  if (!key) throw new Problem('NOT_FOUND')
  return key
}

/** Returns the keys of an account, newest first. */
export const apiKeysOf = (ApiKey: ApiKeyModel, ownerId: Types.ObjectId): Promise<ApiKeyDocument[]> =>
  ApiKey.find({ ownerId }).sort({ createdAt: -1, _id: -1 }).lean().exec()
