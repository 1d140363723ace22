import t from 'tap'
import { picture } from '../../../plugins/storage/samples.js'
import { caller } from '../../../support/admin.js'
import { build, challenge, login, newEmail, PASSWORD, post, register, withMail } from '../../../support/app.js'
import { form } from '../assets/client.js'

const REGISTER = '/v1/auth/register'
const account = (email = newEmail()) => ({ email, password: PASSWORD, name: 'Ada' })

for (const [mode, detail] of [
  ['invite', /by invitation only/],
  ['closed', /^Registration is closed\.$/],
] as const) {
  t.test(`nobody can register, whatever the request: ${mode}`, async (t) => {
    const open = await build(t)
    const { email } = await register(open)
    const test = await build(t, { shareDatabaseOf: open, env: { REGISTRATION: mode } })
    const { body, headers } = form([
      ...Object.entries(account()).map(([name, content]) => ({ name, content })),
      { name: 'avatar', filename: 'a.png', type: 'image/png', content: await picture().png().toBuffer() },
    ])
    const answers = [
      await post(test.app, REGISTER, account()),
      await post(test.app, REGISTER, account(email)),
      await post(test.app, REGISTER, { email: 'nonsense' }),
      await post(test.app, REGISTER, { ...account(), password: 'qwertyuiop' }),
      await test.app.inject({ method: 'POST', url: REGISTER, payload: body, headers }),
      await test.app.inject({
        method: 'POST',
        url: REGISTER,
        payload: '{"email":',
        headers: { 'content-type': 'application/json' },
      }),
    ]
    for (const answer of answers) {
      t.match({ status: answer.statusCode, ...answer.json() }, { status: 403, code: 'REGISTRATION_CLOSED', detail })
    }
    t.equal(await test.app.db.Challenge.countDocuments(), 1, 'that of the account, from before')
    t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'account.registration-requested' }), 1)
  })

  t.test(`who has an account or has begun to register goes on: ${mode}`, async (t) => {
    const open = await build(t)
    const known = await register(open)
    const begun = account()
    const { challengeId } = await challenge(open, 'register', begun)
    const test = await build(t, { shareDatabaseOf: open, clock: open.clock, env: { REGISTRATION: mode } })

    const session = await login(test, known)
    const call = caller(test, session)
    t.equal((await call('GET', '/v1/users/me')).statusCode, 200)
    const another = newEmail()
    t.equal((await call('POST', '/v1/users/me/email', { email: another, currentPassword: PASSWORD })).statusCode, 202)
    const { challengeId: recovery, code } = await challenge(test, 'password/forgot', { email: known.email })
    const verified = await post(test.app, '/v1/auth/password/forgot/verify', { challengeId: recovery, code })
    t.equal(verified.statusCode, 200)

    test.clock.advance(60_000)
    const { answer, mail } = await withMail(test, begun.email, /registration code/, () =>
      post(test.app, '/v1/auth/resend-code', { challengeId }),
    )
    t.equal(answer.statusCode, 202)
    const renewed = /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1]
    const registered = await post(test.app, `${REGISTER}/verify`, { challengeId, code: renewed })
    t.match({ status: registered.statusCode, ...registered.json() }, { status: 200, user: { email: begun.email } })
    await login(test, begun)
  })
}

t.test('only addresses of the listed domains may register, in any spelling of them', async (t) => {
  const test = await build(t, { env: { REGISTRATION_DOMAINS: 'Example.com,bücher.example' } })
  const status = async (email: string) => {
    const { statusCode, body } = await post(test.app, REGISTER, account(email))
    return statusCode === 202 ? 202 : JSON.parse(body).code
  }
  for (const email of [
    'ada@example.com',
    ' ADA@EXAMPLE.COM ',
    'ada@xn--bcher-kva.example',
    'ada@XN--Bcher-kva.Example',
  ]) {
    t.equal(await status(email), 202, email)
  }
  for (const email of [
    'ada@sub.example.com',
    'ada@example.com.evil.test',
    'ada@notexample.com',
    'ada@example.co',
    'ada@example.com-evil.test',
    'example.com@evil.test',
  ]) {
    t.equal(await status(email), 'EMAIL_NOT_ALLOWED', email)
  }
  for (const email of [
    'ada@evil.test@example.com',
    '"ada@evil.test"@example.com',
    'ada@example.com,eve@evil.test',
    'ada@bücher.example',
  ]) {
    t.equal(await status(email), 'VALIDATION_FAILED', email)
  }
  t.equal(await test.app.db.Challenge.countDocuments(), 4)
})

t.test(
  'an account cannot leave the listed domains by a change of its address, and keeps the address that it has',
  async (t) => {
    const open = await build(t)
    const session = await login(open)
    const test = await build(t, { shareDatabaseOf: open, env: { REGISTRATION_DOMAINS: 'example.org' } })
    const change = (email: string, currentPassword = PASSWORD) =>
      caller(test, session)('POST', '/v1/users/me/email', { email, currentPassword })
    const refused = await change(newEmail())
    t.match({ status: refused.statusCode, ...refused.json() }, { status: 422, code: 'EMAIL_NOT_ALLOWED' })
    t.equal(
      (await change(newEmail(), 'wrong wrong wrong')).json().code,
      'INVALID_CREDENTIALS',
      'the step-up comes first',
    )
    t.equal((await change('Ada@Example.ORG')).statusCode, 202)
    await login(test, session)
  },
)
