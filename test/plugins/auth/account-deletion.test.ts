import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import t from 'tap'
import type { JobDocument } from '../../../models/job.js'
import { type Asset, start, stored } from '../../routes/v1/assets/client.js'
import { caller } from '../../support/admin.js'
import { build, challenge, login, newEmail, PASSWORD, post, services, wrong } from '../../support/app.js'
import { storeSession } from '../../support/session.js'
import { until } from '../../support/until.js'

const PDF = Buffer.from(`%PDF-1.4\n${'x'.repeat(2000)}\nstartxref\n9\n%%EOF\n`)
const file = (filename: string) => ({ filename, type: 'application/pdf', content: PDF })
const HOUR = 3_600_000

const repairStore = async () => {
  await fetch(`${(await services()).urls.cloudinary}/faults`, { method: 'DELETE' })
}

/** A mail that hasn't gone out. */
async function keepUnsent(
  app: FastifyInstance,
  _id: string,
  to: string,
  more: Partial<JobDocument> = {},
  userId: string | null = null,
) {
  const { content, template } = app.mailer.seal(_id, {
    template: 'password-changed',
    locale: 'en',
    to,
    data: { name: 'Ada', at: app.now() },
    userId,
  })
  const now = app.now()
  await app.db.Job.create({
    _id,
    kind: 'mail',
    state: 'failed',
    data: { template },
    content,
    dueAt: now,
    createdAt: now,
    ...more,
  })
}

t.test("a deleted account's files go from the store and the database, and nobody else's", async (t) => {
  const test = await start(t)
  const { app, user, keep, upload, call } = test
  const other = await storeSession(test)
  await keep(file('a.pdf'), file('b.pdf'))
  await keep({ name: 'visibility', content: 'private' }, file('c.pdf'))
  const { body } = await upload([file('kept.pdf')], other.bearer)
  const [kept] = body.items as [Asset]
  t.equal((await stored(app)).length, 4)
  await call('DELETE', '/users/me', { currentPassword: PASSWORD })
  await app.audit.idle()
  await app.jobs.drain()
  t.same(
    (await stored(app)).map(({ publicId }) => publicId),
    [kept.publicId],
  )
  t.same(
    (await app.db.Asset.find().lean()).map(({ _id }) => _id.toString()),
    [kept.id],
  )
  t.equal(await app.db.User.exists({ _id: user.id }), null)
  t.equal((await caller(test, other)('GET', '/v1/users/me')).statusCode, 200)
})

t.test(
  'where the store fails the account is gone all the same, and its files as soon as the store is back',
  async (t) => {
    const { app, clock, keep, call, fail, user, logs } = await start(t)
    t.teardown(repairStore)
    await keep(file('a.pdf'))
    await fail('bulk-delete', 500, { count: 1000 })
    t.equal((await call('DELETE', '/users/me', { currentPassword: PASSWORD })).statusCode, 202)
    await app.audit.idle()
    await app.jobs.drain()
    t.match(await app.db.User.findById(user.id).lean(), { status: 'deleting', name: '' })
    t.same((await app.db.User.findById(user.id).lean())?.sessions, [])
    t.match(await app.db.Job.findById(`removal:${user.id}`).lean(), {
      state: 'waiting',
      lastError: 'The file store kept 1 files.',
    })
    t.notMatch(JSON.stringify(await app.db.User.findById(user.id).lean()), user.email)
    t.equal((await stored(app)).length, 1)

    await repairStore()
    clock.advance(HOUR)
    await app.jobs.drain()
    t.same(await stored(app), [])
    t.equal(await app.db.User.countDocuments(), 0)
    t.equal(await app.db.Asset.countDocuments(), 0)
    t.notMatch(logs.join(''), user.email)
  },
)

