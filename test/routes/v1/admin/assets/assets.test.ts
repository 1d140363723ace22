import t from 'tap'
import { login, PASSWORD } from '../../../../support/app.js'
import { form, pdf, pixel, post, start, stored, usage } from '../../assets/client.js'

const ROUTES = [
  ['GET', '/admin/assets'],
  ['GET', '/admin/assets/0123456789abcdef01234567'],
  ['DELETE', '/admin/assets/0123456789abcdef01234567'],
  ['POST', '/admin/assets/bulk-delete', { ids: ['x'] }],
] as const

/** Starts an app with an administrator and a user who has files. */
async function office(t: Parameters<typeof start>[0]) {
  const test = await start(t)
  const owner = await login(test)
  await test.app.db.User.updateOne({ _id: test.user.id }, { $set: { role: 'admin' } })
  const keep = async (...parts: Parameters<typeof form>[0]) =>
    (await post(test.base, owner.bearer, form(parts))).body.items
  return { ...test, owner, keep }
}

t.test('without the permission nothing is shown or deleted', async (t) => {
  const { app, call, user } = await start(t)
  for (const [method, url, payload] of ROUTES) {
    t.match((await call(method, url, payload)).json(), { status: 403, code: 'FORBIDDEN' }, `${method} ${url}`)
    t.equal((await app.inject({ method, url: `/v1${url}`, ...(payload && { payload }) })).statusCode, 401)
  }
  await app.db.User.updateOne({ _id: user.id }, { $set: { permissions: ['assets:read'] } })
  t.same(
    await Promise.all(ROUTES.map(async ([method, url, payload]) => (await call(method, url, payload)).statusCode)),
    [200, 404, 403, 403],
  )
})

t.test('everybody’s files are listed, or one account’s, but no avatars', async (t) => {
  const { app, call, clock, keep, owner, user, upload } = await office(t)
  await keep(pixel('theirs.png'))
  clock.advance(1000)
  await upload([pixel('mine.png')])
  await app.assets.setAvatar(
    (await app.db.User.findById(owner.id).orFail())._id,
    Buffer.from((await avatar()) as Buffer),
  )
  const names = async (query: string) =>
    (await call('GET', `/admin/assets?${query}`)).json().items.map(({ filename }: { filename: string }) => filename)
  t.same(await names(''), ['mine.png', 'theirs.png'])
  t.same(await names(`ownerId=${owner.id}`), ['theirs.png'])
  t.same(await names('ownerId=x'), [])
  t.same(await names('q=MI&type=image'), ['mine.png'])
  const { nextCursor } = (await call('GET', '/admin/assets?limit=1')).json()
  t.same(await names(`limit=1&cursor=${nextCursor}`), ['theirs.png'])
  t.equal((await call('GET', `/admin/assets?ownerId=${user.id}&cursor=${nextCursor}`)).json().code, 'INVALID_CURSOR')
})

t.test('anybody’s file is shown and deleted, which is recorded', async (t) => {
  const { app, call, keep, owner, user, fail } = await office(t)
  const [asset, other] = await keep(pixel(), pdf())
  const url = `/admin/assets/${asset?.id}`
  t.same((await call('GET', url)).json(), asset)
  t.equal((await call('GET', url, undefined, { 'if-none-match': '"0"' })).statusCode, 304)
  t.equal((await call('DELETE', url, undefined, { 'if-match': '"9"' })).statusCode, 412)
  const responses = await Promise.all(Array.from({ length: 4 }, () => call('DELETE', url)))
  t.same(responses.map(({ statusCode }) => statusCode).sort(), [204, 404, 404, 404])
  const raced = await Promise.all(
    Array.from({ length: 4 }, () => call('DELETE', `/admin/assets/${other?.id}`, undefined, { 'if-match': '"0"' })),
  )
  t.equal(raced.filter(({ statusCode }) => statusCode === 204).length, 1)
  t.ok(raced.every(({ statusCode }) => [204, 404, 412].includes(statusCode)))
  for (const { id } of await keep(...Array.from({ length: 6 }, () => pixel()))) {
    const [changed, deleted] = await Promise.all([
      app.inject({ method: 'PATCH', url: `/v1/assets/${id}`, headers: owner.bearer, payload: { tags: ['new'] } }),
      call('DELETE', `/admin/assets/${id}`, undefined, { 'if-match': '"0"' }),
    ])
    t.ok(['200 412', '404 204', '200 204'].includes(`${changed.statusCode} ${deleted.statusCode}`))
    await call('DELETE', `/admin/assets/${id}`)
  }
  for (const id of ['x', '0123456789abcdef01234567', `${asset?.id}`]) {
    t.equal((await call('GET', `/admin/assets/${id}`)).statusCode, 404)
    t.equal((await call('DELETE', `/admin/assets/${id}`)).statusCode, 404)
  }
  t.same(await stored(app), [])
  t.same(await usage(app, owner.id), { bytes: 0, files: 0, reserved: 0, refunds: 0 })
  const events = await app.db.AuditEvent.find({ action: 'admin.asset-deleted', targetId: asset?.id }).lean()
  t.match(events, [{ actorId: user.id, details: { ownerId: owner.id } }])
  const [third] = await keep(pixel())
  await fail('destroy', 500)
  t.equal((await call('DELETE', `/admin/assets/${third?.id}`)).statusCode, 502)
  t.equal((await call('GET', `/admin/assets/${third?.id}`)).statusCode, 404)
})

