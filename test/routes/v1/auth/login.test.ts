import t from 'tap'
import { atOnce, build, challenge, login, newEmail, PASSWORD, post, register, tally } from '../../../support/app.js'

const LOGIN = '/v1/auth/login'

t.test('the right password mails a code, and gives no token of any kind', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  const answer = await post(test.app, LOGIN, { email: ` ${email.toUpperCase()} `, password })
  t.equal(answer.statusCode, 202)
  t.same(Object.keys(answer.json()).sort(), ['challengeId', 'expiresAt', 'methods', 'resendAvailableAt'])
  t.same(answer.json().methods, ['mail'])
  t.equal(answer.headers['set-cookie'], undefined)
  const { challengeId } = answer.json()
  const asToken = await test.app.inject({
    url: '/v1/users/me',
    headers: { authorization: `Bearer ${challengeId}` },
  })
  t.equal(asToken.json().code, 'TOKEN_INVALID')
  t.match(await test.app.db.User.findOne({ email }).lean(), { sessions: [] })
})

t.test('a wrong password, an unknown and a suspended account are refused alike', async (t) => {
  const test = await build(t)
  const { email, password, user } = await register(test)
  const suspended = await register(test)
  await test.app.db.User.updateOne({ email: suspended.email }, { $set: { status: 'suspended' } })
  const refused = [
    { email, password: 'not my password at all' },
    { email: newEmail(), password },
    { email: suspended.email, password },
  ]
  for (const payload of refused) {
    const response = await post(test.app, LOGIN, payload)
    t.match({ status: response.statusCode, ...response.json() }, { status: 401, code: 'INVALID_CREDENTIALS' })
  }
  const events = await test.app.db.AuditEvent.find({ action: 'login.failed' }).sort({ _id: 1 }).lean()
  t.same(
    events.map(({ targetId }) => targetId === null),
    [false, true, false],
  )
  t.equal(events[0]?.targetId, user.id)
  t.equal((await test.mails(suspended.email)).length, 1, 'no code for the suspended account')
  t.equal(await test.app.db.Budget.countDocuments({ _id: /^password:[^:]+$/, count: 1 }), 3, 'each is counted')
})

t.test('a password is compared as it was typed, whole', async (t) => {
  const test = await build(t)
  const password = '😀'.repeat(63)
  const { email } = await register(test, newEmail(), `${password}é`)
  const accepted = async (candidate: string) =>
    (await post(test.app, LOGIN, { email, password: candidate })).statusCode === 202
  t.equal(await accepted(`${password}é`), true, 'all of its 254 bytes')
  t.equal(await accepted(`${password}e\u0301`), true, 'in either normal form')
  for (const other of [`${password}e`, `${password}É`, `${password}é `, ` ${password}é`, password, '😀'.repeat(18)]) {
    t.equal(await accepted(other), false)
  }
})

t.test('a password works however old it is', async (t) => {
  const test = await build(t)
  const account = await register(test)
  test.clock.advance(2 * 365 * 24 * 3_600_000)
  await login(test, account)
})

t.test('the eleventh wrong password of a network within a quarter of an hour is not even compared', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  const guess = (candidate = 'wrong wrong wrong', remoteAddress = '203.0.113.1') =>
    post(test.app, LOGIN, { email, password: candidate }, { remoteAddress })
  const answers = await atOnce(50, () => guess())
  t.same(tally(answers.map((answer) => answer.json().code)), { INVALID_CREDENTIALS: 10, TOO_MANY_FAILURES: 40 })
  const right = await guess(password)
  t.match({ status: right.statusCode, ...right.json() }, { status: 429, code: 'TOO_MANY_FAILURES' })
  t.ok(Number(right.headers['retry-after']) > 800 && Number(right.headers['retry-after']) <= 900)
  t.match(await test.app.db.AuditEvent.findOne({ action: 'throttle.reached' }), { details: { kind: 'password' } })
  t.equal((await guess(password, '203.0.113.2')).statusCode, 202, 'another network is not shut out')
  test.clock.advance(15 * 60_000)
  t.equal((await guess(password)).statusCode, 202)
})

t.test(
  'a hundred wrong passwords of many networks shut out every network, but no device that has signed in',
  async (t) => {
    const test = await build(t)
    const account = await register(test)
    const { email, password } = account
    const { deviceToken } = await login(test, account)
    const guess = (index: number) =>
      post(test.app, LOGIN, { email, password: 'wrong wrong wrong' }, { remoteAddress: `203.0.113.${index + 1}` })
    const answers = []
    for (let round = 0; round < 5; round++) {
      answers.push(...(await atOnce(26, (index) => guess(26 * round + index))))
    }
    t.same(tally(answers.map((answer) => answer.json().code)), { INVALID_CREDENTIALS: 100, TOO_MANY_FAILURES: 30 })
    const elsewhere = { remoteAddress: '198.51.100.1' }
    t.equal((await post(test.app, LOGIN, { email, password }, elsewhere)).statusCode, 429)
    t.equal((await post(test.app, LOGIN, { email, password, deviceToken }, elsewhere)).statusCode, 202)
    const cookie = { ...elsewhere, headers: { cookie: `__Host-device=${deviceToken}` } }
    t.equal((await post(test.app, LOGIN, { email, password }, cookie)).statusCode, 202)
    const forged = [`${deviceToken.slice(0, -2)}AA`, 'x', 'a'.repeat(64), '__proto__']
    for (const token of forged) {
      t.equal((await post(test.app, LOGIN, { email, password, deviceToken: token }, elsewhere)).statusCode, 429, token)
    }
    const other = await login(test)
    t.equal(
      (await post(test.app, LOGIN, { email, password, deviceToken: other.deviceToken }, elsewhere)).statusCode,
      429,
      'the device of another account',
    )
    const wrongOnes = await atOnce(20, () =>
      post(test.app, LOGIN, { email, password: 'wrong wrong wrong', deviceToken }, elsewhere),
    )
    t.same(tally(wrongOnes.map(({ statusCode }) => statusCode)), { 401: 10, 429: 10 })
  },
)

