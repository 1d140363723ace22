import { Types } from 'mongoose'
import t from 'tap'
import { caller, loginAs } from '../../../support/admin.js'
import { PLAN, schemaFile } from '../../../support/metadata.js'
import { type Asset, form, type Part, pixel, start } from './client.js'

const field = (name: string, content: string): Part => ({ name, content })

t.test('files have a description and metadata, before or after the files, and by a change', async (t) => {
  const test = await start(t)
  const { upload, call, app } = test
  const metadata = { album: 'summer', place: { lat: 47.5, tags: ['a'] } }
  const fields = [
    field('description', 'e\u0301t\u00e9\nau lac'),
    field('metadata', JSON.stringify(metadata)),
    field('tags', 'a'),
  ]
  for (const parts of [
    [...fields, pixel(), pixel()],
    [pixel(), pixel(), ...fields],
    [fields[0] as Part, pixel(), pixel(), fields[1] as Part, fields[2] as Part],
  ]) {
    const { status, body } = await upload(parts)
    t.equal(status, 201)
    for (const asset of body.items) {
      t.match(asset, { description: 'été\nau lac', tags: ['a'] })
      t.same(asset.metadata, metadata)
      t.same((await call('GET', `/assets/${asset.id}`)).json(), asset)
    }
  }
  const { body } = await upload([pixel()])
  const [plain] = body.items as [Asset]
  t.match(plain, { description: '', metadata: {} })
  const changed = await call('PATCH', `/assets/${plain.id}`, { description: 'x', metadata: { a: 1 } })
  t.match(changed.json(), { description: 'x', metadata: { a: 1 }, filename: plain.filename })
  t.not(changed.headers.etag, '"0"')
  t.match((await call('PATCH', `/assets/${plain.id}`, { description: '' })).json(), {
    description: '',
    metadata: { a: 1 },
  })
  t.same((await call('PATCH', `/assets/${plain.id}`, { metadata: {} })).json().metadata, {})
  t.equal((await call('GET', '/users/me/export')).json().assets.length, 7)
  await app.audit.idle()
  const events = await app.db.AuditEvent.find({ action: 'asset.updated' }).sort({ _id: 1 }).lean()
  t.same(
    events.map(({ details }) => details.changed),
    [['description', 'metadata'], ['description'], ['metadata']],
  )
})

t.test('what is wrong with it keeps nothing of the upload', async (t) => {
  const { upload, call, app } = await start(t)
  const wrong = [
    '[]',
    '1',
    '{',
    '{"$set":1}',
    '{"__proto__":{"a":1}}',
    '{"a.b":1}',
    `{"a":"${'x'.repeat(4096)}"}`,
    '{"a":1e999}',
    `${'{"a":'.repeat(900)}1${'}'.repeat(900)}`,
  ]
  for (const text of wrong) {
    for (const parts of [
      [field('metadata', text), pixel()],
      [pixel(), field('metadata', text)],
    ]) {
      const { status, body } = await upload(parts)
      t.match({ status, ...body }, { status: 400, code: 'VALIDATION_FAILED' }, text.slice(0, 30))
    }
  }
  for (const parts of [
    [field('description', 'x'.repeat(1001)), pixel()],
    [field('description', 'a\u0000b'), pixel()],
    [field('description', 'a'), field('description', 'b'), pixel()],
    [field('metadata', '{}'), field('metadata', '{}'), pixel()],
  ]) {
    t.equal((await upload(parts)).status, 400)
  }
  await app.jobs.drain()
  t.same((await call('GET', '/assets')).json().items, [])
  const [asset] = (await upload([pixel()])).body.items as [Asset]
  for (const body of [
    { metadata: { $a: 1 } },
    { metadata: null },
    { description: null },
    { description: 'x'.repeat(1001) },
  ]) {
    t.equal((await call('PATCH', `/assets/${asset.id}`, body)).statusCode, 400)
  }
})

