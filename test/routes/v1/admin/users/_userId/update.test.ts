import t from 'tap'
import { audited, caller, insertUsers, loginAs } from '../../../../../support/admin.js'
import { atOnce, build, challenge, login, PASSWORD, post, tally } from '../../../../../support/app.js'

const URL = '/v1/admin/users'
const currentPassword = PASSWORD

t.test('a suspension ends every session at once, and is lifted again', async (t) => {
  const test = await build(t)
  const { app, mail, mails } = test
  const call = caller(test, await loginAs(test, { permissions: ['users:write'] }))
  const owner = await login(test)
  const account = { email: owner.email, password: PASSWORD }
  await login(test, account)
  const begun = await challenge(test, 'login', account)
  t.match((await call('PATCH', `${URL}/${owner.id}`, { status: 'suspended' })).json(), { code: 'STEP_UP_REQUIRED' })
  t.equal((await caller(test, owner)('GET', '/v1/users/me')).statusCode, 200, 'an access token alone suspends nobody')
  const response = await call('PATCH', `${URL}/${owner.id}`, { status: 'suspended', currentPassword })
  t.equal(response.statusCode, 200)
  t.match(response.json(), { id: owner.id, status: 'suspended', role: 'user' })
  t.match(response.headers.etag, /^"\d+"$/)
  t.equal((await caller(test, owner)('GET', '/v1/users/me')).json().code, 'TOKEN_INVALID')
  const refreshed = await post(app, '/v1/auth/refresh-token', { refreshToken: owner.refreshToken })
  t.equal(refreshed.json().code, 'INVALID_REFRESH_TOKEN')
  const answer = { challengeId: begun.challengeId, code: begun.code }
  t.equal((await post(app, '/v1/auth/login/verify', answer)).json().code, 'INVALID_CODE')
  t.equal((await post(app, '/v1/auth/login', account)).json().code, 'INVALID_CREDENTIALS')
  t.match(await mail(owner.email, /suspended/i), { to: owner.email })
  t.same((await app.db.User.findById(owner.id).lean())?.sessions, [])

  t.match((await call('PATCH', `${URL}/${owner.id}`, { status: 'active' })).json(), { status: 'active' })
  t.equal((await caller(test, owner)('GET', '/v1/users/me')).statusCode, 401, 'no session comes back')
  await mail(owner.email, /reactivated|active again/i)
  await login(test, account)
  t.equal((await call('PATCH', `${URL}/${owner.id}`, { status: 'active' })).statusCode, 200, 'a second time')
  await app.audit.idle()
  await app.jobs.drain()
  t.equal((await mails(owner.email)).filter(({ subject }) => /reactivated|active again/i.test(subject)).length, 1)
  const actions = await audited(app, owner.id)
  t.equal(actions.filter((action) => action === 'admin.user-updated').length, 2)
})

