import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { bytesOf } from '../models/bytes.js'
import { isDuplicateKey } from '../models/duplicate-key.js'
import type { JobDocument } from '../models/job.js'
import { attempt, JobError, type JobHandler } from './job-handler.js'
import { registerJobMetrics } from './job-metrics.js'

declare module 'fastify' {
  interface FastifyInstance {
    jobs: ReturnType<typeof createJobs>
  }
}

export interface NewJob {
  /** Names the work: of two jobs with one id only the first is queued. */
  id: string
  kind: string
  /** Nothing personal or secret in plain text. */
  data?: Record<string, unknown>
  /** Encrypted content, for the handler alone. */
  content?: Buffer | null
  /** The job is worthless after this time and never runs. */
  expiresAt?: Date | null
}

interface Worker extends Required<JobHandler> {
  /** Loops that claim and run jobs of this kind, one job each. */
  loops: number
  /** Rises whenever a job may have become due, so that a claim that began before and found none isn't the last. */
  wakes: number
}

const POLL_MS = 1_000
const STOP_MS = 10_000

/**
 * Creates a queue in MongoDB: each job runs in one process at a time, under a lease.
 * @param stopMs the time that {@link stop} gives to running jobs
 */
export function createJobs(app: FastifyInstance, stopMs: number) {
  const { Job } = app.db
  const workers = new Map<string, Worker>()
  const working = new Set<Promise<void>>()
  const running = new Set<AbortController>()
  let state: 'new' | 'started' | 'stopped' = 'new'
  let isAway = false
  let timer: NodeJS.Timeout | undefined

  const runs = new Counter({
    name: 'coffer_job_runs_total',
    help: 'Runs of jobs by outcome: done, again (later), failed, expired.',
    labelNames: ['kind', 'outcome'],
    registers: [app.metrics.registry],
  })
  registerJobMetrics(app, () => [...workers.keys()])

  async function claim(kind: string, leaseMs: number): Promise<JobDocument | null> {
    const now = app.now()
    const job = await Job.findOneAndUpdate(
      { kind, state: 'waiting', dueAt: { $lte: now } },
      { $set: { dueAt: new Date(now.getTime() + leaseMs), lease: randomUUID() }, $inc: { attempts: 1 } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    ).lean()
    if (isAway) app.log.info('The job queue has reached the database again')
    isAway = false
    return job && { ...job, content: job.content && bytesOf(job.content) }
  }

  async function execute(job: JobDocument, worker: Worker): Promise<void> {
    const abort = new AbortController()
    running.add(abort)
    const end = await attempt(app, job, worker, abort)
    running.delete(abort)
    runs.inc({ kind: job.kind, outcome: end.state ?? 'again' })
    try {
      await Job.updateOne({ _id: job._id, lease: job.lease as string }, { $set: { ...end, lease: null } })
    } catch (error) {
      app.log.error({ job: job._id, kind: job.kind, err: error }, 'The end of a job could not be stored')
    }
  }

  /** Claims and runs one due job after another, until none is due. */
  async function work(kind: string, worker: Worker): Promise<void> {
    worker.loops++
    try {
      while (state === 'started') {
        const { wakes } = worker
        const job = await claim(kind, worker.leaseMs)
        if (job) {
          // the reply to the request that queued the job goes first: its time must not tell if there is a mail to send
          await setImmediate()
          await execute(job, worker)
        } else if (worker.wakes === wakes) return
      }
    } catch (error) {
      if (!isAway) app.log.warn({ err: error }, 'The job queue cannot reach the database')
      isAway = true
    } finally {
      worker.loops--
    }
  }

  function wake(kind: string): void {
    const worker = workers.get(kind)
    if (!worker || state !== 'started') return
    worker.wakes++
    if (worker.loops === worker.concurrency) return
    const loop = work(kind, worker)
    working.add(loop)
    void loop.finally(() => working.delete(loop))
  }

  const wakeAll = () => {
    for (const kind of workers.keys()) wake(kind)
  }

  /** Finds the jobs of other processes and those that are due again; the jitter keeps processes apart. */
  function poll(): void {
    wakeAll()
    timer = setTimeout(poll, POLL_MS * (1 + Math.random())).unref()
  }

  const idle = async () => {
    while (working.size > 0) await Promise.all(working)
  }

  return {
    /** Declares the handler of a kind of job. */
    handle(kind: string, { run, leaseMs = 60_000, maxAttempts = 30, concurrency = 5 }: JobHandler): void {
      workers.set(kind, { run, leaseMs, maxAttempts, concurrency, loops: 0, wakes: 0 })
    },

    /** Resolves when the job is durably queued, before it runs. If its id exists already, nothing happens. */
    async enqueue({ id, kind, data = {}, content = null, expiresAt = null }: NewJob): Promise<void> {
      const now = app.now()
      try {
        await Job.create({ _id: id, kind, state: 'waiting', data, content, expiresAt, dueAt: now, createdAt: now })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      wake(kind)
    },

    /** Makes a failed or waiting job due now and resets its attempts; returns false if there is none, or it runs or has expired. */
    async retry(id: string): Promise<boolean> {
      const job = await Job.findOneAndUpdate(
        {
          _id: id,
          state: { $in: ['failed', 'waiting'] },
          lease: null,
          $or: [{ expiresAt: null }, { expiresAt: { $gt: app.now() } }],
        },
        { $set: { state: 'waiting', attempts: 0, dueAt: app.now(), removeAt: null } },
      ).lean()
      if (job) wake(job.kind)
      return job !== null
    },

    /** Runs all due jobs, and resolves when none is due or runs. */
    async drain(): Promise<void> {
      wakeAll()
      await idle()
    },

    /** Begins to run jobs. */
    start(): void {
      state = 'started'
      poll()
    },

    /**
     * Stops claiming and resolves when no job runs; aborts those that still run after some seconds. For plugins that close what their
     * handlers use.
     */
    async stop(): Promise<void> {
      state = 'stopped'
      clearTimeout(timer)
      const bound = setTimeout(() => {
        for (const abort of running) abort.abort(new JobError('The process stopped.'))
      }, stopMs)
      await idle()
      clearTimeout(bound)
    },
  }
}

/** Decorates `jobs`; `stopMs` is the time that closing gives to running jobs. */
export default fp<{ stopMs?: number }>(
  async (app, { stopMs = STOP_MS }) => {
    const jobs = createJobs(app, stopMs)
    app.decorate('jobs', jobs)
    app.addHook('onReady', async () => jobs.start())
    app.addHook('onClose', () => jobs.stop())
  },
  { name: 'jobs', dependencies: ['clock', 'db', 'metrics'] },
)
