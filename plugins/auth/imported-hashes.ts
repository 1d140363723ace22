import { createCipheriv, pbkdf2, scrypt } from 'node:crypto'
import { promisify } from 'node:util'

const deriveByPbkdf2 = promisify(pbkdf2)
const deriveByScrypt = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>

/** The value of `cost` of imported hashes, above every cost of bcrypt. Their `profile` tells what they cost. */
export const IMPORTED_COST = 1000

/** Kinds of imported hashes that a database may hold at once. Every comparison of a password computes one hash of each. */
export const MAX_PROFILES = 4

const PROFILE = {
  pbkdf2: /^pbkdf2-(sha1|sha256|sha512):i=(\d{1,7}),l=(\d{2,3})$/,
  firebase: /^firebase-scrypt:ln=(\d{1,2}),r=(\d{1,2}),l=(\d{2,3})$/,
  argon2: /^argon2(d|id|i):m=(\d{1,5}),t=(\d{1,2}),p=(\d),l=(\d{2,3})$/,
}
const ARGON2 = { d: 0, i: 1, id: 2 } as const
const ARGON2_VERSION = 1

const SCRYPT_MAX_MEMORY = 64 * 2 ** 20
const isWithin = (value: number, least: number, most: number) => value >= least && value <= most

/** Derives a hash of the password with a salt. Its cost depends on the profile alone. */
export type Derive = (password: string, salt: Buffer) => Promise<Buffer>

/**
 * Returns the derivation of a profile, and the length of its hashes in bytes. The bounds keep one derivation below about half a second and 64 MiB.
 * @returns undefined for an unknown kind, and for one that costs more
 */
export function derivationOf(profile: string): { length: number; derive: Derive } | undefined {
  const pbkdf2 = PROFILE.pbkdf2.exec(profile)
  if (pbkdf2) {
    const [digest, iterations, length] = [pbkdf2[1] as string, Number(pbkdf2[2]), Number(pbkdf2[3])]
    if (!isWithin(iterations, 1, 1_500_000) || !isWithin(length, 16, 64)) return undefined
    return { length, derive: (password, salt) => deriveByPbkdf2(password, salt, iterations, length, digest) }
  }
  const firebase = PROFILE.firebase.exec(profile)
  if (firebase) {
    const [ln, r, length] = firebase.slice(1).map(Number) as [number, number, number]
    if (!isWithin(ln, 1, 14) || !isWithin(r, 1, 8) || !isWithin(length, 16, 128)) return undefined
    return {
      length,
      // the key stream by which Firebase encrypts its signer key (https://github.com/firebase/scrypt)
      async derive(password, salt) {
        const key = await deriveByScrypt(password, salt, 64, { N: 2 ** ln, r, p: 1, maxmem: SCRYPT_MAX_MEMORY })
        return createCipheriv('aes-256-ctr', key.subarray(0, 32), Buffer.alloc(16)).update(Buffer.alloc(length))
      },
    }
  }
  const argon2 = PROFILE.argon2.exec(profile)
  if (!argon2) return undefined
  const algorithm = ARGON2[argon2[1] as keyof typeof ARGON2]
  const [memoryCost, timeCost, parallelism, outputLen] = argon2.slice(2).map(Number) as [number, number, number, number]
  const isAffordable =
    isWithin(parallelism, 1, 4) &&
    isWithin(memoryCost, 8 * parallelism, 65_536) &&
    isWithin(timeCost, 1, 10) &&
    memoryCost * timeCost <= 262_144
  if (!isAffordable || !isWithin(outputLen, 16, 64)) return undefined
  const options = { algorithm, memoryCost, timeCost, parallelism, outputLen, version: ARGON2_VERSION }
  return {
    length: outputLen,
    async derive(password, salt) {
      // loaded when first needed: most servers never need it
      const { hashRaw } = await import('@node-rs/argon2')
      return hashRaw(password, { ...options, salt })
    },
  }
}

/** Shortest and longest salt that is accepted, in bytes; Argon2 requires 8 (RFC 9106, 3.1). */
const SALT = { least: 8, most: 256 }

/** Returns the stored form of a salt and a hash; undefined if they don't fit the profile. */
export function toImportedHash(profile: string, salt: Buffer, hash: Buffer): string | undefined {
  const fits = derivationOf(profile)?.length === hash.length && isWithin(salt.length, SALT.least, SALT.most)
  return fits ? `${salt.toString('base64')}$${hash.toString('base64')}` : undefined
}

/** Reads the form that {@link toImportedHash} returns. */
export function readImportedHash(text: string): { salt: Buffer; hash: Buffer } {
  const [salt = '', hash = ''] = text.split('$')
  return { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}
