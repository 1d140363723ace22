import type { PasswordHash } from '../../models/user.js'
import { IMPORTED_COST, toImportedHash } from '../../plugins/auth/imported-hashes.js'
import { BCRYPT_HASH } from '../../plugins/auth/passwords.js'

/** An account of another system, before it is checked. */
export interface ForeignAccount {
  /** The id in the other system. */
  id: unknown
  email: unknown
  isVerified: boolean
  isSuspended: boolean
  /** The first of them that is a name is taken, otherwise the beginning of the address. */
  names: unknown[]
  locale?: unknown
  createdAt?: unknown
  /** Undefined if the account has no password there. */
  password?: ForeignPassword | undefined
  /** Second factors. */
  factors?: ForeignFactor[]
  /** Metadata that the owner could change; undefined, null or empty text for none. */
  metadata?: unknown
  /** Metadata that the owner couldn't change; undefined, null or empty text for none. */
  adminMetadata?: unknown
}

/** A hash that can be used, or the reason why it can't. */
export type ForeignPassword = PasswordHash | { unusable: string }

/** An authenticator app (TOTP) with the parameters of those here, or the reason why it can't be used. */
export type ForeignFactor = { secret: Buffer; name: unknown; createdAt: unknown } | { unusable: string }

/** Reads a row of an export. Returns the reason if the row is no account. */
export type Read = (row: Record<string, unknown>) => ForeignAccount | string

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Returns the object, or an empty one in place of anything else. */
export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})

/** Parses what an export can hold as JSON or as text of JSON. Text that isn't JSON stays text. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** Returns the object that an export holds as JSON or as text of JSON; an empty one in place of anything else. */
export const jsonOf = (value: unknown) => objectOf(parsed(value))

export const costOf = (hash: string) => Number(hash.slice(4, 6))

/** Returns a plain bcrypt hash. */
export function bcryptHash(hash: string, maxCost: number): ForeignPassword {
  if (!BCRYPT_HASH.test(hash)) return { unusable: 'the hash is not bcrypt of cost 4 to 16' }
  const cost = costOf(hash)
  // otherwise the time of a sign-in tells which accounts were imported
  if (cost > maxCost) return { unusable: `the hash has cost ${cost}, above BCRYPT_ROUNDS (${maxCost})` }
  return { scheme: 'bcrypt', cost, pepperId: null, hash }
}

/** Returns a hash of another kind. */
export function importedHash(profile: string, salt: Buffer, hash: Buffer): ForeignPassword {
  const stored = toImportedHash(profile, salt, hash)
  if (stored === undefined) return { unusable: `the hash is of an unknown kind or costs too much (${profile})` }
  return { scheme: 'imported', cost: IMPORTED_COST, pepperId: null, profile, hash: stored }
}

const bytes = (base64: string) => Buffer.from(base64, 'base64')

/** Returns a hash in the PHC string format: Argon2 or PBKDF2. */
export function phcHash(text: string): ForeignPassword {
  const argon2 = /^\$(argon2(?:d|id|i))\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(text)
  if (argon2) {
    const [, kind, m, t, p, salt, hash] = argon2 as unknown as string[]
    const value = bytes(hash as string)
    return importedHash(`${kind}:m=${m},t=${t},p=${p},l=${value.length}`, bytes(salt as string), value)
  }
  const pbkdf2 = /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d+)(?:,l=\d+)?\$([\w+/]+)\$([\w+/]+)$/.exec(text)
  if (!pbkdf2) return { unusable: 'the hash is of an unknown kind' }
  const [, digest, iterations, salt, hash] = pbkdf2 as unknown as string[]
  const value = bytes(hash as string)
  return importedHash(`pbkdf2-${digest}:i=${iterations},l=${value.length}`, bytes(salt as string), value)
}