t.test('many files are deleted by their ids', async (t) => {
  const { app, call, keep, owner } = await office(t)
  const assets = await keep(pixel(), pdf(), pdf())
  const ids = assets.map(({ id }) => id)
  const many = [...ids, ...Array.from({ length: 997 }, (_, index) => `x${index}`)]
  const { deleted, notFound } = (await call('POST', '/admin/assets/bulk-delete', { ids: many })).json()
  t.same(deleted.sort(), ids.sort())
  t.equal(notFound.length, 997)
  t.match(await usage(app, owner.id), { bytes: 0, files: 0 })
  const events = await app.db.AuditEvent.find({ action: 'admin.assets-deleted' }).lean()
  t.same(
    events.map(({ details }) => (details.assetIds as string[]).sort()),
    [ids],
  )
})

t.test('all files of an account are deleted in the background, its avatar is not', async (t) => {
  const { app, call, keep, owner, fail } = await office(t)
  await keep(pixel(), pdf())
  await app.assets.setAvatar((await app.db.User.findById(owner.id).orFail())._id, await avatar())
  const request = { ownerId: owner.id, currentPassword: PASSWORD }
  t.equal((await call('POST', '/admin/assets/bulk-delete', { ownerId: owner.id })).json().code, 'STEP_UP_REQUIRED')
  const response = await call('POST', '/admin/assets/bulk-delete', request)
  t.match(response, { statusCode: 202, body: '' })
  await app.jobs.drain()
  t.match(await app.db.Asset.find().lean(), [{ purpose: 'avatar', state: 'ready' }])
  t.equal((await stored(app)).length, 1)
  t.match(await usage(app, owner.id), { bytes: 0, files: 0 })

  await keep(pixel())
  await fail('bulk-delete', 500)
  await call('POST', '/admin/assets/bulk-delete', request)
  await app.jobs.drain()
  t.equal(await app.db.Asset.countDocuments({ state: 'deleting' }), 1, 'left to the reconciler')
  t.match(await app.db.AuditEvent.find({ action: 'admin.assets-deleted' }).lean(), [{ targetId: owner.id }, {}])
})

t.test('an account that is none, or a list that is none, is refused', async (t) => {
  const { call } = await office(t)
  for (const ownerId of ['x', '0123456789abcdef01234567']) {
    t.equal((await call('POST', '/admin/assets/bulk-delete', { ownerId })).statusCode, 404)
  }
  const password = { currentPassword: PASSWORD }
  for (const body of [
    {},
    password,
    { ids: [] },
    { ids: Array(1001).fill('x') },
    { ownerId: 5 },
    { ids: ['x'], ownerId: 'y' },
  ]) {
    t.equal((await call('POST', '/admin/assets/bulk-delete', body)).json().code, 'VALIDATION_FAILED')
  }
})

async function avatar() {
  const { picture } = await import('../../../../plugins/storage/samples.js')
  return picture().webp().toBuffer()
}
