import { once } from 'node:events'
import { inspect } from 'node:util'
import t from 'tap'
import { ApiError, memoryStore, NetworkError, type User } from '../../../openapi/client/index.js'
import { atOnce, codeIn, newEmail, PASSWORD, register, withMail } from '../../support/app.js'
import { storePasskey } from '../../support/factors.js'
import { jar, signIn, start, watch } from './helper.js'

const MINUTE = 60_000
const ONE_TRY = { limit: 0 }

let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  test = await start(t)
})

t.test('registers, signs in, and keeps the tokens to itself', async (t) => {
  const store = memoryStore()
  const client = test.connect({ store })
  const email = newEmail()
  const first = await withMail(test, email, /registration code/, () =>
    client.register({ email, password: PASSWORD, name: 'Ada' }),
  )
  await client.verifyRegistration({ challengeId: first.answer.challengeId, code: codeIn(first.mail) })
  const { user } = await signIn(test, client, { email, password: PASSWORD })
  t.equal(user.email, email)
  t.strictSame(client.user, user)
  t.strictSame(await client.getProfile(), user)
  const token = (await client.getAccessToken()) as string
  const shown = inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client)
  for (const secret of [token, (await store.load()) as string]) t.notOk(shown.includes(secret))
})

t.test(
  'a device that has signed in is not locked out by others, and the store keeps its proof after signing out',
  async (t) => {
    const test = await start(t, { env: { LOGIN_MAX_FAILURES: '2', OTP_MAX_SENDS: '1' } })
    const store = memoryStore()
    const client = test.connect({ store })
    const { email } = await signIn(test, client)
    t.match(await store.loadDevice?.(), /^[\w-]{64}$/)
    await client.logout()
    const stranger = test.connect()
    for (const code of ['INVALID_CREDENTIALS', 'INVALID_CREDENTIALS', 'TOO_MANY_FAILURES']) {
      await t.rejects(stranger.login({ email, password: 'wrong wrong wrong' }), { code })
    }
    await stranger.forgotPassword({ email })
    await t.rejects(stranger.forgotPassword({ email }), { code: 'TOO_MANY_CODES' })
    await signIn(test, client, { email, password: PASSWORD })
    t.match(await client.forgotPassword({ email }), { challengeId: /./ })
  },
)

t.test('a trusted device signs in by the password alone, by the store and by the cookie', async (t) => {
  const test = await start(t, { env: { TRUSTED_DEVICE_TTL: '30d' } })
  const { fetch } = jar(test.origin)
  for (const options of [{}, { store: 'cookie', fetch } as const]) {
    const client = test.connect(options)
    const { email, password } = await register(test)
    const { answer, mail } = await withMail(test, email, /sign-in code/, () => client.login({ email, password }))
    t.equal(answer.user, undefined)
    await client.verifyLogin({ challengeId: answer.challengeId, code: codeIn(mail), trustDevice: true })
    await client.logout()
    t.equal(client.user, undefined)
    const { user } = await client.login({ email, password })
    t.equal(user?.email, email)
    t.strictSame(client.user, user)
    t.strictSame(await client.getProfile(), user)
    test.clock.advance(16 * MINUTE)
    t.strictSame(await client.getProfile(), user, 'and the session lasts')
  }
})

t.test('a passkey signs in, and the session is that of the client', async (t) => {
  const { email } = await register(test)
  const passkey = await storePasskey(test, email)
  const client = test.connect()
  const { challengeId, options } = await client.beginPasskeyLogin()
  const user = await client.verifyPasskeyLogin({ challengeId, response: passkey.get(options) as never })
  t.equal(user.email, email)
  t.strictSame(client.user, user)
  test.clock.advance(16 * MINUTE)
  t.strictSame(await client.getProfile(), user, 'and it lasts')
})

t.test('a forgotten password is replaced, and the session that was there is over', async (t) => {
  const client = test.connect()
  const { email } = await signIn(test, client)
  const { answer, mail } = await withMail(test, email, /reset code/, () => client.forgotPassword({ email }))
  const { resetToken } = await client.verifyPasswordReset({ challengeId: answer.challengeId, code: codeIn(mail) })
  const newPassword = `another ${PASSWORD}`
  await client.resetPassword({ resetToken, newPassword })
  await t.rejects(client.getProfile(), { name: 'ApiError', code: 'TOKEN_INVALID', status: 401 })
  t.equal(client.user, undefined)
  await signIn(test, client, { email, password: newPassword })
  t.equal((await client.getProfile()).email, email)
})

