import t from 'tap'
import { storeSession } from '../../../../support/session.js'
import { pdf, pixel, start, stored, usage } from '../client.js'

const NOBODY = [
  '0123456789abcdef01234567',
  'abcdefghijkl',
  'x',
  '%00',
  '..%2f',
  '%24ne',
  '[object Object]',
  'A'.repeat(200),
]

t.test('a file is found by its owner alone', async (t) => {
  const test = await start(t)
  const { app, call, keep } = test
  const stranger = await storeSession(test)
  const [asset] = await keep(pixel())
  const response = await call('GET', `/assets/${asset?.id}`)
  t.same(response.json(), asset)
  t.equal(response.headers.etag, '"0"')
  const unchanged = await call('GET', `/assets/${asset?.id}`, undefined, { 'if-none-match': '"0"' })
  t.match(unchanged, { statusCode: 304, body: '' })

  const foreign = { headers: stranger.bearer, url: `/v1/assets/${asset?.id}` }
  const missing = (await call('GET', `/assets/${NOBODY[0]}`)).json()
  const { instance, requestId, ...same } = missing
  t.match(same, { status: 404, code: 'NOT_FOUND' })
  for (const [method, path, payload] of [
    ['GET', ''],
    ['GET', '/url'],
    ['PATCH', '', { tags: [] }],
    ['DELETE', ''],
  ] as const) {
    const response = await app.inject({ ...foreign, method, url: `${foreign.url}${path}`, ...(payload && { payload }) })
    t.match(response.json(), same, `${method} ${path}`)
    for (const id of NOBODY) {
      t.equal((await call(method, `/assets/${id}${path}`, payload)).statusCode, 404, `${method} ${path} ${id}`)
    }
  }
  t.match(await call('GET', `/assets/${asset?.id}`), { statusCode: 200 }, 'the stranger has changed nothing')
  t.equal((await app.inject({ url: `/v1/assets/${asset?.id}` })).statusCode, 401)
})

t.test('a file’s address works: forever where it is public, for five minutes where it is private', async (t) => {
  const { call, keep, clock } = await start(t)
  const [open] = await keep(pixel())
  t.same((await call('GET', `/assets/${open?.id}/url`)).json(), { url: open?.secureUrl })
  for (const part of [pixel(), pdf()]) {
    const [secret] = await keep({ name: 'visibility', content: 'private' }, part)
    const { url, expiresAt } = (await call('GET', `/assets/${secret?.id}/url`)).json()
    const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
    t.same(bytes, Buffer.from(part.content as Buffer))
    t.ok(Math.abs(Date.parse(expiresAt) - Date.now() - 300_000) < 60_000)
    clock.advance(-301_000)
    const old = (await call('GET', `/assets/${secret?.id}/url`)).json()
    t.equal((await fetch(old.url)).status, 401)
    clock.advance(301_000)
  }
})

t.test('name and tags can be changed, by nobody on an older state', async (t) => {
  const { app, call, keep, clock } = await start(t)
  const [asset] = await keep(pixel())
  clock.advance(1000)
  const url = `/assets/${asset?.id}`
  const renamed = await call('PATCH', url, { filename: '../Neu\u202e.PNG' }, { 'if-match': '"0"' })
  t.match(renamed.json(), { ...asset, filename: '..Neu.PNG', updatedAt: String })
  t.not(renamed.json().updatedAt, asset?.updatedAt)
  t.equal(renamed.headers.etag, '"1"')
  t.same((await call('GET', '/assets?q=..NEU')).json().items.length, 1)
  t.match((await call('PATCH', url, { tags: ['a'] }, { 'if-match': '"0"' })).json(), { code: 'PRECONDITION_FAILED' })
  t.match((await call('PATCH', url, { tags: ['a', 'b', 'a'] })).json(), { tags: ['a', 'b'], filename: '..Neu.PNG' })
  t.match((await call('PATCH', url, { filename: '\u202e/' })).json(), { filename: '..Neu.PNG' })
  for (const body of [
    {},
    { ownerId: 'x' },
    { visibility: 'private' },
    { tags: 'a' },
    { tags: [5] },
    { filename: '' },
    { filename: null },
    { tags: [{ $ne: 1 }] },
  ]) {
    t.match((await call('PATCH', url, body)).json(), { status: 400, code: 'VALIDATION_FAILED' }, JSON.stringify(body))
  }
  const raced = await Promise.all(
    ['a', 'b', 'c'].map((tag) => call('PATCH', url, { tags: [tag] }, { 'if-match': '"3"' })),
  )
  t.same(raced.map(({ statusCode }) => statusCode).sort(), [200, 412, 412])
  await app.audit.idle()
  t.equal(await app.db.AuditEvent.countDocuments({ action: 'asset.updated', targetId: asset?.id }), 4)
})

