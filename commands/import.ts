import { loadSettings } from '../plugins/config/index.js'
import { explain } from './explain.js'
import { importAccounts } from './import-accounts.js'
import { open } from './open.js'

/** `npm run import -- FILE`: creates accounts from JSON lines of email, name and hash, with or without a running server. */
try {
  const [file, ...others] = process.argv.slice(2)
  if (!file || others.length > 0) throw new Error('One file is needed: npm run import -- FILE')
  const app = await open(loadSettings())
  try {
    const { imported, existing, refused } = await importAccounts(app, file, {
      onRefused: (line, reason) => process.stderr.write(`${clear()}${file}:${line}: ${reason}\n`),
      onProgress: ({ done, imported, existing }) => {
        if (process.stdout.isTTY) process.stdout.write(`${clear()}${bar(done)} ${imported + existing} accounts`)
      },
    })
    process.stdout.write(
      `${clear()}${imported} accounts imported, ${existing} were there already, ${refused} lines refused.\n`,
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
