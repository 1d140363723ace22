import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { SCOPES, type Scope } from '../../models/api-key.js'
import { PERMISSIONS, type Permission } from '../../models/user.js'
import { createKey } from '../support/api-keys.js'
import { build, PASSWORD } from '../support/app.js'
import { enrol } from '../support/factors.js'
import { storeSession } from '../support/session.js'

interface Operation {
  operationId: string
  security: Record<string, string[]>[]
  'x-permission'?: Permission
  'x-scope'?: Scope
}

/** Every operation of the contract, a GET also as HEAD; those that end the caller's own session come last. */
function operations(app: FastifyInstance) {
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, Operation>> }
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]).map((name) => ({
        name: `${name} ${path}`,
        method: name as 'GET',
        url: path.replaceAll(/\{\w+\}/g, '0123456789abcdef01234567'),
        isPublic: !operation.security.some(({ bearer }) => bearer) || operation.security.length > 1,
        operationId: operation.operationId,
        permission: operation['x-permission'],
        scope: operation['x-scope'],
        ends: ['logoutEverywhere', 'logout'].indexOf(operation.operationId) + 1,
      })),
    ),
  )
  // signing out everywhere needs a session, which signing out doesn't
  return [0, 1, 2].flatMap((place) => all.filter(({ ends }) => ends === place))
}

t.test('every operation is open to exactly those whom its declaration names', async (t) => {
  const test = await build(t)
  const { app } = test
  const signedIn = async (rights: { role?: 'admin'; permissions?: Permission[] }) =>
    (await storeSession(test, rights)).bearer
  const actors: { name: string; bearer: Record<string, string>; may(permission: Permission): boolean }[] = [
    { name: 'user', bearer: await signedIn({}), may: () => false },
    { name: 'admin', bearer: await signedIn({ role: 'admin' }), may: () => true },
  ]
  for (const granted of PERMISSIONS) {
    const bearer = await signedIn({ permissions: [granted] })
    actors.push({ name: granted, bearer, may: (permission) => permission === granted })
  }

  let checked = 0
  const call = async (method: 'GET', url: string, headers = {}) => {
    checked++
    const { statusCode, body } = await app.inject({ method, url, headers })
    // HEAD answers no body: its status alone tells
    const isProblem = method !== ('HEAD' as string) && statusCode >= 400
    return { statusCode, code: isProblem ? JSON.parse(body).code : null }
  }
  for (const { name, method, url, isPublic, permission } of operations(app)) {
    const [anonymous, ...answers] = await Promise.all([
      call(method, url),
      ...actors.map(({ bearer }) => call(method, url, bearer)),
    ])
    if (isPublic) t.not(anonymous.statusCode, 403, `${name}: anonymous`)
    else t.equal(anonymous.statusCode, 401, `${name}: anonymous`)
    for (const [i, { name: actor, may }] of actors.entries()) {
      const { statusCode, code } = answers[i] as (typeof answers)[number]
      const isRefused = statusCode === 403 && code !== 'STEP_UP_REQUIRED'
      t.equal(isRefused, permission !== undefined && !may(permission), `${name}: ${actor} got ${statusCode}`)
      if (!isPublic) t.not(statusCode, 401, `${name}: ${actor}`)
    }
  }
  t.ok(checked > 400, `${checked} calls`)
})

/** The operations that refuse every key: those of sessions, passwords, addresses, keys and the account itself, and those that need a password. */
const SESSION_ONLY = [
  'adminCreateServiceAccount',
  'adminCreateServiceAccountKey',
  'adminCreateWebhook',
  'adminDeleteServiceAccount',
  'adminDeleteUser',
  'adminResetFactors',
  'adminRotateWebhookSecret',
  'adminUpdateServiceAccount',
  'beginPasskey',
  'beginStepUp',
  'beginTotp',
  'changeEmail',
  'changePassword',
  'confirmPasskey',
  'confirmTotp',
  'createApiKey',
  'createBackupCodes',
  'deleteAccount',
  'deleteApiKey',
  'deleteAvatar',
  'deleteFactor',
  'listApiKeys',
  'listFactors',
  'listSessions',
  'logoutEverywhere',
  'putAvatar',
  'renameFactor',
  'revokeSession',
  'rotateApiKey',
  'stepUp',
  'updateApiKey',
  'updateProfile',
  'verifyEmailChange',
]

