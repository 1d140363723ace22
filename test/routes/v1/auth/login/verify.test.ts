import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import t from 'tap'
import {
  atOnce,
  build,
  challenge,
  login,
  post,
  register,
  serve,
  type TestApp,
  tally,
  withMail,
  wrong,
} from '../../../../support/app.js'

const VERIFY = '/v1/auth/login/verify'

const begin = async (test: TestApp) => {
  const { email, password } = await register(test)
  return { email, password, ...(await challenge(test, 'login', { email, password })) }
}

t.test('the code opens a session in a cookie, unless the tokens are wanted in the body', async (t) => {
  const test = await build(t)
  const { email, challengeId, code } = await begin(test)
  const { answer, mail } = await withMail(test, email, /New sign-in/, () =>
    post(test.app, VERIFY, { challengeId, code }, { headers: { 'user-agent': 'coffer-test/1.0' } }),
  )
  t.equal(answer.statusCode, 200)
  const tokens = answer.json()
  t.same(Object.keys(tokens).sort(), ['accessToken', 'expiresIn', 'refreshTokenExpiresAt', 'tokenType', 'user'])
  t.match(tokens, { tokenType: 'Bearer', expiresIn: 900, user: { email } })
  t.match(mail.text, /coffer-test\/1\.0/)

  const [header, device] = answer.headers['set-cookie'] as unknown as [string, string]
  t.match(device, /^__Host-device=[\w-]{64}; .*HttpOnly; Secure; SameSite=Strict$/)
  const [pair, ...attributes] = header.split('; ')
  t.match(pair, /^__Host-refresh=[\w-]{100,200}$/)
  const names = attributes.map((attribute) => attribute.split('=')[0])
  t.same(names.sort(), ['Expires', 'HttpOnly', 'Path', 'SameSite', 'Secure'])
  t.match(header, /; Path=\//)
  t.match(header, /; SameSite=Strict/)
  t.equal(
    Date.parse(/Expires=([^;]+)/.exec(header)?.[1] as string) / 1000,
    Math.floor(Date.parse(tokens.refreshTokenExpiresAt) / 1000),
  )
  t.ok(header.length < 4096)

  const inBody = await login(test, { email, password: 'a river runs through it' })
  t.match(inBody.refreshToken, /^[\w-]{100,200}$/)
})

t.test('delivery in the body sets no cookie, and the answer is not to be stored', async (t) => {
  const test = await build(t)
  const { challengeId, code } = await begin(test)
  const answer = await post(test.app, VERIFY, { challengeId, code, delivery: 'body' })
  t.equal(answer.headers['set-cookie'], undefined)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.ok(answer.json().refreshToken)
  t.match(answer.json().deviceToken, /^[\w-]{64}$/)
  const odd = await post(test.app, VERIFY, { challengeId, code, delivery: 'native' })
  t.equal(odd.statusCode, 400)
})

t.test('the cookie follows a page on another site where that is configured', async (t) => {
  const test = await build(t, { env: { COOKIE_SAME_SITE: 'none' } })
  const { challengeId, code } = await begin(test)
  const answer = await post(test.app, VERIFY, { challengeId, code })
  const cookies = [answer.headers['set-cookie']].flat()
  t.equal(cookies.length, 2)
  for (const cookie of cookies) t.match(cookie, /; Secure; Partitioned; SameSite=None/)
})

t.test('fifty right codes at once open one session', async (t) => {
  const test = await build(t)
  const { challengeId, code, email } = await begin(test)
  const answers = await atOnce(50, () => post(test.app, VERIFY, { challengeId, code }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  t.same(tally(answers.filter(({ statusCode }) => statusCode === 401).map((a) => a.json().code)), { INVALID_CODE: 49 })
  t.equal((await test.app.db.User.findOne({ email }).lean())?.sessions.length, 1)
})

t.test('fifty wrong codes at once are five attempts, of which the owner is told once', async (t) => {
  const test = await build(t)
  const { challengeId, code, email } = await begin(test)
  const answers = await atOnce(50, () => post(test.app, VERIFY, { challengeId, code: wrong(code) }))
  t.same(tally(answers.map((answer) => answer.json().code)), { INVALID_CODE: 50 })
  await test.app.jobs.drain()
  const notices = (await test.mails(email)).filter(({ subject }) => /stopped/.test(subject))
  t.equal(notices.length, 1)
  t.equal((await post(test.app, VERIFY, { challengeId, code })).statusCode, 401)
  const events = await test.app.db.AuditEvent.find({ action: 'code.refused' }).lean()
  t.equal(events.length, 51)
  t.equal(events.filter(({ targetId }) => targetId !== null).length, 5)
})

t.test('a right code never fails because of wrong codes for other challenges', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '2' } })
  const { email, password, ...mine } = await begin(test)
  for (let round = 0; round < 3; round++) {
    const other = await challenge(test, 'login', { email, password })
    for (let i = 0; i < 5; i++) {
      const guess = { challengeId: other.challengeId, code: wrong(other.code) }
      t.equal((await post(test.app, VERIFY, guess)).json().code, 'INVALID_CODE')
    }
    const exhausted = await post(test.app, VERIFY, { challengeId: other.challengeId, code: other.code })
    t.equal(exhausted.json().code, 'INVALID_CODE', 'five wrong codes end a challenge')
  }
  t.equal((await post(test.app, VERIFY, { challengeId: mine.challengeId, code: mine.code })).statusCode, 200)
})

