import t from 'tap'
import {
  atOnce,
  build,
  challenge,
  codeIn,
  newEmail,
  PASSWORD,
  post,
  register,
  tally,
  withMail,
  wrong,
} from '../../../../support/app.js'

const VERIFY = '/v1/auth/register/verify'
const begin = (test: Parameters<typeof challenge>[0], email = newEmail()) =>
  challenge(test, 'register', { email, password: PASSWORD, name: 'Ada Lovelace' })

t.test('the right code makes the account, and signs nobody in', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const { challengeId, code } = await begin(test, email)
  const response = await post(test.app, VERIFY, { challengeId, code })
  t.equal(response.statusCode, 200)
  const { user, ...others } = response.json()
  t.same(others, {})
  t.same(
    { ...user, id: '', createdAt: '', updatedAt: '' },
    {
      id: '',
      email,
      name: 'Ada Lovelace',
      role: 'user',
      permissions: [],
      status: 'active',
      avatarUrl: null,
      locale: 'en',
      metadata: {},
      createdAt: '',
      updatedAt: '',
    },
  )
  t.equal(response.headers['set-cookie'], undefined)
  await test.app.audit.idle()
  const stored = await test.app.db.User.findById(user.id).lean()
  t.match(stored, { email, nameKey: 'ada lovelace', sessions: [], outbox: [], authVersion: 0 })
  t.match(await test.app.db.AuditEvent.findOne({ action: 'account.registered' }), {
    actorId: user.id,
    targetId: user.id,
  })
  t.match(await test.app.db.Challenge.findOne(), { registration: null }, 'the challenge keeps no hash')
})

t.test('fifty right codes at once make one account', async (t) => {
  const test = await build(t)
  const { challengeId, code } = await begin(test)
  const answers = await atOnce(50, () => post(test.app, VERIFY, { challengeId, code }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  t.equal(await test.app.db.User.countDocuments(), 1)
})

t.test('fifty wrong codes at once are five attempts, and the challenge is dead', async (t) => {
  const test = await build(t)
  const { challengeId, code } = await begin(test)
  const answers = await atOnce(50, () => post(test.app, VERIFY, { challengeId, code: wrong(code) }))
  t.same(tally(answers.map((answer) => answer.json().code)), { INVALID_CODE: 50 })
  t.match(await test.app.db.Challenge.findOne(), { attempts: 5 })
  t.match(await test.app.db.Challenge.findOne(), { attempts: 5 })
  t.equal((await post(test.app, VERIFY, { challengeId, code })).statusCode, 401, 'the right code comes too late')
  test.clock.advance(60_000)
  const resent = await post(test.app, '/v1/auth/resend-code', { challengeId })
  t.equal(resent.json().code, 'INVALID_CODE', 'and no new code revives it')
  t.equal(await test.app.db.User.countDocuments(), 0)
})

t.test('a code works for four attempts after a wrong one', async (t) => {
  const test = await build(t)
  const { challengeId, code } = await begin(test)
  for (let i = 0; i < 4; i++) await post(test.app, VERIFY, { challengeId, code: wrong(code) })
  t.equal((await post(test.app, VERIFY, { challengeId, code })).statusCode, 200)
})

t.test('a code is good for five minutes to the second, and for one use', async (t) => {
  const test = await build(t)
  const early = await begin(test)
  const late = await begin(test)
  const until = (challenge: typeof early) => Date.parse(challenge.expiresAt) - test.clock.now().getTime()
  test.clock.advance(until(early) - 1_000)
  const verify = ({ challengeId, code }: typeof early) => post(test.app, VERIFY, { challengeId, code })
  t.equal((await verify(early)).statusCode, 200)
  t.equal((await verify(early)).json().code, 'INVALID_CODE')
  test.clock.advance(until(late) + 1)
  t.equal((await verify(late)).json().code, 'INVALID_CODE')
})

t.test('a code of one purpose opens nothing else', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  const login = await challenge(test, 'login', { email, password })
  const reset = await challenge(test, 'password/forgot', { email })
  const registration = await begin(test)
  const uses = {
    [VERIFY]: [login, reset],
    '/v1/auth/login/verify': [registration, reset],
    '/v1/auth/password/forgot/verify': [login, registration],
  }
  for (const [url, challenges] of Object.entries(uses)) {
    for (const { challengeId, code } of challenges) {
      const response = await post(test.app, url, { challengeId, code })
      t.match({ status: response.statusCode, ...response.json() }, { status: 401, code: 'INVALID_CODE' })
    }
  }
  t.same(
    await test.app.db.Challenge.distinct('attempts', { consumedAt: null }),
    [0],
    'nor does it cost an attempt there',
  )
})

t.test('a refused code is audited, and an unknown challenge looks like a wrong code', async (t) => {
  const { app } = await build(t)
  const payloads = [
    { challengeId: 'x', code: '123456' },
    { challengeId: 'a'.repeat(128), code: '123-456' },
    { challengeId: '__proto__', code: '000000' },
  ]
  for (const payload of payloads) {
    const response = await post(app, VERIFY, payload)
    t.match({ status: response.statusCode, ...response.json() }, { status: 401, code: 'INVALID_CODE' })
  }
  t.equal(await app.db.AuditEvent.countDocuments({ action: 'code.refused', outcome: 'failure' }), 3)
  for (const code of [{ $ne: null }, 123456, ['123456'], null, '']) {
    t.equal((await post(app, VERIFY, { challengeId: 'x', code })).statusCode, 400)
  }
})

t.test('codes are evenly spread', async (t) => {
  const test = await build(t, { env: { OTP_MAX_SENDS: '0' } })
  const email = newEmail()
  const answers = await atOnce(40, () => post(test.app, '/v1/auth/register', { email, password: PASSWORD, name: 'A' }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 202: 40 }, 'no limit where it is off')
  await test.app.jobs.drain()
  const codes = (await test.mails(email)).map(({ text }) => /\d{6}/.exec(text)?.[0] as string)
  t.ok(new Set(codes).size > 35)
  t.ok(new Set(codes.map((code) => code[0])).size > 4, 'leading zeros included')
})

t.test('an account that cannot be stored is no taken address', async (t) => {
  const test = await build(t)
  const { challengeId, code } = await begin(test)
  await test.app.db.Challenge.updateOne({}, { $set: { 'registration.name': '' } })
  const response = await post(test.app, VERIFY, { challengeId, code })
  t.match(response.json(), { status: 500, code: 'INTERNAL_ERROR' })
  t.equal(await test.app.db.User.countDocuments(), 0)
})

t.test('the language of an account is first that of the request that registered it', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const account = { email, password: PASSWORD, name: 'Ada Lovelace' }
  const { answer, mail } = await withMail(test, email, /código/, () =>
    post(test.app, '/v1/auth/register', account, { headers: { 'accept-language': 'pt-BR,pt;q=0.9,en;q=0.8' } }),
  )
  const { challengeId } = answer.json()
  const code = codeIn(mail)
  // who verifies may be another program than who registered
  const response = await post(test.app, VERIFY, { challengeId, code }, { headers: { 'accept-language': 'fr' } })
  t.equal(response.json().user.locale, 'pt')
  t.match(await test.app.db.User.findOne({ email }), { locale: 'pt' })
})