t.test('every operation is open to a key of exactly its scope, within the rights of the owner', async (t) => {
  const test = await build(t)
  const { app } = test
  const admin = await storeSession(test, { role: 'admin' })
  const user = await storeSession(test)
  const ofScope: { scope: Scope; bearer: Record<string, string> }[] = []
  // one after the other: passwords that are checked at once count as failures until each turns out right
  for (const scope of SCOPES) {
    const { bearer } = await createKey(test, admin, { scopes: [scope] })
    ofScope.push({ scope, bearer })
  }
  const { bearer: ofUser } = await createKey(test, user)
  const counts = { allowed: 0, SCOPE_MISSING: 0, SESSION_REQUIRED: 0, FORBIDDEN: 0 }
  const sessionOnly = new Set<string>()

  for (const { name, method, url, operationId, isPublic, permission, scope } of operations(app)) {
    /** Returns the code of a refusal; `allowed` if the guard has let the request pass. */
    const call = async (headers: Record<string, string>) => {
      const { statusCode, body } = await app.inject({ method, url, headers })
      if (!isPublic) t.not(statusCode, 401, name)
      if (statusCode !== 403) return 'allowed'
      // HEAD answers no body
      return method === ('HEAD' as string) ? 'refused' : (JSON.parse(body).code as keyof typeof counts)
    }
    const expect = (code: string, expected: keyof typeof counts, actor: string) => {
      counts[expected]++
      if (code === 'refused') t.not(expected, 'allowed', `${name}: ${actor}`)
      else t.equal(code, expected, `${name}: ${actor}`)
    }
    if (isPublic) {
      // the server takes what it needs no credential for from everybody; signing out needs a session
      expect(await call(ofUser), operationId === 'logout' ? 'SESSION_REQUIRED' : 'allowed', 'a key')
      continue
    }
    if (scope === undefined) sessionOnly.add(operationId)
    else if (permission !== undefined) t.equal(scope, permission as Scope, `${name}: the scope is the permission`)
    const [code, ...codes] = await Promise.all([ofUser, ...ofScope.map(({ bearer }) => bearer)].map(call))
    for (const [i, key] of ofScope.entries()) {
      const expected = scope === undefined ? 'SESSION_REQUIRED' : key.scope === scope ? 'allowed' : 'SCOPE_MISSING'
      expect(codes[i] as string, expected, key.scope)
    }
    const expected = scope === undefined ? 'SESSION_REQUIRED' : permission === undefined ? 'allowed' : 'FORBIDDEN'
    expect(code as string, expected, 'a user with all scopes')
  }
  t.strictSame([...sessionOnly].sort(), SESSION_ONLY)
  t.comment(counts)
  t.ok(Object.values(counts).reduce((sum, count) => sum + count) > 700)
})

/** The operations that are open to a session without the second factor that its role needs. */
const WITHOUT_FACTOR = [
  'beginPasskey',
  'beginStepUp',
  'beginTotp',
  'confirmPasskey',
  'confirmTotp',
  'getProfile',
  'listFactors',
  'logout',
  'logoutEverywhere',
  'stepUp',
]

t.test('without the second factor that a role needs, a session may do no more than add one', async (t) => {
  for (const policy of ['off', 'admin', 'all']) {
    const test = await build(t, { env: { MFA_REQUIRED: policy } })
    const { app } = test
    const signedIn = (rights: { role?: 'admin'; permissions?: Permission[] }) => storeSession(test, rights)
    const actors = [
      { name: 'user', session: await signedIn({}), isBound: policy === 'all' },
      { name: 'one permission', session: await signedIn({ permissions: ['users:read'] }), isBound: policy !== 'off' },
      { name: 'admin', session: await signedIn({ role: 'admin' }), isBound: policy !== 'off' },
    ]
    const open = new Set<string>()
    let refused = 0
    const call = async (method: 'GET', url: string, headers: Record<string, string>) => {
      const { statusCode, body } = await app.inject({ method, url, headers })
      if (statusCode !== 403) return statusCode
      // HEAD answers no body
      return method === ('HEAD' as string) ? 'refused' : JSON.parse(body).code
    }
    for (const { name, method, url, isPublic, permission, operationId, ends } of operations(app)) {
      // those that end the session come with a walk of their own
      if (ends > 0) continue
      const answers = await Promise.all(actors.map(({ session }) => call(method, url, session.bearer)))
      for (const [i, { name: actor, isBound }] of actors.entries()) {
        const answer = answers[i]
        const isRefused =
          answer === 'FACTOR_REQUIRED' || (answer === 'refused' && (isBound || permission === undefined))
        if (isRefused) refused++
        if (!isRefused && !isPublic && isBound && actor === 'admin') open.add(operationId)
        if (!isBound) t.notOk(isRefused, `${policy}: ${name}: ${actor}`)
      }
    }
    if (policy === 'off') {
      t.equal(refused, 0)
      continue
    }
    t.strictSame(
      [...open].sort(),
      WITHOUT_FACTOR.filter((name) => !name.startsWith('logout')),
    )
    t.ok(refused > 100, `${policy}: ${refused} refused`)

    const { session } = actors[2] as (typeof actors)[2]
    const list = () => call('GET', '/v1/admin/users', session.bearer)
    t.equal(await list(), 'FACTOR_REQUIRED')
    const { factorId } = await enrol(test, session)
    t.equal(await list(), 200, 'from its first code on')
    const removed = await app.inject({
      method: 'DELETE',
      url: `/v1/users/me/factors/${factorId}`,
      headers: session.bearer,
      payload: {},
    })
    t.match(removed.json(), { status: 409, code: 'LAST_FACTOR' })
    const another = await enrol(test, session, {})
    const replaced = await app.inject({
      method: 'DELETE',
      url: `/v1/users/me/factors/${another.factorId}`,
      headers: session.bearer,
      payload: {},
    })
    t.equal(replaced.statusCode, 204, 'one of two can go')
    for (const [method, path] of [
      ['POST', '/v1/auth/logout-all'],
      ['POST', '/v1/auth/logout'],
    ] as const) {
      const own = (await signedIn({ role: 'admin' })).bearer
      t.equal((await app.inject({ method, url: path, headers: own, payload: {} })).statusCode, 204, path)
    }
  }
})