t.test('one refresh, however many calls find their token expired, and each is sent once more', async (t) => {
  const { fetch, sent, refreshes } = watch()
  const client = test.connect({ fetch })
  const { user } = await signIn(test, client)
  test.clock.advance(16 * MINUTE)
  sent.length = 0
  const profiles = await atOnce(20, () => client.getProfile())
  t.ok(profiles.every(({ id }) => id === user.id))
  t.equal(refreshes(), 1)
  t.equal(sent.filter((route) => route === 'GET /v1/users/me').length, 40)
})

t.test('refreshes ahead where the token is old by the own clock, and not when that clock is wrong', async (t) => {
  const test = await start(t, { env: { ACCESS_TOKEN_TTL: '1m' } })
  const { fetch, sent, refreshes } = watch()
  const client = test.connect({ fetch })
  await signIn(test, client)
  const { now } = Date
  t.teardown(() => {
    Date.now = now
  })
  Date.now = () => now() - 3_600_000
  await client.getProfile()
  t.equal(refreshes(), 0)
  Date.now = () => now() + 55_000
  sent.length = 0
  await client.getProfile()
  t.strictSame(sent, ['POST /v1/auth/refresh-token', 'GET /v1/users/me'])
})

t.test('only a token that was refused is worth a refresh', async (t) => {
  const { fetch, refreshes } = watch()
  const client = test.connect({ fetch })
  const { email } = await signIn(test, client)
  const wrong = { currentPassword: 'not the password', newPassword: `another ${PASSWORD}` }
  await t.rejects(client.changePassword(wrong), { code: 'INVALID_CREDENTIALS' })
  await t.rejects(client.login({ email, password: 'not the password' }), { code: 'INVALID_CREDENTIALS' })
  t.equal(refreshes(), 0)
})

t.test('a refused call names the methods of the step-up that it requires', async (t) => {
  const client = test.connect()
  await signIn(test, client)
  await t.rejects(client.beginTotp(), { code: 'STEP_UP_REQUIRED', methods: ['password'] })
  await client.stepUp({ currentPassword: PASSWORD })
  t.ok((await client.beginTotp()).secret)
})

t.test('who is signed out elsewhere finds out at the next call', async (t) => {
  const store = memoryStore()
  const { fetch, sent, refreshes } = watch()
  const client = test.connect({ store, fetch })
  const other = test.connect()
  const account = await signIn(test, client)
  await signIn(test, other, account)
  const seen: (User | undefined)[] = []
  const stop = client.onChange((user) => seen.push(user))
  await other.logoutEverywhere({ keepCurrent: true })
  t.ok(other.user)
  const error = await client.getProfile().catch((error: unknown) => error)
  t.ok(error instanceof ApiError && error.code === 'TOKEN_INVALID' && error.requestId)
  t.strictSame([await store.load(), seen], [undefined, [undefined]])
  t.equal(refreshes(), 1)
  sent.length = 0
  await t.rejects(client.listSessions(), { code: 'TOKEN_INVALID' })
  t.strictSame(sent, ['GET /v1/users/me/sessions'], 'nothing is left to refresh')
  stop()
  await signIn(test, client, account)
  t.equal(seen.length, 1)
  await other.logoutEverywhere()
  t.equal(other.user, undefined)
})

t.test('another process goes on with the stored token', async (t) => {
  const store = memoryStore()
  const { user } = await signIn(test, test.connect({ store }))
  const next = test.connect({ store })
  t.equal(next.user, undefined)
  t.strictSame(await next.restore(), user)
  t.equal(await test.connect().restore(), undefined, 'and without one, nobody is signed in')
})