t.test('a code is its six digits, however they are typed or pasted', async (t) => {
  const test = await build(t, { env: { OTP_MAX_SENDS: '0' } })
  const account = await register(test)
  const zeros = { Arabic: 0x660, Persian: 0x6f0, Devanagari: 0x966, Thai: 0xe50, 'full-width': 0xff10, bold: 0x1d7ce }
  const spellings: Record<string, (code: string) => string> = {
    'a space in the middle': (code) => `${code.slice(0, 3)} ${code.slice(3)}`,
    'spaces around': (code) => ` ${code}\n`,
    'a no-break and a zero-width space': (code) => `${code.slice(0, 2)}\u00a0${code.slice(2)}\u200b`,
    'a hyphen': (code) => `${code.slice(0, 3)}-${code.slice(3)}`,
    'an en dash and a soft hyphen': (code) => `${code.slice(0, 3)}–${code.slice(3)}\u00ad`,
    ...Object.fromEntries(
      Object.entries(zeros).map(([script, zero]) => [
        `${script} digits`,
        (code: string) => [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join(''),
      ]),
    ),
  }
  for (const [name, spell] of Object.entries(spellings)) {
    const { challengeId, code } = await challenge(test, 'login', { email: account.email, password: account.password })
    t.equal((await post(test.app, VERIFY, { challengeId, code: spell(code) })).statusCode, 200, name)
  }
})

t.test('what cannot be a code is told so, costs no attempt and mails nobody', async (t) => {
  const test = await build(t)
  const { challengeId, code, email } = await begin(test)
  for (const text of ['abc', '12345', '1234567', '12 34 5', `${code}x`, '½½½½½½', '-', '١٢٣']) {
    const response = await post(test.app, VERIFY, { challengeId, code: text })
    t.match({ status: response.statusCode, ...response.json() }, { status: 400, errors: [{ pointer: '/code' }] }, text)
  }
  t.match(await test.app.db.Challenge.findOne({ consumedAt: null }), { attempts: 0 })
  await test.app.jobs.drain()
  t.notOk((await test.mails(email)).some(({ subject }) => /stopped/.test(subject)))
  t.equal((await post(test.app, VERIFY, { challengeId, code })).statusCode, 200)
})

t.test(
  'nothing is signed in that was suspended, signed out everywhere or deleted since the password was given',
  async (t) => {
    const test = await build(t)
    const changes = [
      { $set: { status: 'suspended' as const }, $inc: { authVersion: 1 } },
      { $set: { status: 'suspended' as const } },
      { $inc: { authVersion: 1 } },
      { $set: { status: 'deleting' as const }, $unset: { email: 1 as const } },
    ]
    for (const change of changes) {
      const { email, challengeId, code } = await begin(test)
      await test.app.db.User.updateOne({ email }, change)
      const answer = await post(test.app, VERIFY, { challengeId, code })
      t.match({ status: answer.statusCode, ...answer.json() }, { status: 401, code: 'INVALID_CODE' })
    }
    t.equal(await test.app.db.User.countDocuments({ 'sessions.0': { $exists: true } }), 0)
  },
)

t.test('the oldest session goes when there are too many, but never a living one before one that is over', async (t) => {
  const test = await build(t, { env: { MAX_SESSIONS: '3', OTP_MAX_SENDS: '0' } })
  const account = await register(test)
  const isAlive = async ({ bearer }: { bearer: Record<string, string> }) =>
    (await test.app.inject({ url: '/v1/users/me', headers: bearer })).statusCode === 200
  const sessions = []
  for (let i = 0; i < 4; i++) sessions.push(await login(test, account))
  t.same(await Promise.all(sessions.map(isAlive)), [false, true, true, true])

  // the second is used, the third is not
  test.clock.advance(4 * 24 * 3_600_000)
  const [, second, , fourth] = sessions as [unknown, (typeof sessions)[0], unknown, (typeof sessions)[0]]
  for (const { refreshToken } of [second, fourth]) {
    t.equal((await post(test.app, '/v1/auth/refresh-token', { refreshToken })).statusCode, 200)
  }
  test.clock.advance(4 * 24 * 3_600_000)
  await login(test, account)
  const stored = await test.app.db.User.findOne().lean()
  t.equal(stored?.sessions.length, 3, 'the third was over, so that nobody else had to go')
  t.match(
    stored?.sessions.map(({ counter }) => counter),
    [1, 1, 0],
  )
})

t.test('many accounts that sign in at once are never mixed up', async (t) => {
  const test = await build(t)
  const accounts = []
  for (let i = 0; i < 8; i++) accounts.push(await register(test))
  const sessions = await Promise.all(accounts.map((account) => login(test, account)))
  const shown = await Promise.all(
    sessions.map(async ({ bearer }) => (await test.app.inject({ url: '/v1/users/me', headers: bearer })).json().email),
  )
  t.same(
    shown,
    accounts.map(({ email }) => email),
  )
})

t.test('who has been deleted is neither signed in nor written to', async (t) => {
  const test = await build(t)
  const { email, challengeId, code } = await begin(test)
  await test.app.db.User.deleteOne({ email })
  for (const answer of [wrong(code), code]) {
    const response = await post(test.app, VERIFY, { challengeId, code: answer })
    t.match({ status: response.statusCode, ...response.json() }, { status: 401, code: 'INVALID_CODE' })
  }
  await test.app.jobs.drain()
  t.equal((await test.mails(email)).length, 2, 'the codes of registration and sign-in')
})

t.test('a client that names no product can sign in', async (t) => {
  const test = await build(t)
  const { email, challengeId, code } = await begin(test)
  const base = await serve(test.app)
  const outgoing = request(`${base}${VERIFY}`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  outgoing.end(JSON.stringify({ challengeId, code }))
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  response.resume()
  t.equal(response.statusCode, 200)
  t.match((await test.app.db.User.findOne({ email }).lean())?.sessions, [{ userAgent: '', ip: '127.0.0.1' }])
})
