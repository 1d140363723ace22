import t from 'tap'
import { sessionOf } from '../../../../openapi/client/react/session.js'
import { codeIn, register, withMail } from '../../../support/app.js'
import { until } from '../../../support/until.js'
import { jar, signIn, start, watch } from '../helper.js'
import { gate, mount } from './helper.js'

const LOGIN = 'POST /v1/auth/login'

let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  test = await start(t)
})

t.test('asks once who is signed in, however many components want to know, and again after a failure', async (t) => {
  let isDown = true
  const { fetch, refreshes } = watch((send) => (isDown ? Promise.reject(new TypeError('down')) : send()))
  const store = { load: () => 'cr1.unknown', save: () => {}, clear: () => {} }
  const client = test.connect({ fetch, store, retry: { limit: 0 } })
  const session = sessionOf(client)
  t.equal(sessionOf(client), session)
  t.not(sessionOf(test.connect()), session)
  t.strictSame(session.getSnapshot(), { status: 'loading', user: undefined, challenge: undefined, error: undefined })
  const one = mount(t, session)
  const two = mount(t, session)
  t.match(await one.when(({ error }) => error !== undefined), { status: 'loading', error: { code: 'NETWORK_ERROR' } })
  t.strictSame([one.changes(), two.changes(), refreshes()], [1, 1, 1])
  isDown = false
  await session.actions.restore()
  t.match(two.state(), { status: 'signed-out', user: undefined, error: undefined })
  two.stop()
  mount(t, session)
  t.equal(refreshes(), 2, 'a component that comes later knows the answer')
})

t.test('signs in with a password and a code, and out again', async (t) => {
  const { email, password } = await register(test)
  const client = test.connect()
  const session = sessionOf(client)
  const { login, verifyLogin, resendCode, logout } = session.actions
  const { when, state } = mount(t, session)
  await when(({ status }) => status === 'signed-out')
  await t.rejects(verifyLogin({ code: '000000' }), { message: /call login first/ })
  await t.rejects(login({ email, password: 'not the password' }), { code: 'INVALID_CREDENTIALS' })
  t.equal(state().challenge, undefined)

  await withMail(test, email, /sign-in code/, () => login({ email, password }))
  const first = state().challenge
  t.match(first, { challengeId: /./, resendAvailableAt: /Z$/ })
  test.clock.advance(61_000)
  const { mail } = await withMail(test, email, /sign-in code/, resendCode)
  t.equal(state().challenge?.challengeId, first?.challengeId)
  t.not(state().challenge?.resendAvailableAt, first?.resendAvailableAt)
  const code = codeIn(mail)
  await t.rejects(verifyLogin({ code: code === '000000' ? '000001' : '000000' }), { code: 'INVALID_CODE' })
  t.ok(state().challenge, 'a wrong code can be corrected')
  const user = await verifyLogin({ code })
  t.strictSame(state(), { status: 'signed-in', user, challenge: undefined, error: undefined })

  const { name } = await client.updateProfile({ name: 'Countess' })
  t.strictSame([name, state().user?.name], ['Countess', 'Countess'], 'a change of the profile is followed')
  await logout()
  t.match(state(), { status: 'signed-out', user: undefined })
})

t.test('the answer to a sign-in that was given up is ignored', async (t) => {
  const { email, password } = await register(test)
  const { fetch, hold, held, release } = gate()
  const session = sessionOf(test.connect({ fetch }))
  const { when, state } = mount(t, session)
  await when(({ status }) => status === 'signed-out')
  hold(LOGIN)
  const late = session.actions.login({ email, password })
  await until(() => held.length === 1)
  session.actions.cancelLogin()
  release()
  await late
  t.equal(state().challenge, undefined)
})

t.test('a client that is signed in already is shown at once, and may sign in again', async (t) => {
  const client = test.connect()
  const { email, password, user } = await signIn(test, client)
  const session = sessionOf(client)
  t.match(session.getSnapshot(), { status: 'signed-in', user })
  const { mail } = await withMail(test, email, /sign-in code/, () => session.actions.login({ email, password }))
  t.match(session.getSnapshot(), { status: 'signed-in', challenge: { challengeId: /./ } })
  await session.actions.verifyLogin({ code: codeIn(mail) })
  t.strictSame(session.getSnapshot().challenge, undefined)
})

t.test('another tab that signs in or out is followed, and ends a sign-in in progress', async (t) => {
  const { fetch } = jar(test.origin)
  const [one, two] = [1, 2].map(() => test.connect({ store: 'cookie', fetch })) as [
    ReturnType<typeof test.connect>,
    ReturnType<typeof test.connect>,
  ]
  const session = sessionOf(two)
  const { when, state } = mount(t, session)
  await when(({ status }) => status === 'signed-out')
  const { email, password } = await register(test)
  await withMail(test, email, /sign-in code/, () => session.actions.login({ email, password }))
  t.ok(state().challenge)
  const { user } = await signIn(test, one, { email, password })
  t.match(await when(({ status }) => status === 'signed-in'), { user, challenge: undefined })
  await one.logout()
  t.match(await when(({ status }) => status === 'signed-out'), { user: undefined })
})

t.test('a trusted device is signed in by the password alone', async (t) => {
  const test = await start(t, { env: { TRUSTED_DEVICE_TTL: '30d' } })
  const { email, password } = await register(test)
  const session = sessionOf(test.connect())
  const { login, verifyLogin, logout } = session.actions
  const { when, state } = mount(t, session)
  await when(({ status }) => status === 'signed-out')
  const { mail } = await withMail(test, email, /sign-in code/, () => login({ email, password }))
  await verifyLogin({ code: codeIn(mail), trustDevice: true })
  await logout()
  await login({ email, password })
  t.match(state(), { status: 'signed-in', user: { email }, challenge: undefined })
})
