import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import fp from 'fastify-plugin'
import type { mongo, Types } from 'mongoose'
import { Counter, Gauge } from 'prom-client'
import { isDuplicateKey } from '../models/duplicate-key.js'
import type { JobDocument } from '../models/job.js'

declare module 'fastify' {
  interface FastifyInstance {
    jobs: Jobs
  }
}

export interface NewJob {
  /** Whoever queues the same work twice gives it the same id. */
  id: string
  kind: string
  /** Nothing personal or secret in plain text. */
  data?: Record<string, unknown>
  /** What only the handler may read, encrypted. */
  content?: Buffer | null
  /** After this the job is worthless and is never run. */
  expiresAt?: Date | null
}

export interface JobHandler {
  /**
   * Does the work, at least once: a process that ends in the midst leaves it to another. Resolves to the time of the next run where
   * there is one (work in batches, or at intervals), which counts attempts anew.
   * `signal` aborts when the lease or the value of the job ends, or the process does.
   * @throws JobError with what may be stored and shown; of any other error only its code or name is kept
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most handlers have nothing to return
  run(job: JobDocument, context: { signal: AbortSignal }): Promise<{ again: Date } | undefined | void>
  /** How long one attempt may take until another process claims the job. */
  leaseMs?: number
  maxAttempts?: number
  /** Attempts at once in one process. */
  concurrency?: number
}

export interface Jobs {
  /** Declares what runs the jobs of a kind. */
  handle(kind: string, handler: JobHandler): void
  /** Resolves when the job is durably queued; the work isn't waited for. A job whose id exists is left as it is. */
  enqueue(job: NewJob): Promise<void>
  /** Makes a failed or waiting job due now, with its attempts counted anew. False where none is to be repeated. */
  retry(id: string): Promise<boolean>
  /** Runs what is due, and resolves when nothing is and nothing runs. */
  drain(): Promise<void>
  /**
   * Claims no more and resolves when nothing runs; what still does after some seconds is aborted. For plugins that close what a
   * handler of theirs uses.
   */
  stop(): Promise<void>
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

const POLL_MS = 1_000
const STOP_MS = 10_000
const KEEP_MS = 30 * 24 * 3_600_000
const BACKOFF_MIN_MS = 1_000
const BACKOFF_BASE_MS = 5_000
const BACKOFF_CAP_MS = 3_600_000
const BACKLOG_LIFE = 5_000

/**
 * "Full jitter" (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): any time from a second up to a bound that
 * doubles, so that what failed together doesn't return together.
 */
function backoff(attempts: number): number {
  const bound = Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** (attempts - 1))
  return BACKOFF_MIN_MS + Math.random() * (bound - BACKOFF_MIN_MS)
}

const describe = (error: unknown) =>
  error instanceof JobError ? error.message : String((error as { code?: unknown }).code ?? (error as Error).name)

interface Worker extends Required<JobHandler> {
  running: number
  claiming: boolean
  /** Claims to be made: one for each job that is queued here, any number where there may be others. */
  owed: number
}

/**
 * Decorates `jobs`: a queue in MongoDB whose jobs each run in one process at a time, under a lease.
 * `stopMs` is how long closing waits for what runs.
 */
