import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import type { Settings } from '../../plugins/config/index.js'
import type { Source } from '../import-accounts.js'
import { auth0 } from './auth0.js'
import { firebase, parseParameters } from './firebase.js'
import { keycloak } from './keycloak.js'
import type { Form } from './rows.js'
import { supabase } from './supabase.js'

const FORMS: Record<string, Form> = { '.csv': 'table', '.jsonl': 'lines', '.ndjson': 'lines' }

interface Export {
  file: string
  /** The file of the hash parameters of a Firebase project. */
  hashConfig?: string | undefined
}

/** The systems whose exports are known. */
const SYSTEMS: Record<string, (settings: Pick<Settings, 'BCRYPT_ROUNDS'>, given: Export) => Omit<Source, 'name'>> = {
  auth0: ({ BCRYPT_ROUNDS }) => ({ form: 'lines', read: auth0(BCRYPT_ROUNDS) }),
  firebase(_settings, { hashConfig }) {
    if (!hashConfig) throw new Error('The hash parameters of the project are needed: --hash-config FILE')
    return { form: 'users', read: firebase(parseParameters(readFileSync(hashConfig, 'utf8'))) }
  },
  supabase: ({ BCRYPT_ROUNDS }, { file }) => ({
    form: FORMS[extname(file).toLowerCase()] ?? 'users',
    read: supabase(BCRYPT_ROUNDS, new Date()),
  }),
  keycloak: () => ({ form: 'users', read: keycloak }),
}

/**
 * Returns how the export of another system is read.
 * @throws Error that says in one sentence why it can't be
 */
export function sourceOf(name: string, settings: Pick<Settings, 'BCRYPT_ROUNDS'>, given: Export): Source {
  if (!Object.hasOwn(SYSTEMS, name)) {
    throw new Error(`${name} is none of the systems that can be imported from: ${Object.keys(SYSTEMS).join(', ')}`)
  }
  return { name, ...(SYSTEMS[name] as (typeof SYSTEMS)[string])(settings, given) }
}
