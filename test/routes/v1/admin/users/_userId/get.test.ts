import { Types } from 'mongoose'
import t from 'tap'
import { ADMIN_USER_PROPERTIES, caller, insertUsers, loginAs } from '../../../../../support/admin.js'
import { build, login, PASSWORD } from '../../../../../support/app.js'

const URL = '/v1/admin/users'

t.test('an account is shown with what it amounts to', async (t) => {
  const test = await build(t)
  const { app, clock } = test
  const owner = await login(test)
  clock.advance(8 * 24 * 3_600_000)
  await login(test, owner)
  const signedInAt = app.now().getTime()
  const reader = await loginAs(test, { permissions: ['users:read'] })
  const call = caller(test, reader)
  const now = app.now()
  const asset = (more: object) => ({
    ownerId: new Types.ObjectId(owner.id),
    purpose: 'file',
    state: 'ready',
    stateAt: now,
    uploadId: 'u',
    filename: 'a',
    filenameKey: 'a',
    contentType: 'application/pdf',
    resourceType: 'raw',
    visibility: 'public',
    bytes: 1000,
    publicId: new Types.ObjectId().toString(),
    createdAt: now,
    updatedAt: now,
    ...more,
  })
  await app.db.Asset.insertMany([
    asset({}),
    asset({ bytes: 234 }),
    asset({ purpose: 'avatar' }),
    asset({ state: 'deleting' }),
    asset({ ownerId: new Types.ObjectId(reader.id) }),
  ])
  const response = await call('GET', `${URL}/${owner.id}`)
  t.equal(response.statusCode, 200)
  const { lastLoginAt, ...rest } = response.json()
  t.match(rest, {
    user: { id: owner.id, email: owner.email, status: 'active' },
    sessionCount: 1,
    assetCount: 2,
    assetBytes: 1234,
  })
  t.ok(Math.abs(Date.parse(lastLoginAt) - signedInAt) < 60_000)
  t.same(Object.keys(rest.user).sort(), ADMIN_USER_PROPERTIES)

  const { etag } = response.headers
  const fresh = await call('GET', `${URL}/${owner.id}`, undefined, { 'if-none-match': etag as string })
  t.equal(fresh.statusCode, 304)
  await login(test, owner)
  t.equal((await call('GET', `${URL}/${owner.id}`)).headers.etag, etag, 'sessions are no part of it')
  const own = caller(test, await login(test, owner))
  await own('PATCH', '/v1/users/me', { name: 'Ada King' })
  t.not((await call('GET', `${URL}/${owner.id}`)).headers.etag, etag)
})

t.test('an account that has never signed in has no time for it', async (t) => {
  const test = await build(t)
  const [user] = await insertUsers(test.app, [{}])
  const reader = await loginAs(test, { permissions: ['users:read'] })
  t.match((await caller(test, reader)('GET', `${URL}/${user?._id}`)).json(), {
    sessionCount: 0,
    assetCount: 0,
    assetBytes: 0,
    lastLoginAt: null,
  })
})

t.test('an id of any shape that names no account is not found', async (t) => {
  const test = await build(t)
  const [gone] = await insertUsers(test.app, [{ status: 'deleting', email: undefined as never }])
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  for (const id of [String(gone?._id), '0'.repeat(24), 'x', 'twelve-bytes', '%00', '$ne', '1e3', 'a'.repeat(256)]) {
    for (const [method, path, payload] of [
      ['GET', ''],
      ['DELETE', ''],
      ['PATCH', '', { status: 'suspended' }],
      ['DELETE', '/sessions'],
    ] as const) {
      const response = await call(method, `${URL}/${id}${path}`, payload)
      t.match(response.json(), { status: 404, code: 'NOT_FOUND' }, `${method} ${id}${path}`)
    }
  }
})

t.test('each permission opens its own routes only', async (t) => {
  const test = await build(t)
  const [user] = await insertUsers(test.app, [{}])
  const calls = {
    'users:read': ['GET', ''],
    'users:write': ['PATCH', '', { unlock: true }],
    'users:delete': ['DELETE', '', { currentPassword: PASSWORD }],
  } as const
  for (const [permission] of Object.entries(calls)) {
    const call = caller(test, await loginAs(test, { permissions: [permission as keyof typeof calls] }))
    for (const [needed, [method, path, payload]] of Object.entries(calls)) {
      if (needed === permission) continue
      const response = await call(method, `${URL}/${user?._id}${path}`, payload)
      t.equal(response.json().code, 'FORBIDDEN', `${permission}: ${method}`)
    }
    const own = calls[permission as keyof typeof calls]
    t.ok((await call(own[0], `${URL}/${user?._id}`, own[2])).statusCode < 300)
  }
  const url = `${URL}/${user?._id}`
  t.equal((await test.app.inject({ url })).json().code, 'TOKEN_INVALID')
  t.equal((await test.app.inject({ method: 'DELETE', url: `${url}/sessions` })).json().code, 'TOKEN_INVALID')
})
