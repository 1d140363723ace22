import bcrypt from 'bcrypt'
import t from 'tap'
import { build, login, newEmail, PASSWORD, post, register, type TestApp } from '../../support/app.js'

const attempt = async ({ app }: TestApp, password: string, { email = newEmail(), name = 'Ada Lovelace' } = {}) => {
  const response = await post(app, '/v1/auth/register', { email, password, name })
  return { status: response.statusCode, ...response.json() }
}

const stored = async ({ app }: TestApp, email: string) => (await app.db.User.findOne({ email }).lean())?.password

const signsIn = async ({ app }: TestApp, email: string, password: string) =>
  (await post(app, '/v1/auth/login', { email, password })).statusCode === 202

t.test('the length of a password is counted in code points, after normalisation', async (t) => {
  const test = await build(t)
  const short = { status: 422, code: 'PASSWORD_TOO_WEAK', detail: 'Use at least 12 characters.' }
  t.match(await attempt(test, 'kqzvwxjbypm'), short)
  t.match(await attempt(test, 'kqzvwxjbyp🦄'), short, 'an emoji is one')
  t.match(await attempt(test, 'kqzvwxjbype\u0301'), short, 'a letter and its accent are one')
  t.match(await attempt(test, 'kqzvwxjbypmr'), { status: 202 }, 'lower-case letters alone will do')
  t.match(await attempt(test, 'ключ от замка 鍵'), { status: 202 })
  t.match(await attempt(test, `k${'😀'.repeat(64)}`), { status: 202 })
  t.match(await attempt(test, `${'🦄'.repeat(255)}k`), { status: 202 })
  t.match(await attempt(test, `${'🦄'.repeat(256)}k`), { status: 400 })
  const strict = await build(t, { env: { PASSWORD_MIN_LENGTH: '15' } })
  t.match(await attempt(strict, 'kqzvwxjbypmrst'), { status: 422, detail: /15/ })
  t.match(await attempt(strict, 'kqzvwxjbypmrstu'), { status: 202 })
})

t.test('what others use is refused as common', async (t) => {
  const test = await build(t)
  const common = [
    'password1234',
    'PASSWORD1234',
    'Password2026!!',
    '123password456',
    'passwordpassword',
    'letmeinletmein',
    'iloveyou20262026',
    'qwertyuiop123',
    '123456789012',
    '098765432109',
    '111111111111',
    'abcabcabcabc',
    'abcdefghijklmn',
    'zyxwvutsrqponm',
    'asdfghjklzxcv',
    '1qaz2wsx3edc4rfv',
    'ｐａｓｓｗｏｒｄ1234',
  ]
  for (const password of common) {
    t.match(await attempt(test, password), { status: 422, code: 'PASSWORD_TOO_WEAK', detail: /common/ }, password)
  }
  t.match(await attempt(test, PASSWORD), { status: 202 })
})

t.test('what is made of the owner’s own data or of the name of the service is refused', async (t) => {
  const test = await build(t)
  const owner = { email: 'ada.byron@analytical.example', name: 'Ada Quixwell' }
  const made = [
    'coffer-2026-xk',
    'MyCofferKey99',
    'ada.byron@analytical.example',
    'byronbyron77',
    'Quixwell-1815!',
    'xx analytical xx',
  ]
  for (const password of made) {
    t.match(await attempt(test, password, owner), { status: 422, detail: /must not contain/ }, password)
  }
  t.match(await attempt(test, 'Quixwell-1815!', { name: 'Bo' }), { status: 202 }, 'of another it may be')
  t.equal(await test.app.db.Challenge.countDocuments(), 1, 'nothing is left of a refused registration')
})

t.test('a hash is bcrypt over a peppered HMAC, with its scheme, cost and pepper beside it', async (t) => {
  const test = await build(t, { env: { BCRYPT_ROUNDS: '6' } })
  const { email } = await register(test)
  t.match(await stored(test, email), {
    scheme: 'bcrypt-hmac-sha384',
    cost: 6,
    pepperId: /^[0-9a-f]{8}$/,
    hash: /^\$2b\$06\$.{53}$/,
  })
  const { hash } = (await stored(test, email)) as { hash: string }
  t.equal(await bcrypt.compare(PASSWORD, hash), false, 'the hash alone is of no use')
})

