import type { FastifyInstance } from 'fastify'
import type { AssetDocument } from '../../../models/asset.js'
import { startsWith } from '../../../models/prefix.js'
import { eraseMany } from '../erase.js'
import { finishOrUndo } from '../recover.js'
import { graceOf, type Run } from './run.js'

const BATCH = 100
/** No request lasts this long. */
const PLACEHOLDER_MS = 24 * 3_600_000

/** Finishes the uploads and deletions of requests that have died; erases uploads that were not committed. */
export async function reconcileUploads(app: FastifyInstance, run: Run): Promise<void> {
  await finishOrUndoUploads(app, run)
  await finishDeletions(app, run)
}

async function finishOrUndoUploads(app: FastifyInstance, run: Run) {
  const { Asset } = app.db
  const before = new Date(app.now().getTime() - graceOf(app.config))
  const pending = { state: 'pending' as const, stateAt: { $lt: before }, publicId: startsWith(app.assets.prefix) }
  const seen = new Set<string>()
  for await (const { uploadId } of Asset.find(pending, { uploadId: 1 }).lean()) {
    run.signal.throwIfAborted()
    // another file of the upload may have just begun
    if (seen.has(uploadId) || (await Asset.exists({ uploadId, stateAt: { $gte: before } }))) continue
    seen.add(uploadId)
    const isCommitted = (await Asset.exists({ uploadId, state: 'ready' })) !== null
    const isKept = run.dryRun ? isCommitted : (await finishOrUndo(app, uploadId)) !== null
    run.tell(isKept ? 'upload-finished' : 'upload-given-up', { uploadId })
  }
}

async function finishDeletions(app: FastifyInstance, run: Run) {
  const { Asset } = app.db
  const now = app.now().getTime()
  const before = new Date(now - graceOf(app.config))
  const deleting = { state: 'deleting' as const, stateAt: { $lt: before }, publicId: startsWith(app.assets.prefix) }
  if (run.dryRun) {
    for await (const { _id } of Asset.find(deleting, { _id: 1 }).lean()) run.tell('deletion-finished', { assetId: _id })
    return
  }
  for (;;) {
    run.signal.throwIfAborted()
    // a file that the store keeps was claimed again, so this query doesn't find it again
    const found = await Asset.find(deleting).limit(BATCH).lean()
    if (found.length === 0) break
    if (!(await eraseFound(app, run, found, 'deletion-finished'))) break
  }
  const placeholders = {
    state: 'deleting' as const,
    ownerId: { $exists: false },
    stateAt: { $lt: new Date(now - PLACEHOLDER_MS) },
  }
  const { deletedCount } = await Asset.deleteMany(placeholders)
  if (deletedCount > 0) run.tell('placeholder-removed', { count: deletedCount })
}

/** Erases files and reports them; false if the store keeps some. */
export async function eraseFound(
  app: FastifyInstance,
  run: Run,
  found: AssetDocument[],
  finding: 'deletion-finished' | 'row-removed',
): Promise<boolean> {
  const { deleted, failed } = await eraseMany(app, found)
  for (const assetId of deleted) run.tell(finding, { assetId })
  if (failed.length > 0) run.tell('store-failed', { count: failed.length })
  return failed.length === 0
}
