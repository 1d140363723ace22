import { randomBytes } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'
import t from 'tap'
import { audited, caller } from '../../../../../support/admin.js'
import { atOnce, build, login, PASSWORD, post, type TestApp, tally, withMail } from '../../../../../support/app.js'
import { Authenticator } from '../../../../../support/authenticator.js'
import { beginLogin, storeFactor } from '../../../../../support/factors.js'
import { storeSession } from '../../../../../support/session.js'

const URL = '/v1/users/me/factors'
const PASSKEYS = `${URL}/passkeys`
const VERIFY = `${PASSKEYS}/verify`
const MINUTE = 60_000
const confirmed = { currentPassword: PASSWORD }

/** Returns a public RSA key (COSE) with a modulus of so many bytes, whose private key nobody has. */
const rsaKeyOf = (length: number) => {
  const key = new Map<number, number | Uint8Array>([
    [1, 3],
    [3, -257],
    [-1, new Uint8Array(randomBytes(length))],
    [-2, new Uint8Array([1, 0, 1])],
  ])
  return Buffer.from(isoCBOR.encode(key))
}

type Session = Awaited<ReturnType<typeof login>>

/** Begins to add a passkey. */
async function begin(test: TestApp, session: Session, proof: object = confirmed) {
  const response = await caller(test, session)('POST', PASSKEYS, proof)
  if (response.statusCode !== 201) throw new Error(response.body)
  return response.json() as { challengeId: string; options: Parameters<Authenticator['create']>[0] }
}

t.test('a passkey is added, signs in without a name, and is deleted; the owner is told each time', async (t) => {
  const test = await build(t, {
    env: { PUBLIC_URL: 'https://api.example.com', MAIL_FROM: 'Acme Files <acme@example.com>' },
  })
  const session = await storeSession(test)
  const other = await login(test, session)
  const call = caller(test, session)
  const { challengeId, options } = await begin(test, session)
  t.same(options, {
    rp: { id: 'example.com', name: 'Acme Files' },
    user: {
      id: Buffer.from(session.id, 'hex').toString('base64url'),
      name: session.email,
      displayName: 'Ada Lovelace',
    },
    challenge: options.challenge,
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
    timeout: 5 * MINUTE,
    excludeCredentials: [],
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  })
  t.match((await call('GET', URL)).json(), { items: [] })

  const passkey = new Authenticator({ origin: 'https://api.example.com', counts: true })
  const { answer, mail } = await withMail(test, session.email, /second factor was added/, () =>
    call('POST', VERIFY, { challengeId, response: passkey.create(options), name: 'Phone' }),
  )
  t.equal(answer.statusCode, 200, answer.body)
  const { factor, backupCodes } = answer.json()
  t.match(factor, { type: 'passkey', name: 'Phone', lastUsedAt: String })
  t.equal(backupCodes.length, 10)
  t.match(mail.text, 'Factor: passkey')
  t.match((await call('GET', URL)).json().items, [factor, { type: 'backup-codes' }])
  t.equal((await caller(test, other)('GET', URL)).statusCode, 401, 'every other session has ended')
  const stored = await test.app.db.User.findOne({ email: session.email }).lean()
  t.match(stored?.factors?.[0], {
    credentialId: passkey.id,
    counter: 1,
    transports: ['internal', 'hybrid'],
    aaguid: /^[0-9a-f]{8}-[0-9a-f]{4}-/,
    backupEligible: true,
    backedUp: true,
  })
  t.match(stored?.sessions, [{ amr: ['pwd', 'swk', 'user', 'mfa'], stepUpAt: Date }])

  const begun = (await post(test.app, '/v1/auth/passkey', {})).json()
  const response = passkey.get(begun.options)
  const signedIn = await post(test.app, '/v1/auth/passkey/verify', { challengeId: begun.challengeId, response })
  t.equal(signedIn.statusCode, 200, signedIn.body)
  t.same((await beginLogin(test, session)).methods, ['passkey', 'backup-code'])

  const removed = await withMail(test, session.email, /second factor was removed/, () =>
    call('DELETE', `${URL}/${factor.id}`),
  )
  t.equal(removed.answer.statusCode, 204)
  t.same((await beginLogin(test, session)).methods, ['mail'])
  const actions = await audited(test.app, session.id)
  for (const action of ['factor.added', 'factor.removed'] as const) t.ok(actions.includes(action))
})

t.test('the start needs a step-up, and excludes the passkeys that exist', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const call = caller(test, session)
  t.match((await call('POST', PASSKEYS, {})).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  const passkey = new Authenticator()
  const first = await begin(test, session)
  t.equal(
    (await call('POST', VERIFY, { challengeId: first.challengeId, response: passkey.create(first.options) }))
      .statusCode,
    200,
  )
  const { challengeId, options } = await begin(test, session, {})
  t.match(options, { excludeCredentials: [{ id: passkey.id, type: 'public-key', transports: ['internal', 'hybrid'] }] })
  const again = await call('POST', VERIFY, { challengeId, response: passkey.create(options) })
  t.match(again.json(), { status: 409, code: 'FACTOR_EXISTS' })
  const another = await call('POST', VERIFY, { challengeId, response: new Authenticator().create(options) })
  t.equal(another.statusCode, 200, another.body)
  t.match(another.json(), { factor: { name: 'Passkey' } })
  t.notOk('backupCodes' in another.json(), 'only with the first')
})

