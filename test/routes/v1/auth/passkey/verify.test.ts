import t from 'tap'
import { sha256 } from '../../../../../plugins/keys.js'
import { audited } from '../../../../support/admin.js'
import { atOnce, build, post, register, type TestApp, tally, withMail } from '../../../../support/app.js'
import { Authenticator, type Deviations } from '../../../../support/authenticator.js'
import { claimsOf, storePasskey } from '../../../../support/factors.js'

const BEGIN = '/v1/auth/passkey'
const VERIFY = '/v1/auth/passkey/verify'
const MINUTE = 60_000

type Challenge = { challengeId: string; options: { challenge: string; rpId: string } }

async function begin({ app }: Pick<TestApp, 'app'>): Promise<Challenge> {
  const response = await post(app, BEGIN, {})
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json()
}

const verify = ({ app }: Pick<TestApp, 'app'>, payload: object) => post(app, VERIFY, { delivery: 'body', ...payload })

/** Signs in by a passkey, with deviations from what is right. */
async function signIn(test: Pick<TestApp, 'app'>, passkey: Authenticator, deviations: Deviations = {}) {
  const { challengeId, options } = await begin(test)
  return verify(test, { challengeId, response: passkey.get(options, deviations) })
}

t.test('a passkey signs in without a name, and the owner is told', async (t) => {
  const test = await build(t)
  const { email, user } = await register(test)
  const passkey = await storePasskey(test, email)
  const { challengeId, options } = await begin(test)
  t.same(options, {
    challenge: options.challenge,
    timeout: 5 * MINUTE,
    rpId: 'localhost',
    allowCredentials: [],
    userVerification: 'required',
  })
  const { answer, mail } = await withMail(test, email, /New sign-in/, () =>
    verify(test, { challengeId, response: passkey.get(options) }),
  )
  t.equal(answer.statusCode, 200, answer.body)
  t.ok(mail)
  t.match(answer.json(), { user: { id: user.id }, refreshToken: String, deviceToken: String })
  t.match(claimsOf(answer.json().accessToken), { amr: ['swk', 'user', 'mfa'], acr: 'aal2' })
  const stored = await test.app.db.User.findOne({ email }).lean()
  t.match(stored?.factors, [{ lastUsedAt: Date, counter: 0 }])
  t.match(stored?.sessions, [{ amr: ['swk', 'user', 'mfa'] }])
  t.ok((await audited(test.app, user.id)).includes('login.succeeded'))
})

t.test('by default, the refresh token is only in the cookie', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const passkey = await storePasskey(test, email)
  const { challengeId, options } = await begin(test)
  const response = await post(test.app, VERIFY, { challengeId, response: passkey.get(options) })
  t.equal(response.statusCode, 200, response.body)
  t.notOk('refreshToken' in response.json())
  t.match(
    response.cookies.map(({ name }) => name),
    ['__Host-refresh', '__Host-device'],
  )
})

for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
  t.test(`a passkey that signs by ${algorithm}, on one device only`, async (t) => {
    const test = await build(t)
    const { email } = await register(test)
    const passkey = await storePasskey(test, email, new Authenticator({ algorithm, synced: false, counts: true }))
    const response = await signIn(test, passkey)
    t.equal(response.statusCode, 200, response.body)
    t.match(claimsOf(response.json().accessToken), { amr: ['hwk', 'user', 'mfa'], acr: 'aal2' })
    t.match((await test.app.db.User.findOne({ email }).lean())?.factors, [{ counter: 1 }])
    const other = new Authenticator({ algorithm, synced: false, counts: true })
    const forged = Object.assign(other, { id: passkey.id, userHandle: passkey.userHandle, counter: 1 })
    t.match((await signIn(test, forged)).json(), { status: 401, code: 'INVALID_CODE' }, 'another key')
  })
}

