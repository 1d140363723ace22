import { v2 } from 'cloudinary'
import t from 'tap'
import { jpeg, startStore } from './helper.js'

async function startApi(t: Parameters<typeof startStore>[0]) {
  const store = await startStore(t)
  const { account } = store
  return {
    ...store,
    list: (options: object) => v2.api.resources({ ...account, ...options }),
    lookUp: (publicId: string, options: object = {}) => v2.api.resource(publicId, { ...account, ...options }),
    remove: (publicIds: string[], options: object = {}) =>
      v2.api.delete_resources(publicIds, { ...account, ...options }),
  }
}

/** Resolves with the SDK's rejection, which is never an `Error`. */
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    ({ error }) => error,
  )

const ids = (page: { resources: { public_id: string }[] }) => page.resources.map(({ public_id }) => public_id)

t.test('ping answers only with the key and the secret', async (t) => {
  const { account, base } = await startApi(t)
  t.same(await v2.api.ping(account), { status: 'ok' })
  const refusals = [
    [{ api_key: '1' }, 'unknown api_key 1'],
    [{ api_secret: 'wrong' }, 'api_secret mismatch'],
    [{ cloud_name: 'other' }, 'Invalid cloud_name other'],
    [{ oauth_token: 'token' }, 'Invalid credentials'],
  ] as const
  for (const [options, message] of refusals) {
    t.match(await failure(v2.api.ping({ ...account, ...options })), { http_code: 401, message })
  }
  t.equal((await fetch(`${base}/v1_1/local/ping`)).status, 401)
})

t.test('a prefix lists assets in the order of their ids, page by page', async (t) => {
  const { upload, list } = await startApi(t)
  const bytes = await jpeg(5, 5)
  for (const public_id of ['p/c', 'p/a', 'q/x', 'p/b', 'P/d']) await upload(bytes, { public_id, tags: ['t'] })
  await upload(bytes, { public_id: 'p/e', type: 'private' })
  await upload(bytes, { public_id: 'p/f', resource_type: 'raw' })
  const wanted = { type: 'upload', prefix: 'p/', max_results: 2 }
  const first = await list(wanted)
  t.same(ids(first), ['p/a', 'p/b'])
  await upload(bytes, { public_id: 'p/aa' })
  const second = await list({ ...wanted, next_cursor: first.next_cursor })
  t.same(ids(second), ['p/c'])
  t.notOk('next_cursor' in second)
  t.same(ids(await list({ type: 'private', prefix: 'p/' })), ['p/e'])
  t.same(ids(await list({ resource_type: 'raw', type: 'upload', prefix: '' })), ['p/f'])
  t.notOk('tags' in first.resources[0])
  t.same(await list({ type: 'upload', prefix: 'none' }), { resources: [] })
})

t.test('without a prefix the newest come first, of every type', async (t) => {
  const { upload, list } = await startApi(t)
  const bytes = await jpeg(5, 5)
  await upload(bytes, { public_id: 'one', tags: ['a'], context: { k: 'v' } })
  await upload(bytes, { public_id: 'two', type: 'authenticated' })
  // Ages differ by seconds; within the same second ids decide.
  const all = await list({ tags: true, context: true })
  t.same(ids(all).sort(), ['one', 'two'])
  t.match(
    all.resources.find(({ public_id }: { public_id: string }) => public_id === 'one'),
    { tags: ['a'], context: { custom: { k: 'v' } }, type: 'upload', width: 5 },
  )
  const pages = []
  for (let next_cursor: string | undefined = ''; next_cursor !== undefined; ) {
    const page = await list({ max_results: 1, direction: 'asc', ...(next_cursor && { next_cursor }) })
    pages.push(...ids(page))
    next_cursor = page.next_cursor
  }
  t.same(pages.sort(), ['one', 'two'])
  t.same(ids(await list({ direction: 1 })).length, 2)
})

t.test('assets are listed by their ids', async (t) => {
  const { upload, account } = await startApi(t)
  const bytes = await jpeg(5, 5)
  for (const public_id of ['a', 'b', 'c']) await upload(bytes, { public_id })
  const byIds = (wanted: string[]) => v2.api.resources_by_ids(wanted, account)
  t.same(ids(await byIds(['c', 'none', 'a'])).sort(), ['a', 'c'])
  t.same(ids(await byIds(['b'])), ['b'])
})

