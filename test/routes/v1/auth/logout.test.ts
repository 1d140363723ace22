import t from 'tap'
import { build, challenge, login, post, register, type TestApp } from '../../../support/app.js'

const LOGOUT = '/v1/auth/logout'
const REFRESH = '/v1/auth/refresh-token'

/** Signs in as a browser does: the refresh token is in a cookie. */
async function cookieLogin(test: TestApp) {
  const { email, password } = await register(test)
  const { challengeId, code } = await challenge(test, 'login', { email, password })
  const response = await post(test.app, '/v1/auth/login/verify', { challengeId, code })
  const token = response.cookies.find(({ name }) => name === '__Host-refresh')?.value as string
  const origin = 'http://localhost:3000'
  return {
    email,
    token,
    accessToken: response.json().accessToken,
    headers: { cookie: `__Host-refresh=${token}`, origin },
  }
}

const isAlive = async (test: TestApp, accessToken: string) =>
  (await test.app.inject({ url: '/v1/users/me', headers: { authorization: `Bearer ${accessToken}` } })).statusCode ===
  200

t.test('signing out by the cookie ends the session at once, and wipes what the browser keeps', async (t) => {
  const test = await build(t)
  const { accessToken, headers, token, email } = await cookieLogin(test)
  const response = await post(test.app, LOGOUT, undefined, { headers })
  t.equal(response.statusCode, 204)
  t.equal(response.headers['clear-site-data'], '"storage"')
  t.match(
    response.headers['set-cookie'],
    /^__Host-refresh=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970.*; HttpOnly; Secure; SameSite=Strict$/,
  )
  t.equal(await isAlive(test, accessToken), false)
  t.equal((await post(test.app, REFRESH, { refreshToken: token })).statusCode, 401)
  await test.app.audit.idle()
  const user = await test.app.db.User.findOne({ email }).lean()
  t.match(await test.app.db.AuditEvent.findOne({ action: 'session.ended' }), { actorId: user?._id.toString() })

  const again = await post(test.app, LOGOUT, undefined, { headers })
  t.equal(again.statusCode, 204, 'a session that is over is answered alike')
  t.match(again.headers, { 'clear-site-data': '"storage"', 'set-cookie': /^__Host-refresh=;/ })
  t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'session.ended' }), 1)
})

t.test('signing out works by the refresh token and by the access token too', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const stays = await login(test, account)
  const byRefresh = await login(test, account)
  const byAccess = await login(test, account)
  t.equal((await post(test.app, LOGOUT, { refreshToken: byRefresh.refreshToken })).statusCode, 204)
  t.equal((await post(test.app, LOGOUT, undefined, { headers: byAccess.bearer })).statusCode, 204)
  for (const { accessToken, refreshToken } of [byRefresh, byAccess]) {
    t.equal(await isAlive(test, accessToken), false)
    t.equal((await post(test.app, REFRESH, { refreshToken })).statusCode, 401)
  }
  t.equal(await isAlive(test, stays.accessToken), true)
})

t.test('a dead token is answered as a living one, and none at all with 401', async (t) => {
  const test = await build(t)
  const dead = [
    await post(test.app, LOGOUT, { refreshToken: 'never-a-token' }),
    await post(test.app, LOGOUT, undefined, { headers: { authorization: 'Bearer never.a.token' } }),
    await post(test.app, LOGOUT, undefined, {
      headers: { cookie: '__Host-refresh=__proto__', origin: 'http://localhost:3000' },
    }),
  ]
  for (const response of dead) {
    t.equal(response.statusCode, 204)
    t.equal(response.headers['clear-site-data'], '"storage"')
  }
  for (const payload of [undefined, {}]) {
    const none = await post(test.app, LOGOUT, payload)
    t.match({ status: none.statusCode, ...none.json() }, { status: 401, code: 'TOKEN_INVALID' })
  }
})

