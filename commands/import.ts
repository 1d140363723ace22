import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { parseArgs } from 'node:util'
import type { FastifyInstance } from 'fastify'
import { loadSettings } from '../plugins/config/index.js'
import { explain } from './explain.js'
import { importAccounts, type Source } from './import-accounts.js'
import { auth0 } from './importers/auth0.js'
import { firebase, parseParameters } from './importers/firebase.js'
import { keycloak } from './importers/keycloak.js'
import type { Form } from './importers/rows.js'
import { supabase } from './importers/supabase.js'
import { open } from './open.js'

const FORMS: Record<string, Form> = { '.csv': 'table', '.jsonl': 'lines', '.ndjson': 'lines' }

/** The systems whose exports are known; each needs the file for its form, and Firebase its hash parameters. */
const SOURCES: Record<
  string,
  (app: FastifyInstance, file: string, hashConfig: string | undefined) => Omit<Source, 'name'>
> = {
  auth0: ({ config }) => ({ form: 'lines', read: auth0(config.BCRYPT_ROUNDS) }),
  firebase(_app, _file, hashConfig) {
    if (!hashConfig) throw new Error('The hash parameters of the project are needed: --hash-config FILE')
    return { form: 'users', read: firebase(parseParameters(readFileSync(hashConfig, 'utf8'))) }
  },
  supabase: ({ config, now }, file) => ({
    form: FORMS[extname(file).toLowerCase()] ?? 'users',
    read: supabase(config.BCRYPT_ROUNDS, now()),
  }),
  keycloak: () => ({ form: 'users', read: keycloak }),
}

/**
 * `npm run import -- FILE`: creates accounts from JSON lines of email, name and hash, with or without a running server.
 * `npm run import -- --from SYSTEM FILE`: creates them from an export of another system.
 */
try {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: {
      from: { type: 'string' },
      'hash-config': { type: 'string' },
      'include-unverified': { type: 'boolean' },
      metadata: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
    },
    allowPositionals: true,
  })
  const [file, ...others] = positionals
  if (!file || others.length > 0) throw new Error('One file is needed: npm run import -- FILE')
  const { from, 'dry-run': isDryRun } = values
  if (from !== undefined && !Object.hasOwn(SOURCES, from)) {
    throw new Error(`${from} is none of the systems that can be imported from: ${Object.keys(SOURCES).join(', ')}`)
  }
  if (values.metadata && from === undefined) throw new Error('--metadata needs --from SYSTEM')
  const app = await open(loadSettings())
  try {
    const source = from === undefined ? undefined : { name: from, ...SOURCES[from]?.(app, file, values['hash-config']) }
    const tell = (line: number, reason: string) => process.stderr.write(`${clear()}${file}:${line}: ${reason}\n`)
    const { imported, withoutPassword, existing, refused } = await importAccounts(app, file, {
      source: source as Source | undefined,
      includesUnverified: values['include-unverified'],
      includesMetadata: values.metadata,
      isDryRun,
      onRefused: tell,
      onNote: tell,
      onProgress: ({ done, imported, existing }) => {
        if (process.stdout.isTTY) process.stdout.write(`${clear()}${bar(done)} ${imported + existing} accounts`)
      },
    })
    const without = withoutPassword > 0 ? ` (${withoutPassword} without a password)` : ''
    process.stdout.write(
      `${clear()}${isDryRun ? 'Dry run: ' : ''}${imported} accounts imported${without}, ${existing} were there already, ${refused} lines refused.\n`,
    )
    if (refused > 0) process.exitCode = 1
  } finally {
    await app.close()
  }
} catch (error) {
  process.stderr.write(`${clear()}${explain(error as Error)}\n`)
  process.exitCode = 1
}

/** Clears the progress bar before a line is written. */
function clear() {
  return process.stdout.isTTY ? '\r\u001b[K' : ''
}

function bar(done: number) {
  const full = Math.round(done * 30)
  return `[${'#'.repeat(full)}${'.'.repeat(30 - full)}] ${Math.floor(done * 100)} %`
}
