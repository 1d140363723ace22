import type { FastifyInstance } from 'fastify'
import type { JobDocument } from '../models/job.js'

export interface JobHandler {
  /**
   * Does the work, at least once: if a process ends meanwhile, another runs the job again. Work that comes in batches or at intervals
   * resolves to the time of its next run, which resets the attempts. `signal` aborts when the lease ends, the job expires or the process
   * stops.
   * @throws JobError with a message that may be stored and shown; of any other error only its code or name is stored
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most handlers have nothing to return
  run(job: JobDocument, context: { signal: AbortSignal }): Promise<{ again: Date } | undefined | void>
  /** Time of one attempt, in milliseconds, after which another process may claim the job. */
  leaseMs?: number
  maxAttempts?: number
  /** Jobs of this kind that one process runs at once. */
  concurrency?: number
}

/** A failure of a job whose message may be stored and shown: no address, no secret. A permanent one isn't tried again. */
export class JobError extends Error {
  override readonly name = 'JobError'
  readonly permanent: boolean
  constructor(message: string, { permanent = false }: { permanent?: boolean } = {}) {
    super(message)
    this.permanent = permanent
  }
}

const KEEP_MS = 30 * 24 * 3_600_000
const BACKOFF_MIN_MS = 1_000
const BACKOFF_BASE_MS = 5_000
const BACKOFF_CAP_MS = 3_600_000

/**
 * Returns a delay with "full jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): between a second and a
 * bound that doubles, so that jobs that failed together don't run together again.
 */
function backoff(attempts: number): number {
  const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempts - 1))
  return BACKOFF_MIN_MS + Math.random() * (bound - BACKOFF_MIN_MS)
}

/** Returns what may be stored of an error. */
const storable = (error: unknown) =>
  error instanceof JobError ? error.message : String((error as { code?: unknown }).code ?? (error as Error).name)

/** Runs a handler until it is done, `abort` aborts, or `ms` have passed. */
async function runWithin(ms: number, run: JobHandler['run'], job: JobDocument, abort: AbortController) {
  const { signal } = abort
  const timeout = setTimeout(() => abort.abort(new JobError('The attempt took too long.')), ms)
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  try {
    return await Promise.race([run(job, { signal }), aborted])
  } finally {
    clearTimeout(timeout)
  }
}

/** Makes one attempt at a claimed job, and returns what is to be stored of it. It ends early if `abort` aborts. */
export async function attempt(
  app: FastifyInstance,
  job: JobDocument,
  { run, leaseMs, maxAttempts }: Required<JobHandler>,
  abort: AbortController,
): Promise<Partial<JobDocument>> {
  const after = (ms: number) => new Date(app.now().getTime() + ms)
  const ended = { removeAt: after(KEEP_MS) }
  const leftMs = job.expiresAt ? job.expiresAt.getTime() - app.now().getTime() : leaseMs
  if (leftMs <= 0) return { ...ended, state: 'expired', content: null, attempts: job.attempts - 1 }
  if (job.attempts > maxAttempts) {
    return { ...ended, state: 'failed', lastError: 'The process ended during the last attempt.' }
  }
  try {
    const result = await runWithin(Math.min(leaseMs, leftMs), run, job, abort)
    if (result) return { dueAt: result.again, attempts: 0, lastError: null }
    return { ...ended, state: 'done', content: null, lastError: null }
  } catch (error) {
    const lastError = storable(error)
    const failed = job.attempts >= maxAttempts || (error instanceof JobError && error.permanent)
    const details = { job: job._id, kind: job.kind, attempts: job.attempts, failed, lastError }
    if (error instanceof JobError) app.log.warn(details, 'A job failed')
    else app.log.error({ ...details, err: error }, 'A job failed')
    if (failed) return { ...ended, state: 'failed', lastError }
    const dueAt = after(backoff(job.attempts))
    return { dueAt: job.expiresAt && job.expiresAt < dueAt ? job.expiresAt : dueAt, lastError }
  }
}
