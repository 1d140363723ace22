import type { FastifyInstance } from 'fastify'
import t from 'tap'
import type { JobDocument } from '../../../models/job.js'
import { JobError, type JobHandler } from '../../../plugins/jobs/handler.js'
import { newDatabase } from '../../support/app.js'
import { buildCore, stoppedClock } from '../../support/core.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** A promise with its handles outside. */
function defer<T = void>() {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

const find = async (app: FastifyInstance, id: string) => (await app.db.Job.findById(id).lean()) as JobDocument

const handles =
  (kind: string, run: JobHandler['run'], options: Partial<JobHandler> = {}) =>
  (app: FastifyInstance) =>
    app.jobs.handle(kind, { run, ...options })

const nothing = async () => undefined

t.test('a queued job runs once, with its data and content, and then its content is erased', async (t) => {
  const seen: JobDocument[] = []
  const { app, clock } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', async (job) => {
      seen.push(job)
    }),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work', data: { n: 1 }, content: Buffer.from('sealed') })
  await app.jobs.drain()
  t.equal(seen.length, 1)
  t.match(seen[0], { _id: 'a', data: { n: 1 }, content: Buffer.from('sealed'), attempts: 1 })
  const job = await find(app, 'a')
  t.match(job, { state: 'done', content: null, lease: null, lastError: null })
  t.ok(job.removeAt && job.removeAt > clock.now(), 'the row goes later')
})

t.test('a job without data or content is queued too, and waits where nothing handles its kind', async (t) => {
  const { app } = await buildCore(t, { uri: await newDatabase() })
  await app.jobs.enqueue({ id: 'a', kind: 'unknown' })
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'waiting', attempts: 0, data: {}, content: null })
})

t.test('queueing the same id twice runs it once, even when it has ended in between', async (t) => {
  let runs = 0
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', async () => {
      runs++
    }),
  })
  await Promise.all([1, 2, 3].map(() => app.jobs.enqueue({ id: 'a', kind: 'work' })))
  await app.jobs.drain()
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.jobs.drain()
  t.equal(runs, 1)
})

t.test('a job that was there already takes no room from the next', async (t) => {
  const seen: string[] = []
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles(
      'work',
      async ({ _id }) => {
        seen.push(_id)
      },
      { concurrency: 1 },
    ),
  })
  await app.jobs.drain()
  for (const id of ['a', 'a', 'b']) {
    await app.jobs.enqueue({ id, kind: 'work' })
    await app.jobs.drain()
  }
  t.same(seen, ['a', 'b'])
})

t.test('a running job is under a lease, and those for which there is no room wait for any process', async (t) => {
  const started = defer()
  const gate = defer()
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles(
      'work',
      async () => {
        started.resolve()
        await gate.promise
      },
      { concurrency: 1, leaseMs: MINUTE },
    ),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.jobs.enqueue({ id: 'b', kind: 'work' })
  await started.promise
  const dueAt = new Date(app.now().getTime() + MINUTE)
  t.match(await find(app, 'a'), { attempts: 1, lease: String, dueAt })
  t.match(await find(app, 'b'), { attempts: 0, lease: null, dueAt: app.now() })
  gate.resolve()
  await app.jobs.drain()
  t.match(await find(app, 'b'), { state: 'done', attempts: 1 })
})

t.test('a job that is queued while a claim is answered that found none is not left to the next poll', async (t) => {
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', nothing, { concurrency: 1 }),
  })
  await app.jobs.drain()
  const { Job } = app.db
  const claim = Job.findOneAndUpdate.bind(Job)
  const missed = defer()
  const queued = defer()
  const answerLate = (filter: { kind: string }, ...options: unknown[]) => ({
    async lean() {
      const job = await claim(filter as never, ...(options as [])).lean()
      if (filter.kind === 'work' && !job) {
        missed.resolve()
        await queued.promise
      }
      return job
    },
  })
  Job.findOneAndUpdate = answerLate as unknown as typeof claim
  await app.jobs.enqueue({ id: 'first', kind: 'work' })
  await missed.promise
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  queued.resolve()
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'done' })
})

