import { type ForeignPassword, importedHash, parsed, type Read } from './account.js'

/** The parameters of the hashes of a Firebase project. */
export interface FirebaseParameters {
  signerKey: Buffer
  saltSeparator: Buffer
  rounds: number
  memoryCost: number
}

/** Firebase writes base64 in its standard and its URL-safe alphabet. */
const bytes = (base64: string) => Buffer.from(base64, 'base64')

/**
 * Reads the parameters as the Firebase console shows them (`hash_config { … }`), or the same names in JSON.
 * @throws Error that names what is missing
 */
export function parseParameters(text: string): FirebaseParameters {
  const parameter = (name: string, pattern: string) => {
    const value = new RegExp(`\\b${name}"?\\s*:\\s*"?(${pattern})`).exec(text)?.[1]
    if (value === undefined) throw new Error(`The hash parameters have no ${name}.`)
    return value
  }
  const base64 = '[\\w+/-]+=*'
  const algorithm = parameter('algorithm', '\\w+')
  if (algorithm !== 'SCRYPT') throw new Error(`The hash parameters have the algorithm ${algorithm}, not SCRYPT.`)
  return {
    signerKey: bytes(parameter('base64_signer_key', base64)),
    saltSeparator: bytes(parameter('base64_salt_separator', base64)),
    rounds: Number(parameter('rounds', '\\d+')),
    memoryCost: Number(parameter('mem_cost', '\\d+')),
  }
}

function passwordOf(
  { passwordHash, salt }: Record<string, unknown>,
  { signerKey, saltSeparator, rounds, memoryCost }: FirebaseParameters,
): ForeignPassword | undefined {
  if (typeof passwordHash !== 'string' || passwordHash === '') return undefined
  const hash = bytes(passwordHash)
  if (typeof salt !== 'string' || hash.length !== signerKey.length) {
    return { unusable: 'the hash is not of the kind that the parameters describe' }
  }
  // the signer key is not stored: without it, the hash is the key stream that encrypts it
  const keyStream = hash.map((byte, at) => byte ^ (signerKey[at] as number))
  const profile = `firebase-scrypt:ln=${memoryCost},r=${rounds},l=${hash.length}`
  return importedHash(profile, Buffer.concat([bytes(salt), saltSeparator]), Buffer.from(keyStream))
}

/** Reads a user of an export by `firebase auth:export`. */
export const firebase =
  (parameters: FirebaseParameters): Read =>
  (row) => ({
    id: row.localId,
    email: row.email,
    isVerified: row.emailVerified === true,
    isSuspended: row.disabled === true,
    names: [row.displayName],
    createdAt: Number(row.createdAt),
    password: passwordOf(row, parameters),
    adminMetadata: parsed(row.customAttributes),
  })
