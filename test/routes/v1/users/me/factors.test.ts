import t from 'tap'
import { audited, caller } from '../../../../support/admin.js'
import { atOnce, build, login, newEmail, PASSWORD, post, tally, withMail } from '../../../../support/app.js'
import { authenticator, beginLogin, claimsOf, enrol, storeFactor, storeTotp } from '../../../../support/factors.js'
import { storeSession } from '../../../../support/session.js'

const URL = '/v1/users/me/factors'
const TOTP = `${URL}/totp`
const VERIFY = `${TOTP}/verify`
const STEP = 30_000
const confirmed = { currentPassword: PASSWORD }

t.test('an authenticator app is added by its first code; with it come ten backup codes', async (t) => {
  const test = await build(t, { env: { MAIL_FROM: 'Acme Files <acme@example.com>' } })
  const session = await storeSession(test)
  const other = await login(test, session)
  const call = caller(test, session)
  t.match((await call('GET', URL)).json(), { items: [] })

  const begun = await call('POST', TOTP, confirmed)
  t.equal(begun.statusCode, 201)
  t.equal(begun.headers['cache-control'], 'no-store')
  const { factorId, secret, uri } = begun.json()
  t.match(
    uri,
    new RegExp(
      `^otpauth://totp/Acme%20Files:${encodeURIComponent(session.email)}\\?issuer=Acme%20Files&secret=${secret}&`,
    ),
  )
  t.match((await call('GET', URL)).json(), { items: [] }, 'it is none before its first code')
  t.same((await beginLogin(test, session)).methods, ['mail'])

  const code = authenticator(test, secret)
  const first = code()
  const { answer, mail } = await withMail(test, session.email, /second factor was added/, () =>
    call('POST', VERIFY, { factorId, code: `${first.slice(0, 3)} ${first.slice(3)}`, name: 'Phone' }),
  )
  t.equal(answer.statusCode, 200, answer.body)
  const { factor, backupCodes } = answer.json()
  t.match(factor, { id: factorId, type: 'totp', name: 'Phone', lastUsedAt: String })
  t.equal(new Set(backupCodes).size, 10)
  for (const backupCode of backupCodes) t.match(backupCode, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/)
  t.match(mail.text, 'Factor: authenticator app')
  t.match((await call('GET', URL)).json().items, [
    factor,
    { type: 'backup-codes', name: 'Backup codes', remaining: 10, lastUsedAt: null },
  ])
  t.equal((await caller(test, other)('GET', URL)).statusCode, 401, 'every other session has ended')
  t.ok((await audited(test.app, session.id)).includes('factor.added'))

  const { challengeId, methods } = await beginLogin(test, session)
  t.same(methods, ['totp', 'backup-code'])
  const signIn = (typed: string) =>
    post(test.app, '/v1/auth/login/verify', { challengeId, method: 'totp', code: typed })
  t.equal((await signIn(first)).statusCode, 401, 'the first code was used')
  test.clock.advance(STEP)
  t.equal((await signIn(code())).statusCode, 200)
})

