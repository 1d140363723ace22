import { type ForeignPassword, importedHash, isObject, objectOf, type Read } from './account.js'

const DIGESTS: Record<string, string> = { pbkdf2: 'sha1', 'pbkdf2-sha256': 'sha256', 'pbkdf2-sha512': 'sha512' }
const ARGON2_VERSION = '1.3'

/** Credentials hold JSON as text. */
function jsonOf(text: unknown): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(`${text}`))
  } catch {
    return {}
  }
}

/** Keycloak writes each parameter as a list. */
const first = (value: unknown) => (Array.isArray(value) ? value[0] : undefined)

function passwordOf(credentials: unknown): ForeignPassword | undefined {
  const list: unknown[] = Array.isArray(credentials) ? credentials : []
  const credential = list.filter(isObject).find(({ type }) => type === 'password')
  if (!credential) return undefined
  const { value, salt } = jsonOf(credential.secretData)
  const { algorithm, hashIterations, additionalParameters } = jsonOf(credential.credentialData)
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

/** Reads a user of an export of a realm of Keycloak. */
export const keycloak: Read = (row) => {
  if (row.serviceAccountClientId !== undefined) return 'is the service account of a client'
  const full = [row.firstName, row.lastName].filter((part) => typeof part === 'string').join(' ')
  return {
    id: row.id,
    email: row.email,
    isVerified: row.emailVerified === true,
    isSuspended: row.enabled === false,
    names: [full, row.username],
    locale: first(objectOf(row.attributes).locale),
    createdAt: row.createdTimestamp,
    password: passwordOf(row.credentials),
  }
}