t.test('processes that share a store and its lock refresh one after the other', async (t) => {
  const store = memoryStore()
  let last: Promise<unknown> = Promise.resolve()
  const shared = {
    ...store,
    lock<T>(act: () => Promise<T>): Promise<T> {
      const run = last.then(act)
      last = run
      return run
    },
  }
  await signIn(test, test.connect({ store: shared }))
  const saved: string[] = []
  const save = (token: string, replaced?: string) => {
    saved.push(`${replaced} ${token}`)
    store.save(token)
  }
  const clients = Array.from({ length: 3 }, () => test.connect({ store: { ...shared, save } }))
  const before = await store.load()
  await Promise.all(clients.map((client) => client.getProfile()))
  t.equal(saved.length, 3)
  const chain = saved.map((line) => line.split(' '))
  t.equal(chain[0]?.[0], before)
  t.equal(chain[1]?.[0], chain[0]?.[1], 'each tells which token it replaces')
  t.equal(chain[2]?.[0], chain[1]?.[1])
})

t.test('a newer token that another process has saved is taken, before anybody is signed out', async (t) => {
  const store = memoryStore()
  const stale = memoryStore()
  const account = await signIn(test, test.connect({ store: stale }))
  await test.connect({ store: stale }).logout()
  const { user } = await signIn(test, test.connect({ store }), account)
  const tokens = ['no.token', await store.load()]
  const client = test.connect({ store: { ...store, load: () => tokens.shift() ?? store.load() } })
  t.strictSame(await client.restore(), user)
})

t.test('a token that could not be saved is not used, nor lost', async (t) => {
  const store = memoryStore()
  let isFull = false
  const save = (token: string) => {
    if (isFull) throw new Error('The disk is full.')
    store.save(token)
  }
  const { fetch, sent } = watch()
  const client = test.connect({ store: { ...store, save }, fetch })
  const { user } = await signIn(test, client)
  test.clock.advance(16 * MINUTE)
  isFull = true
  sent.length = 0
  await t.rejects(client.getProfile(), /The disk is full/)
  t.strictSame(sent, ['GET /v1/users/me', 'POST /v1/auth/refresh-token'])
  isFull = false
  test.clock.advance(MINUTE)
  t.strictSame(await client.getProfile(), user, 'the stored token is long replaced, but its successor is known')
  t.equal(
    await test
      .connect({ store })
      .restore()
      .then((found) => found?.id),
    user.id,
  )
})

t.test('logs out on the server first, and says so where that failed', async (t) => {
  const store = memoryStore()
  let isDown = false
  const { fetch } = watch(async (send) => {
    if (isDown) throw new TypeError('no route to host')
    return send()
  })
  const client = test.connect({ store, fetch })
  await signIn(test, client)
  const refreshToken = (await store.load()) as string
  isDown = true
  await t.rejects(client.logout(), { name: 'NetworkError', code: 'NETWORK_ERROR' })
  t.ok(client.user && (await store.load()))
  isDown = false
  await client.logout()
  t.strictSame([client.user, await store.load()], [undefined, undefined])
  const { response, error } = await client.api.POST('/v1/auth/refresh-token', { body: { refreshToken } })
  t.strictSame([response.status, error?.code], [401, 'INVALID_REFRESH_TOKEN'])
  await client.logout()
  t.equal(client.user, undefined, 'again is fine')
})

t.test('an account that is deleted is nobody', async (t) => {
  const client = test.connect()
  await signIn(test, client)
  await client.deleteAccount({ currentPassword: PASSWORD })
  t.equal(client.user, undefined)
})

t.test('an answer to a refresh that was lost signs nobody out', async (t) => {
  let lost = 2
  const { fetch, refreshes } = watch(async (send, route) => {
    const response = await send()
    if (route === 'POST /v1/auth/refresh-token' && lost-- > 0) throw new TypeError('connection reset')
    return response
  })
  const client = test.connect({ fetch })
  const { user } = await signIn(test, client)
  test.clock.advance(16 * MINUTE)
  t.strictSame(await client.getProfile(), user)
  t.equal(refreshes(), 3)
})

t.test('a refresh that cannot be done now is an error, and the session goes on', async (t) => {
  let isDown = false
  const { fetch } = watch(async (send) => {
    if (isDown) throw new TypeError('no route to host')
    return send()
  })
  const client = test.connect({ fetch, retry: ONE_TRY })
  const { user } = await signIn(test, client)
  test.clock.advance(16 * MINUTE)
  await client.api.GET('/health/live')
  isDown = true
  const error = await client
    .getAccessToken()
    .then(() => client.getProfile())
    .catch((error: unknown) => error)
  t.ok(error instanceof NetworkError && error.code === 'NETWORK_ERROR')
  isDown = false
  t.strictSame(await client.getProfile(), user)
})