t.test('a job is durable before enqueue resolves, and its work is not waited for', async (t) => {
  const gate = defer()
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', async () => {
      await gate.promise
    }),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  t.match(await find(app, 'a'), { state: 'waiting' })
  gate.resolve()
})

t.test('enqueue fails where the job could not be stored', async (t) => {
  const { app } = await buildCore(t, { uri: await newDatabase() })
  await app.db.connection.close()
  await t.rejects(app.jobs.enqueue({ id: 'a', kind: 'work' }))
})

t.test('a failing job is tried again after a delay whose bound doubles, and ends as failed', async (t) => {
  const { app, clock, logged } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles(
      'work',
      async () => {
        throw new JobError('The other side is busy.')
      },
      { maxAttempts: 4 },
    ),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work', content: Buffer.from('sealed') })
  for (let attempts = 1; attempts < 4; attempts++) {
    await app.jobs.drain()
    const job = await find(app, 'a')
    t.match(job, { state: 'waiting', attempts, lease: null, lastError: 'The other side is busy.' })
    const delay = job.dueAt.getTime() - clock.now().getTime()
    t.ok(delay >= 1_000 && delay <= 5_000 * 2 ** (attempts - 1), `attempt ${attempts} waits ${delay} ms`)
    clock.advance(5_000 * 2 ** (attempts - 1))
  }
  await app.jobs.drain()
  const job = await find(app, 'a')
  t.match(job, { state: 'failed', attempts: 4, removeAt: Date, lastError: 'The other side is busy.' })
  t.ok(job.content, 'its content is kept for a repetition')
  t.equal(logged('A job failed').length, 4)
})

t.test('the delays are drawn at random below their bound, which stops growing at an hour', async (t) => {
  const { app, clock } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', () => Promise.reject(new JobError('no')), { maxAttempts: 100 }),
  })
  const ids = Array.from({ length: 20 }, (_, n) => `job-${n}`)
  for (const id of ids) await app.jobs.enqueue({ id, kind: 'work' })
  await app.jobs.drain()
  await app.db.Job.updateMany({}, { $set: { attempts: 50, dueAt: clock.now() } })
  await app.jobs.drain()
  const jobs = await Promise.all(ids.map((id) => find(app, id)))
  const delays = jobs.map((job) => job.dueAt.getTime() - clock.now().getTime())
  t.ok(Math.max(...delays) <= 60 * MINUTE)
  t.ok(new Set(delays).size > 10)
})

t.test('a permanent failure is not tried again', async (t) => {
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', () => Promise.reject(new JobError('Nobody is there.', { permanent: true }))),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'failed', attempts: 1, lastError: 'Nobody is there.' })
})

t.test('of an unforeseen error only the code or the name is stored', async (t) => {
  const { app, lines } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', async ({ _id }) => {
      if (_id === 'a') throw new TypeError('secret of ada@example.com')
      throw Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })
    }),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.jobs.enqueue({ id: 'b', kind: 'work' })
  await app.jobs.drain()
  t.equal((await find(app, 'a')).lastError, 'TypeError')
  t.equal((await find(app, 'b')).lastError, 'ECONNREFUSED')
  t.equal(lines.filter(({ level }) => level === 50).length, 2, 'both are logged as errors')
})

t.test('a job whose time has passed is never run, and its content is erased', async (t) => {
  let runs = 0
  const clock = stoppedClock()
  const uri = await newDatabase()
  const { app: queueing } = await buildCore(t, { uri, clock })
  await queueing.jobs.enqueue({
    id: 'a',
    kind: 'work',
    content: Buffer.from('sealed'),
    expiresAt: new Date(clock.now().getTime() + 5 * MINUTE),
  })
  clock.advance(5 * MINUTE)
  const { app } = await buildCore(t, {
    uri,
    clock,
    prepare: handles('work', async () => {
      runs++
    }),
  })
  await app.jobs.drain()
  t.equal(runs, 0)
  t.match(await find(app, 'a'), { state: 'expired', content: null, attempts: 0, removeAt: Date })
  t.notOk(await app.jobs.retry('a'), 'nor can it be repeated')
})

