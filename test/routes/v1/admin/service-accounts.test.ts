import bcrypt from 'bcrypt'
import t from 'tap'
import type { Permission } from '../../../../models/user.js'
import { audited, caller, loginAs } from '../../../support/admin.js'
import { atOnce, build, PASSWORD, post, type TestApp } from '../../../support/app.js'
import { form } from '../assets/client.js'

const URL = '/v1/admin/service-accounts'
const PDF = Buffer.from(`%PDF-1.4\n${'x'.repeat(2000)}\nstartxref\n9\n%%EOF\n`)

type Session = { bearer: Record<string, string> }

/** A service account and a key of it, created by full requests. */
async function createService(
  test: TestApp,
  admin: Session,
  { permissions = [], scopes = ['me:read'] }: { permissions?: Permission[]; scopes?: string[] } = {},
) {
  const call = caller(test, admin)
  const made = await call('POST', URL, { name: 'Sync', permissions, currentPassword: PASSWORD })
  if (made.statusCode !== 201) throw new Error(made.body)
  const account = made.json()
  const issued = await call('POST', `${URL}/${account.id}/api-keys`, { name: 'Key', scopes, currentPassword: PASSWORD })
  if (issued.statusCode !== 201) throw new Error(issued.body)
  const { apiKey, secret } = issued.json()
  return { account, apiKey, call: caller(test, { bearer: { authorization: `Bearer ${secret}` } }) }
}

t.test('a service account acts by its keys and owns files like a person', async (t) => {
  const test = await build(t)
  const { app } = test
  const admin = await loginAs(test, { role: 'admin' })
  const scopes = ['me:read', 'files:read', 'files:write', 'files:delete', 'assets:read']
  const { account, apiKey, call } = await createService(test, admin, { permissions: ['assets:read'], scopes })
  t.strictSame(account, {
    id: account.id,
    name: 'Sync',
    permissions: ['assets:read'],
    status: 'active',
    keyCount: 0,
    createdAt: account.createdAt,
  })
  t.match(apiKey, { ownerId: account.id, scopes })
  t.match((await call('GET', '/v1/users/me')).json(), { id: account.id, email: '', name: 'Sync', role: 'user' })
  const { body, headers } = form([{ name: 'file', filename: 'a.pdf', type: 'application/pdf', content: PDF }])
  const uploaded = await call('POST', '/v1/assets', body, headers)
  t.equal(uploaded.statusCode, 201)
  const [asset] = uploaded.json().items
  t.equal(asset.ownerId, account.id)
  t.equal((await call('GET', '/v1/assets')).json().items.length, 1)
  t.equal((await call('GET', `/v1/admin/assets?ownerId=${account.id}`)).json().items.length, 1)
  t.equal((await call('DELETE', `/v1/assets/${asset.id}`)).statusCode, 204)
  t.match((await call('GET', '/v1/users/me/export')).json(), { user: { id: account.id }, sessions: [], apiKeys: [{}] })
  t.same(await audited(app, account.id), ['admin.service-account-created', 'key.created', 'account.exported'])
})

t.test('service accounts are listed and read with the number of their keys, and are no users', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const before = (await caller(test, admin)('GET', '/v1/admin/statistics')).json()
  const first = await createService(test, admin)
  test.clock.advance(1000)
  const second = (await caller(test, admin)('POST', URL, { name: 'A\u030a', currentPassword: PASSWORD })).json()
  const call = caller(test, await loginAs(test, { permissions: ['keys:read', 'users:read'] }))
  const { items, nextCursor } = (await call('GET', URL)).json()
  t.strictSame(items, [second, { ...first.account, keyCount: 1 }])
  t.equal(nextCursor, null)
  t.equal(second.name, '\u00c5')
  t.strictSame((await call('GET', `${URL}/${first.account.id}`)).json(), { ...first.account, keyCount: 1 })
  const page = (await call('GET', `${URL}?limit=1`)).json()
  t.strictSame((await call('GET', `${URL}?limit=1&cursor=${page.nextCursor}`)).json().items, [items[1]])

  const users = (await call('GET', '/v1/admin/users')).json().items
  t.notOk(users.some(({ id }: { id: string }) => id === first.account.id))
  t.equal((await call('GET', `/v1/admin/users/${first.account.id}`)).statusCode, 404)
  t.equal((await call('GET', `${URL}/${users[0].id}`)).statusCode, 404, 'nor is a user one of them')
  for (const id of ['x', 'f'.repeat(24)]) t.equal((await call('GET', `${URL}/${id}`)).statusCode, 404)
  const after = (await call('GET', '/v1/admin/statistics')).json()
  t.equal(after.users.active, before.users.active + 1, 'the reader')
  t.match((await call('POST', URL, { name: 'x', currentPassword: PASSWORD })).json(), { code: 'FORBIDDEN' })
})

