import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Types } from 'mongoose'
import t, { type Test } from 'tap'
import { ACTIONS, toAuditEvent } from '../../models/audit-event.js'
import { toMail } from '../../models/job.js'
import { OUTBOX_FILLED, type OutboxEntry } from '../../models/outbox.js'
import type { UserDocument } from '../../models/user.js'
import type { Caller } from '../../plugins/auth/index.js'
import { newDatabase } from '../support/app.js'
import { buildCore, startSmtp } from '../support/core.js'

const ADDRESS = 'ada@example.com'
const DAY = 24 * 60 * 60_000

/** An app, and what a handler sees of one request to it. */
async function start(t: Test, options: { env?: Record<string, string>; smtp?: string } = {}) {
  const uri = await newDatabase()
  const requests: FastifyRequest[] = []
  const built = await buildCore(t, {
    uri,
    env: { ...options.env, ...(options.smtp && { SMTP_URL: options.smtp }) },
    prepare(app) {
      app.decorateRequest('caller', null as unknown as Caller)
      app.get('/', async (request) => {
        requests.push(request)
        return {}
      })
    },
  })
  const request = async (headers: Record<string, string> = {}, remoteAddress = '192.0.2.7') => {
    await built.app.inject({ url: '/', headers, remoteAddress })
    return requests.at(-1) as FastifyRequest
  }
  return { ...built, uri, request }
}

/** Creates a user. What is in its outbox has been left there, as by a process that ended: nothing announces it. */
async function createUser(app: FastifyInstance, outbox: OutboxEntry[] = []): Promise<Types.ObjectId> {
  const _id = new Types.ObjectId()
  const now = app.now()
  const user = new app.db.User({
    _id,
    email: `${_id}@example.com`,
    name: 'Ada',
    nameKey: 'ada',
    password: { scheme: 'bcrypt', cost: 4, pepperId: null, hash: 'x' },
    role: 'user',
    status: 'active',
    outbox,
    createdAt: now,
    updatedAt: now,
  })
  await app.db.User.collection.insertOne(user.toObject())
  return _id
}

const push = (app: FastifyInstance, _id: Types.ObjectId, ...outbox: OutboxEntry[]) =>
  app.db.User.updateOne({ _id }, { $push: { outbox: { $each: outbox } } })

const outboxOf = async (app: FastifyInstance, id: Types.ObjectId) => (await app.db.User.findById(id).lean())?.outbox

const notice = (app: FastifyInstance) => ({ name: 'Ada', at: app.now() })

t.test('an entry tells who did what from where, by the request', async (t) => {
  const { app, request, clock } = await start(t)
  const incoming = await request({ 'user-agent': 'curl/8.5.0' })
  incoming.caller = {
    userId: 'the caller',
    sessionId: 's',
    user: {} as Caller['user'],
    apiKey: null,
    lacksFactor: false,
  }
  const targetId = new Types.ObjectId()
  const entry = app.audit.entry(incoming, { action: 'password.changed', targetId, details: { sessions: 2 } })
  t.same(entry, {
    _id: entry._id,
    at: clock.now(),
    event: {
      action: 'password.changed',
      actorId: 'the caller',
      targetId: targetId.toString(),
      outcome: 'success',
      ip: '192.0.2.7',
      userAgent: 'curl/8.5.0',
      requestId: incoming.id,
      details: { sessions: 2 },
    },
  })
})

t.test('an entry without a caller, a device or a request says so', async (t) => {
  const { app, request } = await start(t)
  const event = { action: 'login.failed', targetId: null, outcome: 'failure' } as const
  const incoming = await request({ 'user-agent': '' })
  t.match(app.audit.entry(incoming, event).event, { actorId: null, targetId: null, outcome: 'failure', details: {} })
  t.match(app.audit.entry(incoming, { ...event, actorId: 'given' }).event, { actorId: 'given' })
  t.match(app.audit.entry(null, event).event, { actorId: null, ip: null, userAgent: null, requestId: null })
})