t.test('the session that added a factor counts as signed in with it', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  await enrol(test, session)
  const { accessToken } = (
    await post(test.app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
  ).json()
  t.match(claimsOf(accessToken), { amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' })
  t.match((await test.app.db.User.findOne().lean())?.sessions, [{ counter: 1, tokenHash: String }])
})

t.test('a refresh at the same time as the first code is not lost', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const call = caller(test, session)
  const { factorId, secret } = (await call('POST', TOTP, confirmed)).json()
  const code = authenticator(test, secret)
  let { refreshToken } = session
  const refresh = async () => {
    for (let i = 0; i < 10; i++) {
      const answer = await post(test.app, '/v1/auth/refresh-token', { refreshToken })
      t.equal(answer.statusCode, 200)
      refreshToken = answer.json().refreshToken
    }
  }
  const [added] = await Promise.all([call('POST', VERIFY, { factorId, code: code() }), refresh()])
  t.equal(added.statusCode, 200)
  const last = await post(test.app, '/v1/auth/refresh-token', { refreshToken })
  t.equal(last.statusCode, 200)
  t.match(claimsOf(last.json().accessToken), { acr: 'aal2' })
})

t.test('a factor is added once, however often its first code is sent, on two processes', async (t) => {
  const test = await build(t)
  const other = await build(t, { shareDatabaseOf: test, clock: test.clock })
  const session = await storeSession(test)
  const { factorId, secret } = (await caller(test, session)('POST', TOTP, confirmed)).json()
  const code = authenticator(test, secret)()
  const answers = await atOnce(20, (i) =>
    caller(i % 2 === 0 ? test : other, session)('POST', VERIFY, { factorId, code }),
  )
  const codes = tally(answers.map((answer) => answer.json().code ?? 'added'))
  t.equal(codes.added, 1)
  t.equal(
    Object.keys(codes).every((code) => ['added', 'FACTOR_EXISTS', 'INVALID_CODE'].includes(code)),
    true,
    `${Object.keys(codes)}`,
  )
  t.equal((await test.app.db.User.findOne().lean())?.factors?.length, 2)
  const again = await caller(test, session)('POST', VERIFY, { factorId, code })
  t.match(again.json(), { status: 409, code: 'FACTOR_EXISTS' })
})

t.test('the first code is refused if it is wrong, late, for another secret or from another session', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const other = await login(test, session)
  const call = caller(test, session)
  const first = (await call('POST', TOTP, confirmed)).json()
  const { factorId, secret } = (await call('POST', TOTP, confirmed)).json()
  const code = authenticator(test, secret)
  const refused = async (payload: object, by = session) => {
    const response = await caller(test, by)('POST', VERIFY, payload)
    t.match(response.json(), { status: 401, code: 'INVALID_CODE' })
  }
  await refused({ factorId, code: code(5) })
  await refused({ factorId: 'unknown', code: code() })
  await refused({ factorId: first.factorId, code: authenticator(test, first.secret)() })
  await refused({ factorId, code: code() }, other)
  t.match((await call('POST', VERIFY, { factorId, code: '12345' })).json(), {
    status: 400,
    errors: [{ pointer: '/code' }],
  })
  test.clock.advance(14 * 60_000)
  const { accessToken } = (
    await post(test.app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
  ).json()
  const renewed = { ...session, bearer: { authorization: `Bearer ${accessToken}` } }
  test.clock.advance(61_000)
  await refused({ factorId, code: code() }, renewed)
  t.same((await beginLogin(test, session)).methods, ['mail'])
})

t.test('further factors bring no new backup codes, and their number has a limit', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { code, backupCodes } = await enrol(test, session)
  t.equal(backupCodes.length, 10)
  const tablet = await enrol(test, session, {})
  t.equal(tablet.backupCodes, undefined)
  const { challengeId } = await beginLogin(test, session)
  test.clock.advance(STEP)
  const wrong = await post(test.app, '/v1/auth/login/verify', { challengeId, method: 'totp', code: '000000' })
  t.equal(wrong.statusCode, 401)
  const right = await post(test.app, '/v1/auth/login/verify', { challengeId, method: 'totp', code: tablet.code() })
  t.equal(right.statusCode, 200, 'either app signs in')
  t.not(code(), tablet.code())
  for (let i = 3; i < 20; i++) await storeFactor(test, session.email, { type: 'passkey' })
  await t.rejects(enrol(test, session, {}), { message: /at most 20 second factors/ })
})

