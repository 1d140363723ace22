import t from 'tap'
import { build, challenge, login, newEmail, post, register, tally } from '../../../../support/app.js'

const FORGOT = '/v1/auth/password/forgot'

t.test('a reset code is mailed to an active account alone, and the answer never tells', async (t) => {
  const test = await build(t)
  const { email, user } = await register(test)
  const suspended = await register(test)
  await test.app.db.User.updateOne({ email: suspended.email }, { $set: { status: 'suspended' } })
  const { code } = await challenge(test, 'password/forgot', { email: ` ${email.toUpperCase()}` })
  t.match(code, /^\d{6}$/)
  const unknown = newEmail()
  for (const nobody of [unknown, suspended.email]) {
    const response = await post(test.app, FORGOT, { email: nobody })
    t.equal(response.statusCode, 202)
    t.match(response.json(), { challengeId: /^[\w-]{43}$/, expiresAt: /Z$/, resendAvailableAt: /Z$/ })
  }
  await test.app.jobs.drain()
  t.equal((await test.mails(unknown)).length, 0)
  t.equal((await test.mails(suspended.email)).length, 1, 'only that of the registration')
  const events = await test.app.db.AuditEvent.find({ action: 'password.reset-requested' }).sort({ _id: 1 }).lean()
  t.same(
    events.map(({ targetId }) => targetId),
    [user.id, null, null],
  )
})

t.test('what else a request carries changes no mail', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const { mail } = await challenge(
    test,
    'password/forgot',
    { email },
    { headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-for': '6.6.6.6' } },
  )
  t.equal(mail.to, email)
  t.notMatch(mail.text + mail.html, /evil|6\.6\.6\.6/)
  for (const extra of [{ url: 'https://evil.example' }, { to: 'eve@example.com' }, { collection: 'users' }]) {
    t.equal((await post(test.app, FORGOT, { email, ...extra })).statusCode, 400)
  }
  for (const odd of [{ $gt: '' }, [email], `${email},eve@example.com`, `${email}\r\nBcc: eve@example.com`, null, 5]) {
    t.equal((await post(test.app, FORGOT, { email: odd })).statusCode, 400)
  }
})

t.test('a known and an unknown address may ask equally often', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  for (const address of [email, newEmail()]) {
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push((await post(test.app, FORGOT, { email: address })).statusCode)
    t.same(statuses, [202, 202, 202, 202, 202, 429])
  }
})

t.test(
  'all networks together may ask four times as often as one, and a device that has signed in by itself',
  async (t) => {
    const test = await build(t)
    const account = await register(test)
    const { deviceToken } = await login(test, account)
    const { email } = account
    const ask = (host: number, body = {}) =>
      post(test.app, FORGOT, { email, ...body }, { remoteAddress: `198.51.100.${host}` })
    const statuses = []
    for (let host = 1; host <= 5; host++) {
      for (let i = 0; i < 6; i++) statuses.push((await ask(host)).statusCode)
    }
    t.same(tally(statuses), { 202: 20, 429: 10 })
    t.equal((await ask(6)).statusCode, 429)
    t.equal((await ask(6, { deviceToken })).statusCode, 202)
  },
)
