import { Secret } from 'otpauth'
import { PARAMETERS } from '../../plugins/auth/totp.js'
import {
  type ForeignFactor,
  type ForeignPassword,
  importedHash,
  isObject,
  jsonOf,
  objectOf,
  type Read,
} from './account.js'

const DIGESTS: Record<string, string> = { pbkdf2: 'sha1', 'pbkdf2-sha256': 'sha256', 'pbkdf2-sha512': 'sha512' }
const ARGON2_VERSION = '1.3'
const CODES = ['totp', `Hmac${PARAMETERS.algorithm}`, PARAMETERS.digits, PARAMETERS.period].join()
/** The shortest shared secret (RFC 4226, 4, R6). */
const MIN_SECRET_BYTES = 16

/** Keycloak writes each parameter as a list. */
const first = (value: unknown) => (Array.isArray(value) ? value[0] : undefined)
const only = (value: unknown) => (Array.isArray(value) && value.length === 1 ? value[0] : value)

function passwordOf({ secretData, credentialData }: Record<string, unknown>): ForeignPassword {
  const { value, salt } = jsonOf(secretData)
  const { algorithm, hashIterations, additionalParameters } = jsonOf(credentialData)
  if (typeof value !== 'string' || typeof salt !== 'string') return { unusable: 'the credential has no hash and salt' }
  const hash = Buffer.from(value, 'base64')
  const bytes = Buffer.from(salt, 'base64')
  const digest = DIGESTS[`${algorithm}`]
  if (digest) return importedHash(`pbkdf2-${digest}:i=${hashIterations},l=${hash.length}`, bytes, hash)
  const { type, version, memory, parallelism } = objectOf(additionalParameters)
  if (algorithm !== 'argon2' || first(version) !== ARGON2_VERSION) {
    return { unusable: `the hash is of an unknown kind (${algorithm})` }
  }
  const costs = `m=${first(memory)},t=${hashIterations},p=${first(parallelism)}`
  return importedHash(`argon2${first(type)}:${costs},l=${hash.length}`, bytes, hash)
}

function factorOf({
  type,
  secretData,
  credentialData,
  userLabel,
  createdDate,
}: Record<string, unknown>): ForeignFactor {
  if (type !== 'otp') return { unusable: `the credential is of the type ${type}` }
  const { value } = jsonOf(secretData)
  const { subType, algorithm, digits, period, secretEncoding = null } = jsonOf(credentialData)
  const codes = [subType, algorithm, digits, period].join()
  if (codes !== CODES) return { unusable: `the codes are of another kind than ${CODES} (${codes})` }
  const isBase32 = secretEncoding === 'BASE32'
  if (typeof value !== 'string' || (isBase32 ? !/^[A-Z2-7]+=*$/i.test(value) : secretEncoding !== null)) {
    return { unusable: 'the secret is missing or in an unknown form' }
  }
  const secret = isBase32 ? Buffer.from(Secret.fromBase32(value).bytes) : Buffer.from(value)
  if (secret.length < MIN_SECRET_BYTES) return { unusable: 'the secret is shorter than 128 bits' }
  return { secret, name: userLabel, createdAt: createdDate }
}

/** Returns attributes with each list of one value as that value. */
const attributesOf = (attributes: unknown) =>
  isObject(attributes)
    ? Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, only(value)]))
    : attributes

/** Reads a user of an export of a realm of Keycloak. */
export const keycloak: Read = (row) => {
  if (row.serviceAccountClientId !== undefined) return 'is the service account of a client'
  const credentials = Array.isArray(row.credentials) ? row.credentials.filter(isObject) : []
  const password = credentials.find(({ type }) => type === 'password')
  const full = [row.firstName, row.lastName].filter((part) => typeof part === 'string').join(' ')
  return {
    id: row.id,
    email: row.email,
    isVerified: row.emailVerified === true,
    isSuspended: row.enabled === false,
    names: [full, row.username],
    locale: first(objectOf(row.attributes).locale),
    createdAt: row.createdTimestamp,
    password: password && passwordOf(password),
    factors: credentials.filter(({ type }) => type !== 'password').map(factorOf),
    // the export doesn't tell which attributes their owner may change
    adminMetadata: attributesOf(row.attributes),
  }
}
