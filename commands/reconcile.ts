import { parseArgs } from 'node:util'
import { reconcile } from '../plugins/assets/reconcile/index.js'
import { FINDINGS, type Finding } from '../plugins/assets/reconcile/run.js'
import { loadSettings } from '../plugins/config/index.js'
import { explain } from './explain.js'
import { openWithFiles } from './open.js'

const USAGE = 'npm run reconcile -- [--dry-run] [--force]'
/** Findings that need a person. */
const GRAVE: Finding[] = ['stopped', 'store-failed', 'file-missing']

/**
 * `npm run reconcile -- [--dry-run] [--force]`: reconciles the rows, the accounts and the file store now, with or without a running
 * server. The exit code is 1 if it stopped, if the store failed or if a file is missing.
 */
try {
  const { 'dry-run': dryRun, force } = options()
  const app = await openWithFiles(loadSettings())
  const counts = new Map<Finding, number>()
  try {
    const isDone = await reconcile(app, {
      dryRun,
      force,
      signal: new AbortController().signal,
      tell(finding, details) {
        counts.set(finding, (counts.get(finding) ?? 0) + 1)
        const would = dryRun && !GRAVE.includes(finding) ? 'would have ' : ''
        process.stdout.write(`${would}${FINDINGS[finding][1]} ${JSON.stringify(details)}\n`)
      },
    })
    const summary = [...counts].map(([finding, count]) => `${finding} ${count}`).join(', ')
    process.stdout.write(`${isDone ? 'Done' : 'Stopped; --force goes on all the same'}: ${summary || 'all agrees'}.\n`)
    if (GRAVE.some((finding) => counts.has(finding))) process.exitCode = 1
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
