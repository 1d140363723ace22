import { access } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { explain } from './explain.js'

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
  const { from, 'dry-run': isDryRun, 'hash-config': hashConfig } = values
  if (values.metadata && from === undefined) throw new Error('--metadata needs --from SYSTEM')
  await access(file)
  // loaded here, so that wrong arguments are told at once
  const { loadSettings } = await import('../plugins/config/index.js')
  const { sourceOf } = await import('./importers/sources.js')
  const settings = loadSettings()
  const source = from === undefined ? undefined : sourceOf(from, settings, { file, hashConfig })
  const { importAccounts } = await import('./import-accounts.js')
  const { open } = await import('./open.js')
  const app = await open(settings)
  try {
    const tell = (line: number, reason: string) => process.stderr.write(`${clear()}${file}:${line}: ${reason}\n`)
    const { imported, withoutPassword, existing, refused } = await importAccounts(app, file, {
      source,
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
