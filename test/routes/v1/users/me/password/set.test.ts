import t from 'tap'
import {
  atOnce,
  build,
  login,
  PASSWORD,
  post,
  register,
  type TestApp,
  tally,
  withMail,
} from '../../../../../support/app.js'

const NEW = 'quite another password'
type Session = Awaited<ReturnType<typeof login>>

const change = (test: TestApp, { bearer }: Pick<Session, 'bearer'>, payload: object) =>
  test.app.inject({ method: 'PUT', url: '/v1/users/me/password', headers: bearer, payload })

const isAlive = async (test: TestApp, { bearer, refreshToken }: Session) =>
  (await test.app.inject({ url: '/v1/users/me', headers: bearer })).statusCode === 200 &&
  (await post(test.app, '/v1/auth/refresh-token', { refreshToken })).statusCode === 200

t.test('a change ends every other session at once, and tells the owner', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const sessions = [await login(test, account), await login(test, account), await login(test, account)]
  const mine = sessions[1] as Session
  const { answer, mail } = await withMail(test, account.email, /password was changed/, () =>
    change(test, mine, { currentPassword: PASSWORD, newPassword: NEW }),
  )
  t.equal(answer.statusCode, 204)
  t.match(mail.text, /all your other sessions were ended/)
  for (const session of sessions) t.equal(await isAlive(test, session), session === mine)
  t.equal((await post(test.app, '/v1/auth/login', { email: account.email, password: PASSWORD })).statusCode, 401)
  await login(test, { email: account.email, password: NEW })
  await test.app.audit.idle()
  t.match(await test.app.db.AuditEvent.findOne({ action: 'password.changed' }), { actorId: mine.id })
})

t.test('a wrong current password is refused, counted and audited', async (t) => {
  const test = await build(t)
  const session = await login(test)
  const wrong = () => change(test, session, { currentPassword: 'wrong wrong wrong', newPassword: NEW })
  const answers = await atOnce(20, wrong)
  t.same(tally(answers.map((answer) => answer.json().code)), { INVALID_CREDENTIALS: 10, TOO_MANY_FAILURES: 10 })
  const right = await change(test, session, { currentPassword: PASSWORD, newPassword: NEW })
  t.equal(right.statusCode, 429, 'a stolen session cannot guess on')
  t.ok(Number(right.headers['retry-after']) > 0)
  t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'password.refused', outcome: 'failure' }), 10)
  test.clock.advance(15 * 60_000)
  const refreshed = await post(test.app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
  const bearer = { authorization: `Bearer ${refreshed.json().accessToken}` }
  t.equal((await change(test, { bearer }, { currentPassword: PASSWORD, newPassword: NEW })).statusCode, 204)
})

t.test('a weak new password is refused with its reason, and nothing changes', async (t) => {
  const test = await build(t)
  const session = await login(test)
  const weak = { short: /12 characters/, passwordpassword: /common/, 'coffer-2026-x': /must not contain/ }
  for (const [newPassword, detail] of Object.entries(weak)) {
    const response = await change(test, session, { currentPassword: PASSWORD, newPassword })
    t.match({ status: response.statusCode, ...response.json() }, { status: 422, code: 'PASSWORD_TOO_WEAK', detail })
  }
  await login(test, { email: session.email, password: PASSWORD })
})

t.test('of changes made at once one takes effect', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const sessions = [await login(test, account), await login(test, account)]
  const answers = await atOnce(6, (i) =>
    change(test, sessions[i % 2] as Session, { currentPassword: PASSWORD, newPassword: `${NEW} ${i}` }),
  )
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 204: 1, 401: 5 })
  const winner = answers.findIndex(({ statusCode }) => statusCode === 204)
  await login(test, { email: account.email, password: `${NEW} ${winner}` })
})

t.test('the current password is part of the request', async (t) => {
  const test = await build(t)
  const session = await login(test)
  for (const payload of [
    { newPassword: NEW },
    { currentPassword: PASSWORD },
    { currentPassword: null, newPassword: NEW },
  ]) {
    t.equal((await change(test, session, payload)).statusCode, 400)
  }
  t.equal(
    (await change(test, { bearer: { authorization: '' } }, { currentPassword: PASSWORD, newPassword: NEW })).statusCode,
    401,
  )
})
