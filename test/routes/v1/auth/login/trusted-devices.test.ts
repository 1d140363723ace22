import t, { type Test } from 'tap'
import { audited, caller, loginAs } from '../../../../support/admin.js'
import { build, challenge, login, PASSWORD, post, register, type TestApp, withMail } from '../../../../support/app.js'
import { beginLogin, claimsOf, enrol } from '../../../../support/factors.js'
import { storeSession } from '../../../../support/session.js'

const LOGIN = '/v1/auth/login'
const VERIFY = '/v1/auth/login/verify'
const SESSIONS = '/v1/users/me/sessions'
const DAY = 24 * 3_600_000
const env = { TRUSTED_DEVICE_TTL: '30d', OTP_MAX_SENDS: '0' }

/** Signs in by a mailed code and trusts the device, in the body mode. */
async function trust(test: TestApp, account?: { email: string; password: string }) {
  const { email, password } = account ?? (await register(test))
  const { challengeId, code } = await challenge(test, 'login', { email, password })
  const answer = await post(test.app, VERIFY, { challengeId, code, delivery: 'body', trustDevice: true })
  if (answer.statusCode !== 200) throw new Error(answer.body)
  const { accessToken, refreshToken, deviceToken } = answer.json()
  return { email, password, accessToken, refreshToken, deviceToken, bearer: { authorization: `Bearer ${accessToken}` } }
}

type Trusting = Awaited<ReturnType<typeof trust>>

async function again({ app }: Pick<TestApp, 'app'>, { email, password, deviceToken }: Trusting, others: object = {}) {
  const answer = await post(app, LOGIN, { email, password, deviceToken, ...others })
  // a code that is still to be mailed would be taken for the next one
  await app.jobs.drain()
  return answer
}

t.test('a trusted device signs in by the password alone, as long as the server says', async (t) => {
  const test = await build(t, { env })
  const device = await trust(test)
  const { answer, mail } = await withMail(test, device.email, /New sign-in/, () => again(test, device))
  t.equal(answer.statusCode, 200, answer.body)
  t.ok(mail)
  const { accessToken, refreshToken, deviceToken } = answer.json()
  t.ok(refreshToken)
  t.equal(deviceToken, undefined, 'the device keeps its proof')
  t.match(claimsOf(accessToken), { amr: ['pwd'], acr: 'aal1' })
  t.equal((await again(test, device)).statusCode, 200)
  t.equal((await again(test, device, { password: 'wrong wrong wrong' })).statusCode, 401)
  t.equal((await again(test, device, { deviceToken: undefined })).statusCode, 202, 'another device')
  const stranger = await trust(test)
  t.equal((await again(test, stranger, { email: device.email })).statusCode, 202, 'trusted by another account')
  test.clock.advance(30 * DAY)
  t.equal((await again(test, device)).statusCode, 202)
})

t.test('in a browser the proof is an httpOnly cookie, and the tokens come as it does', async (t) => {
  const test = await build(t, { env })
  const { email, password } = await register(test)
  const { challengeId, code } = await challenge(test, 'login', { email, password })
  const first = await post(test.app, VERIFY, { challengeId, code, trustDevice: true })
  const [, device = ''] = first.headers['set-cookie'] as unknown as string[]
  const [cookie = ''] = device.split(';')
  t.match(cookie, /^__Host-device=/)
  const second = await post(test.app, LOGIN, { email, password }, { headers: { cookie } })
  t.equal(second.statusCode, 200)
  t.equal(second.json().refreshToken, undefined)
  t.match(second.headers['set-cookie'], /^__Host-refresh=/)
})

t.test('no device is trusted by default, nor without being asked for', async (t) => {
  const off = await build(t, { env: { OTP_MAX_SENDS: '0' } })
  const device = await trust(off)
  t.equal((await again(off, device)).statusCode, 202)
  t.match(await off.app.db.User.findOne().lean(), { trustedDevices: undefined })
  const on = await build(t, { shareDatabaseOf: off, clock: off.clock, env })
  t.equal((await again(on, device)).statusCode, 202)
  const unasked = await login(on, device)
  t.equal((await again(on, { ...device, deviceToken: unasked.deviceToken })).statusCode, 202)
  const trusted = await trust(on, device)
  t.equal((await again(on, trusted)).statusCode, 200)
  t.equal((await again(off, trusted)).statusCode, 202, 'a server that stops trusting trusts no device from before')
})

t.test('with a second factor, a trusted device signs in without it, and steps up by it', async (t) => {
  const test = await build(t, { env })
  const session = await storeSession(test)
  const { code } = await enrol(test, session)
  test.clock.advance(30_000)
  const { challengeId } = await beginLogin(test, session)
  const answer = await post(test.app, VERIFY, {
    challengeId,
    method: 'totp',
    code: code(),
    delivery: 'body',
    trustDevice: true,
  })
  const signedIn = await again(test, { ...session, deviceToken: answer.json().deviceToken } as Trusting)
  t.equal(signedIn.statusCode, 200)
  const bearer = { authorization: `Bearer ${signedIn.json().accessToken}` }
  const change = await caller(test, { bearer })('POST', '/v1/users/me/email', {
    email: 'x@example.com',
    currentPassword: PASSWORD,
  })
  t.match(change.json(), { status: 403, code: 'STEP_UP_REQUIRED', methods: ['totp', 'backup-code'] })
})