t.test('a long user agent is cut', async (t) => {
  const { app, request } = await start(t)
  const incoming = await request({ 'user-agent': 'x'.repeat(5_000) })
  t.equal(app.audit.entry(incoming, { action: 'login.failed', targetId: null }).event?.userAgent?.length, 256)
  t.equal(app.audit.notice(incoming, 'Ada').userAgent?.length, 256)
})

t.test('a notice names the request that it is about', async (t) => {
  const { app, request, clock } = await start(t)
  t.same(app.audit.notice(await request({ 'user-agent': 'curl/8.5.0' }), 'Ada'), {
    name: 'Ada',
    at: clock.now(),
    ip: '192.0.2.7',
    userAgent: 'curl/8.5.0',
  })
  const { headers, ...bare } = await request()
  t.equal(app.audit.notice({ ...bare, headers: {} } as FastifyRequest, 'Ada').userAgent, '')
  t.ok(headers)
})

t.test('an outbox that is pushed to is moved: events stored, mails queued, and then it is empty', async (t) => {
  const smtp = await startSmtp(t)
  const { app, request, clock } = await start(t, { smtp: smtp.url, env: { AUDIT_TTL: '7d' } })
  const incoming = await request()
  const id = await createUser(app)
  const changed = app.audit.entry(
    incoming,
    { action: 'password.changed', targetId: id },
    { template: 'password-changed', to: ADDRESS, locale: 'en', data: notice(app) },
  )
  const updated = app.audit.entry(incoming, { action: 'account.updated', targetId: id })
  const mailed: OutboxEntry = {
    _id: 'mail only',
    at: clock.now(),
    mail: app.mailer.seal('mail only', { template: 'account-deleted', to: ADDRESS, locale: 'en', data: notice(app) }),
  }
  await push(app, id, changed, updated, mailed)
  await app.audit.idle()
  t.same(await outboxOf(app, id), [])
  const events = await app.db.AuditEvent.find({}).sort({ _id: 1 }).lean()
  t.same(
    events.map(({ _id, action, targetId }) => ({ _id, action, targetId })),
    [changed, updated].map(({ _id, event }) => ({ _id, action: event?.action, targetId: id.toString() })),
  )
  t.same(events[0]?.removeAt, new Date(clock.now().getTime() + 7 * DAY))
  await app.jobs.drain()
  t.same(smtp.received.map(({ mail }) => mail.subject).sort(), [
    'Your account was deleted',
    'Your password was changed',
  ])
  const [event] = events
  t.same(event && toAuditEvent(event), { id: changed._id, at: clock.now().toISOString(), ...changed.event })
  t.notOk(event && 'removeAt' in toAuditEvent(event))
})

t.test('every way to fill an outbox is noticed, and an update that changed nothing is not', async (t) => {
  const { app } = await start(t)
  const { User } = app.db
  const entry = () => app.audit.entry(null, { action: 'account.updated', targetId: null })
  const _id = await createUser(app)
  const announced: string[] = []
  app.db.connection.on(OUTBOX_FILLED, (id) => announced.push(`${id}`))
  await User.updateOne({ _id }, { $push: { outbox: entry() } })
  await User.findOneAndUpdate({ _id }, { $push: { outbox: entry() } }, { projection: { _id: 1 } }).lean()
  await User.findOneAndUpdate({ _id }, { $push: { outbox: { $each: [entry()] } } }, { returnDocument: 'after' }).lean()
  const { sessions: _sessions, ...created } = (await User.findById(_id).lean()) as UserDocument
  const other = new Types.ObjectId()
  await User.create({ ...created, _id: other, email: 'other@example.com', outbox: [entry()] })
  t.same(announced, [_id, _id, _id, other].map(String))
  await app.audit.idle()
  t.equal(await app.db.AuditEvent.countDocuments(), 4)

  await User.updateOne({ _id }, { $set: { name: 'Eve' } })
  await User.updateOne({ _id, name: 'Ada' }, { $push: { outbox: entry() } })
  await User.findOneAndUpdate({ _id, name: 'Ada' }, { $push: { outbox: entry() } }).lean()
  t.equal(announced.length, 4)
})

