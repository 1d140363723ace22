import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { PERMISSIONS, type Permission } from '../../models/user.js'
import { build, login } from '../support/app.js'

interface Operation {
  operationId: string
  security: Record<string, string[]>[]
  'x-permission'?: Permission
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
        permission: operation['x-permission'],
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
  const signedIn = async (rights: { role?: 'admin'; permissions?: Permission[] }) => {
    const session = await login(test)
    await app.db.User.updateOne({ email: session.email }, { $set: rights })
    return session.bearer
  }
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
    return { statusCode, code: method === ('HEAD' as string) ? null : (JSON.parse(body || '{}').code ?? null) }
  }
  for (const { name, method, url, isPublic, permission } of operations(app)) {
    const anonymous = await call(method, url)
    if (isPublic) t.not(anonymous.statusCode, 403, `${name}: anonymous`)
    else t.equal(anonymous.statusCode, 401, `${name}: anonymous`)
    for (const { name: actor, bearer, may } of actors) {
      const { statusCode, code } = await call(method, url, bearer)
      const isRefused = statusCode === 403 && code !== 'STEP_UP_REQUIRED'
      t.equal(isRefused, permission !== undefined && !may(permission), `${name}: ${actor} got ${statusCode}`)
      if (!isPublic) t.not(statusCode, 401, `${name}: ${actor}`)
    }
  }
  t.ok(checked > 400, `${checked} calls`)
})

t.test('a right that is taken away is gone at the next call', async (t) => {
  const test = await build(t)
  const { bearer, email } = await login(test)
  const list = () => test.app.inject({ url: '/v1/admin/users', headers: bearer })
  t.equal((await list()).statusCode, 403)
  await test.app.db.User.updateOne({ email }, { $set: { role: 'admin' } })
  t.equal((await list()).statusCode, 200)
  await test.app.db.User.updateOne({ email }, { $set: { role: 'user' } })
  t.equal((await list()).statusCode, 403)
  await test.app.db.User.updateOne({ email }, { $set: { status: 'suspended' } })
  t.equal((await list()).statusCode, 401)
})
