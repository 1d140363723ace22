import t from 'tap'
import { audited, caller } from '../../../support/admin.js'
import { atOnce, build, login, newEmail, PASSWORD, post, tally } from '../../../support/app.js'
import { claimsOf, enrol } from '../../../support/factors.js'
import { storeSession } from '../../../support/session.js'

const URL = '/v1/auth/step-up'
const STEP = 30_000

t.test('without a factor the password confirms, for one change or for five minutes', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const call = caller(test, session)
  const change = (payload: object = {}) => call('POST', '/v1/users/me/email', { email: newEmail(), ...payload })
  t.match((await change()).json(), { status: 403, code: 'STEP_UP_REQUIRED', methods: ['password'] })
  t.equal((await change({ currentPassword: PASSWORD })).statusCode, 202)
  t.equal((await change()).statusCode, 403, 'the password in the body confirms this change alone')
  t.equal((await call('POST', URL, { currentPassword: PASSWORD })).statusCode, 204)
  t.equal((await change()).statusCode, 202)
  t.match((await change({ currentPassword: 'wrong wrong wrong' })).json(), { status: 401 }, 'a wrong one is refused')
  test.clock.advance(5 * 60_000)
  t.match((await change()).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.ok((await audited(test.app, session.id)).includes('session.stepped-up'))
})

t.test('with a factor its code confirms, and the password does not', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { code, backupCodes } = await enrol(test, session)
  test.clock.advance(6 * 60_000)
  const call = caller(test, session)
  const change = (payload: object = {}) => call('POST', '/v1/users/me/email', { email: newEmail(), ...payload })
  const methods = ['totp', 'backup-code']
  t.match((await change({ currentPassword: PASSWORD })).json(), { status: 403, code: 'STEP_UP_REQUIRED', methods })
  const byPassword = await call('POST', URL, { currentPassword: PASSWORD })
  t.match(byPassword.json(), { status: 403, code: 'STEP_UP_REQUIRED', methods })
  const used = code()
  t.equal((await call('POST', URL, { method: 'totp', code: used })).statusCode, 204)
  t.equal((await change()).statusCode, 202)
  t.match((await call('POST', URL, { method: 'totp', code: used })).json(), { status: 401, code: 'INVALID_CODE' })
  test.clock.advance(5 * 60_000)
  t.equal((await change()).statusCode, 403)
  t.equal((await call('POST', URL, { method: 'backup-code', code: backupCodes[0] })).statusCode, 204)
  t.equal((await change()).statusCode, 202)
})

t.test('a step-up is of one session, and shows in its next access token', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const other = await login(test, session)
  const { auth_time } = claimsOf(session.accessToken)
  test.clock.advance(60_000)
  t.equal((await caller(test, session)('POST', URL, { currentPassword: PASSWORD })).statusCode, 204)
  const { accessToken } = (
    await post(test.app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
  ).json()
  t.ok(claimsOf(accessToken).auth_time >= auth_time + 60)
  t.match(claimsOf(accessToken), { amr: ['pwd'], acr: 'aal1' })
  const change = await caller(test, other)('POST', '/v1/users/me/email', { email: newEmail() })
  t.equal(change.statusCode, 403)
})

t.test('wrong codes count for the session alone: the owner can still sign in and step up', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { code } = await enrol(test, session)
  const call = caller(test, session)
  const answers = await atOnce(20, () => call('POST', URL, { method: 'totp', code: '000000' }))
  t.same(tally(answers.map((answer) => answer.json().code)), { INVALID_CODE: 5, TOO_MANY_FAILURES: 15 })
  test.clock.advance(STEP)
  const right = await call('POST', URL, { method: 'totp', code: code() })
  t.match({ status: right.statusCode, ...right.json() }, { status: 429, code: 'TOO_MANY_FAILURES' })
  const { challengeId } = (await post(test.app, '/v1/auth/login', { email: session.email, password: PASSWORD })).json()
  const signedIn = await post(test.app, '/v1/auth/login/verify', {
    challengeId,
    method: 'totp',
    code: code(),
    delivery: 'body',
  })
  t.equal(signedIn.statusCode, 200)
  test.clock.advance(STEP)
  const bearer = { authorization: `Bearer ${signedIn.json().accessToken}` }
  t.equal((await caller(test, { bearer })('POST', URL, { method: 'totp', code: code() })).statusCode, 204)
  test.clock.advance(14 * 60_000)
  const events = await test.app.db.AuditEvent.find({ action: 'code.refused' }).lean()
  t.equal(events.length, 5)
  t.match(events[0], { details: { purpose: 'step-up', method: 'totp' } })
})

t.test('a body is one proof', async (t) => {
  const test = await build(t)
  const call = caller(test, await storeSession(test))
  for (const payload of [
    {},
    { code: '123456' },
    { method: 'totp' },
    { currentPassword: PASSWORD, code: '123456', method: 'totp' },
    { currentPassword: PASSWORD, method: 'totp' },
    { code: '123456', method: 'mail' },
    { code: '12345', method: 'totp' },
  ]) {
    t.equal((await call('POST', URL, payload)).statusCode, 400, JSON.stringify(payload))
  }
  t.match((await call('POST', URL, { code: '123456', method: 'totp' })).json(), { status: 401, code: 'INVALID_CODE' })
  t.match((await call('POST', URL, { currentPassword: 'wrong wrong' })).json(), {
    status: 401,
    code: 'INVALID_CREDENTIALS',
  })
})