t.test('two moves at once move each entry once, and what comes meanwhile stays for the next', async (t) => {
  const smtp = await startSmtp(t)
  const { app } = await start(t, { smtp: smtp.url })
  const entries = Array.from({ length: 5 }, () =>
    app.audit.entry(
      null,
      { action: 'password.changed', targetId: null },
      { template: 'password-changed', to: ADDRESS, locale: 'en', data: notice(app) },
    ),
  )
  const id = await createUser(app, entries)
  const [one, two] = [1, 2].map(() => app.audit.entry(null, { action: 'account.updated', targetId: id }))
  await push(app, id, one as OutboxEntry)
  await Promise.all([app.audit.move(id), push(app, id, two as OutboxEntry), app.audit.idle()])
  await app.audit.move(id)
  await app.audit.idle()
  t.equal(await app.db.AuditEvent.countDocuments(), 7)
  await app.jobs.drain()
  t.equal(smtp.received.length, 5)
  t.same(await outboxOf(app, id), [])
})

t.test('a crash between storing and emptying repeats nothing', async (t) => {
  const smtp = await startSmtp(t)
  const { app } = await start(t, { smtp: smtp.url })
  const entry = app.audit.entry(
    null,
    { action: 'password.changed', targetId: null },
    { template: 'password-changed', to: ADDRESS, locale: 'en', data: notice(app) },
  )
  const id = await createUser(app, [entry])
  await app.audit.move(id)
  await app.jobs.drain()
  // as if the process had ended before the outbox was emptied
  await push(app, id, entry)
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.AuditEvent.countDocuments(), 1)
  t.equal(smtp.received.length, 1)
})

t.test('of outboxes that are moved together each entry is stored and counted once', async (t) => {
  const { app } = await start(t)
  const entry = () => app.audit.entry(null, { action: 'account.updated', targetId: null })
  const [stored, ...others] = [entry(), entry(), entry(), entry()]
  const ids = await Promise.all([1, 2, 3].map(() => createUser(app)))
  await push(app, ids[0] as Types.ObjectId, stored as OutboxEntry)
  await app.audit.idle()
  const [again, ...rest] = others as [OutboxEntry, ...OutboxEntry[]]
  await Promise.all([
    push(app, ids[0] as Types.ObjectId, stored as OutboxEntry, again),
    ...rest.map((entry, index) => push(app, ids[index + 1] as Types.ObjectId, entry)),
  ])
  await app.audit.idle()
  t.equal(await app.db.AuditEvent.countDocuments(), 4)
  t.match(await app.metrics.registry.metrics(), /^coffer_audit_events_total\{action="account.updated".*\} 4$/m)
  for (const id of ids) t.same(await outboxOf(app, id), [])
})

t.test('the sweeper moves what a crash left, after some seconds, and one that fails stops no other', async (t) => {
  const { app, clock, logged } = await start(t)
  const entry = () => app.audit.entry(null, { action: 'account.updated', targetId: null })
  const broken = await createUser(app, [{ ...entry(), event: { action: 'x' } as never }])
  const left = await createUser(app, [entry()])
  clock.advance(9_999)
  await app.jobs.drain()
  t.equal((await outboxOf(app, left))?.length, 1, 'it may be being moved')
  clock.advance(1)
  await app.jobs.drain()
  t.same(await outboxOf(app, left), [])
  t.equal((await outboxOf(app, broken))?.length, 1)
  t.equal(logged('An outbox could not be moved').length, 1)
})

t.test('moving the outbox of nobody does nothing', async (t) => {
  const { app } = await start(t)
  await app.audit.move(new Types.ObjectId())
  t.equal(await app.db.AuditEvent.countDocuments(), 0)
})

t.test('a move that fails is logged and left to the sweeper', async (t) => {
  const { app, uri, logged } = await start(t)
  const id = await createUser(app)
  await push(app, id, app.audit.entry(null, { action: 'account.updated', targetId: null }))
  await app.db.connection.close()
  await app.audit.idle()
  t.match(logged('An outbox could not be moved'), [{ owner: 'User', id: id.toString() }])
  await app.db.connection.openUri(uri)
  t.equal((await outboxOf(app, id))?.length, 1)
})