t.test('role and permissions take an administrator and the password, and act at the next call', async (t) => {
  const test = await build(t)
  const { app, mail } = test
  const admin = await loginAs(test, { role: 'admin' })
  const call = caller(test, admin)
  const owner = await login(test)
  const own = caller(test, owner)
  const url = `${URL}/${owner.id}`
  t.equal((await own('GET', URL)).statusCode, 403)
  for (const change of [{ role: 'admin' }, { permissions: ['users:read'] }]) {
    t.match((await call('PATCH', url, change)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
    const refused = await call('PATCH', url, { ...change, currentPassword: 'not it' })
    t.match(refused.json(), { status: 401, code: 'INVALID_CREDENTIALS' })
  }
  const granted = await call('PATCH', url, { permissions: ['audit:read', 'users:read'], currentPassword })
  t.match(granted.json(), { permissions: ['users:read', 'audit:read'], role: 'user' })
  t.equal((await own('GET', URL)).statusCode, 200)
  t.match(await mail(owner.email, /permissions were changed/i), { text: /users:read, audit:read/ })
  t.equal((await call('PATCH', url, { permissions: [], currentPassword })).statusCode, 200)
  t.equal((await own('GET', URL)).statusCode, 403)
  t.equal((await call('PATCH', url, { role: 'admin', currentPassword })).json().role, 'admin')
  t.equal((await own('GET', '/v1/admin/mails')).statusCode, 200)
  t.equal((await call('PATCH', url, { role: 'user', currentPassword })).json().role, 'user')
  t.equal((await own('GET', '/v1/admin/mails')).statusCode, 403)

  await app.audit.idle()
  const events = await app.db.AuditEvent.find({ targetId: owner.id, action: 'admin.user-updated' })
    .sort({ at: 1 })
    .lean()
  t.equal(events.length, 4)
  t.match(events[0], {
    actorId: admin.id,
    details: { permissions: { from: [], to: ['users:read', 'audit:read'] }, role: { from: 'user', to: 'user' } },
  })
})

t.test('who may write accounts changes neither rights nor administrators', async (t) => {
  const test = await build(t)
  const { app } = test
  const writer = await loginAs(test, { permissions: ['users:write'] })
  const call = caller(test, writer)
  const [user, admin] = await insertUsers(app, [{}, { role: 'admin' }])
  for (const [target, change] of [
    [user, { role: 'admin' }],
    [user, { permissions: [] }],
    [{ _id: writer.id }, { permissions: ['users:delete'] }],
    [{ _id: writer.id }, { role: 'admin' }],
    [admin, { status: 'suspended' }],
    [admin, { unlock: true }],
    [{ _id: 'none' }, { role: 'admin' }],
  ] as const) {
    const response = await call('PATCH', `${URL}/${target?._id}`, { ...change, currentPassword })
    t.match(response.json(), { status: 403, code: 'FORBIDDEN' }, JSON.stringify(change))
  }
  t.equal((await audited(app, writer.id)).filter((action) => action === 'access.denied').length, 7)
})

t.test('an administrator is touched by the password only, and nobody extends their own rights', async (t) => {
  const test = await build(t)
  const { app } = test
  const admin = await loginAs(test, { role: 'admin', permissions: ['users:read'] })
  const call = caller(test, admin)
  const [other] = await insertUsers(app, [{ role: 'admin' }])
  for (const change of [{ status: 'suspended' }, { unlock: true }]) {
    const response = await call('PATCH', `${URL}/${other?._id}`, change)
    t.match(response.json(), { status: 403, code: 'STEP_UP_REQUIRED' })
    t.equal((await call('PATCH', `${URL}/${other?._id}`, { ...change, currentPassword })).statusCode, 200)
  }
  const extended = { permissions: ['users:read', 'users:write'], currentPassword }
  t.equal((await call('PATCH', `${URL}/${admin.id}`, extended)).json().code, 'FORBIDDEN')
  const kept = await call('PATCH', `${URL}/${admin.id}`, { permissions: ['users:read'], currentPassword })
  t.equal(kept.statusCode, 200)
})

t.test('an unlock lifts what failed attempts have set', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '2' } })
  const { app } = test
  const call = caller(test, await loginAs(test, { permissions: ['users:write'] }))
  const owner = await login(test)
  const account = { email: owner.email, password: PASSWORD }
  for (let n = 0; n < 3; n++) await post(app, '/v1/auth/login', { ...account, password: 'not it' })
  t.equal((await post(app, '/v1/auth/login', account)).json().code, 'TOO_MANY_FAILURES')
  const before = (await caller(test, owner)('GET', '/v1/users/me')).headers.etag
  const response = await call('PATCH', `${URL}/${owner.id}`, { unlock: true })
  t.equal(response.statusCode, 200)
  t.equal(response.headers.etag, before, 'nothing that is shown has changed')
  await login(test, account)
  t.equal((await caller(test, owner)('GET', '/v1/users/me')).statusCode, 200, 'sessions stay')
  t.ok((await audited(app, owner.id)).includes('admin.user-unlocked'))
})