for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
  t.test(`a passkey that signs by ${algorithm} is added and signs in`, async (t) => {
    const test = await build(t)
    const session = await storeSession(test)
    const { challengeId, options } = await begin(test, session)
    const passkey = new Authenticator({ algorithm })
    const added = await caller(test, session)('POST', VERIFY, { challengeId, response: passkey.create(options) })
    t.equal(added.statusCode, 200, added.body)
    const begun = (await post(test.app, '/v1/auth/passkey', {})).json()
    const response = passkey.get(begun.options)
    const signedIn = await post(test.app, '/v1/auth/passkey/verify', { challengeId: begun.challengeId, response })
    t.equal(signedIn.statusCode, 200, signedIn.body)
  })
}

t.test('a registration that is not of this page, challenge and session is refused', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const elsewhere = await login(test, session)
  const stranger = await storeSession(test)
  const call = caller(test, session)
  const { challengeId, options } = await begin(test, session)
  const passkey = new Authenticator()
  const large = Object.assign(new Authenticator(), { cose: rsaKeyOf(1100) })
  const right = passkey.create(options)
  const refused: Record<string, object> = {
    'a foreign origin': passkey.create(options, { client: { origin: 'https://evil.example' } }),
    'another RP ID': passkey.create(options, { rpId: 'example.com' }),
    'another challenge': passkey.create(options, { client: { challenge: 'AAAA' } }),
    'an assertion': passkey.create(options, { client: { type: 'webauthn.get' } }),
    'an embedded page': passkey.create(options, { client: { crossOrigin: true } }),
    'nobody present': passkey.create(options, { userPresent: false }),
    'nobody verified': passkey.create(options, { userVerified: false }),
    'leftover bytes': passkey.create(options, { tamper: (data) => Buffer.concat([data, Buffer.alloc(1)]) }),
    'no passkey in it': passkey.create(options, { tamper: (data) => data.subarray(0, 37) }),
    'a key that is too long': large.create(options),
    'no CBOR': { ...right, response: { ...right.response, attestationObject: 'AAAA' } },
    'another id': { ...right, rawId: 'AAAA' },
  }
  for (const [name, response] of Object.entries(refused)) {
    t.match((await call('POST', VERIFY, { challengeId, response })).json(), { status: 401, code: 'INVALID_CODE' }, name)
  }
  for (const other of [elsewhere, stranger]) {
    const response = await caller(test, other)('POST', VERIFY, { challengeId, response: right })
    t.match(response.json(), { status: 401, code: 'INVALID_CODE' }, 'another session')
  }
  const begun = (await post(test.app, '/v1/auth/passkey', {})).json()
  const wrongUse = await call('POST', VERIFY, {
    challengeId: begun.challengeId,
    response: passkey.create({ ...options, challenge: begun.options.challenge }),
  })
  t.match(wrongUse.json(), { status: 401, code: 'INVALID_CODE' }, 'a challenge for a sign-in')
  t.ok((await audited(test.app, session.id)).includes('code.refused'))
  const added = await call('POST', VERIFY, { challengeId, response: right })
  t.equal(added.statusCode, 200, added.body)
})

t.test('a challenge lives five minutes', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { challengeId, options } = await begin(test, session)
  test.clock.advance(5 * MINUTE)
  const late = await caller(test, session)('POST', VERIFY, {
    challengeId,
    response: new Authenticator().create(options),
  })
  t.match(late.json(), { status: 401, code: 'INVALID_CODE' })
})

t.test('an attestation that was not asked for is not read', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { challengeId, options } = await begin(test, session)
  const response = new Authenticator().create(options, {
    format: 'packed',
    statement: new Map([['sig', new Uint8Array(8)]]),
  })
  const added = await caller(test, session)('POST', VERIFY, { challengeId, response })
  t.equal(added.statusCode, 200, added.body)
})

t.test('a browser that names no transports adds a passkey, too', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { challengeId, options } = await begin(test, session)
  const { response, ...rest } = new Authenticator().create(options)
  const { transports: _, ...unnamed } = response
  const added = await caller(test, session)('POST', VERIFY, { challengeId, response: { ...rest, response: unnamed } })
  t.equal(added.statusCode, 200, added.body)
  t.match((await test.app.db.User.findOne().lean())?.factors?.[0], { transports: [] })
})

t.test('fifty answers to one challenge at once add one passkey', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { challengeId, options } = await begin(test, session)
  const answers = await atOnce(50, () =>
    caller(test, session)('POST', VERIFY, { challengeId, response: new Authenticator().create(options) }),
  )
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  t.match((await test.app.db.User.findOne().lean())?.factors, [{ type: 'passkey' }, { type: 'backup-codes' }])
})

t.test('an account has twenty factors at most', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { challengeId, options } = await begin(test, session)
  for (let i = 0; i < 20; i++) await storeFactor(test, session.email, { type: 'backup-codes' })
  const response = new Authenticator().create(options)
  const refused = await caller(test, session)('POST', VERIFY, { challengeId, response })
  t.match(refused.json(), { status: 422, code: 'QUOTA_EXCEEDED' })
})