t.test('closing the app waits for outboxes that are being moved', async (t) => {
  const { app, uri } = await start(t)
  const id = await createUser(app)
  await push(app, id, app.audit.entry(null, { action: 'account.updated', targetId: null }))
  await app.close()
  const { app: other } = await buildCore(t, { uri })
  t.same(await outboxOf(other, id), [])
})

t.test('an event about no user is recorded at once', async (t) => {
  const { app, request, clock } = await start(t)
  const incoming = await request()
  await app.audit.record(incoming, { action: 'login.failed', targetId: null, outcome: 'failure' })
  t.match(await app.db.AuditEvent.find().lean(), [
    { action: 'login.failed', outcome: 'failure', at: clock.now(), requestId: incoming.id, actorId: null },
  ])
})

t.test('recording fails where it could not be stored', async (t) => {
  const { app } = await start(t)
  await app.db.connection.close()
  await t.rejects(app.audit.record(null, { action: 'login.failed', targetId: null }))
})

t.test('of a deleted account only the opaque id stays', async (t) => {
  const { app, request } = await start(t)
  const id = new Types.ObjectId()
  const incoming = await request({ 'user-agent': 'curl/8.5.0' })
  const details = { name: 'Ada' }
  await app.audit.record(incoming, { action: 'account.exported', actorId: id, targetId: id, details })
  await app.audit.record(incoming, { action: 'admin.user-unlocked', actorId: 'admin', targetId: id, details })
  await app.audit.record(incoming, { action: 'account.exported', actorId: 'other', targetId: 'other', details })
  await app.audit.record(incoming, { action: 'login.failed', targetId: id, details })
  await app.audit.record(incoming, { action: 'login.failed', targetId: 'other', details })
  await app.audit.forget(id)
  const events = await app.db.AuditEvent.find().sort({ _id: 1 }).lean()
  const origin = { ip: '192.0.2.7', userAgent: 'curl/8.5.0', requestId: incoming.id }
  const none = { ip: null, userAgent: null, requestId: null, details: {} }
  t.same(
    events.map(({ actorId, targetId, ip, userAgent, requestId, details }) => ({
      actorId,
      targetId,
      ip,
      userAgent,
      requestId,
      details,
    })),
    [
      { actorId: id.toString(), targetId: id.toString(), ...none },
      { actorId: 'admin', targetId: id.toString(), ...origin, details: {} },
      { actorId: 'other', targetId: 'other', ...origin, details },
      { actorId: null, targetId: id.toString(), ...none },
      { actorId: null, targetId: 'other', ...origin, details },
    ],
  )
})

t.test('neither an outbox nor a queued mail shows its address or its words', async (t) => {
  const { app } = await start(t)
  // else it may have tried the mail before it is looked at
  await app.jobs.stop()
  const entry = app.audit.entry(
    null,
    { action: 'account.updated', targetId: null },
    {
      template: 'password-changed',
      to: ADDRESS,
      locale: 'en',
      data: { name: 'Ada Lovelace', at: app.now(), ip: '192.0.2.99' },
    },
  )
  const id = await createUser(app, [entry])
  const stored = JSON.stringify(await outboxOf(app, id))
  await app.audit.move(id)
  const jobs = await app.db.Job.find({ kind: 'mail' }).lean()
  for (const dump of [stored, JSON.stringify(jobs)]) {
    for (const secret of [ADDRESS, 'Lovelace', '192.0.2.99']) {
      t.notOk(dump.includes(secret), secret)
      t.notOk(dump.includes(Buffer.from(secret).toString('base64').slice(0, -3)), `${secret} in base64`)
    }
  }
  t.match(jobs.map(toMail), [{ id: entry._id, template: 'password-changed', state: 'waiting', lastError: null }])
})

t.test('every action has a name of its area and a sentence', (t) => {
  for (const [action, sentence] of Object.entries(ACTIONS)) {
    t.match(action, /^[a-z]+\.[a-z]+(-[a-z]+)*$/)
    t.match(sentence, /^[A-Z].*\.$/)
  }
  t.end()
})
