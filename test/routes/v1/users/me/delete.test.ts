import t from 'tap'
import { caller, insertUsers, loginAs } from '../../../../support/admin.js'
import { atOnce, build, challenge, login, newEmail, PASSWORD, post, tally } from '../../../../support/app.js'

const URL = '/v1/users/me'

t.test('an account is deleted by its password, and nothing of it is left', async (t) => {
  const test = await build(t)
  const { app, mail } = test
  const owner = await login(test)
  const call = caller(test, owner)
  const begun = await challenge(test, 'login', { email: owner.email, password: PASSWORD })
  await call('POST', `${URL}/email`, { email: newEmail(), currentPassword: PASSWORD })
  t.equal(await app.db.Challenge.countDocuments({ consumedAt: null }), 2)
  const response = await call('DELETE', URL, { currentPassword: PASSWORD })
  t.equal(response.statusCode, 202)
  t.equal(response.body, '')
  t.match(response.headers['clear-site-data'], /^"storage"$/)
  t.equal((await call('GET', URL)).json().code, 'TOKEN_INVALID')
  const refreshed = await post(app, '/v1/auth/refresh-token', { refreshToken: owner.refreshToken })
  t.equal(refreshed.json().code, 'INVALID_REFRESH_TOKEN')
  const verified = await post(app, '/v1/auth/login/verify', { challengeId: begun.challengeId, code: begun.code })
  t.equal(verified.json().code, 'INVALID_CODE', 'a sign-in that has begun ends with the account')
  const again = await post(app, '/v1/auth/login', { email: owner.email, password: PASSWORD })
  t.equal(again.json().code, 'INVALID_CREDENTIALS')

  t.match(await mail(owner.email, /deleted/i), { to: owner.email })
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments({}), 0)
  t.equal(await app.db.Challenge.countDocuments({}), 0)
  t.same(await app.db.Administrators.countDocuments({}), 0)
  const events = await app.db.AuditEvent.find({}).lean()
  const deleted = events.find(({ action }) => action === 'account.deleted')
  t.match(deleted, {
    actorId: owner.id,
    targetId: owner.id,
    outcome: 'success',
    ip: null,
    userAgent: null,
    details: {},
  })
  for (const event of events) if (event.actorId) t.match(event, { ip: null, userAgent: null, details: {} })
  t.notMatch(JSON.stringify(events), owner.email)
})

t.test('the address is free at once', async (t) => {
  const test = await build(t)
  const { email, ...owner } = await login(test)
  await caller(test, owner)('DELETE', URL, { currentPassword: PASSWORD })
  const { challengeId, code } = await challenge(test, 'register', { email, password: PASSWORD, name: 'Ada' })
  const registered = await post(test.app, '/v1/auth/register/verify', { challengeId, code })
  t.equal(registered.statusCode, 200)
  t.not(registered.json().user.id, owner.id)
  await test.app.jobs.drain()
  t.equal(await test.app.db.User.countDocuments({ email }), 1)
})

t.test('a stolen session alone deletes nothing', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '2' } })
  const owner = await login(test)
  const call = caller(test, owner)
  t.match((await call('DELETE', URL)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.match((await call('DELETE', URL, {})).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  for (const code of ['INVALID_CREDENTIALS', 'INVALID_CREDENTIALS', 'TOO_MANY_FAILURES']) {
    t.match((await call('DELETE', URL, { currentPassword: 'not it' })).json(), { code })
  }
  t.equal((await call('DELETE', URL, { currentPassword: PASSWORD })).json().code, 'TOO_MANY_FAILURES')
  t.equal((await call('DELETE', URL, { password: PASSWORD })).json().code, 'VALIDATION_FAILED')
  t.equal((await test.app.inject({ method: 'DELETE', url: URL })).json().code, 'TOKEN_INVALID')
  t.equal((await call('GET', URL)).statusCode, 200)
})

t.test('If-Match guards against a change made meanwhile', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const call = caller(test, owner)
  const { headers } = await call('GET', URL)
  const ifMatch = { 'if-match': headers.etag as string }
  await call('PATCH', URL, { name: 'Ada' })
  const stale = await call('DELETE', URL, { currentPassword: PASSWORD }, ifMatch)
  t.match(stale.json(), { status: 412, code: 'PRECONDITION_FAILED' })
  const current = (await call('GET', URL)).headers.etag as string
  const deleted = await call('DELETE', URL, { currentPassword: PASSWORD }, { 'if-match': current })
  t.equal(deleted.statusCode, 202)
})

t.test('of many deletions at once one wins', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const call = caller(test, owner)
  const codes = await atOnce(5, async () => (await call('DELETE', URL, { currentPassword: PASSWORD })).statusCode)
  t.same(tally(codes), { 202: 1, 401: 4 })
  await test.app.audit.idle()
  t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'account.deleted' }), 1)
})

t.test('the last active administrator stays', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  await insertUsers(test.app, [{ role: 'admin', status: 'suspended' }, { role: 'user' }])
  const call = caller(test, admin)
  const refused = await call('DELETE', URL, { currentPassword: PASSWORD })
  t.match(refused.json(), { status: 409, code: 'LAST_ADMINISTRATOR' })
  t.equal((await call('GET', URL)).statusCode, 200)
  await insertUsers(test.app, [{ role: 'admin' }])
  t.equal((await call('DELETE', URL, { currentPassword: PASSWORD })).statusCode, 202)
})
