import t from 'tap'
import { audited, caller, loginAs } from '../../../../../../support/admin.js'
import { build, challenge, login, PASSWORD, post } from '../../../../../../support/app.js'

const URL = '/v1/admin/users'

t.test('an account is signed out everywhere at once', async (t) => {
  const test = await build(t)
  const { app } = test
  const call = caller(test, await loginAs(test, { permissions: ['users:write'] }))
  const owner = await login(test)
  const account = { email: owner.email, password: PASSWORD }
  const second = await login(test, account)
  const begun = await challenge(test, 'login', account)
  const { etag } = (await caller(test, owner)('GET', '/v1/users/me')).headers
  t.equal((await call('DELETE', `${URL}/${owner.id}/sessions`)).statusCode, 204)
  for (const session of [owner, second]) {
    t.equal((await caller(test, session)('GET', '/v1/users/me')).json().code, 'TOKEN_INVALID')
    const refreshed = await post(app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
    t.equal(refreshed.json().code, 'INVALID_REFRESH_TOKEN')
  }
  const answer = { challengeId: begun.challengeId, code: begun.code }
  t.equal((await post(app, '/v1/auth/login/verify', answer)).json().code, 'INVALID_CODE')
  const again = await login(test, account)
  t.equal((await caller(test, again)('GET', '/v1/users/me')).headers.etag, etag)
  t.ok((await audited(app, owner.id)).includes('admin.sessions-revoked'))
})

t.test("an administrator's sessions take another administrator and the password", async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const url = `${URL}/${admin.id}/sessions`
  const writer = caller(test, await loginAs(test, { permissions: ['users:write'] }))
  t.equal((await writer('DELETE', url, { currentPassword: PASSWORD })).json().code, 'FORBIDDEN')
  const call = caller(test, admin)
  t.equal((await call('DELETE', url)).json().code, 'STEP_UP_REQUIRED')
  t.equal((await call('DELETE', url, { all: true })).json().code, 'VALIDATION_FAILED')
  t.equal((await call('DELETE', url, { currentPassword: PASSWORD })).statusCode, 204)
  t.equal((await call('GET', '/v1/users/me')).statusCode, 401)
  t.equal((await writer('GET', url)).statusCode, 405)
})
