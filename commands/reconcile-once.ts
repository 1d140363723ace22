import type { FastifyInstance } from 'fastify'
import { reconcile } from '../plugins/assets/reconcile/index.js'
import { FINDINGS, type Finding } from '../plugins/assets/reconcile/run.js'

/** Findings that need a person. */
const GRAVE: Finding[] = ['stopped', 'store-failed', 'file-missing']

/**
 * Reconciles the rows, the accounts and the file store, and prints a line for each finding and one for all.
 * @returns false if it stopped, if the store failed or if a file is missing
 */
export async function reconcileOnce(
  app: FastifyInstance,
  { dryRun, force }: { dryRun: boolean; force: boolean },
  print: (text: string) => void,
): Promise<boolean> {
  const counts = new Map<Finding, number>()
  const isDone = await reconcile(app, {
    dryRun,
    force,
    signal: new AbortController().signal,
    tell(finding, details) {
      counts.set(finding, (counts.get(finding) ?? 0) + 1)
      const would = dryRun && !GRAVE.includes(finding) ? 'would have ' : ''
      print(`${would}${FINDINGS[finding][1]} ${JSON.stringify(details)}\n`)
    },
  })
  const summary = [...counts].map(([finding, count]) => `${finding} ${count}`).join(', ')
  print(`${isDone ? 'Done' : 'Stopped; --force goes on all the same'}: ${summary || 'all agrees'}.\n`)
  return !GRAVE.some((finding) => counts.has(finding))
}
