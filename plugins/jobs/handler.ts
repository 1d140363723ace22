import type { FastifyInstance } from 'fastify'
import type { JobDocument } from '../../models/job.js'

export interface JobHandler {
  /**
   * Does the work, at least once: if a process ends meanwhile, another runs the job again. Work that comes in batches or at intervals
   * resolves to the time of its next run, which resets the attempts. Work whose lane has closed resolves to `isClosed`: the job waits until
   * the lane opens again. `data` is merged into that of the job. `signal` aborts when the lease ends, the job expires or the process stops.
   * @throws JobError with a message that may be stored and shown; of any other error only its code or name is stored
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most handlers have nothing to return
  run(job: JobDocument, context: { signal: AbortSignal }): Promise<JobResult | undefined | void>
  /** Time of one attempt, in milliseconds, after which another process may claim the job. */
  leaseMs?: number
  maxAttempts?: number
  /** Jobs of this kind, or of each of its lanes, that one process runs at once. */
  concurrency?: number
  /** Returns the delay before the attempt that follows so many; a random one, longer each time, by default. */
  backoff?(attempts: number): number
  /**
   * Resolves to the open lanes of this kind. Jobs of the lane `x` have the kind `kind:x`, and are run apart from those of every other lane,
   * so that a slow lane holds up no other.
   */
  lanes?(): Promise<string[]>
}

export type JobResult = { again: Date } | { isClosed: true } | { data: Record<string, unknown> }

interface JobErrorOptions {
  permanent?: boolean
  /** The least number of milliseconds before the next attempt. */
  retryAfterMs?: number
  /** Merged into the data of the job. */
  data?: Record<string, unknown>
}

/** A failure of a job whose message may be stored and shown: no address, no secret. A permanent one isn't tried again. */
export class JobError extends Error {
  override readonly name = 'JobError'
  readonly permanent: boolean
  readonly retryAfterMs: number
  readonly data: Record<string, unknown>
  constructor(message: string, { permanent = false, retryAfterMs = 0, data = {} }: JobErrorOptions = {}) {
    super(message)
    this.permanent = permanent
    this.retryAfterMs = retryAfterMs
    this.data = data
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
export function randomBackoff(attempts: number): number {
  const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempts - 1))
  return BACKOFF_MIN_MS + Math.random() * (bound - BACKOFF_MIN_MS)
}

/** Returns an error with what may be stored and shown of it: of any but a JobError, its code or name. */
export const toJobError = (error: unknown) =>
  error instanceof JobError ? error : new JobError(String((error as { code?: unknown }).code ?? (error as Error).name))

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

/** A handler with every option but lanes, which concern the queue only. */
export type Handling = Required<Omit<JobHandler, 'lanes'>>

/** The fields of a job to store after an attempt; `isClosed` if its lane has closed. */
interface Attempt {
  end: Partial<JobDocument>
  isClosed?: true
}

/** Makes one attempt at a claimed job. It ends early if `abort` aborts. */
export async function attempt(
  app: FastifyInstance,
  job: JobDocument,
  { run, leaseMs, maxAttempts, backoff }: Handling,
  abort: AbortController,
): Promise<Attempt> {
  const after = (ms: number) => new Date(app.now().getTime() + ms)
  const ended = { removeAt: after(KEEP_MS) }
  const leftMs = job.expiresAt ? job.expiresAt.getTime() - app.now().getTime() : leaseMs
  const isBefore = { attempts: job.attempts - 1 }
  if (leftMs <= 0) return { end: { ...ended, ...isBefore, state: 'expired', content: null } }
  if (job.attempts > maxAttempts) {
    return { end: { ...ended, state: 'failed', lastError: 'The process ended during the last attempt.' } }
  }
  try {
    const result = (await runWithin(Math.min(leaseMs, leftMs), run, job, abort)) ?? { data: {} }
    if ('again' in result) return { end: { dueAt: result.again, attempts: 0, lastError: null } }
    if ('isClosed' in result) return { end: { dueAt: app.now(), ...isBefore }, isClosed: true }
    const data = { ...job.data, ...result.data }
    return { end: { ...ended, state: 'done', content: null, lastError: null, data } }
  } catch (error) {
    const failure = toJobError(error)
    const lastError = failure.message
    const failed = job.attempts >= maxAttempts || failure.permanent
    const details = { job: job._id, kind: job.kind, attempts: job.attempts, failed, lastError }
    if (error instanceof JobError) app.log.warn(details, 'A job failed')
    else app.log.error({ ...details, err: error }, 'A job failed')
    const data = { ...job.data, ...failure.data }
    if (failed) return { end: { ...ended, state: 'failed', lastError, data } }
    const dueAt = after(Math.max(backoff(job.attempts), failure.retryAfterMs))
    return { end: { dueAt: job.expiresAt && job.expiresAt < dueAt ? job.expiresAt : dueAt, lastError, data } }
  }
}
