import t from 'tap'
import { audited } from '../../../../support/admin.js'
import { atOnce, build, post, register, type TestApp, tally, withMail } from '../../../../support/app.js'
import { Authenticator, type Deviations } from '../../../../support/authenticator.js'
import { beginLogin, claimsOf, storePasskey, storeTotp } from '../../../../support/factors.js'

const VERIFY = '/v1/auth/login/verify'

const verify = ({ app }: Pick<TestApp, 'app'>, payload: object) => post(app, VERIFY, { delivery: 'body', ...payload })

/** Signs in by the password and a passkey, with deviations from what is right. */
async function signIn(
  test: Pick<TestApp, 'app'>,
  account: { email: string; password: string },
  passkey: Authenticator,
  deviations: Deviations = {},
) {
  const { challengeId, passkeyOptions } = await beginLogin(test, account)
  return verify(test, { challengeId, response: passkey.get(passkeyOptions, deviations) })
}

t.test('with a passkey, a sign-in offers it, and no code is mailed', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const passkey = await storePasskey(test, account.email)
  const other = await storePasskey(test, account.email)
  const { challengeId, methods, passkeyOptions } = await beginLogin(test, account)
  t.same(methods, ['passkey'])
  t.same(passkeyOptions, {
    challenge: passkeyOptions.challenge,
    timeout: 300_000,
    rpId: 'localhost',
    allowCredentials: [passkey, other].map(({ id }) => ({ id, type: 'public-key', transports: ['internal'] })),
    userVerification: 'preferred',
  })
  const { answer } = await withMail(test, account.email, /New sign-in/, () =>
    verify(test, { challengeId, response: passkey.get(passkeyOptions) }),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.match(claimsOf(answer.json().accessToken), { amr: ['pwd', 'swk', 'user', 'mfa'], acr: 'aal2' })
  t.notOk((await test.mails(account.email)).some(({ subject }) => /sign-in code/.test(subject)))
  t.match((await test.app.db.User.findOne({ email: account.email }).lean())?.factors, [
    { lastUsedAt: Date },
    { lastUsedAt: null },
  ])
})

t.test('after the password, a passkey need not have verified the person', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const passkey = await storePasskey(test, account.email, new Authenticator({ synced: false }))
  const response = await signIn(test, account, passkey, { userVerified: false, userHandle: undefined })
  t.equal(response.statusCode, 200, response.body)
  t.match(claimsOf(response.json().accessToken), { amr: ['pwd', 'hwk', 'user', 'mfa'], acr: 'aal2' })
})

t.test('a passkey and an authenticator app are both offered, and either completes the sign-in', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const passkey = await storePasskey(test, account.email)
  const code = await storeTotp(test, account.email)
  const first = await beginLogin(test, account)
  t.same(first.methods, ['passkey', 'totp'])
  t.equal((await verify(test, { challengeId: first.challengeId, method: 'totp', code: code() })).statusCode, 200)
  t.equal((await signIn(test, account, passkey)).statusCode, 200)
})

t.test('a wrong answer counts as a wrong code, and the owner is told', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const passkey = await storePasskey(test, account.email)
  const { challengeId, passkeyOptions } = await beginLogin(test, account)
  const response = passkey.get(passkeyOptions, { client: { origin: 'https://evil.example' } })
  const { answer } = await withMail(test, account.email, /sign-in was stopped/, () =>
    verify(test, { challengeId, response }),
  )
  t.match(answer.json(), { status: 401, code: 'INVALID_CODE' })
  await atOnce(4, () => verify(test, { challengeId, response }))
  const right = await verify(test, { challengeId, response: passkey.get(passkeyOptions) })
  t.match(right.json(), { status: 401, code: 'INVALID_CODE' }, 'the attempts are used up')
  t.equal((await signIn(test, account, passkey)).statusCode, 200, 'with another challenge')
})

t.test('only the passkeys of the account answer its challenge, and only this one', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const passkey = await storePasskey(test, account.email)
  const stranger = await register(test)
  const theirs = await storePasskey(test, stranger.email)
  t.match((await signIn(test, account, theirs)).json(), { status: 401, code: 'INVALID_CODE' })
  const { challengeId } = await beginLogin(test, account)
  const { passkeyOptions } = await beginLogin(test, account)
  const response = passkey.get(passkeyOptions)
  t.match((await verify(test, { challengeId, response })).json(), { status: 401, code: 'INVALID_CODE' })
  const nameless = await post(test.app, '/v1/auth/passkey/verify', { challengeId, response })
  t.match(nameless.json(), { status: 401, code: 'INVALID_CODE' }, 'nor that of a sign-in without a name')
})

t.test('a challenge for a mailed code has no passkey that answers it', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const { challengeId } = await beginLogin(test, account)
  const response = new Authenticator().get({ challenge: 'AAAA', rpId: 'localhost' })
  t.match((await verify(test, { challengeId, response })).json(), { status: 401, code: 'INVALID_CODE' })
})

t.test('an answer is a code or that of a passkey', async (t) => {
  const test = await build(t)
  const response = new Authenticator().get({ challenge: 'AAAA', rpId: 'localhost' })
  const bodies = [{}, { method: 'totp' }, { response, code: '123456' }]
  for (const body of bodies) {
    const refused = await verify(test, { challengeId: 'AAAA', ...body })
    t.match(refused.json(), { status: 400, code: 'VALIDATION_FAILED', errors: [{ pointer: '', code: 'oneOf' }] })
  }
})

t.test('fifty answers to one challenge at once, on two processes, open one session', async (t) => {
  const test = await build(t)
  const other = await build(t, { shareDatabaseOf: test, clock: test.clock })
  const account = await register(test)
  const passkey = await storePasskey(test, account.email, new Authenticator({ counts: true }))
  const { challengeId, passkeyOptions } = await beginLogin(test, account)
  const response = passkey.get(passkeyOptions)
  const answers = await atOnce(50, (i) => verify(i % 2 === 0 ? test : other, { challengeId, response }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  t.equal((await test.app.db.User.findOne({ email: account.email }).lean())?.sessions.length, 1)
  t.notOk((await audited(test.app, account.user.id)).includes('factor.passkey-refused'), 'no copy is suspected')
})

t.test('a signature counter that has not risen is refused after the password, too', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const passkey = await storePasskey(test, account.email, new Authenticator({ counts: true }))
  t.equal((await signIn(test, account, passkey, { counter: 7 })).statusCode, 200)
  const { answer } = await withMail(test, account.email, /passkey was refused/, () =>
    signIn(test, account, passkey, { counter: 7 }),
  )
  t.match(answer.json(), { status: 401, code: 'INVALID_CODE' })
})

t.test('a passkey that is removed while its answer is checked is not used', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const passkey = await storePasskey(test, account.email)
  const { challengeId, passkeyOptions } = await beginLogin(test, account)
  await test.app.db.User.updateOne({ email: account.email }, { $set: { factors: [] } })
  const response = passkey.get(passkeyOptions)
  t.match((await verify(test, { challengeId, response })).json(), { status: 401, code: 'INVALID_CODE' })
})