t.test('a failing job with an end is due again at that end at the latest', async (t) => {
  const { app, clock } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', () => Promise.reject(new JobError('no'))),
  })
  const expiresAt = new Date(clock.now().getTime() + 900)
  await app.jobs.enqueue({ id: 'a', kind: 'work', expiresAt })
  await app.jobs.drain()
  const { dueAt } = await find(app, 'a')
  t.same(dueAt, expiresAt)
  clock.advance(900)
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'expired', attempts: 1, lastError: 'no' })
})

t.test('an attempt is aborted when its lease ends, or its job expires', async (t) => {
  const reasons: unknown[] = []
  const run: JobHandler['run'] = (_, { signal }) =>
    new Promise(() => {
      signal.addEventListener('abort', () => reasons.push(signal.reason))
    })
  const { app, clock } = await buildCore(t, {
    uri: await newDatabase(),
    prepare(app) {
      app.jobs.handle('short', { run, leaseMs: 20 })
      app.jobs.handle('long', { run, leaseMs: DAY })
    },
  })
  const within = (ms: number) => new Date(clock.now().getTime() + ms)
  await app.jobs.enqueue({ id: 'lease', kind: 'short', expiresAt: within(DAY) })
  await app.jobs.enqueue({ id: 'unlimited', kind: 'short' })
  await app.jobs.enqueue({ id: 'expiry', kind: 'long', expiresAt: within(20) })
  await app.jobs.drain()
  for (const id of ['lease', 'unlimited', 'expiry']) {
    t.match(await find(app, id), { state: 'waiting', lastError: 'The attempt took too long.' }, id)
  }
  t.equal(reasons.length, 3)
})

t.test('a job that always fails stops nobody else', async (t) => {
  const done: string[] = []
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles(
      'work',
      async ({ _id }) => {
        if (_id === 'poison') throw new Error('poison')
        done.push(_id)
      },
      { concurrency: 1 },
    ),
  })
  for (const id of ['poison', 'a', 'b', 'c']) await app.jobs.enqueue({ id, kind: 'work' })
  await app.jobs.drain()
  t.same(done, ['a', 'b', 'c'])
})

t.test('a kind runs at most so many jobs at once, and another kind does not wait for it', async (t) => {
  const gate = defer()
  const full = defer()
  let running = 0
  let most = 0
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare(app) {
      app.jobs.handle('slow', {
        concurrency: 3,
        async run() {
          running++
          most = Math.max(most, running)
          if (running === 3) full.resolve()
          await gate.promise
          running--
        },
      })
      app.jobs.handle('other', { run: nothing })
    },
  })
  for (let n = 0; n < 10; n++) await app.jobs.enqueue({ id: `slow-${n}`, kind: 'slow' })
  await full.promise
  const other = defer()
  app.jobs.handle('other', {
    async run() {
      other.resolve()
    },
  })
  await app.jobs.enqueue({ id: 'other', kind: 'other' })
  await other.promise
  t.equal(running, 3)
  gate.resolve()
  await app.jobs.drain()
  t.equal(most, 3)
  t.equal(await app.db.Job.countDocuments({ kind: 'slow', state: 'done' }), 10)
})

t.test('many jobs in two processes run exactly once each', async (t) => {
  const uri = await newDatabase()
  const runs: string[] = []
  const prepare = handles('work', async ({ _id }) => {
    runs.push(_id)
  })
  const [one, two] = await Promise.all([buildCore(t, { uri, prepare }), buildCore(t, { uri, prepare })])
  const ids = Array.from({ length: 60 }, (_, n) => `job-${n}`)
  await Promise.all(ids.map((id, n) => (n % 2 ? one : two).app.jobs.enqueue({ id, kind: 'work' })))
  await Promise.all([one.app.jobs.drain(), two.app.jobs.drain()])
  t.same(runs.sort(), ids.sort())
})

