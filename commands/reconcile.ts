import { parseArgs } from 'node:util'
import { explain } from './explain.js'

const USAGE = 'npm run reconcile -- [--dry-run] [--force]'

/**
 * `npm run reconcile -- [--dry-run] [--force]`: reconciles the rows, the accounts and the file store now, with or without a running
 * server. The exit code is 1 if it stopped, if the store failed or if a file is missing.
 */
try {
  const { 'dry-run': dryRun, force } = options()
  // loaded here, so that wrong arguments are told at once
  const { loadSettings } = await import('../plugins/config/index.js')
  const { openWithFiles } = await import('./open.js')
  const { reconcileOnce } = await import('./reconcile-once.js')
  const app = await openWithFiles(loadSettings())
  try {
    const isGood = await reconcileOnce(app, { dryRun, force }, (text) => process.stdout.write(text))
    if (!isGood) process.exitCode = 1
  } finally {
    await app.close()
  }
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}

function options() {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ options: { 'dry-run': flag, force: flag } }).values
  } catch (error) {
    throw new Error(`${(error as Error).message.split('.', 1)[0]}. Usage: ${USAGE}`)
  }
}
