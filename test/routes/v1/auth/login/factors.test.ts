import t from 'tap'
import { audited } from '../../../../support/admin.js'
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
} from '../../../../support/app.js'
import { beginLogin, claimsOf, storeBackupCodes, storePasskey, storeTotp } from '../../../../support/factors.js'

const VERIFY = '/v1/auth/login/verify'
const REFRESH = '/v1/auth/refresh-token'
const STEP = 30_000

const verify = ({ app }: Pick<TestApp, 'app'>, payload: object) => post(app, VERIFY, { delivery: 'body', ...payload })

t.test('with an authenticator app, a sign-in asks for its code, and no code is mailed', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const code = await storeTotp(test, account.email)
  const { challengeId, methods } = await beginLogin(test, account)
  t.same(methods, ['totp'])
  const { answer, mail } = await withMail(test, account.email, /New sign-in/, () =>
    verify(test, { challengeId, method: 'totp', code: `${code().slice(0, 3)} ${code().slice(3)}` }),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.ok(mail)
  t.notOk((await test.mails(account.email)).some(({ subject }) => /sign-in code/.test(subject)))
  const stored = await test.app.db.User.findOne({ email: account.email }).lean()
  t.match(stored?.factors, [{ type: 'totp', lastUsedAt: Date }])
})

t.test('neither a mailed code nor a new one is to be had for an account with a factor', async (t) => {
  const test = await build(t)
  const account = await register(test)
  await storeTotp(test, account.email)
  const { challengeId } = await beginLogin(test, account)
  const byMail = await verify(test, { challengeId, code: '123456' })
  t.match(byMail.json(), { status: 401, code: 'INVALID_CODE' })
  // a mail that is being sent would be sent again
  await test.app.jobs.drain()
  test.clock.advance(60_000)
  const resent = await post(test.app, '/v1/auth/resend-code', { challengeId })
  t.match(resent.json(), { status: 401, code: 'INVALID_CODE' })
  t.same((await test.mails(account.email)).map(({ subject }) => subject).sort(), [
    'A sign-in was stopped',
    'Your registration code',
  ])
})

t.test('a method that the account does not have answers no challenge', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const { challengeId } = await beginLogin(test, account)
  for (const [method, code] of [
    ['totp', '123456'],
    ['backup-code', '00000-00000'],
  ]) {
    t.match((await verify(test, { challengeId, method, code })).json(), { status: 401, code: 'INVALID_CODE' })
  }
  t.match((await verify(test, { challengeId, method: 'passkey', code: '123456' })).json(), { status: 400 })
  t.match(await test.app.db.Challenge.findOne({ consumedAt: null, purpose: 'login' }), { attempts: 2 })
})

t.test('text that cannot be a code of the method is told so, and costs no attempt', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const code = await storeTotp(test, account.email)
  const { challengeId } = await beginLogin(test, account)
  for (const [method, text] of [
    ['totp', '00000-00000'],
    ['backup-code', '123456'],
  ]) {
    const response = await verify(test, { challengeId, method, code: text })
    t.match(response.json(), { status: 400, errors: [{ pointer: '/code' }] })
  }
  t.equal((await verify(test, { challengeId, method: 'totp', code: code() })).statusCode, 200)
})

t.test('fifty right codes at once, on two processes, open one session', async (t) => {
  const test = await build(t)
  const other = await build(t, { shareDatabaseOf: test, clock: test.clock })
  const account = await register(test)
  const code = await storeTotp(test, account.email)
  const challenges: { challengeId: string }[] = []
  // more than one challenge: each takes only five attempts
  for (let i = 0; i < 5; i++) challenges.push(await beginLogin(test, account))
  const answers = await atOnce(50, (i) =>
    verify(i % 2 === 0 ? test : other, {
      challengeId: challenges[i % 5]?.challengeId,
      method: 'totp',
      code: code(),
    }),
  )
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  t.equal((await test.app.db.User.findOne({ email: account.email }).lean())?.sessions.length, 1)
})

t.test('a time step is used once, none before it is used later, and one on either side is accepted', async (t) => {
  const test = await build(t, { env: { OTP_MAX_SENDS: '0' } })
  const account = await register(test)
  const code = await storeTotp(test, account.email)
  const statusOf = async (steps: number) => {
    const { challengeId } = await beginLogin(test, account)
    return (await verify(test, { challengeId, method: 'totp', code: code(steps) })).statusCode
  }
  t.equal(await statusOf(-2), 401)
  t.equal(await statusOf(2), 401)
  t.equal(await statusOf(-1), 200)
  t.equal(await statusOf(-1), 401, 'used')
  t.equal(await statusOf(1), 200)
  t.equal(await statusOf(0), 401, 'before the last one')
  test.clock.advance(2 * STEP)
  t.equal(await statusOf(0), 200)
})

