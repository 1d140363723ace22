import t from 'tap'
import { audited, caller } from '../../../../support/admin.js'
import { atOnce, build, login, type TestApp, tally } from '../../../../support/app.js'
import { Authenticator, type Deviations } from '../../../../support/authenticator.js'
import { enrol, storePasskey } from '../../../../support/factors.js'
import { storeSession } from '../../../../support/session.js'

const STEP_UP = '/v1/auth/step-up'
const BEGIN = `${STEP_UP}/passkey`
const MINUTE = 60_000

type Session = Awaited<ReturnType<typeof login>>

/** Steps a session up by a passkey, with deviations from what is right. */
async function stepUp(test: TestApp, session: Session, passkey: Authenticator, deviations: Deviations = {}) {
  const call = caller(test, session)
  const { challengeId, options } = (await call('POST', BEGIN, {})).json()
  return call('POST', STEP_UP, { challengeId, response: passkey.get(options, deviations) })
}

t.test('a passkey steps a session up', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const passkey = await storePasskey(test, session.email, new Authenticator({ synced: false }))
  const call = caller(test, session)
  const remove = () => call('POST', '/v1/users/me/factors/backup-codes', {})
  t.match((await remove()).json(), { status: 403, code: 'STEP_UP_REQUIRED', methods: ['passkey'] })
  const begun = await call('POST', BEGIN, {})
  t.match(begun.json(), {
    options: { rpId: 'localhost', userVerification: 'required', allowCredentials: [{ id: passkey.id }] },
  })
  t.equal((await stepUp(test, session, passkey)).statusCode, 204)
  t.equal((await remove()).statusCode, 201)
  test.clock.advance(5 * MINUTE)
  t.match((await remove()).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.match((await test.app.db.User.findOne().lean())?.sessions, [{ amr: ['pwd', 'hwk', 'user', 'mfa'] }])
  t.ok((await audited(test.app, session.id)).includes('session.stepped-up'))
})

t.test('what is not of this page, challenge, session and person steps nothing up', async (t) => {
  const test = await build(t, { env: { OTP_MAX_ATTEMPTS: '20' } })
  const session = await storeSession(test)
  const other = await login(test, session)
  const passkey = await storePasskey(test, session.email)
  const stranger = await storeSession(test)
  const theirs = await storePasskey(test, stranger.email)
  const refused: Record<string, Deviations> = {
    'a foreign origin': { client: { origin: 'https://evil.example' } },
    'another RP ID': { rpId: 'example.com' },
    'another challenge': { client: { challenge: 'AAAA' } },
    'nobody verified': { userVerified: false },
  }
  for (const [name, deviations] of Object.entries(refused)) {
    t.match((await stepUp(test, session, passkey, deviations)).json(), { status: 401, code: 'INVALID_CODE' }, name)
  }
  t.match((await stepUp(test, session, theirs)).json(), { status: 401, code: 'INVALID_CODE' }, 'of somebody else')
  const { challengeId, options } = (await caller(test, other)('POST', BEGIN, {})).json()
  const response = passkey.get(options)
  const elsewhere = await caller(test, session)('POST', STEP_UP, { challengeId, response })
  t.match(elsewhere.json(), { status: 401, code: 'INVALID_CODE' }, 'of another session')
  t.equal((await caller(test, other)('POST', STEP_UP, { challengeId, response })).statusCode, 204)
  const replayed = await caller(test, other)('POST', STEP_UP, { challengeId, response })
  t.match(replayed.json(), { status: 401, code: 'INVALID_CODE' }, 'a replay')
  const late = (await caller(test, session)('POST', BEGIN, {})).json()
  test.clock.advance(5 * MINUTE)
  const expired = await caller(test, session)('POST', STEP_UP, {
    challengeId: late.challengeId,
    response: passkey.get(late.options),
  })
  t.match(expired.json(), { status: 401, code: 'INVALID_CODE' })
})

t.test('wrong answers count for the session alone', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const other = await login(test, session)
  const passkey = await storePasskey(test, session.email)
  for (let i = 0; i < 5; i++) {
    t.equal((await stepUp(test, session, passkey, { userVerified: false })).statusCode, 401)
  }
  t.match((await stepUp(test, session, passkey)).json(), { status: 429, code: 'TOO_MANY_FAILURES' })
  t.equal((await stepUp(test, other, passkey)).statusCode, 204)
})

t.test('fifty uses of one answer at once count once', async (t) => {
  const env = { OTP_MAX_ATTEMPTS: '100' }
  const test = await build(t, { env })
  const other = await build(t, { env, shareDatabaseOf: test, clock: test.clock })
  const session = await storeSession(test)
  const passkey = await storePasskey(test, session.email, new Authenticator({ counts: true }))
  const { challengeId, options } = (await caller(test, session)('POST', BEGIN, {})).json()
  const response = passkey.get(options)
  const answers = await atOnce(50, (i) =>
    caller(i % 2 === 0 ? test : other, session)('POST', STEP_UP, { challengeId, response }),
  )
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 204: 1, 401: 49 })
})

t.test('an account without a passkey is told its methods', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const call = caller(test, session)
  t.match((await call('POST', BEGIN, {})).json(), { status: 403, code: 'STEP_UP_REQUIRED', methods: ['password'] })
  await enrol(test, session)
  t.match((await call('POST', BEGIN, {})).json(), { status: 403, methods: ['totp', 'backup-code'] })
  const response = new Authenticator().get({ challenge: 'AAAA', rpId: 'localhost' })
  for (const body of [{ response }, { challengeId: 'AAAA' }, { challengeId: 'AAAA', response, code: '123456' }]) {
    t.match((await call('POST', STEP_UP, body)).json(), { status: 400, code: 'VALIDATION_FAILED' })
  }
})