t.test('a process that ends before the removal is queued leaves it to another', async (t) => {
  const first = await start(t)
  const { app, keep, call, user } = first
  await keep(file('a.pdf'))
  await app.jobs.stop()
  await call('DELETE', '/users/me', { currentPassword: PASSWORD })
  await app.audit.idle()
  await app.db.Job.deleteOne({ _id: `removal:${user.id}` })
  t.match(await app.db.User.findById(user.id).lean(), { status: 'deleting' })

  first.clock.advance(HOUR)
  const second = await build(t, { shareDatabaseOf: first, clock: first.clock })
  await second.app.jobs.drain()
  t.equal(await app.db.User.countDocuments(), 0)
  t.same(await stored(app), [])
  t.match(await first.mail(user.email, /deleted/i), { to: user.email })
})

t.test('a process that ends in the midst leaves the rest to another', async (t) => {
  const first = await start(t)
  const { app, keep, call, fail, user, clock } = first
  t.teardown(repairStore)
  await keep(file('a.pdf'))
  // the store removes the file, and the process ends before it hears of it
  await fail('bulk-delete', 'drop-after', { count: 2 })
  await call('DELETE', '/users/me', { currentPassword: PASSWORD })
  await app.audit.idle()
  await app.jobs.drain()
  await app.jobs.stop()
  t.same(await stored(app), [])
  t.equal(await app.db.Asset.countDocuments({ state: 'deleting' }), 1)
  await repairStore()

  clock.advance(HOUR)
  const second = await build(t, { shareDatabaseOf: first, clock })
  await second.app.jobs.drain()
  t.equal(await app.db.Asset.countDocuments(), 0)
  t.equal(await app.db.User.countDocuments({ _id: user.id }), 0)
})

t.test('a new account with the same address keeps everything of its own', async (t) => {
  const test = await start(t, { env: { LOGIN_MAX_FAILURES: '3' } })
  const { app, keep, call, fail, user } = test
  t.teardown(repairStore)
  await keep(file('a.pdf'))
  await fail('bulk-delete', 500, { count: 1000 })
  await call('DELETE', '/users/me', { currentPassword: PASSWORD })
  const { email } = user
  const name = 'Ada'
  const { challengeId, code } = await challenge(test, 'register', { email, password: PASSWORD, name })
  t.equal((await post(app, '/v1/auth/register/verify', { challengeId, code })).statusCode, 200)
  const session = await login(test, { email, password: PASSWORD })
  const begun = await challenge(test, 'login', { email, password: PASSWORD })
  const guess = () => post(app, '/v1/auth/login', { email, password: 'not it' })
  await guess()
  await guess()
  await guess()
  await keepUnsent(app, 'theirs', email)

  await repairStore()
  await app.jobs.retry(`removal:${user.id}`)
  await app.jobs.drain()
  t.equal(await app.db.User.exists({ _id: user.id }), null)
  t.equal((await caller(test, session)('GET', '/v1/users/me')).statusCode, 200)
  t.equal((await guess()).json().code, 'TOO_MANY_FAILURES', 'its failures still count')
  const answer = { challengeId: begun.challengeId, code: wrong(begun.code) }
  t.equal((await post(app, '/v1/auth/login/verify', answer)).statusCode, 401)
  const verified = await post(app, '/v1/auth/login/verify', { ...answer, code: begun.code })
  t.equal(verified.statusCode, 200, 'its challenge is still open')
  t.ok(await app.db.Job.exists({ _id: 'theirs' }))
})

t.test('mail that waits for the owner is removed, but for the farewell', async (t) => {
  const test = await build(t)
  const { app, mail } = test
  const owner = await storeSession(test)
  await keepUnsent(app, 'theirs', 'other@example.com')
  await keepUnsent(app, 'unreadable', owner.email, { content: Buffer.alloc(100) })
  await keepUnsent(app, 'waits', owner.email, { state: 'waiting', dueAt: new Date(Date.now() + HOUR) })
  await keepUnsent(app, 'failed', owner.email)
  await caller(test, owner)('DELETE', '/v1/users/me', { currentPassword: PASSWORD })
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments(), 0)
  const left = await app.db.Job.find({ kind: 'mail', state: { $ne: 'done' } })
    .sort({ _id: 1 })
    .lean()
  t.same(
    left.map(({ _id }) => _id),
    ['theirs', 'unreadable'],
  )
  await mail(owner.email, /deleted/i)
})

