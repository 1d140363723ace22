import { randomBytes } from 'node:crypto'
import t from 'tap'
import { build, challenge, login, newEmail, PASSWORD, post, register, type TestApp } from '../support/app.js'

const LISTS = ['JWT_SECRET', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER']
const newKeys = () => Object.fromEntries(LISTS.map((name) => [name, randomBytes(32).toString('base64url')]))

t.test('keys are exchanged at one process after the other, and nobody is refused at any of them', async (t) => {
  const [old, fresh] = [newKeys(), newKeys()]
  const both = (first: Record<string, string>, second: Record<string, string>) =>
    Object.fromEntries(LISTS.map((name) => [name, `${first[name]},${second[name]}`]))
  const before = await build(t, { env: old })
  const at = (env: Record<string, string>) => build(t, { env, shareDatabaseOf: before, clock: before.clock })
  const known = await at(both(old, fresh))
  const used = await at(both(fresh, old))
  const account = await register(before)

  /** Begins at one process, goes on at the other. */
  const passes = async (one: TestApp, other: TestApp) => {
    const session = await login(one, account)
    const me = await other.app.inject({ url: '/v1/users/me', headers: session.bearer })
    const { refreshToken } = session
    const refreshed = await post(other.app, '/v1/auth/refresh-token', { refreshToken })
    t.strictSame([me.statusCode, refreshed.statusCode], [200, 200])
    const back = await post(one.app, '/v1/auth/refresh-token', { refreshToken: refreshed.json().refreshToken })
    t.equal(back.statusCode, 200)

    const email = newEmail()
    const begun = await post(one.app, '/v1/auth/register', { email, password: PASSWORD, name: 'Ada' })
    const code = /^\s*(\d{6})\s*$/m.exec((await one.mail(email)).text)?.[1]
    const { challengeId } = begun.json()
    t.equal((await post(other.app, '/v1/auth/register/verify', { challengeId, code })).statusCode, 200)
    t.ok((await login(other, { email, password: PASSWORD })).accessToken)
  }
  await passes(before, known)
  await passes(known, before)
  await passes(known, used)
  await passes(used, known)
  const early = await login(used, account)
  const refused = await before.app.inject({ url: '/v1/users/me', headers: early.bearer })
  t.equal(refused.statusCode, 401, 'hence the step in between, where each process knows both')

  // what was made under the new keys needs the old ones no more
  const session = await login(used, account)
  const after = await at(fresh)
  t.equal((await after.app.inject({ url: '/v1/users/me', headers: session.bearer })).statusCode, 200)
  const { refreshToken } = session
  t.equal((await post(after.app, '/v1/auth/refresh-token', { refreshToken })).statusCode, 200)
  t.ok((await login(after, account)).accessToken)
})

t.test('an exchange of keys gives nobody a second budget, and starts none anew', async (t) => {
  const [old, fresh] = [newKeys(), newKeys()]
  const both = (first: Record<string, string>, second: Record<string, string>) =>
    Object.fromEntries(LISTS.map((name) => [name, `${first[name]},${second[name]}`]))
  const limits = { LOGIN_MAX_FAILURES: '4', OTP_MAX_SENDS: '4' }
  const before = await build(t, { env: { ...old, ...limits } })
  const at = (env: Record<string, string>) =>
    build(t, { env: { ...env, ...limits }, shareDatabaseOf: before, clock: before.clock })
  const steps = [before, await at(both(old, fresh)), await at(both(fresh, old)), await at(fresh)]
  for (const [index, one] of steps.slice(0, -1).entries()) {
    const other = steps[index + 1] as TestApp
    for (const remoteAddress of ['192.0.2.7', '2001:db8::7']) {
      const email = newEmail()
      const attempt = (test: TestApp) =>
        post(test.app, '/v1/auth/login', { email, password: 'not it' }, { remoteAddress })
      const send = (test: TestApp) => post(test.app, '/v1/auth/password/forgot', { email }, { remoteAddress })
      for (const [act, granted] of [
        [attempt, 401],
        [send, 202],
      ] as const) {
        const statuses = []
        for (const test of [one, other, one, other, one, other]) statuses.push((await act(test)).statusCode)
        t.same(statuses, [granted, granted, granted, granted, 429, 429], `step ${index}, ${remoteAddress}`)
      }
    }
  }

  // from the first step to the last, processes that are one step apart
  const email = newEmail()
  const attempt = (test: TestApp) => post(test.app, '/v1/auth/login', { email, password: 'not it' })
  const statuses = []
  for (const test of [...steps.slice(1), steps[3] as TestApp, steps[3] as TestApp])
    statuses.push((await attempt(test)).statusCode)
  t.same(statuses, [401, 401, 401, 401, 429], 'the counts go with the keys')

  const { email: known } = await register(before)
  const refuse = () => post(steps[1]?.app as never, '/v1/auth/login', { email: known, password: 'not it' })
  for (const _ of [1, 2, 3, 4]) await refuse()
  t.equal((await refuse()).statusCode, 429)
  const { challengeId, code } = await challenge(before, 'password/forgot', { email: known })
  const verified = await post(before.app, '/v1/auth/password/forgot/verify', { challengeId, code })
  const reset = { resetToken: verified.json().resetToken, newPassword: 'another river runs by it' }
  const done = await post(steps[2]?.app as never, '/v1/auth/password/reset', reset)
  t.equal(done.statusCode, 204, done.body)
  t.equal((await refuse()).statusCode, 401, 'a reset lifts the counts under each key')
})