t.test('a schema of the operator is checked, and lists are filtered by what it marks', async (t) => {
  const test = await start(t, { env: { ASSET_METADATA_SCHEMA: schemaFile(t, PLAN) } })
  const { upload, call } = test
  const keep = async (metadata: object, ...late: Part[]) =>
    (await upload([field('metadata', JSON.stringify(metadata)), pixel(), ...late])).body.items[0] as Asset
  const refused = await upload([field('metadata', '{"plan":"gold"}'), pixel()])
  t.match(refused.body, { status: 400, errors: [{ pointer: '/metadata/plan', code: 'enum' }] })
  const a = await keep({ plan: 'pro', seats: 1 })
  const b = await keep({ plan: 'pro' }, field('tags', 'x'))
  const { body } = await upload([pixel(), field('metadata', '{"plan":"free","seats":1}')])
  const [c] = body.items as [Asset]
  const ids = async (query: string, path = '/assets') =>
    (await call('GET', `${path}?${query}`)).json().items?.map(({ id }: { id: string }) => id)
  t.same(await ids('metadata=plan:pro'), [b.id, a.id])
  t.same(await ids('metadata=plan:pro&metadata=seats:1'), [a.id])
  t.same(await ids('metadata=seats:1&sort=createdAt'), [a.id, c.id])
  t.same(await ids('metadata=plan:pro&tag=x'), [b.id])
  await call('PATCH', `/assets/${a.id}`, { metadata: { plan: 'free' } })
  await call('PATCH', `/assets/${b.id}`, { metadata: {} })
  t.same(await ids('metadata=plan:pro'), [])
  t.same(await ids('metadata=plan:free'), [c.id, a.id])
  t.equal((await call('GET', '/assets?metadata=color:red')).json().code, 'INVALID_FILTER')
  const admin = await loginAs(test, { role: 'admin' })
  const listed = (await caller(test, admin)('GET', `/v1/admin/assets?metadata=plan:free`)).json()
  t.same(
    listed.items.map(({ id }: { id: string }) => id),
    [c.id, a.id],
  )
})

const elsewhere = { skip: process.env.TEST_MONGODB_URI && 'another server explains otherwise' }
t.test('a list by metadata reads only the rows that it shows', elsewhere, async (t) => {
  const test = await start(t, { env: { ASSET_METADATA_SCHEMA: schemaFile(t, PLAN) } })
  for (let count = 0; count < 2; count++) await test.upload([field('metadata', '{"plan":"free"}'), pixel()])
  for (const filter of [{ ownerId: new Types.ObjectId(test.user.id) }, {}]) {
    const explained = await test.app.db.Asset.collection
      .find({ ...filter, purpose: 'file', state: 'ready', $and: [{ filters: 'plan:free' }] })
      .sort({ createdAt: -1, _id: -1 })
      .limit(1)
      .explain('executionStats')
    const { totalDocsExamined } = (explained as { executionStats: Record<string, number> }).executionStats
    t.equal(totalDocsExamined, 1)
  }
})

t.test('a repetition with other metadata is no repetition', async (t) => {
  const { base, user } = await start(t)
  const send = async (metadata: string, isLate: boolean) => {
    const parts = isLate ? [pixel(), field('metadata', metadata)] : [field('metadata', metadata), pixel()]
    const { body, headers } = form(parts)
    const response = await fetch(`${base}/v1/assets`, {
      method: 'POST',
      headers: { ...headers, ...user.bearer, 'idempotency-key': 'one' },
      body: new Uint8Array(body),
    })
    return { status: response.status, body: (await response.json()) as { items?: object[]; code?: string } }
  }
  const first = await send('{"a":1}', true)
  t.equal(first.status, 201)
  t.match(first.body.items, [{ metadata: { a: 1 } }])
  t.same((await send('{"a":1}', true)).body, first.body)
  t.match(await send('{"a":2}', true), { status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
})
