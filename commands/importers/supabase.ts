import { bcryptHash, type ForeignPassword, jsonOf, parsed, phcHash, type Read } from './account.js'

/** Empty in CSV, null in JSON. */
const isSet = (value: unknown) => value !== undefined && value !== null && value !== '' && value !== 'null'

function passwordOf(hash: unknown, maxCost: number): ForeignPassword | undefined {
  if (typeof hash !== 'string' || !isSet(hash)) return undefined
  return hash.startsWith('$2') ? bcryptHash(hash, maxCost) : phcHash(hash)
}

/** Reads a row of the table `auth.users` of Supabase. */
export const supabase =
  (maxCost: number, now: Date): Read =>
  (row) => {
    if (isSet(row.deleted_at)) return 'is deleted'
    const metadata = jsonOf(row.raw_user_meta_data)
    return {
      id: row.id,
      email: row.email,
      isVerified: isSet(row.email_confirmed_at) || isSet(row.confirmed_at),
      isSuspended: isSet(row.banned_until) && !(new Date(`${row.banned_until}`) <= now),
      names: [metadata.full_name, metadata.name, metadata.display_name],
      locale: metadata.locale,
      createdAt: row.created_at,
      password: passwordOf(row.encrypted_password, maxCost),
      metadata: parsed(row.raw_user_meta_data),
      adminMetadata: parsed(row.raw_app_meta_data),
    }
  }