t.test('in a browser the refresh token stays in the cookie', async (t) => {
  const browser = jar(test.origin)
  const client = test.connect({ store: 'cookie', fetch: browser.fetch })
  const { user } = await signIn(test, client)
  t.match(browser.cookie(), /^__Host-refresh=/)
  test.clock.advance(16 * MINUTE)
  t.strictSame(await client.getProfile(), user)
  const reloaded = test.connect({ store: 'cookie', fetch: browser.fetch })
  t.strictSame(await reloaded.restore(), user)
  await client.logout()
  t.equal(browser.cookie(), '')
  await client.logout()
  t.equal(
    await reloaded
      .restore()
      .then(() => reloaded.listSessions())
      .catch(({ code }) => code),
    'TOKEN_INVALID',
  )
})

t.test('tabs follow whoever signs in or out in one of them', async (t) => {
  const { fetch } = jar(test.origin)
  const one = test.connect({ store: 'cookie', fetch })
  const two = test.connect({ store: 'cookie', fetch })
  const changes = new EventTarget()
  const seen: (string | undefined)[] = []
  two.onChange((user) => {
    seen.push(user?.id)
    changes.dispatchEvent(new Event('change'))
  })
  const next = () => once(changes, 'change')
  const signedIn = next()
  const ada = await signIn(test, one)
  await signedIn
  t.strictSame(two.user, ada.user)
  t.strictSame(await two.getProfile(), ada.user)
  const signedOut = next()
  await one.logout()
  await signedOut
  t.equal(two.user, undefined)
  await t.rejects(two.getProfile(), { code: 'TOKEN_INVALID' })
  t.strictSame(seen, [ada.user.id, undefined])
})

t.test('what one person asked for is never sent again as another', async (t) => {
  const { sent, fetch: watched } = watch()
  const { fetch } = jar(test.origin, watched)
  const platform = { BroadcastChannel: undefined }
  const one = test.connect({ store: 'cookie', fetch, platform })
  const two = test.connect({ store: 'cookie', fetch, platform })
  await signIn(test, one)
  const grace = await signIn(test, two)
  test.clock.advance(16 * MINUTE)
  sent.length = 0
  await t.rejects(one.updateProfile({ name: 'Ada Byron' }), { code: 'TOKEN_INVALID' })
  t.strictSame(sent, ['PATCH /v1/users/me', 'POST /v1/auth/refresh-token'])
  t.equal(one.user?.id, grace.user.id, 'the tab is theirs now')
  t.equal((await two.getProfile()).name, grace.user.name)
})

t.test('a page that the server does not know is told', async (t) => {
  const client = test.connect({ store: 'cookie', fetch: jar('https://elsewhere.example').fetch })
  await signIn(test, client)
  test.clock.advance(16 * MINUTE)
  await t.rejects(client.getProfile(), { code: 'ORIGIN_NOT_ALLOWED', status: 403 })
  await t.rejects(client.logout(), { code: 'ORIGIN_NOT_ALLOWED' })
  t.ok(client.user, 'the cookie is still there')
})

t.test('who gives up waiting for a refresh leaves it to the others', async (t) => {
  const client = test.connect()
  const { user } = await signIn(test, client)
  test.clock.advance(16 * MINUTE)
  const controller = new AbortController()
  const impatient = client.restore({ signal: AbortSignal.abort(new Error('given up')) })
  const patient = client.getProfile({}, { signal: controller.signal })
  await t.rejects(impatient, /given up/)
  t.strictSame(await patient, user)
  await t.rejects(client.getProfile({}, { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

t.test('nothing of a request is in an error', async (t) => {
  const client = test.connect()
  const { email } = await register(test)
  const error = await client.login({ email, password: 'a secret of mine' }).catch((error: unknown) => error)
  t.notMatch(inspect(error, { depth: 9, showHidden: true }), /a secret of mine|user\d+-/)
})