t.test('a change that says nothing or too much is refused', async (t) => {
  const test = await build(t)
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  const [user] = await insertUsers(test.app, [{}])
  const refused = [
    {},
    { status: 'deleting' },
    { role: 'root' },
    { permissions: ['all'] },
    { permissions: ['users:read', 'users:read'] },
    { permissions: 'users:read' },
    { email: 'x@example.com' },
    { password: 'x' },
    { authVersion: 1, status: 'active' },
    { status: { $ne: 'active' } },
  ]
  for (const change of refused) {
    const response = await call('PATCH', `${URL}/${user?._id}`, {
      ...change,
      ...('role' in change && { currentPassword }),
    })
    t.match(response.json(), { status: 400, code: 'VALIDATION_FAILED' }, JSON.stringify(change))
  }
  t.equal((await call('PATCH', `${URL}/none`, {})).statusCode, 400, 'before the account is looked for')
})

t.test('a change that leaves all as it is changes nothing, and tells nobody', async (t) => {
  const test = await build(t)
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  const [user] = await insertUsers(test.app, [{}])
  const url = `${URL}/${user?._id}`
  const before = await call('GET', url)
  for (const change of [{ unlock: false }, { currentPassword }, { status: 'active' }]) {
    const response = await call('PATCH', url, change)
    t.match(response, { statusCode: 200, headers: { etag: before.headers.etag } }, JSON.stringify(change))
    t.same(before.json().user, response.json())
  }
  t.same(await audited(test.app, `${user?._id}`), [])
})

t.test('If-Match guards against a change made meanwhile', async (t) => {
  const test = await build(t)
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  const [user] = await insertUsers(test.app, [{}])
  const url = `${URL}/${user?._id}`
  const etag = (await call('GET', url)).headers.etag as string
  t.equal((await call('PATCH', url, { status: 'suspended', currentPassword }, { 'if-match': etag })).statusCode, 200)
  const stale = await call('PATCH', url, { status: 'active' }, { 'if-match': etag })
  t.match(stale.json(), { status: 412, code: 'PRECONDITION_FAILED' })
  t.equal((await call('PATCH', url, { status: 'active' }, { 'if-match': '*' })).statusCode, 200)

  const current = (await call('GET', url)).headers.etag as string
  const codes = await atOnce(5, async () => {
    return (await call('PATCH', url, { role: 'admin', currentPassword }, { 'if-match': current })).statusCode
  })
  t.same(tally(codes), { 200: 1, 412: 4 }, 'of many at once one wins')
  const all = await atOnce(6, async (index) => {
    const change = { role: index % 2 ? 'user' : 'admin', currentPassword }
    return (await call('PATCH', url, change)).statusCode
  })
  t.same(tally(all), { 200: 6 }, 'without it each is made, one after the other')
})

t.test('the last active administrator stays one, whoever asks', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const call = caller(test, admin)
  const url = `${URL}/${admin.id}`
  await insertUsers(test.app, [{ role: 'admin', status: 'suspended' }])
  for (const change of [{ role: 'user' }, { status: 'suspended' }]) {
    const response = await call('PATCH', url, { ...change, currentPassword })
    t.match(response.json(), { status: 409, code: 'LAST_ADMINISTRATOR' })
  }
  await insertUsers(test.app, [{ role: 'admin' }])
  t.equal((await call('PATCH', url, { role: 'user', currentPassword })).statusCode, 200)
  t.equal((await call('GET', URL)).statusCode, 403)
})

t.test('two administrators who demote each other at once leave one', async (t) => {
  const test = await build(t)
  const { app } = test
  const admins = [await loginAs(test, { role: 'admin' }), await loginAs(test, { role: 'admin' })] as const
  for (let round = 0; round < 50; round++) {
    const codes = await atOnce(2, async (index) => {
      const [from, target] = index === 0 ? admins : [admins[1], admins[0]]
      const call = caller(test, from as (typeof admins)[0])
      return (await call('PATCH', `${URL}/${target?.id}`, { role: 'user', currentPassword })).statusCode
    })
    t.equal(codes.filter((code) => code === 200).length, 1, codes.join())
    t.equal(await app.db.User.countDocuments({ role: 'admin', status: 'active' }), 1)
    await app.db.User.updateMany({}, { $set: { role: 'admin' } })
  }
})
