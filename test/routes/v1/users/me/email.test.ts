import t from 'tap'
import { audited, caller, insertUsers } from '../../../../support/admin.js'
import {
  atOnce,
  build,
  challenge,
  codeIn,
  login,
  PASSWORD,
  post,
  type TestApp,
  tally,
  withMail,
  wrong,
} from '../../../../support/app.js'

const URL = '/v1/users/me/email'
type Call = ReturnType<typeof caller>

const begin = async (test: TestApp, call: Call, email: string) => {
  const { answer, mail } = await withMail(test, email, /new e-mail address/i, () =>
    call('POST', URL, { email, currentPassword: PASSWORD }),
  )
  return { challengeId: answer.json().challengeId as string, code: codeIn(mail), answer }
}

t.test('an address is changed by a code that goes to the new one', async (t) => {
  const test = await build(t)
  const { app, mail } = test
  const owner = await login(test)
  const call = caller(test, owner)
  const before = await call('GET', '/v1/users/me')
  const { challengeId, code, answer } = await begin(test, call, 'New.Address@Example.com'.toLowerCase())
  t.equal(answer.statusCode, 202)
  t.same(Object.keys(answer.json()).sort(), ['challengeId', 'expiresAt', 'resendAvailableAt'])
  t.equal((await call('GET', '/v1/users/me')).json().email, owner.email, 'nothing has changed yet')
  const signIn = await challenge(test, 'login', owner.email ? { email: owner.email, password: PASSWORD } : owner)

  t.equal((await call('POST', `${URL}/verify`, { challengeId, code: wrong(code) })).json().code, 'INVALID_CODE')
  const verified = await call('POST', `${URL}/verify`, { challengeId, code })
  t.equal(verified.statusCode, 200, verified.body)
  t.match(verified.json(), { id: owner.id, email: 'new.address@example.com' })
  t.not(verified.headers.etag, before.headers.etag)
  t.ok(verified.json().updatedAt > before.json().updatedAt)
  t.equal((await call('POST', `${URL}/verify`, { challengeId, code })).json().code, 'INVALID_CODE', 'once')
  t.equal((await call('GET', '/v1/users/me')).json().email, 'new.address@example.com', 'the session stays')
  t.match(await mail(owner.email, /address was changed/i), { to: owner.email })
  const used = { challengeId: signIn.challengeId, code: signIn.code }
  t.equal((await post(app, '/v1/auth/login/verify', used)).json().code, 'INVALID_CODE')
  t.equal((await post(app, '/v1/auth/login', { email: owner.email, password: PASSWORD })).statusCode, 401)
  await login(test, { email: 'new.address@example.com', password: PASSWORD })
  const actions = await audited(app, owner.id)
  t.ok(actions.includes('account.email-change-requested') && actions.includes('account.email-changed'))
})

t.test('it takes the password, and wrong ones are counted', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '2' } })
  const owner = await login(test)
  const call = caller(test, owner)
  const email = 'other@example.com'
  t.match((await call('POST', URL, { email })).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  for (const code of ['INVALID_CREDENTIALS', 'INVALID_CREDENTIALS', 'TOO_MANY_FAILURES']) {
    t.equal((await call('POST', URL, { email, currentPassword: 'not it' })).json().code, code)
  }
  for (const body of [
    {},
    { email: 'x' },
    { email: { $ne: '' } },
    { email, currentPassword: PASSWORD, role: 'admin' },
  ]) {
    t.equal((await call('POST', URL, body)).json().code, 'VALIDATION_FAILED')
  }
  t.equal((await post(test.app, URL, { email })).json().code, 'TOKEN_INVALID')
  t.same(await test.mails(email), [])
})

t.test('nobody learns whether an address has an account', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const call = caller(test, owner)
  const [taken] = await insertUsers(test.app, [{ email: 'taken@example.com' }])
  const free = await begin(test, call, 'free@example.com')
  for (const email of [taken?.email as string, owner.email]) {
    const response = await call('POST', URL, { email, currentPassword: PASSWORD })
    t.equal(response.statusCode, 202)
    t.same(Object.keys(response.json()), Object.keys(free.answer.json()))
    const { challengeId } = response.json()
    t.equal((await call('POST', `${URL}/verify`, { challengeId, code: free.code })).json().code, 'INVALID_CODE')
  }
  await test.app.jobs.drain()
  t.same(await test.mails('taken@example.com'), [])
})

t.test('the code is of use only to who asked for it', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const stranger = caller(test, await login(test))
  const call = caller(test, owner)
  const { challengeId, code } = await begin(test, call, 'mine@example.com')
  t.equal((await stranger('POST', `${URL}/verify`, { challengeId, code })).json().code, 'INVALID_CODE')
  t.equal((await stranger('POST', `${URL}/verify`, { challengeId: 'x', code })).json().code, 'INVALID_CODE')
  const login2 = await challenge(test, 'login', { email: owner.email, password: PASSWORD })
  const crossed = { challengeId: login2.challengeId, code: login2.code }
  t.equal((await call('POST', `${URL}/verify`, crossed)).json().code, 'INVALID_CODE', 'a code of another purpose')
  t.equal((await post(test.app, `${URL}/verify`, { challengeId, code })).json().code, 'TOKEN_INVALID')
  t.equal((await call('POST', `${URL}/verify`, { challengeId, code })).statusCode, 200, 'none of this has used it up')
})

t.test('of two accounts that verify the same address one gets it', async (t) => {
  const test = await build(t)
  const a = caller(test, await login(test))
  const b = caller(test, await login(test))
  const email = 'both@example.com'
  const begun = [await begin(test, a, email), await begin(test, b, email)]
  const codes = await atOnce(2, async (index) => {
    const { challengeId, code } = begun[index] as (typeof begun)[0]
    return (await (index === 0 ? a : b)('POST', `${URL}/verify`, { challengeId, code })).statusCode
  })
  t.same(tally(codes), { 200: 1, 409: 1 })
  t.equal(await test.app.db.User.countDocuments({ email }), 1)
})

t.test('a password that was changed meanwhile makes the code worthless', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const call = caller(test, owner)
  const { challengeId, code } = await begin(test, call, 'late@example.com')
  const newPassword = 'another river entirely'
  t.equal((await call('PUT', '/v1/users/me/password', { currentPassword: PASSWORD, newPassword })).statusCode, 204)
  t.equal((await call('POST', `${URL}/verify`, { challengeId, code })).json().code, 'INVALID_CODE')
  t.equal((await call('GET', '/v1/users/me')).json().email, owner.email)
})

t.test('a change that runs beside a sign-out everywhere begins nothing', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const call = caller(test, owner)
  const codes = await atOnce(8, async (index) => {
    if (index === 3) return (await post(test.app, '/v1/auth/logout-all', {}, { headers: owner.bearer })).statusCode
    return (await call('POST', URL, { email: `x${index}@example.com`, currentPassword: PASSWORD })).statusCode
  })
  t.equal(tally(codes)['204'], 1)
  for (const code of codes) t.ok([202, 204, 401].includes(code))
})
