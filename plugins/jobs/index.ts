import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { bytesOf } from '../../models/bytes.js'
import { isDuplicateKey } from '../../models/duplicate-key.js'
import type { JobDocument } from '../../models/job.js'
import { attempt, type Handling, JobError, type JobHandler, randomBackoff } from './handler.js'
import { baseOf, registerJobMetrics } from './metrics.js'

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
  /** The row is deleted after this time, even if the job never ran. */
  removeAt?: Date | null
}

interface Worker extends Handling {
  /** Loops that claim and run jobs of this kind, one job each. */
  loops: number
  /** Rises whenever a job may have become due, so that a claim that began before and found none isn't the last. */
  wakes: number
}

/** Jobs that are queued with one command. */
const BATCH = 1_000
const POLL_MS = 1_000
const STOP_MS = 10_000

const isLane = (kind: string) => kind.includes(':')

/**
 * Creates a queue in MongoDB: each job runs in one process at a time, under a lease.
 * @param stopMs the time that {@link stop} gives to running jobs
 */
export function createJobs(app: FastifyInstance, stopMs: number) {
  const { Job } = app.db
  const workers = new Map<string, Worker>()
  /** The kinds that have lanes, and the kinds of their open lanes. */
  const laned = new Map<string, Handling & Required<Pick<JobHandler, 'lanes'>>>()
  let open: string[] = []
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
  registerJobMetrics(app, () => [...workers.keys()].filter((kind) => !isLane(kind) || open.includes(kind)))

  const toDocument = ({ id, kind, data = {}, content = null, expiresAt = null, removeAt = null }: NewJob) => {
    const now = app.now()
    const state = 'waiting' as const
    return { _id: id, kind, state, data, content, expiresAt, removeAt, dueAt: now, createdAt: now }
  }

  async function claim(kind: string, leaseMs: number): Promise<JobDocument | null> {
    const now = app.now()
    const job = await Job.findOneAndUpdate(
      { kind, state: 'waiting', dueAt: { $lte: now } },
      { $set: { dueAt: new Date(now.getTime() + leaseMs), lease: randomUUID() }, $inc: { attempts: 1 } },
      { sort: { dueAt: 1 }, returnDocument: 'after' },
    ).lean()
    noteBack()
    return job && { ...job, content: job.content && bytesOf(job.content) }
  }

  /** Runs a claimed job; returns false if its lane has closed. */
  async function execute(job: JobDocument, worker: Worker): Promise<boolean> {
    const abort = new AbortController()
    running.add(abort)
    const { end, isClosed = false } = await attempt(app, job, worker, abort)
    running.delete(abort)
    runs.inc({ kind: baseOf(job.kind), outcome: end.state ?? 'again' })
    try {
      await Job.updateOne({ _id: job._id, lease: job.lease as string }, { $set: { ...end, lease: null } })
    } catch (error) {
      app.log.error({ job: job._id, kind: job.kind, err: error }, 'The end of a job could not be stored')
    }
    return !isClosed
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
          if (!(await execute(job, worker))) return
        } else if (worker.wakes === wakes) return
      }
    } catch (error) {
      noteAway(error)
    } finally {
      worker.loops--
    }
  }

  function noteAway(error: unknown): void {
    if (!isAway) app.log.warn({ err: error }, 'The job queue cannot reach the database')
    isAway = true
  }

  function noteBack(): void {
    if (isAway) app.log.info('The job queue has reached the database again')
    isAway = false
  }

  /** Returns the worker of a kind; that of a lane is created at the first call. */
  function workerOf(kind: string): Worker | undefined {
    const handling = workers.has(kind) ? undefined : laned.get(baseOf(kind))
    if (handling) workers.set(kind, { ...handling, loops: 0, wakes: 0 })
    return workers.get(kind)
  }

  function wake(kind: string): void {
    const worker = workerOf(kind)
    if (!worker || state !== 'started') return
    if (isLane(kind) && !open.includes(kind)) open.push(kind)
    worker.wakes++
    if (worker.loops === worker.concurrency) return
    track(work(kind, worker))
  }

  /** Makes {@link stop} and `drain` wait for work that has begun. */
  function track(begun: Promise<void>): void {
    working.add(begun)
    void begun.finally(() => working.delete(begun))
  }

  /** Returns the open lanes as kinds: other processes open and close them, and queue jobs in them. */
  async function openLanes(): Promise<string[]> {
    const lanes = await Promise.all(
      [...laned].map(async ([kind, { lanes }]) => (await lanes()).map((lane) => `${kind}:${lane}`)),
    )
    return lanes.flat()
  }

  /** Wakes the kinds that have a due job. One read finds them, since most kinds have none; kinds that all loops work on need no waking. */
  async function wakeDue(): Promise<void> {
    try {
      open = await openLanes()
      const kinds = [...[...workers.keys()].filter((kind) => !isLane(kind)), ...open]
      const waiting = kinds.filter((kind) => {
        const { loops, concurrency } = workerOf(kind) as Worker
        return loops < concurrency
      })
      const due = await Job.distinct('kind', { kind: { $in: waiting }, state: 'waiting', dueAt: { $lte: app.now() } })
      noteBack()
      for (const kind of due) wake(kind)
    } catch (error) {
      noteAway(error)
    }
  }

  /** Finds the jobs of other processes and those that are due again; the jitter keeps processes apart. */
  function poll(): void {
    track(wakeDue())
    timer = setTimeout(poll, POLL_MS * (1 + Math.random())).unref()
  }

  const idle = async () => {
    while (working.size > 0) await Promise.all(working)
  }

  return {
    /** Declares the handler of a kind of job. */
    handle(kind: string, { lanes, ...handler }: JobHandler): void {
      const handling = { leaseMs: 60_000, maxAttempts: 30, concurrency: 5, backoff: randomBackoff, ...handler }
      if (lanes) laned.set(kind, { ...handling, lanes })
      else workers.set(kind, { ...handling, loops: 0, wakes: 0 })
    },

    /** Resolves when the job is durably queued, before it runs. If its id exists already, nothing happens. */
    async enqueue(job: NewJob): Promise<void> {
      try {
        await Job.create(toDocument(job))
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
      wake(job.kind)
    },

    /** Queues jobs with few commands, as {@link enqueue} does. */
    async enqueueAll(jobs: NewJob[]): Promise<void> {
      for (let start = 0; start < jobs.length; start += BATCH) {
        try {
          await Job.insertMany(jobs.slice(start, start + BATCH).map(toDocument), {
            ordered: false,
            throwOnValidationError: true,
          })
        } catch (error) {
          const { writeErrors = [] } = error as { writeErrors?: { code: number }[] }
          /* c8 ignore next -- the database went away in the meantime */
          if (writeErrors.length === 0 || !writeErrors.every(isDuplicateKey)) throw error
        }
      }
      for (const kind of new Set(jobs.map(({ kind }) => kind))) wake(kind)
    },

    /**
     * Makes a job in one of the states due now and resets its attempts; returns false if there is none, or it runs or has expired.
     * @param removeAt time after which the row is deleted, even if the job doesn't run
     */
    async retry(
      id: string,
      from: JobDocument['state'][] = ['failed', 'waiting'],
      removeAt: Date | null = null,
    ): Promise<boolean> {
      const job = await Job.findOneAndUpdate(
        {
          _id: id,
          state: { $in: from },
          lease: null,
          $or: [{ expiresAt: null }, { expiresAt: { $gt: app.now() } }],
        },
        { $set: { state: 'waiting', attempts: 0, dueAt: app.now(), removeAt } },
      ).lean()
      if (job) wake(job.kind)
      return job !== null
    },

    /** Runs all due jobs, and resolves when none is due or runs. */
    async drain(): Promise<void> {
      track(wakeDue())
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
