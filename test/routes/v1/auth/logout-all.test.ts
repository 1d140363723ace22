import t from 'tap'
import { build, challenge, login, post, register, type TestApp } from '../../../support/app.js'

const LOGOUT_ALL = '/v1/auth/logout-all'

const isAlive = async (test: TestApp, { bearer, refreshToken }: Awaited<ReturnType<typeof login>>) => {
  const me = await test.app.inject({ url: '/v1/users/me', headers: bearer })
  const refreshed = await post(test.app, '/v1/auth/refresh-token', { refreshToken })
  t.equal(me.statusCode, refreshed.statusCode, 'both tokens live and die together')
  return me.statusCode === 200
}

const three = async (test: TestApp) => {
  const account = await register(test)
  return { account, sessions: [await login(test, account), await login(test, account), await login(test, account)] }
}

t.test('signing out everywhere ends every session at the next call', async (t) => {
  const test = await build(t)
  const { sessions } = await three(test)
  const bystander = await login(test)
  const response = await post(test.app, LOGOUT_ALL, undefined, { headers: sessions[1]?.bearer ?? {} })
  t.equal(response.statusCode, 204)
  t.match(response.headers, { 'clear-site-data': '"storage"', 'set-cookie': /^__Host-refresh=;/ })
  for (const session of sessions) t.equal(await isAlive(test, session), false)
  t.equal(await isAlive(test, bystander), true)
  await test.app.audit.idle()
  t.match(await test.app.db.AuditEvent.findOne({ action: 'sessions.ended' }), { details: { keepCurrent: false } })
})

t.test('the current session stays where that is asked for', async (t) => {
  const test = await build(t)
  const { sessions } = await three(test)
  const current = sessions[1] as (typeof sessions)[0]
  const response = await post(test.app, LOGOUT_ALL, { keepCurrent: true }, { headers: current.bearer })
  t.equal(response.statusCode, 204)
  t.equal(response.headers['set-cookie'], undefined)
  for (const session of sessions) t.equal(await isAlive(test, session), session === current)
})

t.test('a sign-in that has begun must begin anew', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const session = await login(test, account)
  const { challengeId, code } = await challenge(test, 'login', { email: account.email, password: account.password })
  await post(test.app, LOGOUT_ALL, {}, { headers: session.bearer })
  t.equal((await post(test.app, '/v1/auth/login/verify', { challengeId, code })).statusCode, 401)
})

t.test('nobody is signed out by a request without an access token', async (t) => {
  const test = await build(t)
  const session = await login(test)
  const headers = { cookie: `__Host-refresh=${session.refreshToken}`, origin: 'http://localhost:3000' }
  t.equal((await post(test.app, LOGOUT_ALL, undefined, { headers })).statusCode, 401)
  t.equal((await post(test.app, LOGOUT_ALL, { keepCurrent: 'yes' }, { headers: session.bearer })).statusCode, 400)
  t.equal(await isAlive(test, session), true)
})
