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
  type TestApp,
  tally,
  withMail,
  wrong,
} from '../../../support/app.js'

const MINUTE = 60_000
const RESEND = '/v1/auth/resend-code'
const VERIFY = '/v1/auth/register/verify'
const begin = (test: TestApp, email = newEmail()) =>
  challenge(test, 'register', { email, password: PASSWORD, name: 'Ada' })

async function resend(test: TestApp, email: string, challengeId: string, subject = /registration code/) {
  const { answer, mail } = await withMail(test, email, subject, () => post(test.app, RESEND, { challengeId }))
  return { status: answer.statusCode, ...answer.json(), code: codeIn(mail) }
}

t.test('a new code replaces the old one under the same challenge', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const first = await begin(test, email)
  test.clock.advance(2 * MINUTE)
  const second = await resend(test, email, first.challengeId)
  t.match(second, { status: 202, challengeId: first.challengeId })
  t.ok(Date.parse(second.expiresAt) - Date.parse(first.expiresAt) >= 2 * MINUTE)
  const { challengeId } = first
  if (first.code !== second.code) {
    t.equal((await post(test.app, VERIFY, { challengeId, code: first.code })).statusCode, 401, 'the old code is dead')
  }
  test.clock.advance(4 * MINUTE)
  t.equal((await post(test.app, VERIFY, { challengeId, code: second.code })).statusCode, 200)
  t.equal((await post(test.app, RESEND, { challengeId })).json().code, 'INVALID_CODE', 'nothing follows a used code')
})

t.test('a new code is mailed after a minute at the earliest', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const { challengeId, code } = await begin(test, email)
  const early = await post(test.app, RESEND, { challengeId })
  t.match({ status: early.statusCode, ...early.json() }, { status: 429, code: 'TOO_MANY_CODES' })
  const wait = Number(early.headers['retry-after'])
  t.ok(wait > 50 && wait <= 60)
  test.clock.advance(wait * 1000)
  t.equal((await resend(test, email, challengeId)).status, 202)
  t.equal((await test.mails(email)).length, 2)
  t.ok(code)
})

t.test('of fifty requests at once one mails a code, and the others cost the address nothing', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const { challengeId } = await begin(test, email)
  test.clock.advance(MINUTE)
  const answers = await atOnce(50, () => post(test.app, RESEND, { challengeId }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 202: 1, 429: 49 })
  t.match(await test.app.db.Budget.findOne({ _id: /^send-registration:/ }), { count: 2 })
  await test.app.jobs.drain()
  t.equal((await test.mails(email)).length, 2)
})

t.test('a new code brings no new attempts', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const { challengeId, code } = await begin(test, email)
  for (let i = 0; i < 4; i++) await post(test.app, VERIFY, { challengeId, code: wrong(code) })
  test.clock.advance(MINUTE)
  const second = await resend(test, email, challengeId)
  await post(test.app, VERIFY, { challengeId, code: wrong(second.code) })
  t.equal((await post(test.app, VERIFY, { challengeId, code: second.code })).statusCode, 401)
})

t.test('new codes count towards those that an address may have unused in an hour', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const { challengeId } = await begin(test, email)
  for (let i = 0; i < 4; i++) {
    test.clock.advance(MINUTE)
    await resend(test, email, challengeId)
  }
  test.clock.advance(MINUTE)
  const sixth = await post(test.app, RESEND, { challengeId })
  t.match({ status: sixth.statusCode, ...sixth.json() }, { status: 429, code: 'TOO_MANY_CODES' })
  t.ok(Number(sixth.headers['retry-after']) > 3000)
})

t.test('a challenge lives for thirty minutes, and its last code no longer', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const { challengeId } = await begin(test, email)
  const end = test.clock.now().getTime() + 30 * MINUTE
  test.clock.advance(28 * MINUTE)
  const last = await resend(test, email, challengeId)
  t.ok(Date.parse(last.expiresAt) <= end)
  test.clock.advance(3 * MINUTE)
  t.equal((await post(test.app, RESEND, { challengeId })).json().code, 'INVALID_CODE')
  t.equal((await post(test.app, VERIFY, { challengeId, code: last.code })).json().code, 'INVALID_CODE')
})

t.test('a challenge that reaches nobody answers like any other, and mails nothing', async (t) => {
  const test = await build(t)
  const unknown = newEmail()
  const { email } = await register(test)
  const forgot = await post(test.app, '/v1/auth/password/forgot', { email: unknown })
  const taken = await withMail(test, email, /already have/, () =>
    post(test.app, '/v1/auth/register', { email, password: PASSWORD, name: 'Eve' }),
  )
  test.clock.advance(MINUTE)
  for (const answer of [forgot, taken.answer]) {
    const again = await post(test.app, RESEND, { challengeId: answer.json().challengeId })
    t.match({ status: again.statusCode, ...again.json() }, { status: 202, challengeId: answer.json().challengeId })
  }
  await test.app.jobs.drain()
  t.equal((await test.mails(unknown)).length, 0)
  t.equal((await test.mails(email)).length, 2, 'the registration and the notice')
})

t.test('a reset token is no challenge that could be renewed', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const { challengeId, code } = await challenge(test, 'password/forgot', { email })
  const { resetToken } = (await post(test.app, '/v1/auth/password/forgot/verify', { challengeId, code })).json()
  test.clock.advance(MINUTE)
  t.equal((await post(test.app, RESEND, { challengeId: resetToken })).json().code, 'INVALID_CODE')
  t.equal((await post(test.app, RESEND, { challengeId: { $gt: '' } })).statusCode, 400)
})
