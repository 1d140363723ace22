import { bcryptHash, type ForeignPassword, objectOf, phcHash, type Read } from './account.js'

/** The hash in the form of Auth0's own export (`passwordHash`) or of its import (`password_hash`, `custom_password_hash`). */
function passwordOf(row: Record<string, unknown>, maxCost: number): ForeignPassword | undefined {
  const plain = row.passwordHash ?? row.password_hash
  if (typeof plain === 'string') return bcryptHash(plain, maxCost)
  if (row.custom_password_hash === undefined) return undefined
  const { algorithm, hash, salt, password } = objectOf(row.custom_password_hash)
  const { value, encoding = 'utf8' } = objectOf(hash)
  if (typeof value !== 'string' || encoding !== 'utf8' || salt !== undefined || password !== undefined) {
    return { unusable: 'custom_password_hash is not a hash in UTF-8 with its own salt' }
  }
  if (algorithm === 'bcrypt') return bcryptHash(value, maxCost)
  if (algorithm === 'argon2' || algorithm === 'pbkdf2') return phcHash(value)
  return { unusable: `custom_password_hash has the algorithm ${algorithm}` }
}

/** Reads a line of an export of users of Auth0. */
export const auth0 =
  (maxCost: number): Read =>
  (row) => {
    const { $oid } = objectOf(row._id)
    const metadata = objectOf(row.user_metadata)
    const full = [row.given_name, row.family_name].filter((part) => typeof part === 'string').join(' ')
    return {
      id: row.user_id ?? (typeof $oid === 'string' ? `auth0|${$oid}` : undefined),
      email: row.email,
      isVerified: row.email_verified === true,
      isSuspended: row.blocked === true,
      names: [row.name, full, metadata.name, row.nickname],
      locale: row.locale ?? metadata.locale ?? metadata.lang,
      createdAt: row.created_at,
      password: passwordOf(row, maxCost),
      metadata: row.user_metadata,
      adminMetadata: row.app_metadata,
    }
  }
