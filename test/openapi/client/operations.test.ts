import t from 'tap'
import { createClient } from '../../../openapi/client/index.js'
import { signIn, start, watch } from './helper.js'

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')
const picture = (name: string) => new File([PIXEL], name, { type: 'image/gif' })

let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  test = await start(t)
})

t.test('a list is one page to await, and every item to iterate over', async (t) => {
  const { fetch, sent } = watch()
  const client = test.connect({ fetch })
  await signIn(test, client)
  const names = Array.from({ length: 5 }, (_, index) => `${index}.gif`)
  await client.uploadAssets({ tags: ['sea', 'sun'], visibility: 'public', file: names.map(picture) })
  const page = await client.listAssets({ limit: 2, sort: 'filename', total: true })
  t.strictSame([page.items.length, page.total, typeof page.nextCursor], [2, 5, 'string'])
  t.strictSame(page.items[0]?.tags, ['sea', 'sun'])
  sent.length = 0
  const found: string[] = []
  for await (const { filename } of client.listAssets({ limit: 2, sort: 'filename', tag: 'sun' })) found.push(filename)
  t.strictSame(found, names)
  t.equal(sent.length, 3)
  for await (const { filename } of client.listAssets({ limit: 2, sort: 'filename' })) {
    t.equal(filename, '0.gif')
    break
  }
  t.equal(sent.length, 4, 'pages that nobody wants are not fetched')
  const devices: boolean[] = []
  for await (const { current } of client.listSessions()) devices.push(current)
  t.strictSame(devices, [true])
})

t.test('an iteration ends with its signal, and rejects as the call does', async (t) => {
  const client = test.connect()
  await signIn(test, client)
  await client.uploadAssets({ file: [picture('a.gif'), picture('b.gif')] })
  const controller = new AbortController()
  const iterate = async () => {
    for await (const _ of client.listAssets({ limit: 1 }, { signal: controller.signal })) controller.abort()
  }
  await t.rejects(iterate(), { name: 'AbortError' })
  const refused = async () => {
    for await (const _ of client.listAssets({ cursor: 'x' })) t.fail()
  }
  await t.rejects(refused(), { code: 'INVALID_CURSOR' })
})

t.test('parameters of the path and properties of the body are given together', async (t) => {
  const client = test.connect()
  await signIn(test, client)
  const { items } = await client.uploadAssets({ file: [picture('a.gif')] })
  const assetId = items[0]?.id as string
  const asset = await client.updateAsset({ assetId, tags: ['holiday'] })
  t.strictSame(asset.tags, ['holiday'])
  t.strictSame(await client.getAsset({ assetId }), asset)
  t.match((await client.getAssetUrl({ assetId })).url, /^http/)
  t.equal(await client.deleteAsset({ assetId }), undefined)
  await t.rejects(client.getAsset({ assetId }), { code: 'NOT_FOUND', status: 404 })
  await t.rejects(client.updateProfile({ name: '' }), {
    code: 'VALIDATION_FAILED',
    errors: [{ pointer: '/name' }],
  })
  await t.rejects(client.updateProfile({}), { code: 'VALIDATION_FAILED' })
})

t.test('an id that would lead elsewhere is never sent', async (t) => {
  const { sent, fetch } = watch()
  const client = createClient({ baseUrl: 'http://localhost:1', fetch })
  for (const assetId of ['', '.', '..', undefined]) {
    await t.rejects(client.deleteAsset({ assetId: assetId as string }), { name: 'TypeError', message: /assetId/ })
  }
  t.strictSame(sent, [])
})

t.test("a form of the caller's own is sent as it is", async (t) => {
  const client = test.connect()
  await signIn(test, client)
  const form = new FormData()
  form.append('tags', 'sea')
  form.append('file', picture('a.gif'))
  const { items } = await client.uploadAssets(form)
  t.strictSame(items[0]?.tags, ['sea'])
  const { data } = await client.api.POST('/v1/assets', { body: form as never })
  t.equal(data?.items[0]?.filename, 'a.gif')
  t.match((await client.putAvatar({ file: picture('me.gif') })).avatarUrl, /^http/)
})

t.test("openapi-fetch's client has the same session, and shows the headers", async (t) => {
  const client = test.connect()
  const { user } = await signIn(test, client)
  test.clock.advance(16 * 60_000)
  const { data, response } = await client.api.GET('/v1/users/me')
  t.equal(data?.id, user.id)
  const etag = response.headers.get('etag') as string
  const unchanged = await client.api.GET('/v1/users/me', { headers: { 'if-none-match': etag } })
  t.equal(unchanged.response.status, 304)
  await client.updateProfile({ name: 'Ada' }, { headers: { 'if-match': etag } })
  await t.rejects(client.updateProfile({ name: 'Eve' }, { headers: { 'if-match': etag } }), {
    code: 'PRECONDITION_FAILED',
  })
  const { response: head } = await client.api.request('head' as never, '/v1/users/me' as never)
  t.equal(head.status, 200)
  const nothing = await client.api.GET('/v1/nothing' as never)
  t.match(nothing, { error: { code: 'NOT_FOUND' }, response: { status: 404 } })
})