t.test('a device does not stand in for a factor that the server requires', async (t) => {
  const test = await build(t, { env })
  const device = await trust(test)
  const strict = await build(t, { shareDatabaseOf: test, clock: test.clock, env: { ...env, MFA_REQUIRED: 'all' } })
  t.equal((await again(strict, device)).statusCode, 202)
  t.equal((await again(test, device)).statusCode, 200)
})

t.test('trusted devices are listed and revoked along with the sessions', async (t) => {
  const test = await build(t, { env })
  const device = await trust(test)
  const call = caller(test, device)
  const { items, trustedDevices } = (await call('GET', SESSIONS)).json()
  t.equal(items.length, 1)
  t.match(trustedDevices, [{ id: String, userAgent: 'lightMyRequest', ip: '127.0.0.1' }])
  t.same(Object.keys(trustedDevices[0]).sort(), ['createdAt', 'expiresAt', 'id', 'ip', 'userAgent'])
  t.match((await call('GET', '/v1/users/me/export')).json().trustedDevices, trustedDevices)
  const [{ id }] = trustedDevices
  t.equal((await caller(test, await storeSession(test))('DELETE', `${SESSIONS}/${id}`)).statusCode, 404)
  t.equal((await again(test, device)).statusCode, 200)
  t.equal((await call('DELETE', `${SESSIONS}/${id}`)).statusCode, 204)
  t.equal((await again(test, device)).statusCode, 202)
  t.equal((await call('DELETE', `${SESSIONS}/${id}`)).statusCode, 404)
  t.ok(
    (
      await audited(test.app, (await test.app.db.User.findOne({ email: device.email }).lean())?._id.toString() ?? '')
    ).includes('device.distrusted'),
  )
  const expiring = await trust(test, device)
  test.clock.advance(31 * DAY)
  const late = await login(test, expiring)
  t.same((await caller(test, late)('GET', SESSIONS)).json().trustedDevices, [])
})

/** What ends the trust in every device of an account. */
const ENDS: Record<string, (test: TestApp, device: Trusting) => Promise<{ statusCode: number; password?: string }>> = {
  'a change of the password': async (test, device) => {
    const newPassword = 'another river runs by it'
    const payload = { currentPassword: PASSWORD, newPassword }
    const { statusCode } = await caller(test, device)('PUT', '/v1/users/me/password', payload)
    return { statusCode, password: newPassword }
  },
  'a password reset': async (test, { email }) => {
    const { challengeId, code } = await challenge(test, 'password/forgot', { email })
    const { resetToken } = (await post(test.app, '/v1/auth/password/forgot/verify', { challengeId, code })).json()
    const newPassword = 'another river runs by it'
    const { statusCode } = await post(test.app, '/v1/auth/password/reset', { resetToken, newPassword })
    return { statusCode, password: newPassword }
  },
  'a new factor': async (test, device) => {
    await enrol(test, device)
    return { statusCode: 204 }
  },
  'a sign-out everywhere': (test, device) => caller(test, device)('POST', '/v1/auth/logout-all', { keepCurrent: true }),
  'an administrator who ends the sessions': async (test, { email }) => {
    const admin = await loginAs(test, { permissions: ['users:write'] })
    const { _id } = (await test.app.db.User.findOne({ email }).lean()) ?? {}
    return caller(test, admin)('DELETE', `/v1/admin/users/${_id}/sessions`)
  },
}

for (const [what, act] of Object.entries(ENDS)) {
  t.test(`the trust ends with ${what}`, async (t: Test) => {
    const test = await build(t, { env })
    const device = await trust(test)
    t.equal((await again(test, device)).statusCode, 200)
    const { statusCode, password = device.password } = await act(test, device)
    t.equal(statusCode, 204)
    t.equal((await again(test, { ...device, password })).statusCode, 202)
  })
}

t.test('new backup codes and a removed factor end the trust, too', async (t) => {
  const test = await build(t, { env })
  const session = await storeSession(test)
  const { factorId } = await enrol(test, session)
  const call = caller(test, session)
  const trusted = {
    _id: 'x',
    deviceHash: 'x',
    createdAt: test.clock.now(),
    expiresAt: test.clock.now(),
    userAgent: '',
    ip: '',
  }
  const count = async () => (await test.app.db.User.findOne().lean())?.trustedDevices?.length
  for (const [method, path] of [
    ['POST', '/v1/users/me/factors/backup-codes'],
    ['DELETE', `/v1/users/me/factors/${factorId}`],
  ] as const) {
    await test.app.db.User.updateOne({}, { $push: { trustedDevices: trusted } })
    t.equal(await count(), 1)
    t.ok((await call(method, path, {})).statusCode < 300)
    t.equal(await count(), 0, path)
  }
})