export default fp<{ stopMs?: number }>(
  async (app, { stopMs = STOP_MS }) => {
    const { Job } = app.db
    // by the driver itself where a job begins and ends: nothing there is to be cast
    const rows = Job.collection as unknown as mongo.Collection<JobDocument>
    const log = app.log.child({ plugin: 'jobs' })
    const workers = new Map<string, Worker>()
    const pending = new Set<Promise<void>>()
    const attempts = new Set<AbortController>()
    let state: 'new' | 'started' | 'stopped' = 'new'
    let away = false
    let timer: NodeJS.Timeout | undefined

    const registers = [app.metrics.registry]
    const runs = new Counter({
      name: 'coffer_job_runs_total',
      help: 'Runs of jobs by outcome: done, again (in a while), failed, expired.',
      labelNames: ['kind', 'outcome'],
      registers,
    })
    new Gauge({
      name: 'coffer_jobs',
      help: 'Jobs that wait and jobs that failed, by kind.',
      labelNames: ['kind', 'state'],
      registers,
      async collect() {
        const counts = await backlog()
        this.reset()
        for (const { _id, jobs } of counts) this.set(_id, jobs)
      },
    })
    new Gauge({
      name: 'coffer_job_lag_seconds',
      help: 'For how long the oldest job of a kind has been due.',
      labelNames: ['kind'],
      registers,
      async collect() {
        const waiting = (await backlog()).filter(({ _id }) => _id.state === 'waiting')
        this.reset()
        for (const { _id, dueAt } of waiting) {
          this.set({ kind: _id.kind }, Math.max(0, app.now().getTime() - dueAt.getTime()) / 1000)
        }
      },
    })

    const after = (ms: number) => new Date(app.now().getTime() + ms)

    interface Backlog {
      _id: { kind: string; state: 'waiting' | 'failed' }
      jobs: number
      dueAt: Date
    }
    let counted: Promise<Backlog[]> | undefined
    let countedAt = Number.NEGATIVE_INFINITY

    /** Answered from the index alone, and asked once in a while however often it's wanted. Empty where the database is away. */
    function backlog(): Promise<Backlog[]> {
      const now = app.now().getTime()
      if (counted && now - countedAt < BACKLOG_LIFE) return counted
      countedAt = now
      counted = Job.aggregate<Backlog>([
        { $match: { kind: { $in: [...workers.keys()] }, state: { $in: ['waiting', 'failed'] } } },
        { $group: { _id: { kind: '$kind', state: '$state' }, jobs: { $sum: 1 }, dueAt: { $min: '$dueAt' } } },
      ]).catch((error) => {
        unreachable(error)
        return []
      })
      return counted
    }

    const track = (work: Promise<void>) => {
      pending.add(work)
      void work.finally(() => pending.delete(work))
    }

    /** The database being away is logged once; polling goes on. */
    const unreachable = (error: unknown) => {
      if (!away) log.warn({ err: error }, 'The job queue cannot reach the database')
      away = true
    }

    async function claim(kind: string, leaseMs: number): Promise<JobDocument | null> {
      const job = await Job.findOneAndUpdate(
        { kind, state: 'waiting', dueAt: { $lte: app.now() } },
        { $set: { dueAt: after(leaseMs), lease: randomUUID() }, $inc: { attempts: 1 } },
        { sort: { dueAt: 1 }, returnDocument: 'after' },
      ).lean<JobDocument & { content: Types.Buffer | null }>()
      if (away) log.info('The job queue has reached the database again')
      away = false
      return job && { ...job, content: job.content && Buffer.from(job.content.buffer) }
    }

    async function run(job: JobDocument, worker: Worker): ReturnType<JobHandler['run']> {
      const attempt = new AbortController()
      attempts.add(attempt)
      const worth = job.expiresAt ? job.expiresAt.getTime() - app.now().getTime() : worker.leaseMs
      const timeout = setTimeout(
        () => attempt.abort(new JobError('The attempt took too long.')),
        Math.min(worker.leaseMs, worth),
      )
      const aborted = new Promise<never>((_, reject) => {
        attempt.signal.addEventListener('abort', () => reject(attempt.signal.reason))
      })
      try {
        return await Promise.race([worker.run(job, { signal: attempt.signal }), aborted])
      } finally {
        clearTimeout(timeout)
        attempts.delete(attempt)
      }
    }

    /** What is to be stored once an attempt has been made. */
    async function outcome(job: JobDocument, worker: Worker): Promise<Partial<JobDocument>> {
      const ended = { removeAt: after(KEEP_MS) }
      if (job.expiresAt && job.expiresAt <= app.now()) {
        return { ...ended, state: 'expired', content: null, attempts: job.attempts - 1 }
      }
      if (job.attempts > worker.maxAttempts) {
        return { ...ended, state: 'failed', lastError: 'The process ended during the last attempt.' }
      }
      try {
        const result = await run(job, worker)
        if (result) return { dueAt: result.again, attempts: 0, lastError: null }
        return { ...ended, state: 'done', content: null, lastError: null }
      } catch (error) {
        const lastError = describe(error)
        const failed = job.attempts >= worker.maxAttempts || (error instanceof JobError && error.permanent)
        const level = error instanceof JobError ? 'warn' : 'error'
        const details = { job: job._id, kind: job.kind, attempts: job.attempts, failed, lastError }
        log[level](level === 'error' ? { ...details, err: error } : details, 'A job failed')
        if (failed) return { ...ended, state: 'failed', lastError }
        const dueAt = after(backoff(job.attempts))
        return { dueAt: job.expiresAt && job.expiresAt < dueAt ? job.expiresAt : dueAt, lastError }
      }
    }

    /** @returns whether it's due again already, as work in batches is */
    async function execute(job: JobDocument, worker: Worker): Promise<boolean> {
      const end = await outcome(job, worker)
      runs.inc({ kind: job.kind, outcome: end.state ?? 'again' })
      try {
        await rows.updateOne({ _id: job._id, lease: job.lease }, { $set: { ...end, lease: null } })
      } catch (error) {
        log.error({ job: job._id, kind: job.kind, err: error }, 'The end of a job could not be stored')
      }
      return end.dueAt !== undefined && end.dueAt <= app.now()
    }

    /** Runs a claimed job, for which room was made. */
    function begin(job: JobDocument, worker: Worker): void {
      track(
        // the reply goes first, lest its time tell whether there is a mail to send
        setImmediate()
          .then(() => execute(job, worker))
          .then((isDue) => {
            worker.running--
            wake(job.kind, isDue ? 1 : 0)
          }),
      )
    }

    /** Whether a job that is queued now would be the next to run here. */
    const isIdle = ({ claiming, owed, running, concurrency }: Worker) =>
      state === 'started' && !claiming && owed === 0 && running < concurrency

    /** Makes the claims that are owed, until none is due or as many run as may. */
    async function fill(kind: string, worker: Worker): Promise<void> {
      worker.claiming = true
      try {
        while (state === 'started' && worker.owed > 0 && worker.running < worker.concurrency) {
          const { owed } = worker
          worker.owed = 0
          const job = await claim(kind, worker.leaseMs)
          if (!job) continue
          // a repetition was in the way of a job that was queued since
          worker.owed += job.attempts > 1 ? owed : owed - 1
          worker.running++
          begin(job, worker)
        }
      } catch (error) {
        unreachable(error)
      } finally {
        worker.claiming = false
      }
    }

    function wake(kind: string, claims: number): void {
      const worker = workers.get(kind)
      if (!worker || state !== 'started') return
      worker.owed += claims
      if (!worker.claiming) track(fill(kind, worker))
    }

    const wakeAll = () => {
      for (const kind of workers.keys()) wake(kind, Number.POSITIVE_INFINITY)
    }

    /** Other processes queue jobs too, and retries fall due; the jitter keeps many processes apart. */
    const poll = () => {
      timer = setTimeout(
        () => {
          wakeAll()
          poll()
        },
        POLL_MS * (1 + Math.random()),
      ).unref()
    }

    const idle = async () => {
      while (pending.size > 0) await Promise.all(pending)
    }

    const jobs: Jobs = {
      handle(kind, { run, leaseMs = 60_000, maxAttempts = 30, concurrency = 5 }) {
        workers.set(kind, { run, leaseMs, maxAttempts, concurrency, running: 0, claiming: false, owed: 0 })
      },

      async enqueue({ id, kind, data = {}, content = null, expiresAt = null }) {
        const worker = workers.get(kind)
        // who can run it at once queues it as claimed, which saves a command
        const own = worker && isIdle(worker) ? worker : undefined
        const now = app.now()
        const job: JobDocument = {
          _id: id,
          kind,
          state: 'waiting',
          data,
          content,
          attempts: own ? 1 : 0,
          dueAt: own ? after(own.leaseMs) : now,
          lease: own ? randomUUID() : null,
          lastError: null,
          expiresAt,
          createdAt: now,
          removeAt: null,
        }
        if (own) own.running++
        try {
          await rows.insertOne(job)
        } catch (error) {
          if (own) own.running--
          if (!isDuplicateKey(error)) throw error
          wake(kind, 1)
          return
        }
        if (own) begin(job, own)
        else wake(kind, 1)
      },

      async retry(id) {
        const job = await Job.findOneAndUpdate(
          {
            _id: id,
            state: { $in: ['failed', 'waiting'] },
            lease: null,
            $or: [{ expiresAt: null }, { expiresAt: { $gt: app.now() } }],
          },
          { $set: { state: 'waiting', attempts: 0, dueAt: app.now(), removeAt: null } },
        ).lean()
        if (job) wake(job.kind, 1)
        return job !== null
      },

      async drain() {
        wakeAll()
        await idle()
      },

      async stop() {
        state = 'stopped'
        clearTimeout(timer)
        const bound = setTimeout(() => {
          for (const attempt of attempts) attempt.abort(new JobError('The process stopped.'))
        }, stopMs)
        await idle()
        clearTimeout(bound)
      },
    }

    app.decorate('jobs', jobs)
    app.addHook('onReady', async () => {
      state = 'started'
      wakeAll()
      poll()
    })
    app.addHook('onClose', () => jobs.stop())
  },
  { name: 'jobs', dependencies: ['db', 'metrics'] },
)