t.test('nothing that stays tells from where an account was used, nor its addresses', async (t) => {
  const test = await build(t)
  const { app } = test
  const owner = await login(test)
  const call = caller(test, owner)
  const origin = { remoteAddress: '192.0.2.77', headers: { 'user-agent': 'Secret/9.9', 'x-request-id': 'chosen-id' } }
  const { email } = owner
  await post(app, '/v1/auth/login', { email, password: 'not it' }, origin)
  await post(app, '/v1/auth/password/forgot', { email }, origin)
  await post(app, '/v1/auth/register', { email, password: PASSWORD, name: 'Eve' }, origin)
  const { challengeId, code } = await challenge(test, 'login', { email, password: PASSWORD }, origin)
  await post(app, '/v1/auth/login/verify', { challengeId, code: wrong(code) }, origin)
  await app.audit.idle()
  await app.jobs.drain()
  await app.db.User.updateOne({ _id: owner.id }, { $set: { email: newEmail() } })
  await keepUnsent(app, 'to the address before', email, {}, owner.id)
  await call('DELETE', '/v1/users/me', { currentPassword: PASSWORD })
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments(), 0)
  t.notOk(await app.db.Job.exists({ _id: 'to the address before' }))
  const events = await app.db.AuditEvent.find({ $or: [{ actorId: owner.id }, { targetId: owner.id }] }).lean()
  for (const action of ['login.failed', 'password.reset-requested', 'account.registration-requested', 'code.refused']) {
    t.ok(
      events.some((event) => event.action === action),
      action,
    )
  }
  const kept = JSON.stringify(events)
  for (const trace of ['192.0.2.77', 'Secret/9.9', 'chosen-id', '127.0.0.1', email])
    t.notOk(kept.includes(trace), trace)
})

t.test('what is still caused meanwhile is audited before the account goes', async (t) => {
  const { app, keep, call, fail, user, requests } = await start(t)
  t.teardown(repairStore)
  await keep(file('a.pdf'))
  await fail('bulk-delete', 'delay', { ms: 500 })
  await call('DELETE', '/users/me', { currentPassword: PASSWORD })
  await app.audit.idle()
  await until(async () => (await requests()).some(({ operation, closed }) => operation === 'bulk-delete' && !closed))
  const entry = app.audit.entry(null, { action: 'session.ended', actorId: user.id, targetId: user.id })
  // past the model, so that nothing moves it but the removal
  await app.db.User.collection.updateOne({ _id: new Types.ObjectId(user.id) }, { $push: { outbox: entry as never } })
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments(), 0)
  t.ok(await app.db.AuditEvent.exists({ _id: entry._id }))
})

t.test('however many files there are, all go', async (t) => {
  const test = await build(t)
  const { app } = test
  const owner = await storeSession(test)
  const now = app.now()
  await app.db.Asset.insertMany(
    Array.from({ length: 501 }, (_, index) => ({
      ownerId: new Types.ObjectId(owner.id),
      purpose: index === 0 ? 'avatar' : 'file',
      state: index === 1 ? 'pending' : 'ready',
      stateAt: now,
      uploadId: 'u',
      filename: 'a',
      filenameKey: 'a',
      contentType: 'application/pdf',
      resourceType: 'raw',
      visibility: 'public',
      bytes: 1,
      publicId: `never-stored/${index}-${owner.id}`,
      createdAt: now,
      updatedAt: now,
    })),
  )
  await caller(test, owner)('DELETE', '/v1/users/me', { currentPassword: PASSWORD })
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.Asset.countDocuments(), 0)
  t.equal(await app.db.User.countDocuments(), 0)
})

t.test('an upload that still runs when the account is deleted leaves nothing', async (t) => {
  const { app, upload, call, fail } = await start(t)
  t.teardown(repairStore)
  await fail('upload', 'delay', { ms: 300 })
  const running = upload([file('a.pdf')])
  await until(async () => (await app.db.Asset.countDocuments()) > 0)
  await call('DELETE', '/users/me', { currentPassword: PASSWORD })
  t.equal((await running).body.code, 'TOKEN_INVALID')
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments(), 0)
  t.equal(await app.db.Asset.countDocuments(), 0)
  t.same(await stored(app), [])
})