t.test('the networks of one IPv6 /48 share twice the budget of one', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '3' } })
  const { email } = await register(test)
  const guess = (remoteAddress: string) =>
    post(test.app, LOGIN, { email, password: 'wrong wrong wrong' }, { remoteAddress })
  const answers = await atOnce(12, (index) => guess(`2001:db8:1:${index}::1`))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 401: 6, 429: 6 })
  t.equal((await guess('2001:db8:2::1')).statusCode, 401)
})

t.test('neither answer nor throttle tells whether an address has an account, or where it signs in from', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '2', OTP_MAX_SENDS: '3' } })
  const shared = { remoteAddress: '203.0.113.7' }
  const elsewhere = { remoteAddress: '198.51.100.7' }
  const signedIn = await register(test)
  const first = await challenge(test, 'login', { email: signedIn.email, password: signedIn.password }, shared)
  await post(test.app, '/v1/auth/login/verify', { challengeId: first.challengeId, code: first.code }, shared)
  const never = await register(test)
  const seen = []
  for (const email of [signedIn.email, never.email, newEmail()]) {
    const statuses = []
    for (const from of [shared, shared, shared, elsewhere]) {
      statuses.push((await post(test.app, LOGIN, { email, password: 'wrong wrong wrong' }, from)).statusCode)
    }
    for (const from of [shared, shared, shared, shared, elsewhere]) {
      statuses.push((await post(test.app, '/v1/auth/password/forgot', { email }, from)).statusCode)
    }
    seen.push(statuses)
  }
  for (const statuses of seen) t.same(statuses, [401, 401, 429, 401, 202, 202, 202, 429, 202])
})

t.test('an unknown address is throttled as a known one is', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '3' } })
  const email = newEmail()
  const codes = []
  for (let i = 0; i < 5; i++) codes.push((await post(test.app, LOGIN, { email, password: PASSWORD })).json().code)
  t.same(tally(codes), { INVALID_CREDENTIALS: 3, TOO_MANY_FAILURES: 2 })
})

t.test('right passwords use up no attempts, however many there are', async (t) => {
  const test = await build(t, { env: { OTP_MAX_SENDS: '0' } })
  const { email, password } = await register(test)
  await atOnce(40, () => post(test.app, LOGIN, { email, password }))
  t.same(await test.app.db.Budget.distinct('count', { _id: /^password:/ }), [0])
  t.equal((await post(test.app, LOGIN, { email, password })).statusCode, 202)
})

t.test('strangers in one place lock the owner out of no other', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  const stranger = { remoteAddress: '198.51.100.9' }
  for (let i = 0; i < 11; i++) await post(test.app, LOGIN, { email, password: 'wrong wrong wrong' }, stranger)
  for (let i = 0; i < 6; i++) await post(test.app, '/v1/auth/password/forgot', { email }, stranger)
  t.equal((await post(test.app, LOGIN, { email, password }, stranger)).statusCode, 429)
  t.equal((await post(test.app, LOGIN, { email, password })).statusCode, 202)
  t.equal((await post(test.app, '/v1/auth/password/forgot', { email })).statusCode, 202)
})

t.test('two processes share the counts', async (t) => {
  const one = await build(t, { env: { LOGIN_MAX_FAILURES: '4' } })
  const two = await build(t, { shareDatabaseOf: one, env: { LOGIN_MAX_FAILURES: '4' } })
  const { email } = await register(one)
  const answers = await atOnce(12, (i) =>
    post((i % 2 ? one : two).app, LOGIN, { email, password: 'wrong wrong wrong' }),
  )
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 401: 4, 429: 8 })
})

t.test('a password set while a sign-in runs makes its code worthless', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const session = await login(test, account)
  const { challengeId, code } = await challenge(test, 'login', { email: account.email, password: account.password })
  await test.app.inject({
    method: 'PUT',
    url: '/v1/users/me/password',
    headers: session.bearer,
    payload: { currentPassword: account.password, newPassword: 'quite another password' },
  })
  const response = await post(test.app, '/v1/auth/login/verify', { challengeId, code })
  t.match({ status: response.statusCode, ...response.json() }, { status: 401, code: 'INVALID_CODE' })
  t.equal((await test.app.db.User.findOne().lean())?.sessions.length, 1)
})
