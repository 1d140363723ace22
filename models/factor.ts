import { Schema } from 'mongoose'

/** Types of factors that are authenticators of their own. Backup codes stand in for one and go with the last of them. */
export const STRONG_TYPES = ['totp', 'passkey'] as const
export const FACTOR_TYPES = [...STRONG_TYPES, 'backup-codes'] as const
export type FactorType = (typeof FACTOR_TYPES)[number]

/** The methods that complete a sign-in after the password. */
export const METHODS = ['mail', 'totp', 'passkey', 'backup-code'] as const
export type Method = (typeof METHODS)[number]

/** The methods of a step-up: the password is one only for an account without a factor of its own. */
export const STEP_UP_METHODS = ['password', 'totp', 'passkey', 'backup-code'] as const
export type StepUpMethod = (typeof STEP_UP_METHODS)[number]

/** The values of `amr` (RFC 8176) that Coffer uses. */
export const AMR = ['pwd', 'otp', 'hwk', 'swk', 'user', 'mfa'] as const
export type Amr = (typeof AMR)[number]

/** A second factor, an element of `users.factors`. */
export interface Factor {
  _id: string
  type: FactorType
  name: string
  createdAt: Date
  lastUsedAt: Date | null
  /** The shared secret of a TOTP, or the key of the HMACs of backup codes; encrypted. */
  secret?: Buffer
  /** Identifies the key of `DATA_KEY` that `secret` is encrypted under. */
  keyId?: string
  /** The last time step of a TOTP whose code was used. */
  step?: number
  /** HMACs of the backup codes that are left. */
  codes?: string[]
  /** The id of a passkey, in base64url. */
  credentialId?: string
  /** The public key of a passkey (COSE, RFC 9052, 7). */
  publicKey?: Buffer
  /** The last signature counter of a passkey; 0 if it has none. */
  counter?: number
  /** The transports of a passkey, as its browser named them: `usb`, `internal`, `hybrid`. */
  transports?: string[]
  /** The model of the authenticator of a passkey, not attested. */
  aaguid?: string
  /** True for a passkey that its provider can synchronise between devices. */
  backupEligible?: boolean
  /** True for a passkey that was backed up when it was last used. */
  backedUp?: boolean
}

export const factorSchema = new Schema<Factor>(
  {
    _id: String,
    type: { type: String, enum: FACTOR_TYPES },
    name: String,
    createdAt: Date,
    lastUsedAt: { type: Date, default: null },
    secret: Buffer,
    keyId: String,
    step: Number,
    codes: { type: [String], default: undefined },
    credentialId: String,
    publicKey: Buffer,
    counter: Number,
    transports: { type: [String], default: undefined },
    aaguid: String,
    backupEligible: Boolean,
    backedUp: Boolean,
  },
  { versionKey: false },
)

/** An authenticator app whose secret was shown, and whose first code must follow. */
export interface PendingTotp extends Required<Pick<Factor, '_id' | 'secret' | 'keyId'>> {
  /** The session that was shown the secret. No other can confirm it. */
  sessionId: string
  expiresAt: Date
}

export const pendingTotpSchema = new Schema<PendingTotp>(
  { _id: String, secret: Buffer, keyId: String, sessionId: String, expiresAt: Date },
  { versionKey: false },
)

/** The fields of an account that tell which factors it has; an account from before there were factors has none. */
export interface HasFactors {
  factors?: Factor[]
}

/** A passkey: a factor with all fields of its type. */
export type Passkey = Factor &
  Required<Pick<Factor, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backupEligible' | 'backedUp'>>

const isPasskey = (factor: Factor): factor is Passkey => factor.type === 'passkey'

/** Returns the passkeys of an account. */
export const passkeysOf = ({ factors = [] }: HasFactors): Passkey[] => factors.filter(isPasskey)

/** Returns true for a factor that is an authenticator of its own. */
export const isStrong = ({ type }: Pick<Factor, 'type'>) => STRONG_TYPES.some((strong) => strong === type)

/**
 * Returns the methods that complete a sign-in to an account now, in the order of preference. A mailed code is no second factor (NIST SP
 * 800-63B-4, 3.1.3.1): it is a method only of an account without a factor of its own.
 */
export function methodsOf({ factors = [] }: HasFactors): Method[] {
  if (!factors.some(isStrong)) return ['mail']
  const isLeft = ({ type, codes = [] }: Factor) => type === 'backup-codes' && codes.length > 0
  return [
    ...(factors.some(({ type }) => type === 'passkey') ? (['passkey'] as const) : []),
    ...(factors.some(({ type }) => type === 'totp') ? (['totp'] as const) : []),
    ...(factors.some(isLeft) ? (['backup-code'] as const) : []),
  ]
}

/** Returns the methods of a step-up of an account now. */
export const stepUpMethodsOf = (account: HasFactors): StepUpMethod[] =>
  methodsOf(account).map((method) => (method === 'mail' ? 'password' : method))

/**
 * Returns true if the policy asks an account for a second factor. Permissions are parts of an administrator's rights. Nobody signs in to a service
 * account.
 */
export const needsFactor = (
  { kind, role, permissions }: { kind?: 'service'; role: string; permissions: readonly string[] },
  policy: 'off' | 'admin' | 'all',
): boolean =>
  kind !== 'service' && (policy === 'all' || (policy === 'admin' && (role === 'admin' || permissions.length > 0)))

/** Returns a factor as its owner sees it. */
export const toFactor = ({ _id, type, name, createdAt, lastUsedAt, codes }: Factor) => ({
  id: _id,
  type,
  name,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  ...(codes && { remaining: codes.length }),
})
