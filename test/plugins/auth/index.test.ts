import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import t from 'tap'
import { atOnce, build, challenge, login, type TestApp } from '../../support/app.js'

const SECRET = 'a-secret-of-tests-0123456789-abcdefghij'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString())

/** Takes a good token apart, and puts it together again with other parts. */
function forge(token: string, header: object, claims: object, { key = SECRET, hash = 'sha256', raw = '' } = {}) {
  const [head, body] = token.split('.')
  const input = `${encode({ ...decode(head), ...header })}.${raw || encode({ ...decode(body), ...claims })}`
  return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`
}

type Login = Awaited<ReturnType<typeof login>>

const call = async ({ app }: TestApp, authorization: string) => {
  const response = await app.inject({ url: '/v1/users/me', headers: { authorization } })
  return {
    status: response.statusCode,
    code: response.statusCode === 200 ? '' : response.json().code,
    headers: response.headers,
  }
}

t.test('an access token names its type, its key, its session and nothing personal', async (t) => {
  const test = await build(t)
  const { accessToken, id } = await login(test)
  const [head, body] = accessToken.split('.')
  t.match(decode(head), { alg: 'HS256', typ: 'at+jwt', kid: /^[\w-]{16}$/ })
  const claims = decode(body)
  t.same(Object.keys(claims).sort(), ['acr', 'amr', 'aud', 'auth_time', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'])
  t.match(claims, { sub: id, iss: 'http://localhost:3000', aud: 'coffer' })
  t.equal(claims.exp - claims.iat, 15 * 60)
})

t.test('no token is accepted but one that was signed here, for this, and is in time', async (t) => {
  const test = await build(t, { env: { JWT_SECRET: SECRET } })
  const { accessToken, refreshToken, email } = await login(test)
  const { challengeId } = await challenge(test, 'login', { email, password: 'a river runs through it' })
  const now = Math.floor(test.clock.now().getTime() / 1000)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const [head, body, signature] = accessToken.split('.') as [string, string, string]
  const rs256 = `${encode({ ...decode(head), alg: 'RS256' })}.${body}`
  const without = (claim: string) => forge(accessToken, {}, { [claim]: undefined })

  t.equal(
    (await call(test, `Bearer ${forge(accessToken, {}, {})}`)).status,
    200,
    'what is forged below is all that is wrong',
  )
  const tokens: Record<string, string> = {
    'no algorithm, no signature': `${encode({ alg: 'none', typ: 'at+jwt' })}.${body}.`,
    'no algorithm, with the kid': `${encode({ ...decode(head), alg: 'none' })}.${body}.`,
    'no algorithm, in other letters': `${encode({ ...decode(head), alg: 'nOnE' })}.${body}.${signature}`,
    'no signature': `${head}.${body}.`,
    'HS512 by the same key': forge(accessToken, { alg: 'HS512' }, {}, { hash: 'sha512' }),
    'HS384 by the same key': forge(accessToken, { alg: 'HS384' }, {}, { hash: 'sha384' }),
    'HS256 declared, HS512 made': forge(accessToken, {}, {}, { hash: 'sha512' }),
    RS256: `${rs256}.${sign('sha256', Buffer.from(rs256), privateKey).toString('base64url')}`,
    'an empty key': forge(accessToken, {}, {}, { key: '' }),
    'another key': forge(accessToken, {}, {}, { key: `${SECRET}x` }),
    'a key of its own': forge(accessToken, { jwk: { kty: 'oct', k: encode('x') } }, {}, { key: 'x' }),
    'a key elsewhere': forge(accessToken, { jku: 'https://evil.example/jwks.json' }, {}, { key: 'x' }),
    'a certificate elsewhere': forge(accessToken, { x5u: 'https://evil.example/x.pem' }, {}, { key: 'x' }),
    'a kid that is a path': forge(accessToken, { kid: '../../../../dev/null' }, {}, { key: '' }),
    'a kid of the prototype': forge(accessToken, { kid: '__proto__' }, {}),
    'a kid that is a method': forge(accessToken, { kid: 'constructor' }, {}),
    'a kid that is an object': forge(accessToken, { kid: { $ne: null } }, {}),
    'no kid': forge(accessToken, { kid: undefined }, {}),
    'something critical': forge(accessToken, { crit: ['exp'] }, {}),
    'something critical and unknown': forge(accessToken, { crit: ['b64'], b64: false }, {}),
    'nothing critical': forge(accessToken, { crit: [] }, {}),
    'another type': forge(accessToken, { typ: 'JWT' }, {}),
    'no type': forge(accessToken, { typ: undefined }, {}),
    'a type that is a list': forge(accessToken, { typ: ['at+jwt'] }, {}),
    expired: forge(accessToken, {}, { exp: now - 1 }),
    'expired long ago': forge(accessToken, {}, { exp: 1 }),
    'an end that is text': forge(accessToken, {}, { exp: '9999999999' }),
    'not valid yet': forge(accessToken, {}, { nbf: now + 60 }),
    'another issuer': forge(accessToken, {}, { iss: 'http://localhost:3000.evil.example' }),
    'another audience': forge(accessToken, {}, { aud: 'another' }),
    'an audience that is an object': forge(accessToken, {}, { aud: { coffer: true } }),
    ...Object.fromEntries(
      ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp'].map((claim) => [`no ${claim}`, without(claim)]),
    ),
    'a user that is no id': forge(accessToken, {}, { sub: 'admin' }),
    'a user that is an object': forge(accessToken, {}, { sub: { $ne: null } }),
    'another user': forge(accessToken, {}, { sub: '0123456789abcdef01234567' }),
    'another session': forge(accessToken, {}, { sid: 'AAAAAAAAAAAAAAAA' }),
    'a session that is an object': forge(accessToken, {}, { sid: { $ne: null } }),
    'a changed signature': `${head}.${body}.${signature.slice(0, -2)}AA`,
    'a changed claim': `${head}.${encode({ ...decode(body), jti: 'x' })}.${signature}`,
    'claims that are null': forge(accessToken, {}, {}, { raw: encode(null) }),
    'claims that are a list': forge(accessToken, {}, {}, { raw: encode([]) }),
    'claims that are no JSON': forge(accessToken, {}, {}, { raw: 'AAAA' }),
    'a header that is null': `${encode(null)}.${body}.${signature}`,
    'a header that is no JSON': `AAAA.${body}.${signature}`,
    'a refresh token': refreshToken,
    'the id of a challenge': challengeId,
    'no parts': 'token',
    'many parts': `${accessToken}.x`,
    'two dots': '..',
    'ten kilobytes': `${head}.${body}.${'A'.repeat(10_000)}`,
    'ten kilobytes of header': `${encode({ ...decode(head), x: 'A'.repeat(7_000) })}.${body}.${signature}`,
  }
  for (const [name, token] of Object.entries(tokens)) {
    t.match(
      await call(test, `Bearer ${token}`),
      { status: 401, code: 'TOKEN_INVALID', headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
      name,
    )
  }
  const headers = [
    '',
    'Bearer',
    'Bearer ',
    `Basic ${accessToken}`,
    accessToken,
    `Bearer ${accessToken} x`,
    `Bearer  ${accessToken}`,
  ]
  for (const header of headers) t.match(await call(test, header), { status: 401, code: 'TOKEN_INVALID' }, header)
  t.equal((await call(test, `bearer ${accessToken}`)).status, 200, 'the scheme has no case')
  t.equal(({} as Record<string, unknown>).x, undefined)
})

t.test('an access token ends with its time, and at once with its session or the state of its account', async (t) => {
  const test = await build(t)
  const one = await login(test)
  test.clock.advance(15 * 60_000 - 2_000)
  t.equal((await call(test, one.bearer.authorization)).status, 200)
  test.clock.advance(3_000)
  t.match(await call(test, one.bearer.authorization), { status: 401, code: 'TOKEN_INVALID' })

  const changes = [
    { $set: { status: 'suspended' as const } },
    { $set: { sessions: [] } },
    { $set: { 'sessions.0.expiresAt': new Date(0) } },
    { $set: { 'sessions.0.idleExpiresAt': new Date(0) } },
    { $set: { status: 'deleting' as const }, $unset: { email: 1 as const } },
  ]
  for (const change of changes) {
    const { email, bearer } = await login(test)
    t.equal((await call(test, bearer.authorization)).status, 200)
    await test.app.db.User.updateOne({ email }, change)
    t.match(await call(test, bearer.authorization), { status: 401, code: 'TOKEN_INVALID' })
  }
})

t.test('of requests at once each is judged by its own session, and answered for its own user', async (t) => {
  const test = await build(t)
  const { User } = test.app.db
  const [living, twice, ended, idle, suspended] = (await atOnce(5, () => login(test))) as Login[] as [
    Login,
    Login,
    Login,
    Login,
    Login,
  ]
  const second = await login(test, twice)
  await User.updateOne({ email: ended.email }, { $set: { sessions: [] } })
  await User.updateOne({ email: idle.email }, { $set: { 'sessions.0.idleExpiresAt': new Date(0) } })
  await User.updateOne({ email: suspended.email }, { $set: { status: 'suspended' } })
  await User.updateOne({ _id: twice.id }, { $pull: { sessions: { _id: decode(twice.accessToken.split('.')[1]).sid } } })
  const foreign = forge(living.accessToken, {}, { sub: second.id })
  const unknown = forge(living.accessToken, {}, { sub: 'f'.repeat(24) })
  const expected = [
    [living.accessToken, living.id],
    [twice.accessToken, undefined],
    [second.accessToken, second.id],
    [ended.accessToken, undefined],
    [idle.accessToken, undefined],
    [suspended.accessToken, undefined],
    [foreign, undefined],
    [unknown, undefined],
    [forge(living.accessToken, {}, { sub: 'no id' }), undefined],
  ] as const
  await atOnce(150, async (index) => {
    const [token, id] = expected[index % expected.length] as (typeof expected)[number]
    const { statusCode, body } = await test.app.inject({
      url: '/v1/users/me',
      headers: { authorization: `Bearer ${token}` },
    })
    t.match(JSON.parse(body), id ? { id } : { status: 401, code: 'TOKEN_INVALID' }, `${index} ${statusCode}`)
  })
})

t.test('a permission is taken from the account as it is at the call, by role or by name', async (t) => {
  const test = await build(t)
  const { email, bearer, id } = await login(test)
  const list = () => test.app.inject({ url: '/v1/admin/users', headers: bearer })
  const become = (change: object) => test.app.db.User.updateOne({ email }, { $set: change })
  t.match((await list()).json(), { status: 403, code: 'FORBIDDEN' })
  await become({ role: 'admin' })
  t.equal((await list()).statusCode, 200)
  await become({ role: 'user', permissions: ['users:read'] })
  t.equal((await list()).statusCode, 200)
  await become({ permissions: ['assets:read'] })
  t.equal((await list()).statusCode, 403)
  t.match(await test.app.db.AuditEvent.find({ action: 'access.denied' }).sort({ _id: 1 }).lean(), [
    { actorId: id, targetId: id, outcome: 'failure', details: { permission: 'users:read' } },
    { actorId: id },
  ])
})