t.test('a backup code signs in once, typed in any form, and the owner is told', async (t) => {
  const test = await build(t)
  const account = await register(test)
  await storeTotp(test, account.email)
  const codes = await storeBackupCodes(test, account.email)
  const [first = '', second = ''] = codes
  const { challengeId, methods } = await beginLogin(test, account)
  t.same(methods, ['totp', 'backup-code'])
  const { answer, mail } = await withMail(test, account.email, /backup code was used/, () =>
    verify(test, { challengeId, method: 'backup-code', code: ` ${first.slice(0, 5).toLowerCase()} ${first.slice(5)}` }),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.match(mail.text, 'Codes left: 9')
  t.match(claimsOf(answer.json().accessToken), { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' })
  const again = await beginLogin(test, account)
  const statusOf = async (code: string) =>
    (await verify(test, { challengeId: again.challengeId, method: 'backup-code', code })).statusCode
  t.equal(await statusOf(first), 401)
  t.equal(await statusOf(second), 200)
  t.ok((await audited(test.app, account.user.id)).includes('factor.backup-code-used'))
  const stored = await test.app.db.User.findOne({ email: account.email }).lean()
  t.equal(stored?.factors?.[1]?.codes?.length, 8)
  t.notOk(JSON.stringify(stored).includes(codes[5] as string))
})

t.test('fifty uses of one backup code at once, on two processes, give one session', async (t) => {
  const test = await build(t)
  const other = await build(t, { shareDatabaseOf: test, clock: test.clock })
  const account = await register(test)
  await storeTotp(test, account.email)
  const [code] = await storeBackupCodes(test, account.email)
  const challenges: { challengeId: string }[] = []
  for (let i = 0; i < 5; i++) challenges.push(await beginLogin(test, account))
  const answers = await atOnce(50, (i) =>
    verify(i % 2 === 0 ? test : other, { challengeId: challenges[i % 5]?.challengeId, method: 'backup-code', code }),
  )
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  const stored = await test.app.db.User.findOne({ email: account.email }).lean()
  t.equal(stored?.sessions.length, 1)
  t.equal(stored?.factors?.[1]?.codes?.length, 9)
})

t.test('the last backup code is the last: the method is then offered no more', async (t) => {
  const test = await build(t, { env: { OTP_MAX_SENDS: '0' } })
  const account = await register(test)
  await storeTotp(test, account.email)
  for (const code of await storeBackupCodes(test, account.email)) {
    const { challengeId, methods } = await beginLogin(test, account)
    t.same(methods, ['totp', 'backup-code'])
    t.equal((await verify(test, { challengeId, method: 'backup-code', code })).statusCode, 200)
  }
  t.same((await beginLogin(test, account)).methods, ['totp'])
})

t.test('a change of the factors ends a sign-in that began before it', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const code = await storeTotp(test, account.email)
  const { challengeId } = await beginLogin(test, account)
  await storePasskey(test, account.email)
  const response = await verify(test, { challengeId, method: 'totp', code: code() })
  t.match(response.json(), { status: 401, code: 'INVALID_CODE' })
  t.same((await beginLogin(test, account)).methods, ['passkey', 'totp'])
})

t.test('a factor whose secret cannot be decrypted accepts nothing, and breaks nothing', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const code = await storeTotp(test, account.email)
  const [backupCode] = await storeBackupCodes(test, account.email)
  await test.app.db.User.updateOne(
    { email: account.email },
    { $set: { 'factors.0.secret': Buffer.alloc(48), 'factors.1.secret': Buffer.alloc(48) } },
  )
  const { challengeId } = await beginLogin(test, account)
  for (const answer of [
    { method: 'totp', code: code() },
    { method: 'backup-code', code: backupCode },
  ]) {
    t.match((await verify(test, { challengeId, ...answer })).json(), { status: 401, code: 'INVALID_CODE' })
  }
  t.equal(test.logs.filter((line) => line.includes('could not be decrypted')).length, 2)
})

t.test('tokens say how their person authenticated, and a refresh keeps it', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const byMail = await login(test, account)
  t.match(claimsOf(byMail.accessToken), { amr: ['pwd'], acr: 'aal1' })
  const code = await storeTotp(test, account.email)
  const { challengeId } = await beginLogin(test, account)
  const before = Math.floor(test.clock.now().getTime() / 1000)
  const tokens = (await verify(test, { challengeId, method: 'totp', code: code() })).json()
  const { auth_time } = claimsOf(tokens.accessToken)
  const claims = { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', auth_time }
  t.match(claimsOf(tokens.accessToken), claims)
  t.ok(auth_time - before <= 5 && auth_time >= before)
  test.clock.advance(3_600_000)
  const refreshed = (await post(test.app, REFRESH, { refreshToken: tokens.refreshToken })).json()
  t.match(claimsOf(refreshed.accessToken), claims)
  const repeated = (await post(test.app, REFRESH, { refreshToken: tokens.refreshToken })).json()
  t.match(claimsOf(repeated.accessToken), claims)
  const listed = await test.app.inject({
    url: '/v1/users/me/sessions',
    headers: { authorization: `Bearer ${refreshed.accessToken}` },
  })
  t.match(listed.json().items, [{ amr: ['pwd', 'otp', 'mfa'] }, { amr: ['pwd'] }])
})

t.test('accounts and sessions from before there were factors go on as they were', async (t) => {
  const test = await build(t)
  const session = await login(test)
  await test.app.db.User.updateOne(
    { email: session.email },
    { $unset: { factors: 1, 'sessions.0.amr': 1, 'sessions.0.authTime': 1 } },
  )
  const refreshed = (await post(test.app, REFRESH, { refreshToken: session.refreshToken })).json()
  t.match(claimsOf(refreshed.accessToken), { amr: ['pwd'], acr: 'aal1', auth_time: Number })
  const headers = { authorization: `Bearer ${refreshed.accessToken}` }
  t.match((await test.app.inject({ url: '/v1/users/me/sessions', headers })).json().items, [{ amr: ['pwd'] }])
  await login(test, { email: session.email, password: PASSWORD })
})