t.test('a lower cost and an older pepper are hashed anew at the next sign-in', async (t) => {
  const old = 'the-old-pepper-0123456789-abcdefghijklm'
  const pepper = 'the-new-pepper-0123456789-abcdefghijklm'
  const before = await build(t, { env: { PASSWORD_PEPPER: old } })
  const { email } = await register(before)
  const first = await stored(before, email)
  const costlier = await build(t, { shareDatabaseOf: before, env: { PASSWORD_PEPPER: old, BCRYPT_ROUNDS: '5' } })
  t.equal(await signsIn(costlier, email, 'wrong wrong wrong'), false)
  t.same(await stored(before, email), first, 'a wrong password changes nothing')
  t.equal(await signsIn(costlier, email, PASSWORD), true)
  t.match(await stored(before, email), { cost: 5, pepperId: first?.pepperId, hash: /^\$2b\$05/ })

  const exchanged = await build(t, { shareDatabaseOf: before, env: { PASSWORD_PEPPER: `${pepper},${old}` } })
  t.equal(await signsIn(exchanged, email, PASSWORD), true)
  const second = await stored(before, email)
  t.not(second?.pepperId, first?.pepperId)
  t.equal(await signsIn(before, email, PASSWORD), false, 'the old pepper alone does not open it')
  const after = await build(t, { shareDatabaseOf: before, env: { PASSWORD_PEPPER: pepper } })
  t.equal(await signsIn(after, email, PASSWORD), true)
  t.same(await stored(before, email), second, 'what is up to date stays')
})

t.test('a plain bcrypt hash of another system works, and is replaced at the first sign-in', async (t) => {
  const test = await build(t)
  for (const prefix of ['$2a$', '$2b$', '$2y$']) {
    const { email } = await register(test)
    const hash = (await bcrypt.hash('imported', 4)).replace('$2b$', prefix)
    await test.app.db.User.updateOne(
      { email },
      { $set: { password: { scheme: 'bcrypt', cost: 4, pepperId: null, hash } } },
    )
    t.equal(await signsIn(test, email, 'Imported'), false)
    t.match(await stored(test, email), { scheme: 'bcrypt', hash })
    await login(test, { email, password: 'imported' })
    t.match(await stored(test, email), { scheme: 'bcrypt-hmac-sha384', pepperId: /./ })
    await login(test, { email, password: 'imported' })
  }
})

t.test('a damaged hash opens nothing and breaks nothing', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '0' } })
  const { email } = await register(test)
  const good = (await stored(test, email)) as NonNullable<Awaited<ReturnType<typeof stored>>>
  const damaged = [
    { ...good, hash: '' },
    { ...good, hash: 'x'.repeat(60) },
    { ...good, hash: good.hash.slice(0, -1) },
    { ...good, hash: good.hash.replace('$04$', '$31$') },
    { ...good, hash: good.hash.replace('$04$', '$00$') },
    { ...good, pepperId: 'ffffffff' },
    { ...good, pepperId: null },
    { ...good, scheme: 'bcrypt' as const },
  ]
  for (const password of damaged) {
    await test.app.db.User.collection.updateOne({ email }, { $set: { password } })
    const response = await post(test.app, '/v1/auth/login', { email, password: PASSWORD })
    t.equal(response.statusCode, 401, JSON.stringify(password))
  }
})

t.test('a plain bcrypt hash is opened by no longer password than bcrypt reads', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const true72 = 'p'.repeat(72)
  const password = { scheme: 'bcrypt' as const, cost: 4, pepperId: null, hash: await bcrypt.hash(true72, 4) }
  await test.app.db.User.updateOne({ email }, { $set: { password } })
  for (const longer of [`${true72}x`, `${true72}\u0000`, `${'p'.repeat(71)}é`]) {
    t.equal(await signsIn(test, email, longer), false)
    t.match(await stored(test, email), password, 'and it is not stored')
  }
  t.equal(await signsIn(test, email, true72), true)
  t.match(await stored(test, email), { scheme: 'bcrypt-hmac-sha384' })
  t.equal(await signsIn(test, email, `${true72}x`), false)
  t.equal(await signsIn(test, email, true72), true)
})

t.test('a higher cost is hashed down at the next sign-in', async (t) => {
  const before = await build(t, { env: { BCRYPT_ROUNDS: '6' } })
  const { email } = await register(before)
  const lower = await build(t, { shareDatabaseOf: before, env: { BCRYPT_ROUNDS: '4' } })
  t.equal(await signsIn(lower, email, PASSWORD), true)
  t.match(await stored(before, email), { cost: 4, hash: /^\$2b\$04/ })
})
