import { Types } from 'mongoose'
import t from 'tap'
import { caller, insertUsers, loginAs } from '../../../support/admin.js'
import { createKey } from '../../../support/api-keys.js'
import { build, login, post } from '../../../support/app.js'

const URL = '/v1/admin/statistics'

t.test('what there is is counted', async (t) => {
  const test = await build(t)
  const { app, clock } = test
  const owner = await login(test)
  clock.advance(8 * 24 * 3_600_000)
  await login(test, owner)
  const call = caller(test, await loginAs(test, { permissions: ['users:read'] }))
  await app.audit.idle()
  await app.jobs.drain()
  const empty = (await call('GET', URL)).json()
  t.same(empty, {
    users: { active: 2, suspended: 0 },
    assets: { count: 0, bytes: 0 },
    mails: { waiting: 0, failed: 0 },
    sessions: 2,
  })

  await insertUsers(app, [{ status: 'suspended' }, { status: 'deleting', email: undefined as never }])
  const now = app.now()
  const asset = (more: object) => ({
    ownerId: new Types.ObjectId(owner.id),
    purpose: 'file',
    state: 'ready',
    stateAt: now,
    uploadId: 'u',
    filename: 'a',
    filenameKey: 'a',
    contentType: 'application/pdf',
    resourceType: 'raw',
    visibility: 'public',
    bytes: 1000,
    publicId: new Types.ObjectId().toString(),
    createdAt: now,
    updatedAt: now,
    ...more,
  })
  await app.db.Asset.insertMany([
    asset({}),
    asset({ bytes: 1 }),
    asset({ purpose: 'avatar' }),
    asset({ state: 'pending' }),
  ])
  const job = { data: { template: 'x' }, dueAt: new Date(now.getTime() + 3_600_000), createdAt: now }
  await app.db.Job.insertMany([
    { _id: 'a', kind: 'mail', state: 'waiting', ...job },
    { _id: 'b', kind: 'mail', state: 'failed', ...job },
    { _id: 'c', kind: 'mail', state: 'expired', ...job },
    { _id: 'd', kind: 'other', state: 'failed', ...job },
  ])
  t.same((await call('GET', URL)).json(), {
    users: { active: 2, suspended: 1 },
    assets: { count: 2, bytes: 1001 },
    mails: { waiting: 1, failed: 1 },
    sessions: 2,
  })
})

t.test('only who may read accounts sees them', async (t) => {
  const test = await build(t)
  t.equal((await test.app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
  t.equal((await caller(test, await login(test))('GET', URL)).json().code, 'FORBIDDEN')
})

t.test('a key counts sessions where nobody is signed in', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const { bearer } = await createKey(test, admin, { scopes: ['users:read'] })
  const logout = await post(test.app, '/v1/auth/logout-all', undefined, { headers: admin.bearer })
  t.equal(logout.statusCode, 204)
  t.match((await test.app.inject({ url: URL, headers: bearer })).json(), { users: { active: 1 }, sessions: 0 })
})