t.test('what does not come from a page of ours, for this challenge, is refused', async (t) => {
  const test = await build(t, { env: { CORS_ORIGINS: 'http://localhost:5173,http://app.localhost:5173' } })
  const { email } = await register(test)
  const passkey = await storePasskey(test, email)
  const other = await register(test)
  const theirs = await storePasskey(test, other.email)
  const { options: elsewhere } = await begin(test)
  const refused: Record<string, Deviations> = {
    'a foreign origin': { client: { origin: 'https://evil.example' } },
    'another port': { client: { origin: 'http://localhost:4000' } },
    'an origin that ours is the beginning of': { client: { origin: 'http://localhost:5173.evil.example' } },
    'another RP ID': { rpId: 'app.localhost' },
    'another challenge': { client: { challenge: elsewhere.challenge } },
    'a registration': { client: { type: 'webauthn.create' } },
    'an embedded page': { client: { crossOrigin: true } },
    'an embedded page that names its top': { client: { crossOrigin: true, topOrigin: 'http://localhost:3000' } },
    'nobody present': { userPresent: false },
    'nobody verified': { userVerified: false },
    'changed authenticator data': { userVerified: false, tamper: (data) => Buffer.from(data).fill(0x1d, 32, 33) },
    'a passkey that is synced all of a sudden': { backupEligible: false },
    'leftover bytes': { tamper: (data) => Buffer.concat([data, Buffer.alloc(1)]) },
    'extensions that are no CBOR': { extensions: Buffer.alloc(1000, 0x81) },
    'an account of somebody else': { userHandle: theirs.userHandle },
    'an account that does not exist': { userHandle: Buffer.alloc(12, 1).toString('base64url') },
    'a handle that is no id': { userHandle: 'AAAA' },
    'no handle': { userHandle: undefined },
  }
  for (const [name, deviations] of Object.entries(refused)) {
    t.match((await signIn(test, passkey, deviations)).json(), { status: 401, code: 'INVALID_CODE' }, name)
  }
  t.equal((await signIn(test, passkey)).statusCode, 200, 'the passkey itself is right')
  for (const origin of ['http://localhost:5173', 'http://app.localhost:5173']) {
    t.equal((await signIn(test, passkey, { client: { origin } })).statusCode, 200, origin)
  }
  t.equal((await signIn(test, passkey, { extensions: Buffer.from('a0', 'hex') })).statusCode, 200, 'extensions')
})

t.test('bytes that are neither JSON nor CBOR nor a signature are refused', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const passkey = await storePasskey(test, email)
  for (const part of ['clientDataJSON', 'authenticatorData', 'signature'] as const) {
    for (const bytes of ['bnVsbA', 'AA', Buffer.from('{"crossOrigin":').toString('base64url')]) {
      const { challengeId, options } = await begin(test)
      const answer = passkey.get(options)
      const response = { ...answer, response: { ...answer.response, [part]: bytes } }
      t.match((await verify(test, { challengeId, response })).json(), { status: 401, code: 'INVALID_CODE' }, part)
    }
  }
  const { challengeId, options } = await begin(test)
  const answer = passkey.get(options)
  const rejected = [
    { ...answer, type: 'password' },
    { ...answer, id: '=' },
    { ...answer, response: { ...answer.response, signature: 'A'.repeat(2049) } },
    { ...answer, response: { ...answer.response, authenticatorData: 'A'.repeat(2049) } },
    { ...answer, response: { ...answer.response, clientDataJSON: 'A'.repeat(4097) } },
  ]
  for (const response of rejected) t.match((await verify(test, { challengeId, response })).json(), { status: 400 })
  t.match((await verify(test, { challengeId, response: { ...answer, rawId: 'AAAA' } })).json(), { status: 401 })
  t.equal((await verify(test, { challengeId, response: answer })).statusCode, 200)
})

