import t from 'tap'
import {
  atOnce,
  build,
  challenge,
  login,
  post,
  register,
  type TestApp,
  tally,
  withMail,
} from '../../../../support/app.js'

const RESET = '/v1/auth/password/reset'
const NEW = 'quite another password'

async function resetTokenFor(test: TestApp, email: string) {
  const { challengeId, code } = await challenge(test, 'password/forgot', { email })
  const answer = await post(test.app, '/v1/auth/password/forgot/verify', { challengeId, code })
  return answer.json().resetToken as string
}

const reset = async (test: TestApp, resetToken: string, newPassword = NEW) => {
  const response = await post(test.app, RESET, { resetToken, newPassword })
  return { status: response.statusCode, ...(response.body && response.json()) }
}

t.test('a reset sets the password, ends every session, tells the owner and signs nobody in', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const { email, password } = account
  const sessions = [await login(test, account), await login(test, account)]
  const pending = await challenge(test, 'login', { email, password })
  const resetToken = await resetTokenFor(test, email)
  const { answer, mail } = await withMail(test, email, /password was reset/, () =>
    post(test.app, RESET, { resetToken, newPassword: NEW }),
  )
  t.equal(answer.statusCode, 204)
  t.equal(answer.headers['set-cookie'], undefined)
  t.match(mail.text, /all your sessions were ended/)
  for (const { bearer, refreshToken } of sessions) {
    t.equal((await test.app.inject({ url: '/v1/users/me', headers: bearer })).statusCode, 401)
    t.equal((await post(test.app, '/v1/auth/refresh-token', { refreshToken })).statusCode, 401)
  }
  const { challengeId, code } = pending
  t.equal((await post(test.app, '/v1/auth/login/verify', { challengeId, code })).statusCode, 401)
  t.equal((await post(test.app, '/v1/auth/login', { email, password })).statusCode, 401)
  await login(test, { email, password: NEW })
  await test.app.audit.idle()
  t.match(await test.app.db.AuditEvent.findOne({ action: 'password.reset' }), { outcome: 'success' })
})

t.test('a token is good for one reset, of twenty at once too', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const resetToken = await resetTokenFor(test, email)
  const answers = await atOnce(20, (i) => reset(test, resetToken, `${NEW} number ${i}`))
  t.same(tally(answers.map(({ status }) => status)), { 204: 1, 401: 19 })
  t.match(await reset(test, resetToken), { status: 401, code: 'INVALID_RESET_TOKEN' })
})

t.test('a password that is refused uses up no token', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const resetToken = await resetTokenFor(test, email)
  t.match(await reset(test, resetToken, 'short'), { status: 422, code: 'PASSWORD_TOO_WEAK', detail: /12 characters/ })
  t.match(await reset(test, resetToken, 'password123456'), { status: 422, detail: /common/ })
  t.match(await reset(test, resetToken, `${email} 2026`), { status: 422, detail: /must not contain/ })
  t.match(await reset(test, resetToken), { status: 204 })
})

t.test('a token dies after a quarter of an hour, and with any change of the account', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const late = await resetTokenFor(test, email)
  test.clock.advance(15 * 60_000 + 1_000)
  t.match(await reset(test, late), { status: 401, code: 'INVALID_RESET_TOKEN' })

  const changes = [
    { $inc: { authVersion: 1 } },
    { $set: { status: 'suspended' as const } },
    { $set: { status: 'deleting' as const }, $unset: { email: 1 as const } },
  ]
  for (const change of changes) {
    const account = await register(test)
    const token = await resetTokenFor(test, account.email)
    await test.app.db.User.updateOne({ email: account.email }, change)
    t.match(await reset(test, token), { status: 401, code: 'INVALID_RESET_TOKEN' })
  }
})

t.test('of two tokens of one account the second is worthless once the first was used', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const one = await resetTokenFor(test, email)
  const two = await resetTokenFor(test, email)
  t.match(await reset(test, one), { status: 204 })
  t.match(await reset(test, two, 'the password of a thief'), { status: 401, code: 'INVALID_RESET_TOKEN' })
})

t.test('what is no token is refused as one that is used', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const { challengeId } = await challenge(test, 'password/forgot', { email })
  for (const token of ['x', challengeId, '__proto__', 'a'.repeat(128)]) {
    t.match(await reset(test, token), { status: 401, code: 'INVALID_RESET_TOKEN' })
  }
  for (const resetToken of [{ $gt: '' }, { $regex: '.' }, null, 1, ['x'], '']) {
    const response = await post(test.app, RESET, { resetToken, newPassword: NEW })
    t.match({ status: response.statusCode, ...response.json() }, { status: 400, code: 'VALIDATION_FAILED' })
  }
})

t.test('who has been locked out by the guesses of others gets in again by a reset', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  for (let i = 0; i < 11; i++) await post(test.app, '/v1/auth/login', { email, password: 'wrong wrong wrong' })
  t.equal((await post(test.app, '/v1/auth/login', { email, password })).statusCode, 429)
  t.match(await reset(test, await resetTokenFor(test, email)), { status: 204 })
  await login(test, { email, password: NEW })
})