t.test('a service account takes neither a password nor a session', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const { account, call } = await createService(test, admin)
  const stored = await test.app.db.User.findById(account.id).lean()
  t.match(stored, { kind: 'service', sessions: [], email: undefined })
  t.notOk(stored?.password?.hash)
  for (const email of ['', account.id]) {
    const response = await post(test.app, '/v1/auth/login', { email, password: PASSWORD })
    t.ok([400, 401].includes(response.statusCode))
  }
  t.match((await call('GET', '/v1/users/me/sessions')).json(), { code: 'SESSION_REQUIRED' })
  t.match((await call('DELETE', '/v1/users/me')).json(), { code: 'SESSION_REQUIRED' })
})

t.test('a change takes effect at the next call of a key', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const { account, call } = await createService(test, admin, { scopes: ['me:read', 'users:read'] })
  const path = `${URL}/${account.id}`
  const change = async (wanted: object) => {
    const response = await caller(test, admin)('PATCH', path, { ...wanted, currentPassword: PASSWORD })
    t.equal(response.statusCode, 200)
    return response.json()
  }
  t.equal((await call('GET', '/v1/admin/users')).json().code, 'FORBIDDEN')
  t.match(await change({ permissions: ['mails:read', 'users:read'] }), {
    permissions: ['users:read', 'mails:read'],
    keyCount: 1,
  })
  t.equal((await call('GET', '/v1/admin/users')).statusCode, 200)
  t.match(await change({ status: 'suspended', name: 'Paused' }), { status: 'suspended', name: 'Paused' })
  t.match((await call('GET', '/v1/users/me')).json(), { status: 401, code: 'API_KEY_INVALID' })
  t.match(await change({ status: 'active', permissions: [] }), { status: 'active', permissions: [] })
  t.equal((await call('GET', '/v1/users/me')).statusCode, 200)
  t.equal((await call('GET', '/v1/admin/users')).json().code, 'FORBIDDEN')
  t.equal((await caller(test, admin)('PATCH', path, {})).json().code, 'VALIDATION_FAILED')
  await test.app.audit.idle()
  const events = await test.app.db.AuditEvent.find({ action: 'admin.service-account-updated' })
    .sort({ at: 1, _id: 1 })
    .lean()
  t.match(
    events.map(({ details }) => details),
    [
      { permissions: { from: [], to: ['users:read', 'mails:read'] } },
      { name: true, status: { from: 'active', to: 'suspended' } },
      { permissions: { to: [] }, status: { to: 'active' } },
    ],
  )
})

t.test(
  'permissions are given, and accounts with permissions touched, by administrators with a password only',
  async (t) => {
    const test = await build(t)
    const admin = await loginAs(test, { role: 'admin' })
    const manager = await loginAs(test, { permissions: ['keys:write', 'keys:read', 'users:read'] })
    const { account } = await createService(test, admin, { permissions: ['users:read'] })
    const call = caller(test, manager)
    const key = { name: 'x', scopes: ['users:read'] }
    const attempts = (currentPassword: string | undefined) => [
      call('POST', URL, { name: 'x', permissions: ['users:read'], currentPassword }),
      call('PATCH', `${URL}/${account.id}`, { name: 'x', currentPassword }),
      call('POST', `${URL}/${account.id}/api-keys`, { ...key, currentPassword }),
      call('DELETE', `${URL}/${account.id}`, { currentPassword }),
    ]
    for (const response of await Promise.all(attempts(PASSWORD)))
      t.match(response.json(), { status: 403, code: 'FORBIDDEN' })
    const plain = await call('POST', URL, { name: 'Plain', currentPassword: PASSWORD })
    t.equal(plain.statusCode, 201, 'one without permissions is no matter of rights')
    const path = `${URL}/${plain.json().id}`
    t.equal((await call('POST', `${path}/api-keys`, { ...key, currentPassword: PASSWORD })).statusCode, 201)
    const raised = await call('PATCH', path, { permissions: ['users:read'], currentPassword: PASSWORD })
    t.equal(raised.json().code, 'FORBIDDEN')
    for (const response of [
      await call('POST', URL, { name: 'x' }),
      await call('PATCH', path, { name: 'x' }),
      await call('POST', `${path}/api-keys`, key),
      await call('DELETE', path),
      await caller(test, admin)('DELETE', `${URL}/${account.id}`),
    ]) {
      t.match(response.json(), { status: 403, code: 'STEP_UP_REQUIRED' })
    }
  },
)

