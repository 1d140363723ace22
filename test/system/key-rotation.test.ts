import { randomBytes } from 'node:crypto'
import t from 'tap'
import { build, login, newEmail, PASSWORD, post, register, type TestApp } from '../support/helper.js'

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