t.test('an account that becomes an administrator needs its factor at once', async (t) => {
  const test = await build(t, { env: { MFA_REQUIRED: 'admin' } })
  const session = await storeSession(test)
  const codeOf = async (url: string) => (await test.app.inject({ url, headers: session.bearer })).json().code
  t.equal(await codeOf('/v1/assets'), undefined)
  await test.app.db.User.updateOne({ email: session.email }, { $set: { role: 'admin' } })
  t.equal(await codeOf('/v1/assets'), 'FACTOR_REQUIRED')
  t.equal(await codeOf('/v1/users/me'), undefined)
  await test.app.db.User.updateOne({ email: session.email }, { $set: { role: 'user' } })
  t.equal(await codeOf('/v1/assets'), undefined)
  await enrol(test, session)
  await test.app.db.User.updateOne({ email: session.email }, { $set: { role: 'admin' } })
  t.equal(await codeOf('/v1/admin/users'), undefined)
})

t.test('an API key is never more than its owner: without the factor, it is refused', async (t) => {
  const test = await build(t)
  const { app } = test
  const owner = await storeSession(test, { role: 'admin' })
  const { bearer } = await createKey(test, owner)
  const service = await app.inject({
    method: 'POST',
    url: '/v1/admin/service-accounts',
    headers: owner.bearer,
    payload: { name: 'Backup', permissions: ['users:read'], currentPassword: PASSWORD },
  })
  const issued = await app.inject({
    method: 'POST',
    url: `/v1/admin/service-accounts/${service.json().id}/api-keys`,
    headers: owner.bearer,
    payload: { name: 'Backup', scopes: ['users:read'], currentPassword: PASSWORD },
  })
  const ofService = { authorization: `Bearer ${issued.json().secret}` }
  const strict = await build(t, { shareDatabaseOf: test, clock: test.clock, env: { MFA_REQUIRED: 'all' } })
  const codeOf = async (headers: Record<string, string>) =>
    (await strict.app.inject({ url: '/v1/admin/users', headers })).json().code
  t.equal(await codeOf(bearer), 'FACTOR_REQUIRED')
  t.equal(await codeOf(ofService), undefined, 'nobody signs in to a service account')
  await enrol(strict, owner)
  t.equal(await codeOf(bearer), undefined)
})

t.test('a right that is taken away is gone at the next call', async (t) => {
  const test = await build(t)
  const { bearer, email } = await storeSession(test)
  const list = () => test.app.inject({ url: '/v1/admin/users', headers: bearer })
  t.equal((await list()).statusCode, 403)
  await test.app.db.User.updateOne({ email }, { $set: { role: 'admin' } })
  t.equal((await list()).statusCode, 200)
  await test.app.db.User.updateOne({ email }, { $set: { role: 'user' } })
  t.equal((await list()).statusCode, 403)
  await test.app.db.User.updateOne({ email }, { $set: { status: 'suspended' } })
  t.equal((await list()).statusCode, 401)
})