t.test('a change never brings a deleted file back, and never keeps one from being deleted', async (t) => {
  const { app, call, keep } = await start(t)
  const [asset] = await keep(pixel())
  const change = () => call('PATCH', `/assets/${asset?.id}`, { tags: ['late'] })
  const deletion = () => call('DELETE', `/assets/${asset?.id}`)
  const [deleted, ...changes] = await Promise.all([deletion(), ...[1, 2, 3, 4, 5].map(change)])
  t.equal(deleted?.statusCode, 204)
  for (const { statusCode } of changes) t.ok([200, 404].includes(statusCode), `${statusCode}`)
  t.equal((await call('GET', `/assets/${asset?.id}`)).statusCode, 404)
  t.equal(await app.db.Asset.countDocuments(), 0)
})

t.test('of a change and a conditional deletion at once the deletion is refused where it comes second', async (t) => {
  const { call, keep } = await start(t)
  for (const { id } of await keep(...Array.from({ length: 6 }, () => pixel()))) {
    const [changed, deleted] = await Promise.all([
      call('PATCH', `/assets/${id}`, { tags: ['new'] }),
      call('DELETE', `/assets/${id}`, undefined, { 'if-match': '"0"' }),
    ])
    t.ok(['200 412', '404 204', '200 204'].includes(`${changed.statusCode} ${deleted.statusCode}`))
    if (deleted.statusCode === 412) t.match((await call('GET', `/assets/${id}`)).json(), { tags: ['new'] })
  }
})

t.test('a deleted file is gone from everywhere, and its room is free', async (t) => {
  const { app, call, keep, user } = await start(t)
  const [asset, other] = await keep(pixel(), pdf())
  t.equal((await call('DELETE', `/assets/${asset?.id}`, undefined, { 'if-match': '"7"' })).statusCode, 412)
  t.equal((await call('DELETE', `/assets/${asset?.id}`, undefined, { 'if-match': '"0"' })).statusCode, 204)
  t.equal((await call('GET', `/assets/${asset?.id}`)).statusCode, 404)
  t.equal((await call('DELETE', `/assets/${asset?.id}`)).statusCode, 404)
  t.equal((await fetch(`${asset?.secureUrl}`)).status, 404)
  t.same(
    (await stored(app)).map(({ publicId }) => publicId),
    [other?.publicId],
  )
  t.same(await usage(app, user.id), { bytes: other?.bytes, files: 1, reserved: 0, refunds: 0 })
  t.match(await app.db.AuditEvent.find({ action: 'asset.deleted' }).lean(), [{ targetId: asset?.id, actorId: user.id }])
})

t.test('of parallel deletions one succeeds, and the room is given back once', async (t) => {
  const { app, call, keep, user, requests, forget } = await start(t)
  const [asset] = await keep(pixel(), pixel())
  await forget()
  const responses = await Promise.all(Array.from({ length: 10 }, () => call('DELETE', `/assets/${asset?.id}`)))
  t.same(responses.map(({ statusCode }) => statusCode).sort(), [204, ...Array(9).fill(404)])
  t.same(
    (await requests()).map(({ operation }) => operation),
    ['destroy'],
  )
  t.match(await usage(app, user.id), { bytes: asset?.bytes, files: 1, refunds: 0 })
})

t.test('where the store fails, the answer says so, and the file is not found from then on', async (t) => {
  const { app, call, keep, fail, repair } = await start(t)
  for (const [fault, status] of [
    [500, 502],
    [429, 503],
    ['reset', 502],
  ] as const) {
    const [asset] = await keep(pixel())
    await fail('destroy', fault, { count: 2 })
    t.equal((await call('DELETE', `/assets/${asset?.id}`)).statusCode, status)
    await repair()
    t.equal((await call('GET', `/assets/${asset?.id}`)).statusCode, 404)
    t.equal((await call('DELETE', `/assets/${asset?.id}`)).statusCode, 404)
  }
  t.same(await app.db.Asset.distinct('state'), ['deleting'])
  t.same((await call('GET', '/assets')).json().items, [])
})

t.test('a file that the store has lost can be deleted', async (t) => {
  const { app, call, keep } = await start(t)
  const [asset] = await keep(pixel())
  await app.storage.destroy({ publicId: `${asset?.publicId}`, resourceType: 'image', visibility: 'public' })
  t.equal((await call('DELETE', `/assets/${asset?.id}`)).statusCode, 204)
})

t.test('a conditional deletion that loses a race says so', async (t) => {
  const { call, keep } = await start(t)
  const [asset] = await keep(pixel())
  const responses = await Promise.all(
    Array.from({ length: 5 }, () => call('DELETE', `/assets/${asset?.id}`, undefined, { 'if-match': '"0"' })),
  )
  const lost = responses.map(({ statusCode }) => statusCode).filter((status) => status !== 204)
  t.equal(lost.length, 4)
  t.ok(lost.every((status) => status === 412 || status === 404))
})