t.test('backup codes are replaced: the old ones are void, and the owner is told', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const call = caller(test, session)
  const create = () => call('POST', `${URL}/backup-codes`, {})
  t.match((await call('POST', `${URL}/backup-codes`, confirmed)).json(), { status: 403, code: 'FACTOR_REQUIRED' })
  const { backupCodes: old } = await enrol(test, session)
  const { answer } = await withMail(test, session.email, /New backup codes/, create)
  t.equal(answer.statusCode, 201)
  const { backupCodes } = answer.json()
  t.equal(new Set([...backupCodes, ...old]).size, 20)
  t.ok((await audited(test.app, session.id)).includes('factor.backup-codes-created'))
  const { challengeId } = await beginLogin(test, session)
  const statusOf = async (code: string) =>
    (await post(test.app, '/v1/auth/login/verify', { challengeId, method: 'backup-code', code })).statusCode
  t.equal(await statusOf(old[0] as string), 401)
  t.equal(await statusOf(backupCodes[0] as string), 200)
  const { items } = (await call('GET', URL)).json()
  t.match(items, [{ type: 'totp' }, { type: 'backup-codes', remaining: 9, lastUsedAt: String }])

  t.equal((await call('DELETE', `${URL}/${items[1].id}`)).statusCode, 204)
  t.same((await beginLogin(test, session)).methods, ['totp'])
  t.equal((await create()).statusCode, 201)
  t.match((await call('GET', URL)).json().items, [{ type: 'totp' }, { type: 'backup-codes', remaining: 10 }])
})

t.test('a factor is renamed', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { factorId } = await enrol(test, session)
  const call = caller(test, session)
  const renamed = await call('PATCH', `${URL}/${factorId}`, { name: 'Cafe\u0301 phone' })
  t.match(renamed.json(), { id: factorId, type: 'totp', name: 'Caf\u00e9 phone' })
  t.match((await call('GET', URL)).json().items, [{ name: 'Caf\u00e9 phone' }, { name: 'Backup codes' }])
  for (const name of ['', '\u200b', 'x'.repeat(101), 5]) {
    t.equal((await call('PATCH', `${URL}/${factorId}`, { name })).statusCode, 400)
  }
  const stranger = caller(test, await storeSession(test))
  t.equal((await stranger('PATCH', `${URL}/${factorId}`, { name: 'Mine' })).statusCode, 404)
  t.ok((await audited(test.app, session.id)).includes('factor.renamed'))
})

t.test('the last factor takes the backup codes with it, and a sign-in is by mail again', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { factorId } = await enrol(test, session)
  const tablet = await enrol(test, session, {})
  const call = caller(test, session)
  const { answer, mail } = await withMail(test, session.email, /second factor was removed/, () =>
    call('DELETE', `${URL}/${tablet.factorId}`),
  )
  t.equal(answer.statusCode, 204, answer.body)
  t.match(mail.text, 'Factor: authenticator app')
  t.match((await call('GET', URL)).json().items, [{ id: factorId }, { type: 'backup-codes' }])

  const begun = await beginLogin(test, session)
  t.equal((await call('DELETE', `${URL}/${factorId}`)).statusCode, 204)
  t.same((await call('GET', URL)).json().items, [])
  t.same((await beginLogin(test, session)).methods, ['mail'])
  const late = await post(test.app, '/v1/auth/login/verify', {
    challengeId: begun.challengeId,
    method: 'backup-code',
    code: tablet.backupCodes?.[0] ?? '00000-00000',
  })
  t.equal(late.statusCode, 401)
  t.match((await call('DELETE', `${URL}/${factorId}`, confirmed)).json(), { status: 404 })
  const actions = await audited(test.app, session.id)
  t.equal(actions.filter((action) => action === 'factor.removed').length, 2)
})

t.test('a removed factor ends every other session', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { factorId, code } = await enrol(test, session)
  test.clock.advance(STEP)
  const { challengeId } = await beginLogin(test, session)
  const other = await post(test.app, '/v1/auth/login/verify', { challengeId, method: 'totp', code: code() })
  const bearer = { authorization: `Bearer ${other.json().accessToken}` }
  t.equal((await caller(test, { bearer })('GET', URL)).statusCode, 200)
  t.equal((await caller(test, session)('DELETE', `${URL}/${factorId}`)).statusCode, 204)
  t.equal((await caller(test, { bearer })('GET', URL)).statusCode, 401)
  t.equal((await caller(test, session)('GET', URL)).statusCode, 200)
})