t.test('nothing is left of a deleted service account', async (t) => {
  const test = await build(t)
  const { app } = test
  const admin = await loginAs(test, { role: 'admin' })
  const { account, call } = await createService(test, admin, { scopes: ['files:write', 'me:read'] })
  const { body, headers } = form([{ name: 'file', filename: 'a.pdf', type: 'application/pdf', content: PDF }])
  t.equal((await call('POST', '/v1/assets', body, headers)).statusCode, 201)
  const gone = await caller(test, admin)('DELETE', `${URL}/${account.id}`, { currentPassword: PASSWORD })
  t.equal(gone.statusCode, 202)
  t.match((await call('GET', '/v1/users/me')).json(), { code: 'API_KEY_INVALID' })
  t.equal((await caller(test, admin)('GET', `${URL}/${account.id}`)).statusCode, 404)
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.User.exists({ _id: account.id }), null)
  t.equal(await app.db.ApiKey.countDocuments(), 0)
  t.equal(await app.db.Asset.countDocuments(), 0)
  t.ok((await audited(app, account.id)).includes('admin.service-account-deleted'))
})

t.test('a service account stays when the administrator who created it leaves', async (t) => {
  const test = await build(t)
  const { app } = test
  const creator = await loginAs(test, { role: 'admin' })
  const other = await loginAs(test, { role: 'admin' })
  const { account, call } = await createService(test, creator, { permissions: ['users:read'], scopes: ['users:read'] })
  t.equal((await caller(test, creator)('DELETE', '/v1/users/me', { currentPassword: PASSWORD })).statusCode, 202)
  await app.audit.idle()
  await app.jobs.drain()
  t.equal((await call('GET', '/v1/admin/users')).statusCode, 200)
  t.equal((await caller(test, other)('GET', `${URL}/${account.id}`)).json().keyCount, 1)
  const last = await caller(test, other)('DELETE', '/v1/users/me', { currentPassword: PASSWORD })
  t.match(last.json(), { code: 'LAST_ADMINISTRATOR' }, 'and counts as no administrator')
})

t.test('changes at once are all made, and a key gets no permission that its creator could not give', async (t) => {
  const test = await build(t)
  const { app } = test
  const admin = await loginAs(test, { role: 'admin' })
  const manager = await loginAs(test, { permissions: ['keys:write'] })
  const { account } = await createService(test, admin)
  const path = `${URL}/${account.id}`
  const answers = await atOnce(5, (index) =>
    caller(test, admin)('PATCH', path, { name: `Sync ${index}`, currentPassword: PASSWORD }),
  )
  t.ok(answers.every(({ statusCode }) => statusCode === 200))
  t.equal((await audited(app, account.id)).filter((action) => action === 'admin.service-account-updated').length, 5)

  const { compare } = bcrypt
  let isRaised = false
  t.intercept(bcrypt, 'compare', {
    value: async (password: string, hash: string) => {
      if (!isRaised) {
        isRaised = true
        await app.db.User.updateOne(
          { _id: account.id },
          { $set: { permissions: ['users:read'] }, $inc: { revision: 1 } },
        )
      }
      return compare(password, hash)
    },
  })
  const key = await caller(test, manager)('POST', `${path}/api-keys`, {
    name: 'x',
    scopes: ['users:read'],
    currentPassword: PASSWORD,
  })
  t.match(key.json(), { code: 'FORBIDDEN' })
  t.equal(await app.db.ApiKey.countDocuments(), 1)
  await app.db.User.updateOne({ _id: account.id }, { $set: { permissions: [] } })
  isRaised = false
  const deleted = await caller(test, manager)('DELETE', path, { currentPassword: PASSWORD })
  t.match(deleted.json(), { code: 'FORBIDDEN' }, 'nor is an account deleted that has got permissions meanwhile')
  t.equal((await caller(test, admin)('GET', path)).statusCode, 200)
})
