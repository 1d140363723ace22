import type { FastifyInstance } from 'fastify'
import { Gauge } from 'prom-client'

interface Backlog {
  /** The jobs of all lanes of a kind are counted together. */
  _id: { kind: string; state: 'waiting' | 'failed' }
  jobs: number
  dueAt: Date
}

/** A lane of a kind has the name of the kind before its own. */
export const baseOf = (kind: string) => kind.split(':', 1)[0] as string

/** Two gauges of one scrape share a count, and many scrapes don't burden the database. */
const COUNTED_MS = 5_000

/** Adds up the lanes of each kind. */
function withoutLanes(counts: Backlog[]): Backlog[] {
  const sums = new Map<string, Backlog>()
  for (const { _id, jobs, dueAt } of counts) {
    const { state } = _id
    const kind = baseOf(_id.kind)
    const sum = sums.get(`${kind} ${state}`) ?? { _id: { kind, state }, jobs: 0, dueAt }
    sum.jobs += jobs
    sum.dueAt = new Date(Math.min(sum.dueAt.getTime(), dueAt.getTime()))
    sums.set(`${kind} ${state}`, sum)
  }
  return [...sums.values()]
}

/** Registers what /metrics says of the job queue: the backlog of the kinds that this process handles. */
export function registerJobMetrics(app: FastifyInstance, kinds: () => string[]): void {
  const registers = [app.metrics.registry]
  let counted: Promise<Backlog[]> = Promise.resolve([])
  let countedAt = Number.NEGATIVE_INFINITY

  /** Counts from the index alone; empty if the database can't be reached, which claims log. */
  function backlog(): Promise<Backlog[]> {
    const now = app.now().getTime()
    if (now - countedAt < COUNTED_MS) return counted
    countedAt = now
    counted = app.db.Job.aggregate<Backlog>([
      { $match: { kind: { $in: kinds() }, state: { $in: ['waiting', 'failed'] } } },
      { $group: { _id: { kind: '$kind', state: '$state' }, jobs: { $sum: 1 }, dueAt: { $min: '$dueAt' } } },
    ]).then(withoutLanes, () => [])
    return counted
  }

  new Gauge({
    name: 'coffer_jobs',
    help: 'Waiting and failed jobs by kind.',
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
    help: 'Time since the oldest waiting job of a kind became due.',
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
}