t.test('a request with the cookie must come from an allowed page', async (t) => {
  const test = await build(t, { env: { CORS_ORIGINS: 'https://app.example.com' } })
  const { headers, accessToken } = await cookieLogin(test)
  const { cookie } = headers
  const foreign = [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'https://app.example.com.evil.example' },
    { origin: 'http://app.example.com' },
    { origin: 'http://localhost:3001' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { referer: 'http://localhost:3000/' },
  ]
  for (const url of [REFRESH, LOGOUT]) {
    for (const from of foreign) {
      const response = await post(test.app, url, undefined, { headers: { cookie, ...from } })
      t.match({ status: response.statusCode, ...response.json() }, { status: 403, code: 'ORIGIN_NOT_ALLOWED' })
      t.equal(response.headers['set-cookie'], undefined)
    }
  }
  t.equal(await isAlive(test, accessToken), true)
  const own = [
    { origin: 'http://localhost:3000' },
    { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
  ]
  for (const from of own) {
    const response = await post(test.app, REFRESH, undefined, { headers: { cookie, ...from } })
    t.equal(response.statusCode, 200)
    t.equal(response.json().refreshToken, undefined, 'the token stays in the cookie')
    t.match(response.headers['set-cookie'], /^__Host-refresh=[\w-]{100,}; .*HttpOnly; Secure; SameSite=Strict/)
  }
})

t.test('what a page can send without asking first is refused, whatever its origin', async (t) => {
  const test = await build(t)
  const { headers, accessToken } = await cookieLogin(test)
  const bodies: Record<string, string> = {
    'text/plain': '{}',
    'application/x-www-form-urlencoded': 'refreshToken=x',
    'multipart/form-data; boundary=x': '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n',
  }
  for (const url of [REFRESH, LOGOUT, '/v1/auth/logout-all']) {
    for (const [type, payload] of Object.entries(bodies)) {
      for (const origin of [headers.origin, 'https://evil.example']) {
        const response = await test.app.inject({
          method: 'POST',
          url,
          payload,
          headers: { ...headers, origin, 'content-type': type, authorization: `Bearer ${accessToken}` },
        })
        t.equal(response.statusCode, 415, `${url} ${type}`)
      }
    }
  }
  t.equal(await isAlive(test, accessToken), true)
})

t.test('a token in the cookie and one in the body are one too many', async (t) => {
  const test = await build(t)
  const { headers, token, accessToken } = await cookieLogin(test)
  for (const url of [REFRESH, LOGOUT]) {
    const response = await post(test.app, url, { refreshToken: token }, { headers })
    t.match({ status: response.statusCode, ...response.json() }, { status: 400, code: 'VALIDATION_FAILED' })
    t.match(response.json().errors, [{ pointer: '/refreshToken', code: 'ambiguous' }])
  }
  t.equal(await isAlive(test, accessToken), true)
})

t.test('a database that cannot be asked is no dead token', async (t) => {
  const test = await build(t)
  const session = await login(test)
  const { app } = await build(t, { shareDatabaseOf: test })
  await app.db.connection.close()
  const response = await post(app, LOGOUT, undefined, { headers: session.bearer })
  t.match(response.json(), { status: 503, code: 'DATABASE_UNAVAILABLE' })
  t.equal(await isAlive(test, session.accessToken), true)
})

t.test('a replaced refresh token signs out within its grace time; later its use is told as on a refresh', async (t) => {
  const test = await build(t, { env: { REFRESH_GRACE: '10s' } })
  for (const [wait, action, reused] of [
    [9_000, 'session.ended', 0],
    [11_000, 'session.token-reused', 1],
  ] as const) {
    const { email, id, refreshToken } = await login(test)
    const { accessToken } = (await post(test.app, REFRESH, { refreshToken })).json()
    test.clock.advance(wait)
    t.equal((await post(test.app, LOGOUT, { refreshToken })).statusCode, 204)
    t.equal(await isAlive(test, accessToken), false)
    await test.app.audit.idle()
    await test.app.jobs.drain()
    const events = await test.app.db.AuditEvent.find({ targetId: id, action: /^session/ }).lean()
    t.same(
      events.map((event) => event.action),
      [action],
    )
    const told = (await test.mails(email)).filter(({ subject }) => subject === 'A session was ended for your safety')
    t.equal(told.length, reused)
  }
})
