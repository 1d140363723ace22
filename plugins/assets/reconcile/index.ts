import type { FastifyInstance } from 'fastify'
import type { AssetDocument } from '../../../models/asset.js'
import type { ListedFile } from '../../storage/cloudinary.js'
import { reconcileAccounts } from './accounts.js'
import { FINDINGS, type Run } from './run.js'
import { survey } from './survey.js'
import { eraseFound, reconcileUploads } from './uploads.js'

const BATCH = 100
const SOON = 5 * 60_000
const DAILY = 24 * 3_600_000

/** Number of files that a run may destroy without `force`: one in a hundred, but at least 10 and at most 100. */
export const mayGo = (stored: number) => Math.max(10, Math.min(100, Math.floor(stored / 100)))

/**
 * Makes rows, accounts and the store agree after crashes. Safe to run beside requests and other runs; an interrupted
 * run can be repeated.
 * @returns false, and changes nothing, if it would destroy too many files
 * @throws Problem of the store, errors of the database
 */
export async function reconcile(app: FastifyInstance, run: Run): Promise<boolean> {
  const { stored, files, rows, missing } = await survey(app, run.signal)
  await report(app, run, missing)
  const count = files.length + rows.length
  if (count > mayGo(stored) && !run.force) {
    run.tell('stopped', { stored, wouldGo: count, mayGo: mayGo(stored) })
    return false
  }
  await reconcileUploads(app, run)
  await eraseRows(app, run, rows)
  await destroyFiles(app, run, files)
  await reconcileAccounts(app, run)
  return true
}

/**
 * Audits a row whose file is missing, once. The row stays: only its owner may delete it, and the store may have a
 * backup.
 */
async function report(app: FastifyInstance, run: Run, missing: AssetDocument[]) {
  for (const { _id, ownerId, publicId } of missing) {
    run.tell('file-missing', { assetId: _id, ownerId, publicId })
    const event = { action: 'asset.file-missing', targetId: _id.toString() } as const
    if (!run.dryRun && !(await app.db.AuditEvent.exists(event)))
      await app.audit.record(null, { ...event, outcome: 'failure' })
  }
}

async function eraseRows(app: FastifyInstance, run: Run, rows: AssetDocument[]) {
  if (run.dryRun) for (const { _id } of rows) run.tell('row-removed', { assetId: _id })
  for (let start = 0; start < rows.length && !run.dryRun; start += BATCH) {
    run.signal.throwIfAborted()
    if (!(await eraseFound(app, run, rows.slice(start, start + BATCH), 'row-removed'))) return
  }
}

async function destroyFiles(app: FastifyInstance, run: Run, files: ListedFile[]) {
  if (run.dryRun) for (const { publicId } of files) run.tell('file-destroyed', { publicId })
  if (run.dryRun) return
  for await (const { files: batch, problem } of app.storage.destroyMany(files)) {
    run.signal.throwIfAborted()
    if (problem && batch.length > 0) run.tell('store-failed', { count: batch.length })
    if (problem === null) for (const { publicId } of batch) run.tell('file-destroyed', { publicId })
  }
}

/** Declares two jobs: one every few minutes that reads the database only, and one a day that compares everything. */
export function scheduleReconciler(app: FastifyInstance) {
  const runOf = (signal: AbortSignal): Run => ({
    dryRun: false,
    force: false,
    signal,
    tell(finding, details) {
      const [level, text] = FINDINGS[finding]
      app.log[level]({ finding, ...details }, `reconciler: ${text}`)
    },
  })
  const inMs = (ms: number) => new Date(app.now().getTime() + ms)

  app.jobs.handle('assets.settle', {
    async run(_job, { signal }) {
      await reconcileUploads(app, runOf(signal))
      return { again: inMs(SOON) }
    },
    leaseMs: SOON,
    maxAttempts: Number.POSITIVE_INFINITY,
    concurrency: 1,
  })
  app.jobs.handle('assets.reconcile', {
    async run({ createdAt }, { signal }) {
      const firstAt = createdAt.getTime() + DAILY
      // the first run is a day after the first start, not at the start
      if (app.now().getTime() < firstAt) return { again: new Date(firstAt) }
      await reconcile(app, runOf(signal))
      return { again: inMs(DAILY) }
    },
    leaseMs: 2 * 3_600_000,
    maxAttempts: Number.POSITIVE_INFINITY,
    concurrency: 1,
  })
  app.addHook('onReady', async () => {
    for (const kind of ['assets.settle', 'assets.reconcile']) await app.jobs.enqueue({ id: kind, kind })
  })
}