t.test('a job that another process queued is found by polling', async (t) => {
  const uri = await newDatabase()
  const ran = defer<string>()
  const { app: queueing } = await buildCore(t, { uri })
  const { app } = await buildCore(t, {
    uri,
    prepare: handles('work', async ({ _id }) => {
      ran.resolve(_id)
    }),
  })
  await app.jobs.drain()
  await queueing.jobs.enqueue({ id: 'a', kind: 'work' })
  t.equal(await ran.promise, 'a')
})

t.test('what a crashed process had claimed is run again after its lease, not before', async (t) => {
  let runs = 0
  const { app, clock } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', async () => {
      runs++
    }),
  })
  const now = clock.now()
  const dueAt = new Date(now.getTime() + MINUTE)
  await app.db.Job.create({
    _id: 'a',
    kind: 'work',
    state: 'waiting',
    attempts: 1,
    lease: 'a process that ended',
    dueAt,
    createdAt: now,
  })
  await app.jobs.drain()
  t.equal(runs, 0)
  clock.advance(MINUTE)
  await app.jobs.drain()
  t.equal(runs, 1)
  t.match(await find(app, 'a'), { state: 'done', attempts: 2 })
})

t.test('a job during which the process ended too often is given up', async (t) => {
  let runs = 0
  const { app, clock } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles(
      'work',
      async () => {
        runs++
      },
      { maxAttempts: 3 },
    ),
  })
  const now = clock.now()
  await app.db.Job.create({ _id: 'a', kind: 'work', state: 'waiting', attempts: 3, dueAt: now, createdAt: now })
  await app.jobs.drain()
  t.equal(runs, 0)
  t.match(await find(app, 'a'), { state: 'failed', lastError: 'The process ended during the last attempt.' })
})

t.test('whoever has lost the lease cannot end the job', async (t) => {
  const uri = await newDatabase()
  const clock = stoppedClock()
  const started = defer()
  const gate = defer()
  const slow = await buildCore(t, {
    uri,
    clock,
    prepare: handles(
      'work',
      async () => {
        started.resolve()
        await gate.promise
      },
      { concurrency: 1 },
    ),
  })
  await slow.app.jobs.enqueue({ id: 'a', kind: 'work' })
  await started.promise
  clock.advance(2 * MINUTE)
  const other = await buildCore(t, {
    uri,
    clock,
    prepare: handles('work', () => Promise.reject(new JobError('later'))),
  })
  await other.app.jobs.drain()
  t.match(await find(other.app, 'a'), { state: 'waiting', lastError: 'later', attempts: 2 })
  gate.resolve()
  await slow.app.jobs.stop()
  t.match(await find(other.app, 'a'), { state: 'waiting', lastError: 'later', attempts: 2 })
})

t.test('a job that names a further time runs again then, with its attempts counted anew', async (t) => {
  const { app, clock } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', async ({ attempts }) => {
      if (attempts === 1) throw new JobError('once')
      return { again: new Date(clock.now().getTime() + DAY) }
    }),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.jobs.drain()
  clock.advance(MINUTE)
  await app.jobs.drain()
  t.match(await find(app, 'a'), {
    state: 'waiting',
    attempts: 0,
    lastError: null,
    lease: null,
    dueAt: new Date(clock.now().getTime() + DAY),
  })
})

