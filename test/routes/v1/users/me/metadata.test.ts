import t from 'tap'
import { caller, insertUsers, loginAs } from '../../../../support/admin.js'
import { createKey } from '../../../../support/api-keys.js'
import { build, login, PASSWORD } from '../../../../support/app.js'
import { PLAN, schemaFile } from '../../../../support/metadata.js'

const ME = '/v1/users/me'
const USERS = '/v1/admin/users'

t.test('metadata is replaced as a whole, and is part of the account wherever it is shown', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const admin = await loginAs(test, { role: 'admin' })
  const call = caller(test, owner)
  const before = await call('GET', ME)
  t.same(before.json().metadata, {})
  const metadata = { plan: 'pro', nested: { list: [1, 'two', null, { deep: true }] }, 'a-b_c': 1.5 }
  const changed = await call('PATCH', ME, { metadata })
  t.same(changed.json().metadata, metadata)
  t.not(changed.headers.etag, before.headers.etag)
  const shown = await call('GET', ME)
  t.same(shown.json().metadata, metadata)
  t.equal(shown.headers.etag, changed.headers.etag)
  t.same((await call('GET', `${ME}/export`)).json().user.metadata, metadata)
  const listed = (await caller(test, admin)('GET', `${USERS}?q=${owner.email}`)).json().items[0]
  t.same({ ...listed, adminMetadata: undefined }, { ...shown.json(), adminMetadata: undefined })
  t.same((await login(test, owner)) && (await call('GET', ME)).json().metadata, metadata)

  t.same((await call('PATCH', ME, { metadata: { other: 1 } })).json().metadata, { other: 1 })
  t.same((await call('PATCH', ME, { name: 'Eve' })).json().metadata, { other: 1 }, 'another change leaves it')
  t.same((await call('PATCH', ME, { metadata: {} })).json().metadata, {})

  await test.app.audit.idle()
  const events = await test.app.db.AuditEvent.find({ action: 'account.updated' }).sort({ _id: 1 }).lean()
  t.same(events[0]?.details, { changed: ['metadata'] })
  t.notMatch(JSON.stringify(events), /deep|a-b_c/, 'the log says that it changed, and not what')
})

t.test('what a database or a parser could misread never gets there', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const call = caller(test, owner)
  const refused: unknown[] = [
    null,
    [],
    'x',
    1,
    { $set: 1 },
    { 'a.b': 1 },
    { a: { $where: '1' } },
    { constructor: 1 },
    { a: 'x'.repeat(4096) },
  ]
  for (const metadata of refused) {
    t.match(
      (await call('PATCH', ME, { metadata })).json(),
      { status: 400, code: 'VALIDATION_FAILED' },
      JSON.stringify(metadata)?.slice(0, 40),
    )
  }
  for (const text of [
    '{"metadata":{"__proto__":{"role":"admin"}}}',
    '{"metadata":{"a":{"constructor":{"prototype":1}}}}',
  ]) {
    const headers = { ...owner.bearer, 'content-type': 'application/json' }
    t.equal((await test.app.inject({ method: 'PATCH', url: ME, payload: text, headers })).statusCode, 400, text)
  }
  const stored = await test.app.db.User.findOne({ email: owner.email }).lean()
  t.equal(stored?.metadata, undefined)
  t.equal(stored?.revision, 0)
  const awkward = {
    toString: 'x',
    valueOf: 1,
    toJSON: 'y',
    toBSON: 'z',
    hasOwnProperty: null,
    length: 3,
    id: 'i',
    outbox: [],
  }
  t.same((await call('PATCH', ME, { metadata: awkward })).json().metadata, awkward)
  t.same((await call('GET', ME)).json().metadata, awkward)
})

t.test('the metadata of administrators is shown to administrators alone', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const writer = await loginAs(test, { permissions: ['users:write', 'users:read'] })
  const call = caller(test, writer)
  const url = `${USERS}/${owner.id}`
  const before = await call('GET', url)
  t.same(before.json().user.adminMetadata, {})
  const adminMetadata = { note: 'pays late', score: 3 }
  const changed = await call('PATCH', url, { adminMetadata })
  t.match(changed.json(), { adminMetadata, metadata: {} })
  const shown = await call('GET', url)
  t.same(shown.json().user.adminMetadata, adminMetadata)
  t.not(shown.headers.etag, before.headers.etag)
  t.same((await call('GET', `${USERS}?q=${owner.email}`)).json().items[0].adminMetadata, adminMetadata)
  t.equal(
    (await call('PATCH', url, { adminMetadata: {} }, { 'if-match': before.headers.etag as string })).statusCode,
    412,
  )

  const own = caller(test, owner)
  for (const path of [ME, `${ME}/export`, `${ME}/activity`])
    t.notMatch((await own('GET', path)).body, /pays late|"note"/, path)
  t.notMatch((await own('GET', ME)).body, /adminMetadata/)
  t.notMatch((await own('PATCH', ME, { name: 'Eve' })).body, /adminMetadata|pays late/)
  t.equal((await own('PATCH', ME, { adminMetadata: {} })).statusCode, 400)
  await test.app.audit.idle()
  t.match(await test.app.db.AuditEvent.findOne({ action: 'admin.user-updated' }).lean(), {
    actorId: writer.id,
    targetId: owner.id,
    details: { changed: ['adminMetadata'] },
  })

  const key = await createKey(test, writer, { scopes: ['users:write'] })
  t.equal((await caller(test, key)('PATCH', url, { adminMetadata: { by: 'key' } })).statusCode, 200)
  const admin = await loginAs(test, { role: 'admin' })
  t.equal(
    (await call('PATCH', `${USERS}/${admin.id}`, { adminMetadata: {} })).statusCode,
    403,
    'an administrator’s needs one',
  )
  const both = await caller(test, admin)('PATCH', url, {
    adminMetadata: { a: 1 },
    status: 'suspended',
    currentPassword: PASSWORD,
  })
  t.match(both.json(), { adminMetadata: { a: 1 }, status: 'suspended' })
  t.match((await call('PATCH', url, { adminMetadata: { $a: 1 } })).json(), {
    status: 400,
    errors: [{ pointer: '/adminMetadata/$a', code: 'propertyNames' }],
  })
})

