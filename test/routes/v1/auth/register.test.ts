import t from 'tap'
import {
  atOnce,
  build,
  challenge,
  login,
  newEmail,
  PASSWORD,
  post,
  register,
  tally,
  withMail,
  wrong,
} from '../../../support/app.js'

const MINUTE = 60_000
const REGISTER = '/v1/auth/register'
const VERIFY = '/v1/auth/register/verify'
const account = (email = newEmail()) => ({ email, password: PASSWORD, name: 'Ada' })

t.test('a registration mails a code and makes no account yet', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const started = test.clock.now().getTime()
  const answer = await challenge(test, 'register', { ...account(), email: ` ${email.toUpperCase()} ` })
  t.match(answer.challengeId, /^[\w-]{43}$/)
  t.match(answer.code, /^\d{6}$/)
  t.ok(Math.abs(Date.parse(answer.expiresAt) - started - 5 * MINUTE) < 5_000, 'the code lives five minutes')
  t.ok(Math.abs(Date.parse(answer.resendAvailableAt) - started - MINUTE) < 5_000)
  t.equal(answer.mail.to, email)
  t.equal(await test.app.db.User.countDocuments(), 0)
  const early = await post(test.app, '/v1/auth/login', { email, password: PASSWORD })
  t.match({ status: early.statusCode, ...early.json() }, { status: 401, code: 'INVALID_CREDENTIALS' })
})

t.test('an address that has an account gets a notice instead of a code, and the same answer', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  const { answer, mail } = await withMail(test, email, /already have an account/, () =>
    post(test.app, REGISTER, { email, password: 'another of my passwords', name: 'Eve' }),
  )
  t.equal(answer.statusCode, 202)
  t.notMatch(mail.text, /\d{6}|Eve/)
  const attempt = await test.app.db.Challenge.findOne({ isDecoy: true }).lean()
  t.ok(attempt, 'no code matches its challenge')
  const { challengeId } = answer.json()
  t.equal((await post(test.app, VERIFY, { challengeId, code: '123456' })).json().code, 'INVALID_CODE')
  await login(test, { email, password })
  t.match(await test.app.db.AuditEvent.findOne({ action: 'account.registration-requested', targetId: { $ne: null } }), {
    actorId: null,
    outcome: 'success',
  })
})

t.test(
  'fifty registrations of one address each get a challenge of their own, and one account comes to be',
  async (t) => {
    const test = await build(t, { env: { OTP_MAX_SENDS: '51' } })
    const email = newEmail()
    const answers = await atOnce(50, (i) =>
      post(test.app, REGISTER, account(i % 2 === 0 ? email : email.toUpperCase())),
    )
    t.same(tally(answers.map(({ statusCode }) => statusCode)), { 202: 50 })
    t.equal(new Set(answers.map((answer) => answer.json().challengeId)).size, 50)
    await test.app.jobs.drain()
    const codes = (await test.mails(email)).map(({ text }) => /\d{6}/.exec(text)?.[0] as string)
    t.equal(codes.length, 50)

    test.clock.advance(MINUTE)
    const { challengeId } = answers[7]?.json() ?? {}
    const { answer, mail } = await withMail(test, email, /registration code/, () =>
      post(test.app, '/v1/auth/resend-code', { challengeId }),
    )
    const code = /\d{6}/.exec(mail.text)?.[0]
    t.equal(answer.statusCode, 202)
    t.equal((await post(test.app, VERIFY, { challengeId, code })).statusCode, 200)
    t.equal(await test.app.db.User.countDocuments({ email }), 1)
  },
)

t.test('a code opens only its own challenge, and a second one for the address comes too late', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const first = await challenge(test, 'register', account(email))
  const second = await challenge(test, 'register', account(email))
  if (first.code !== second.code) {
    const crossed = await post(test.app, VERIFY, { challengeId: first.challengeId, code: second.code })
    t.equal(crossed.json().code, 'INVALID_CODE')
  }
  t.equal((await post(test.app, VERIFY, second)).statusCode, 400, 'unknown properties are refused')
  const verify = ({ challengeId, code }: typeof first) => post(test.app, VERIFY, { challengeId, code })
  t.equal((await verify(second)).statusCode, 200)
  const late = await verify(first)
  t.match({ status: late.statusCode, ...late.json() }, { status: 409, code: 'EMAIL_TAKEN' })
  t.equal(await test.app.db.User.countDocuments(), 1)
})

t.test('who registers a stranger’s address first gains nothing when the stranger registers it', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const attacker = { email, password: 'the password of the attacker', name: 'Mallory' }
  const theirs = await challenge(test, 'register', attacker, { remoteAddress: '198.51.100.7' })
  const mine = await challenge(test, 'register', account(email))
  t.not(mine.challengeId, theirs.challengeId)
  for (const path of [VERIFY, VERIFY, VERIFY]) {
    await post(test.app, path, { challengeId: theirs.challengeId, code: wrong(theirs.code) })
  }
  const verified = await post(test.app, VERIFY, { challengeId: mine.challengeId, code: mine.code })
  t.match(verified.json().user, { email, name: 'Ada' })
  t.equal((await post(test.app, '/v1/auth/login', { email, password: attacker.password })).statusCode, 401)
  t.equal((await post(test.app, '/v1/auth/login', { email, password: PASSWORD })).statusCode, 202)
})

t.test('the sixth unused code within the hour for an address and a network is refused', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const ask = () => post(test.app, REGISTER, account(email), { remoteAddress: '203.0.113.1' })
  const answers = await atOnce(12, ask)
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 202: 5, 429: 7 })
  const refused = answers.find(({ statusCode }) => statusCode === 429)
  t.equal(refused?.json().code, 'TOO_MANY_CODES')
  t.ok(Number(refused?.headers['retry-after']) > 3_500)
  t.equal(await test.app.db.Challenge.countDocuments(), 5)
  await test.app.jobs.drain()
  t.equal((await test.mails(email)).length, 5)
  t.match(await test.app.db.AuditEvent.findOne({ action: 'throttle.reached' }), {
    details: { kind: 'send-registration' },
  })

  test.clock.advance(61 * MINUTE)
  t.equal((await ask()).statusCode, 202)
})

t.test('the codes of an address are limited wherever they are asked for', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const ask = (i: number) => post(test.app, REGISTER, account(email), { remoteAddress: `203.0.113.${i + 1}` })
  const answers = await atOnce(24, ask)
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 202: 20, 429: 4 })
})

t.test('a code that was used does not count', async (t) => {
  const test = await build(t)
  const session = await register(test)
  for (let i = 0; i < 7; i++) await login(test, session)
  t.pass('seven sign-ins within the hour')
})

t.test('what is not a registration is refused without a trace', async (t) => {
  const { app } = await build(t)
  const good = account()
  const refused = [
    { ...good, role: 'admin' },
    { ...good, status: 'active' },
    { ...good, _id: '0' },
    { ...good, email: 'no address' },
    { ...good, email: { $ne: null } },
    { ...good, email: [good.email] },
    { ...good, password: 12345678901234 },
    { ...good, password: 'x'.repeat(257) },
    { ...good, name: '' },
    { ...good, name: null },
    { email: good.email, password: good.password },
  ]
  for (const payload of refused) {
    const response = await post(app, REGISTER, payload)
    t.match({ status: response.statusCode, ...response.json() }, { status: 400, code: 'VALIDATION_FAILED' })
  }
  t.equal(await app.db.Challenge.countDocuments(), 0)
  t.equal(await app.db.Budget.countDocuments(), 0)
})