t.test('a failed job is run again on request, with its content', async (t) => {
  let works = false
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles(
      'work',
      async ({ content }) => {
        if (!works) throw new JobError('no')
        t.same(content, Buffer.from('sealed'))
      },
      { maxAttempts: 1 },
    ),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work', content: Buffer.from('sealed') })
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'failed' })
  works = true
  t.ok(await app.jobs.retry('a'))
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'done', attempts: 1 })
  t.notOk(await app.jobs.retry('a'), 'a job that is done is not')
  const now = app.now()
  await app.db.Job.create({ _id: 'c', kind: 'work', state: 'failed', dueAt: now, createdAt: now, expiresAt: now })
  t.notOk(await app.jobs.retry('c'), 'nor one that has expired')
  t.notOk(await app.jobs.retry('b'), 'nor one that does not exist')
})

t.test('a job that runs is not started a second time on request', async (t) => {
  const gate = defer()
  const started = defer()
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    prepare: handles('work', async () => {
      started.resolve()
      await gate.promise
    }),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await started.promise
  t.notOk(await app.jobs.retry('a'))
  gate.resolve()
})

t.test('closing waits for what runs and claims nothing more', async (t) => {
  const uri = await newDatabase()
  const gate = defer()
  const started = defer()
  const { app } = await buildCore(t, {
    uri,
    prepare: handles(
      'work',
      async () => {
        started.resolve()
        await gate.promise
      },
      { concurrency: 1 },
    ),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.jobs.enqueue({ id: 'b', kind: 'work' })
  await started.promise
  const closed = app.close()
  gate.resolve()
  await closed
  const { app: other } = await buildCore(t, { uri })
  t.match(await find(other, 'a'), { state: 'done' })
  t.match(await find(other, 'b'), { state: 'waiting', attempts: 0 })
})

t.test('closing aborts what does not end in time, and leaves it to another process', async (t) => {
  const uri = await newDatabase()
  const started = defer()
  const { app } = await buildCore(t, {
    uri,
    stopMs: 10,
    prepare: handles('work', () => {
      started.resolve()
      return new Promise(() => {})
    }),
  })
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await started.promise
  await app.close()
  const { app: other } = await buildCore(t, { uri })
  t.match(await find(other, 'a'), { state: 'waiting', lease: null, lastError: 'The process stopped.' })
})

t.test('a database that is away is logged once, and jobs run when it is back', async (t) => {
  const uri = await newDatabase()
  let runs = 0
  const { app, logged } = await buildCore(t, {
    uri,
    prepare: handles('work', async () => {
      runs++
    }),
  })
  const queueing = await buildCore(t, { uri })
  await app.db.connection.close()
  await app.jobs.drain()
  await app.jobs.drain()
  t.equal(logged('The job queue cannot reach the database').length, 1)
  await queueing.app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.db.connection.openUri(uri)
  await app.jobs.drain()
  t.equal(runs, 1)
  t.equal(logged('The job queue has reached the database again').length, 1)
})

t.test('a job whose end could not be stored is run again after its lease', async (t) => {
  const uri = await newDatabase()
  let runs = 0
  const { app, clock, logged } = await buildCore(t, {
    uri,
    prepare: (app) =>
      app.jobs.handle('work', {
        async run() {
          if (++runs === 1) await app.db.connection.close()
        },
      }),
  })
  await app.jobs.drain()
  await app.jobs.enqueue({ id: 'a', kind: 'work' })
  await app.jobs.drain()
  t.match(logged('The end of a job could not be stored'), [{ job: 'a' }])
  await app.db.connection.openUri(uri)
  clock.advance(MINUTE)
  await app.jobs.drain()
  t.equal(runs, 2)
  t.match(await find(app, 'a'), { state: 'done' })
})

t.test('several apps in one process have queues of their own', async (t) => {
  const runs: string[] = []
  const [one, two] = await Promise.all(
    ['one', 'two'].map(async (name) =>
      buildCore(t, {
        uri: await newDatabase(),
        prepare: handles('work', async () => {
          runs.push(name)
        }),
      }),
    ),
  )
  await one?.app.jobs.enqueue({ id: 'a', kind: 'work' })
  await Promise.all([one?.app.jobs.drain(), two?.app.jobs.drain()])
  t.same(runs, ['one'])
})