t.test('the schemas of the operator are checked, and lists are filtered by what they mark', async (t) => {
  const file = schemaFile(t, PLAN)
  const test = await build(t, { env: { USER_METADATA_SCHEMA: file, ADMIN_METADATA_SCHEMA: file } })
  const admin = await loginAs(test, { role: 'admin' })
  const people = [await login(test), await login(test), await login(test)]
  const [a, b, c] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]]
  const set = (one: typeof a, metadata: object) => caller(test, one)('PATCH', ME, { metadata })
  t.match((await set(a, { plan: 'gold', seats: 0 })).json(), {
    status: 400,
    code: 'VALIDATION_FAILED',
    errors: [
      { pointer: '/metadata/plan', code: 'enum' },
      { pointer: '/metadata/seats', code: 'minimum' },
    ],
  })
  await set(a, { plan: 'pro', seats: 5 })
  await set(b, { plan: 'pro', beta: true, team: 'a:b' })
  await set(c, { plan: 'free' })
  const call = caller(test, admin)
  await call('PATCH', `${USERS}/${b.id}`, { adminMetadata: { plan: 'free' } })
  const ids = async (query: string) =>
    (await call('GET', `${USERS}?${query}`)).json().items.map(({ id }: { id: string }) => id)
  t.same(await ids('metadata=plan:pro'), [b.id, a.id])
  t.same(await ids('metadata=plan:pro&metadata=seats:5'), [a.id])
  t.same(await ids('metadata=beta:true'), [b.id])
  t.same(await ids('metadata=team:a:b'), [b.id])
  t.same(await ids('metadata=plan:free'), [c.id], 'what administrators keep is apart')
  t.same(await ids('adminMetadata=plan:free'), [b.id])
  t.same(await ids('adminMetadata=plan:free&metadata=plan:pro&q=user'), [b.id])
  t.same(await ids('metadata=plan:gold'), [])
  const page = (await call('GET', `${USERS}?metadata=plan:pro&metadata=plan:pro&limit=1&total=true`)).json()
  t.match(page, { items: [{ id: b.id }], total: 2 })
  t.same(await ids(`metadata=plan:pro&metadata=plan:pro&limit=1&cursor=${page.nextCursor}`), [a.id])
  t.equal((await call('GET', `${USERS}?metadata=plan:free&cursor=${page.nextCursor}`)).json().code, 'INVALID_CURSOR')

  await set(a, { plan: 'free' })
  await set(b, {})
  t.same(await ids('metadata=plan:pro'), [], 'a change moves the filters')
  t.same(await ids('metadata=plan:free'), [c.id, a.id])
  for (const [query, code] of [
    ['metadata=site:x', 'INVALID_FILTER'],
    ['metadata=$where:1', 'VALIDATION_FAILED'],
    ['metadata=plan', 'VALIDATION_FAILED'],
    ['metadata[plan]=pro', 'VALIDATION_FAILED'],
    [Array(6).fill('metadata=plan:pro').join('&'), 'VALIDATION_FAILED'],
  ] as const) {
    t.match((await call('GET', `${USERS}?${query}`)).json(), { status: 400, code }, query)
  }
})

t.test('the contract of this server shows the schemas of its operator', async (t) => {
  const env = { USER_METADATA_SCHEMA: schemaFile(t, PLAN) }
  const { app } = await build(t, { env })
  const { schemas } = (await app.inject('/openapi.json')).json().components
  t.match(schemas.UserMetadata, { ...PLAN, $id: 'urn:coffer:UserMetadata' })
  t.match(schemas.AdminMetadata, { type: 'object', additionalProperties: true })
  t.equal(schemas.User.properties.metadata.$ref, '#/components/schemas/UserMetadata')
  t.equal((await app.inject('/docs')).statusCode, 200)
})

const elsewhere = { skip: process.env.TEST_MONGODB_URI && 'another server explains otherwise' }
t.test('a list by metadata reads no more rows than it shows, however many there are', elsewhere, async (t) => {
  const test = await build(t, { env: { USER_METADATA_SCHEMA: schemaFile(t, PLAN) } })
  const { app } = test
  await insertUsers(
    app,
    Array.from({ length: 300 }, (_, i) => ({
      createdAt: new Date(app.now().getTime() - i * 1000),
      ...(i % 3 === 0 && { filters: ['plan:pro', `seats:${i % 5}`] }),
    })),
  )
  const explained = await app.db.User.collection
    .find({ email: { $exists: true }, $and: [{ filters: 'plan:pro' }] })
    .sort({ createdAt: -1, _id: -1 })
    .limit(21)
    .explain('executionStats')
  const { nReturned, totalDocsExamined } = (explained as { executionStats: Record<string, number> }).executionStats
  t.equal(nReturned, 21)
  t.ok((totalDocsExamined as number) <= 22, `${totalDocsExamined} rows`)
})