t.test('what a list cannot do is refused', async (t) => {
  const { list, account } = await startApi(t)
  const refuses = async (promise: Promise<unknown>, message: string | RegExp) =>
    t.match(await failure(promise), { http_code: 400, message })
  for (const max_results of [0, 501, 1.5, 'x'])
    await refuses(list({ max_results }), /^Invalid value .* for max_results/)
  await refuses(list({ prefix: 'a' }), 'Missing required parameter - type')
  await refuses(list({ next_cursor: 'zz' }), 'Invalid next_cursor zz')
  await refuses(list({ start_at: 'today' }), /implement the parameter start_at/)
  await refuses(list({ type: 'facebook' }), /implement the type facebook/)
  await refuses(list({ resource_type: 'auto' }), /implement the resource type auto/)
  await refuses(v2.api.resources_by_tag('t', account), /implement the type tags/)
  await refuses(v2.api.usage(account), /implement GET \/cloudinary\/v1_1\/local\/usage/)
  await refuses(v2.api.update('a', { ...account, tags: 'b' }), /implement POST .*\/resources\/image\/upload\/a/)
})

t.test('one asset is looked up by its id, however long and whatever is in it', async (t) => {
  const { upload, lookUp } = await startApi(t)
  const publicId = `folder/d'é & +%41x/${'y'.repeat(200)}`.replace('%', '')
  const { asset_id, etag } = await upload(await jpeg(5, 6), {
    public_id: publicId,
    tags: ['t'],
    type: 'private',
  }).catch(() => ({ asset_id: '', etag: '' }))
  t.equal(asset_id, '')
  const allowed = publicId.replace('&', 'and')
  const uploaded = await upload(await jpeg(5, 6), { public_id: allowed, tags: ['t'], type: 'private' })
  t.match(await lookUp(allowed, { type: 'private' }), {
    public_id: allowed,
    asset_id: uploaded.asset_id,
    etag: uploaded.etag,
    height: 6,
    tags: ['t'],
    derived: [],
    secure_url: uploaded.secure_url,
  })
  t.not(etag, uploaded.etag)
  t.match(await failure(lookUp('none')), { http_code: 404, message: 'Resource not found - none' })
  t.match(await failure(lookUp('none', { colors: true })), { message: /implement the parameter colors/ })
})

t.test('deleting in bulk says of each id whether it was there', async (t) => {
  const { upload, remove, list } = await startApi(t)
  const bytes = await jpeg(5, 5)
  for (const public_id of ['a', 'b', 'c']) await upload(bytes, { public_id })
  t.same(await remove(['a', 'none', 'c'], { invalidate: true }), {
    deleted: { a: 'deleted', none: 'not_found', c: 'deleted' },
    deleted_counts: {
      a: { original: 1, derived: 0 },
      none: { original: 0, derived: 0 },
      c: { original: 1, derived: 0 },
    },
    partial: false,
  })
  t.same(ids(await list({})), ['b'])
  t.same((await remove(['b'])).deleted, { b: 'deleted' })
})

t.test('deleting in bulk takes up to 100 ids, and nothing by prefix', async (t) => {
  const { upload, remove, list, account } = await startApi(t)
  await upload(await jpeg(5, 5), { public_id: 'a0' })
  const many = Array.from({ length: 101 }, (_, index) => `a${index}`)
  const message = 'public_ids: at most 100 are allowed'
  t.match(await failure(remove(many)), { http_code: 400, message })
  t.match(await failure(remove([])), { http_code: 400, message: 'Missing required parameter - public_ids' })
  t.match(await failure(v2.api.delete_resources_by_prefix('a', account)), { message: /the parameter prefix/ })
  t.match(await failure(v2.api.delete_all_resources(account)), { message: /the parameter all/ })
  t.match(await failure(remove(['a0'], { keep_original: true })), { message: /the parameter keep_original/ })
  t.same(ids(await list({})), ['a0'])
  t.equal(Object.keys((await remove(many.slice(0, 100))).deleted).length, 100)
})
