import t from 'tap'
import { login } from '../../../support/app.js'
import { form, pdf, pixel, post, start, stored, usage } from './client.js'

t.test('each of several files is deleted for itself, and told', async (t) => {
  const test = await start(t)
  const { app, base, call, keep, user } = test
  const stranger = await login(test)
  const files = await keep(pixel(), pixel(), pdf())
  const [secret] = await keep({ name: 'visibility', content: 'private' }, pixel())
  const foreign = (await post(base, stranger.bearer, form([pixel()]))).body.items[0]
  const missing = [`${foreign?.id}`, '0123456789abcdef01234567', 'x', '']
  const ids = [...files, secret].map((asset) => `${asset?.id}`)
  const { deleted, notFound, failed } = (
    await call('POST', '/assets/bulk-delete', { ids: [...ids, ...missing, ids[0]] })
  ).json()
  t.same(deleted.sort(), ids.sort())
  t.same(notFound.sort(), missing.sort())
  t.same(failed, [])
  t.same(
    (await stored(app)).map(({ publicId }) => publicId),
    [foreign?.publicId],
  )
  t.match(await usage(app, user.id), { bytes: 0, files: 0, refunds: 0 })
  t.equal(await app.db.AuditEvent.countDocuments({ action: 'asset.deleted' }), 4)
})

t.test('what the store keeps is failed, and not found from then on', async (t) => {
  const { app, call, keep, fail } = await start(t)
  const [image] = await keep(pixel())
  const [report] = await keep(pdf())
  await fail('bulk-delete', 500)
  const ids = [image?.id, report?.id]
  const response = (await call('POST', '/assets/bulk-delete', { ids })).json()
  t.equal(response.deleted.length, 1)
  t.equal(response.failed.length, 1)
  t.same(response.notFound, [])
  t.same((await call('POST', '/assets/bulk-delete', { ids })).json().notFound.sort(), ids.sort())
  t.equal(await app.db.Asset.countDocuments({ state: 'deleting' }), 1)
})

t.test('two that delete the same at once delete each file once', async (t) => {
  const { app, call, keep, user } = await start(t)
  const ids = (await keep(...Array.from({ length: 8 }, () => pixel()))).map(({ id }) => id)
  const responses = await Promise.all([0, 1].map(() => call('POST', '/assets/bulk-delete', { ids })))
  t.same(responses.flatMap((response) => response.json().deleted).sort(), ids.sort())
  t.equal(await app.db.AuditEvent.countDocuments({ action: 'asset.deleted' }), 8)
  t.match(await usage(app, user.id), { bytes: 0, files: 0, refunds: 0 })
})

t.test('a list that is none is refused, and the path has no other method', async (t) => {
  const { call } = await start(t)
  for (const body of [
    {},
    { ids: [] },
    { ids: Array(101).fill('x') },
    { ids: 'x' },
    { ids: [5] },
    { ids: [{ $ne: 1 }] },
    { ids: ['x'], ownerId: 'y' },
  ]) {
    t.equal(
      (await call('POST', '/assets/bulk-delete', body)).json().code,
      'VALIDATION_FAILED',
      JSON.stringify(body).slice(0, 40),
    )
  }
  for (const method of ['GET', 'DELETE', 'PUT', 'PATCH'])
    t.equal((await call(method, '/assets/bulk-delete')).statusCode, 405)
})
