import t from 'tap'
import { audited, caller, insertUsers, loginAs } from '../../../../../support/admin.js'
import { atOnce, build, login, PASSWORD, tally } from '../../../../../support/app.js'

const URL = '/v1/admin/users'
const currentPassword = PASSWORD

t.test('an account is deleted by who may, and its owner is told', async (t) => {
  const test = await build(t)
  const { app, mail } = test
  const deleter = await loginAs(test, { permissions: ['users:delete'] })
  const owner = await login(test)
  const call = caller(test, deleter)
  t.match((await call('DELETE', `${URL}/${owner.id}`)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.equal((await call('DELETE', `${URL}/${owner.id}`, { currentPassword: 'x' })).json().code, 'INVALID_CREDENTIALS')
  t.equal((await caller(test, owner)('GET', '/v1/users/me')).statusCode, 200, 'an access token alone deletes nobody')
  const response = await call('DELETE', `${URL}/${owner.id}`, { currentPassword })
  t.equal(response.statusCode, 202)
  t.equal(response.body, '')
  t.equal((await caller(test, owner)('GET', '/v1/users/me')).json().code, 'TOKEN_INVALID')
  t.equal((await call('DELETE', `${URL}/${owner.id}`)).json().code, 'NOT_FOUND')
  const { text } = await mail(owner.email, /deleted/i)
  t.notMatch(text, '127.0.0.1', 'not from where it was done')
  await app.audit.idle()
  await app.jobs.drain()
  t.equal(await app.db.User.exists({ _id: owner.id }), null)
  const event = await app.db.AuditEvent.findOne({ action: 'admin.user-deleted' }).lean()
  t.match(event, { actorId: deleter.id, targetId: owner.id, ip: '127.0.0.1' })
  t.notMatch(JSON.stringify(await app.db.AuditEvent.find().lean()), owner.email)
})

t.test('to delete an administrator takes another one and the password', async (t) => {
  const test = await build(t)
  const { app } = test
  const deleter = await loginAs(test, { permissions: ['users:delete'] })
  const admin = await loginAs(test, { role: 'admin' })
  const url = `${URL}/${admin.id}`
  t.match((await caller(test, deleter)('DELETE', url, { currentPassword })).json(), { status: 403, code: 'FORBIDDEN' })
  const call = caller(test, admin)
  t.match((await call('DELETE', url)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.match((await call('DELETE', url, { currentPassword })).json(), { status: 409, code: 'LAST_ADMINISTRATOR' })
  const [other] = await insertUsers(app, [{ role: 'admin' }])
  t.equal((await call('DELETE', `${URL}/${other?._id}`, { currentPassword: 'x' })).json().code, 'INVALID_CREDENTIALS')
  t.equal((await call('DELETE', `${URL}/${other?._id}`, { currentPassword })).statusCode, 202)
  t.match((await call('DELETE', url, { currentPassword })).json(), { code: 'LAST_ADMINISTRATOR' })
  const actions = await audited(app, deleter.id)
  t.ok(actions.includes('access.denied'))
})

t.test('the own account takes the password by this way too', async (t) => {
  const test = await build(t)
  const deleter = await loginAs(test, { permissions: ['users:delete'] })
  const call = caller(test, deleter)
  t.equal((await call('DELETE', `${URL}/${deleter.id}`)).json().code, 'STEP_UP_REQUIRED')
  t.equal((await call('DELETE', `${URL}/${deleter.id}`, { password: 'x' })).json().code, 'VALIDATION_FAILED')
  t.equal((await call('DELETE', `${URL}/${deleter.id}`, { currentPassword })).statusCode, 202)
})

t.test('If-Match guards against a change made meanwhile', async (t) => {
  const test = await build(t)
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  const [user] = await insertUsers(test.app, [{}])
  const url = `${URL}/${user?._id}`
  const etag = (await call('GET', url)).headers.etag as string
  await call('PATCH', url, { status: 'suspended', currentPassword })
  const stale = await call('DELETE', url, { currentPassword }, { 'if-match': etag })
  t.match(stale.json(), { status: 412, code: 'PRECONDITION_FAILED' })
  const current = (await call('GET', url)).headers.etag as string
  t.equal((await call('DELETE', url, { currentPassword }, { 'if-match': current })).statusCode, 202)
})

t.test('of many deletions at once one wins, and two administrators do not delete each other', async (t) => {
  const test = await build(t)
  const { app } = test
  const admins = [await loginAs(test, { role: 'admin' }), await loginAs(test, { role: 'admin' })] as const
  const [user] = await insertUsers(app, [{}])
  const codes = await atOnce(5, async () => {
    return (await caller(test, admins[0])('DELETE', `${URL}/${user?._id}`, { currentPassword })).statusCode
  })
  t.same(tally(codes), { 202: 1, 404: 4 })
  const mutual = await atOnce(2, async (index) => {
    const call = caller(test, admins[index] as (typeof admins)[0])
    return (await call('DELETE', `${URL}/${admins[1 - index]?.id}`, { currentPassword })).statusCode
  })
  t.equal(mutual.filter((code) => code === 202).length, 1, mutual.join())
  t.equal(await app.db.User.countDocuments({ role: 'admin', status: 'active' }), 1)
})