t.test('factors of others are answered like factors that do not exist', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const { factorId } = await enrol(test, owner)
  const stranger = caller(test, await storeSession(test))
  for (const id of [factorId, 'unknown', 'x'.repeat(200)]) {
    t.match((await stranger('DELETE', `${URL}/${id}`, confirmed)).json(), { status: 404, code: 'NOT_FOUND' })
  }
})

t.test('a password reset does not go past the factor', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { code } = await enrol(test, session)
  const { email } = session
  const { answer, mail } = await withMail(test, email, /reset code/, () =>
    post(test.app, '/v1/auth/password/forgot', { email }),
  )
  const digits = /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1]
  const { resetToken } = (
    await post(test.app, '/v1/auth/password/forgot/verify', { challengeId: answer.json().challengeId, code: digits })
  ).json()
  const password = 'another river runs by it'
  t.equal((await post(test.app, '/v1/auth/password/reset', { resetToken, newPassword: password })).statusCode, 204)
  const { challengeId, methods } = await beginLogin(test, { email, password })
  t.same(methods, ['totp', 'backup-code'])
  test.clock.advance(STEP)
  const response = await post(test.app, '/v1/auth/login/verify', { challengeId, method: 'totp', code: code() })
  t.equal(response.statusCode, 200)
})

t.test('the export shows the factors without their secrets, and the deletion takes them', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const { factorId, code } = await enrol(test, session)
  await caller(test, session)('POST', TOTP, {})
  const exported = await caller(test, session)('GET', '/v1/users/me/export')
  t.match(exported.json().factors, [
    { id: factorId, type: 'totp' },
    { type: 'backup-codes', remaining: 10 },
  ])
  t.same(Object.keys(exported.json().factors[0]).sort(), ['createdAt', 'id', 'lastUsedAt', 'name', 'type'])
  t.ok(code())
  t.equal((await caller(test, session)('DELETE', '/v1/users/me', {})).statusCode, 202)
  const left = await test.app.db.User.findOne().lean()
  if (left) t.match(left, { factors: [], pendingTotp: undefined })
})

t.test('keys are exchanged without a lost factor', async (t) => {
  const [old, fresh] = ['old', 'new'].map((name) => `${name}-0123456789-abcdefghijklmnopqrstuvwxyz`) as [string, string]
  const before = await build(t, { env: { DATA_KEY: old } })
  const session = await storeSession(before)
  const { code, backupCodes } = await enrol(before, session)
  const at = (DATA_KEY: string) => build(t, { env: { DATA_KEY }, shareDatabaseOf: before, clock: before.clock })
  const between = await at(`${fresh},${old}`)
  await between.app.jobs.drain()
  const after = await at(fresh)
  const signIn = async (method: string, typed = '') => {
    before.clock.advance(STEP)
    const { challengeId } = await beginLogin(after, session)
    return (await post(after.app, '/v1/auth/login/verify', { challengeId, method, code: typed || code() })).statusCode
  }
  t.equal(await signIn('totp'), 200)
  t.equal(await signIn('backup-code', backupCodes[0]), 200)
  const { factors } = (await after.app.db.User.findOne({ email: session.email }).lean()) ?? {}
  t.strictSame(
    factors?.map(({ keyId }) => keyId),
    [after.app.keys.ids[0], after.app.keys.ids[0]],
  )
  const job = await between.app.db.Job.findById('factor-keys').lean()
  t.match(job, { state: 'waiting', attempts: 0 }, 'the job runs again as long as there are several keys')
})

t.test('a factor that no key decrypts is left as it is by an exchange of keys', async (t) => {
  const test = await build(t, {
    env: { DATA_KEY: [1, 2].map((n) => `${n}-0123456789-abcdefghijklmnopqrstuvwxyz`).join() },
  })
  const { email } = await storeSession(test)
  await storeTotp(test, email)
  const keyId = test.app.keys.ids[1] as string
  await test.app.db.User.updateOne(
    { email },
    { $set: { 'factors.0.secret': Buffer.alloc(48), 'factors.0.keyId': keyId } },
  )
  await test.app.factors.reseal()
  t.match((await test.app.db.User.findOne({ email }).lean())?.factors, [{ keyId }])
  t.ok(newEmail())
})
