import { type Connection, isObjectIdOrHexString, Schema, type Types } from 'mongoose'
import { Problem } from '../openapi/errors.js'
import { type Factor, factorSchema, type PendingTotp, pendingTotpSchema, toFactor } from './factor.js'
import { DEFAULT_LOCALE, LOCALES, type Locale } from './locale.js'
import type { Metadata } from './metadata.js'
import { addOutbox, type OutboxEntry } from './outbox.js'
import { SESSION_FIELDS, type Session, type ShownSession, sessionSchema } from './session.js'
import { type TrustedDevice, toTrustedDevice, trustedDeviceSchema } from './trusted-device.js'

/** Permissions. An administrator has all of them; one user can be granted some. */
export const PERMISSIONS = [
  'users:read',
  'users:write',
  'users:delete',
  'assets:read',
  'assets:delete',
  'audit:read',
  'mails:read',
  'mails:write',
  'keys:read',
  'keys:write',
  'webhooks:read',
  'webhooks:write',
] as const
export type Permission = (typeof PERMISSIONS)[number]

/** Returns permissions as they are stored: each once, in the order of the contract. */
export const toPermissions = (permissions: readonly Permission[]): Permission[] =>
  PERMISSIONS.filter((permission) => permissions.includes(permission))

/** `admin` has every permission. */
export const ROLES = ['user', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** Statuses that the API shows. It never shows an account in deletion. */
export const STATUSES = ['active', 'suspended'] as const
export type Status = (typeof STATUSES)[number]

/** Schemes of stored passwords. Other systems export plain `bcrypt`. */
export interface PasswordHash {
  scheme: 'bcrypt-hmac-sha384' | 'bcrypt' | 'imported'
  /** The cost of bcrypt; above every one of them for an imported hash. */
  cost: number
  /** Identifies the pepper of the HMAC; null for plain bcrypt and imported hashes. */
  pepperId: string | null
  /** The kind of an imported hash, with its parameters. */
  profile?: string
  hash: string
}

export interface UserDocument {
  _id: Types.ObjectId
  /** A service account has no address, no password and no session: only API keys act for it. Persons have no kind. */
  kind?: 'service'
  /** Canonical address: trimmed and lower-cased. A service account and an account in deletion have none. */
  email?: string
  name: string
  /** Lower-cased name, for sorting and prefix search. */
  nameKey: string
  /** The language of mail; absent from accounts that were created before there was one. */
  locale?: Locale
  /** The account in the system that it was imported from, as `SYSTEM:ID`. */
  externalId?: string
  /** Absent from an account that was imported without one, and from one without an address. */
  password: PasswordHash
  role: Role
  permissions: Permission[]
  status: Status | 'deleting'
  avatar: { assetId: Types.ObjectId; url: string } | null
  /** The metadata of the owner; absent until it is set. */
  metadata?: Metadata
  /** The values of the metadata that lists can be filtered by; absent if there are none. */
  filters?: string[]
  /** The metadata of administrators, which the owner never sees; absent until it is set. */
  adminMetadata?: Metadata
  adminFilters?: string[]
  sessions: Session[]
  /** Second factors; absent from accounts that were created before there were any. */
  factors?: Factor[]
  /** An authenticator app that is being added. */
  pendingTotp?: PendingTotp
  /** Devices that sign in without the second step. Every change of the password or of a factor empties the list. */
  trustedDevices?: TrustedDevice[]
  /** The stamps of the API keys by their ids; see {@link ApiKeyDocument}. */
  apiKeyStamps?: Record<string, Types.ObjectId>
  /** Rises with every change of credentials or status. A challenge holds the value of its creation. */
  authVersion: number
  /** Rises with every visible change. The ETag is made of it. */
  revision: number
  lastLoginAt: Date | null
  /** The quota in use. `revision` rises with every change of it, of `reservations` and of `refunds`. */
  usage: { bytes: number; files: number; revision: number }
  /** Quota that running uploads have reserved. */
  reservations: { assetId: Types.ObjectId; bytes: number }[]
  /** Deletions whose quota was given back and whose row may still exist. */
  refunds: { assetId: Types.ObjectId }[]
  outbox: OutboxEntry[]
  /** Encrypted address of an account in deletion. The removal finds the owner's queued mail by it. */
  formerEmail?: Buffer
  createdAt: Date
  updatedAt: Date
}

const schema = new Schema<UserDocument>(
  {
    kind: { type: String, enum: ['service'] },
    email: String,
    name: { type: String, required: true },
    nameKey: { type: String, required: true },
    locale: { type: String, enum: LOCALES },
    externalId: String,
    password: { _id: false, scheme: String, cost: Number, pepperId: String, profile: String, hash: String },
    role: { type: String, enum: ROLES, required: true },
    permissions: [String],
    status: { type: String, enum: [...STATUSES, 'deleting'], required: true },
    metadata: { type: Schema.Types.Mixed },
    filters: { type: [String], default: undefined },
    adminMetadata: { type: Schema.Types.Mixed },
    adminFilters: { type: [String], default: undefined },
    avatar: { type: new Schema({ assetId: Schema.Types.ObjectId, url: String }, { _id: false }), default: null },
    sessions: [sessionSchema],
    factors: [factorSchema],
    pendingTotp: pendingTotpSchema,
    trustedDevices: { type: [trustedDeviceSchema], default: undefined },
    apiKeyStamps: { type: Schema.Types.Mixed },
    authVersion: { type: Number, default: 0 },
    revision: { type: Number, default: 0 },
    lastLoginAt: { type: Date, default: null },
    usage: {
      bytes: { type: Number, default: 0 },
      files: { type: Number, default: 0 },
      revision: { type: Number, default: 0 },
    },
    reservations: [{ _id: false, assetId: Schema.Types.ObjectId, bytes: Number }],
    refunds: [{ _id: false, assetId: Schema.Types.ObjectId }],
    formerEmail: Buffer,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw', minimize: false },
)

// sign-in, registration, prefix search and sort by e-mail; an account in deletion has none
schema.index({ email: 1 }, { unique: true, partialFilterExpression: { email: { $exists: true } } })
// adminListUsers: sort createdAt
schema.index({ createdAt: -1, _id: -1 })
// adminListUsers: sort name, prefix of the name
schema.index({ nameKey: 1, _id: 1 })
// adminListUsers: role or status, sort createdAt
schema.index({ role: 1, createdAt: -1, _id: -1 })
schema.index({ status: 1, createdAt: -1, _id: -1 })
// adminListUsers: a value of the metadata, sort createdAt
schema.index({ filters: 1, createdAt: -1, _id: -1 }, { partialFilterExpression: { filters: { $exists: true } } })
schema.index(
  { adminFilters: 1, createdAt: -1, _id: -1 },
  { partialFilterExpression: { adminFilters: { $exists: true } } },
)
// adminListServiceAccounts
schema.index({ kind: 1, createdAt: -1, _id: -1 }, { partialFilterExpression: { kind: { $exists: true } } })
// an import that is repeated creates no account twice
schema.index({ externalId: 1 }, { unique: true, partialFilterExpression: { externalId: { $exists: true } } })
// the costliest hash, and imported ones
schema.index({ 'password.cost': -1 })
// factors under a key that is being exchanged
schema.index({ 'factors.keyId': 1 }, { sparse: true })
addOutbox(schema)

/** Returns the canonical form of an address, which is stored, compared and shown. */
export const canonicalEmail = (address: string) => address.trim().toLowerCase()

/** The fields of a user that {@link toUser} and the ETag need. */
export type ShownUser = Pick<UserDocument, keyof typeof USER_FIELDS | '_id'>

/** Returns a user as the API shows it. */
export const toUser = (user: ShownUser) => ({
  id: user._id.toString(),
  // a service account has none
  email: user.email ?? '',
  name: user.name,
  role: user.role,
  permissions: user.permissions,
  status: user.status as Status,
  avatarUrl: user.avatar?.url ?? null,
  locale: user.locale ?? DEFAULT_LOCALE,
  metadata: user.metadata ?? {},
  createdAt: user.createdAt.toISOString(),
  updatedAt: user.updatedAt.toISOString(),
})

/** Projection of a {@link ShownUser}. */
export const USER_FIELDS = {
  email: 1,
  name: 1,
  role: 1,
  permissions: 1,
  status: 1,
  avatar: 1,
  locale: 1,
  metadata: 1,
  revision: 1,
  createdAt: 1,
  updatedAt: 1,
} as const

/** Projection of an account as administrators see it. */
export const ADMIN_USER_FIELDS = { ...USER_FIELDS, adminMetadata: 1 } as const
export type AdminUser = ShownUser & Pick<UserDocument, 'adminMetadata'>

/** Returns a user as administrators see it. */
export const toAdminUser = (user: AdminUser) => ({ ...toUser(user), adminMetadata: user.adminMetadata ?? {} })

export const userModel = (connection: Connection) => connection.model('User', schema, 'users')
export type UserModel = ReturnType<typeof userModel>

/**
 * Returns the account with this id, which isn't being deleted.
 * @throws Problem NOT_FOUND, also for a malformed id
 */
export async function findUser(
  User: UserModel,
  id: string,
): Promise<AdminUser & Pick<UserDocument, 'lastLoginAt' | 'externalId'>> {
  const user = isObjectIdOrHexString(id)
    ? await User.findOne(
        { _id: id, email: { $exists: true } },
        { ...ADMIN_USER_FIELDS, lastLoginAt: 1, externalId: 1 },
      ).lean()
    : null
  if (!user) throw new Problem('NOT_FOUND')
  return user
}

/** Returns the second factors of a user as their owner sees them, oldest first. */
export async function factorsOf(User: UserModel, userId: Types.ObjectId) {
  const user = await User.findOne({ _id: userId }, { factors: 1 }).lean()
  return (user?.factors ?? []).map(toFactor)
}

/** Returns the trusted devices of a user that haven't expired, newest first. */
export async function trustedDevicesOf(User: UserModel, userId: Types.ObjectId, now: Date) {
  const user = await User.findOne({ _id: userId }, { trustedDevices: 1 }).lean()
  const living = (user?.trustedDevices ?? []).filter(({ expiresAt }) => expiresAt > now)
  return living.reverse().map(toTrustedDevice)
}

/** The fields of a service account that {@link toServiceAccount} needs. */
export const SERVICE_ACCOUNT_FIELDS = { name: 1, permissions: 1, status: 1, revision: 1, createdAt: 1 } as const
export type ShownServiceAccount = Pick<UserDocument, keyof typeof SERVICE_ACCOUNT_FIELDS | '_id'>

/** Matches the service accounts that aren't being deleted. */
export const isServiceAccount = { kind: 'service' as const, status: { $in: [...STATUSES] } }

/** Returns a service account as administrators see it. */
export const toServiceAccount = (account: ShownServiceAccount, keyCount: number) => ({
  id: account._id.toString(),
  name: account.name,
  permissions: account.permissions,
  status: account.status as Status,
  keyCount,
  createdAt: account.createdAt.toISOString(),
})

/**
 * Returns the service account with this id.
 * @throws Problem NOT_FOUND, also for a malformed id
 */
export async function findServiceAccount(User: UserModel, id: string): Promise<ShownUser> {
  const account = isObjectIdOrHexString(id)
    ? await User.findOne({ ...isServiceAccount, _id: id }, USER_FIELDS).lean()
    : null
  if (!account) throw new Problem('NOT_FOUND')
  return account
}

/** Returns the sessions of a user that haven't expired, newest first. */
export async function livingSessions(User: UserModel, userId: Types.ObjectId, now: Date): Promise<ShownSession[]> {
  const user = await User.findOne({ _id: userId }, SESSION_FIELDS).lean<{ sessions: ShownSession[] }>()
  return (user?.sessions ?? [])
    .filter(({ idleExpiresAt, expiresAt }) => idleExpiresAt > now && expiresAt > now)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
}