t.test('a challenge works once, for five minutes, and is none that the server did not sign', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const passkey = await storePasskey(test, email)
  const { challengeId, options } = await begin(test)
  const response = passkey.get(options)
  t.equal((await verify(test, { challengeId, response })).statusCode, 200)
  t.match((await verify(test, { challengeId, response })).json(), { status: 401, code: 'INVALID_CODE' }, 'a replay')
  const again = await verify(test, { challengeId, response: passkey.get(options) })
  t.match(again.json(), { status: 401, code: 'INVALID_CODE' }, 'another answer')

  const [inTime, late] = [await begin(test), await begin(test)]
  test.clock.advance(5 * MINUTE - 1000)
  t.equal(
    (await verify(test, { ...inTime, options: undefined, response: passkey.get(inTime.options) })).statusCode,
    200,
  )
  test.clock.advance(1000)
  const expired = await verify(test, { challengeId: late.challengeId, response: passkey.get(late.options) })
  t.match(expired.json(), { status: 401, code: 'INVALID_CODE' })

  const { options: right, challengeId: signed } = await begin(test)
  const bytes = Buffer.from(signed, 'base64url')
  bytes.writeUIntBE(test.clock.now().getTime() + 60 * MINUTE, 16, 6)
  for (const id of [bytes.toString('base64url'), 'AAAA']) {
    // the passkey signs what the server would have asked for
    const challenge = sha256(`passkey:${id}`)
    const forged = await verify(test, { challengeId: id, response: passkey.get({ ...right, challenge }) })
    t.match(forged.json(), { status: 401, code: 'INVALID_CODE' })
  }
})

t.test('fifty uses of one answer at once, on two processes, open one session', async (t) => {
  const test = await build(t)
  const other = await build(t, { shareDatabaseOf: test, clock: test.clock })
  const { email, user } = await register(test)
  const passkey = await storePasskey(test, email, new Authenticator({ counts: true }))
  const { challengeId, options } = await begin(test)
  const response = passkey.get(options)
  const answers = await atOnce(50, (i) => verify(i % 2 === 0 ? test : other, { challengeId, response }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  t.equal((await test.app.db.User.findOne({ email }).lean())?.sessions.length, 1)
  t.notOk((await audited(test.app, user.id)).includes('factor.passkey-refused'), 'no copy is suspected')
})

t.test('a signature counter that has not risen is refused, audited, and mailed to the owner', async (t) => {
  const test = await build(t)
  const { email, user } = await register(test)
  const passkey = await storePasskey(test, email, new Authenticator({ counts: true }))
  t.equal((await signIn(test, passkey, { counter: 7 })).statusCode, 200)
  for (const counter of [7, 6, 0]) {
    const { answer, mail } = await withMail(test, email, /passkey was refused/, () =>
      signIn(test, passkey, { counter }),
    )
    t.match(answer.json(), { status: 401, code: 'INVALID_CODE' }, `counter ${counter}`)
    t.match(mail.text, 'may have been copied')
  }
  t.ok((await audited(test.app, user.id)).includes('factor.passkey-refused'))
  t.equal((await signIn(test, passkey, { counter: 8 })).statusCode, 200)
})

t.test('an account that is suspended gets the answer of an unknown one', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const passkey = await storePasskey(test, email)
  await test.app.db.User.updateOne({ email }, { $set: { status: 'suspended' } })
  const { body } = await signIn(test, passkey)
  t.match(JSON.parse(body), { status: 401, code: 'INVALID_CODE' })
  const { body: unknown } = await signIn(test, new Authenticator())
  const shown = (text: string) => ({ ...JSON.parse(text), requestId: '' })
  t.same(shown(body), shown(unknown))
})

t.test('a passkey that was removed signs in no longer', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const passkey = await storePasskey(test, email)
  t.equal((await signIn(test, passkey)).statusCode, 200)
  await test.app.db.User.updateOne({ email }, { $set: { factors: [] } })
  t.match((await signIn(test, passkey)).json(), { status: 401, code: 'INVALID_CODE' })
})
