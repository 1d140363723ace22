import t from 'tap'
import { type AssetListState, changesOf, createAssetList, LOADING } from '../../../../openapi/client/react/assets.js'
import { sessionOf } from '../../../../openapi/client/react/session.js'
import { control } from '../../../plugins/storage/store.js'
import { services } from '../../../support/app.js'
import { until } from '../../../support/until.js'
import { signIn, start, watch } from '../helper.js'
import { gate, keep, mount } from './helper.js'

const LIST = 'GET /v1/assets'
const NAMES = ['a.gif', 'b.gif', 'c.gif', 'd.gif', 'e.gif']

const isDone = ({ isLoading, isLoadingMore }: AssetListState) => !isLoading && !isLoadingMore
const namesOf = ({ items }: AssetListState) => items.map(({ filename }) => filename)

let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  test = await start(t)
})

t.test('loads page by page, and again as many items as there were', async (t) => {
  const { fetch, sent } = watch()
  const client = test.connect({ fetch })
  await signIn(test, client)
  await keep(client, ...NAMES)
  const list = createAssetList(client)
  list.setQuery({ limit: 2, sort: 'filename', total: true })
  t.equal(list.getSnapshot(), LOADING)
  const { when, state } = mount(t, list)
  t.match(await when(isDone), { total: 5, hasMore: true, error: undefined })
  t.strictSame(namesOf(state()), NAMES.slice(0, 2))
  const [more, ignored] = [list.actions.loadMore(), list.actions.loadMore()]
  t.match(state(), { isLoading: false, isLoadingMore: true, items: { length: 2 } })
  await Promise.all([more, ignored])
  t.strictSame(namesOf(state()), NAMES.slice(0, 4))

  await keep(client, '0.gif')
  sent.length = 0
  const refreshed = list.actions.refresh()
  t.match(state(), { isLoading: true, items: { length: 4 } }, 'the items stay meanwhile')
  await refreshed
  t.strictSame(namesOf(state()), ['0.gif', ...NAMES.slice(0, 3)])
  t.strictSame(sent, [LIST, LIST])
  await list.actions.loadMore()
  t.match(state(), { total: 6, hasMore: false, items: { length: 6 } })
  await list.actions.loadMore()
  t.equal(sent.length, 3, 'there is no further page')
})

t.test(
  'another query replaces the items when its first page has come, and the answer to the earlier one is ignored',
  async (t) => {
    const { fetch, hold, held, release, sent } = gate()
    const client = test.connect({ fetch })
    await signIn(test, client)
    await keep(client, ...NAMES)
    const list = createAssetList(client)
    list.setQuery({ limit: 4, sort: 'filename' })
    const { when, state } = mount(t, list)
    await when(isDone)
    hold(LIST)
    list.setQuery({ limit: 1, sort: '-filename' })
    list.setQuery({ limit: 1, q: 'c' })
    t.match(state(), { isLoading: true, items: { length: 4 } })
    await until(() => held.length > 0)
    release()
    t.strictSame(namesOf(await when(isDone)), ['c.gif'])
    hold(undefined)
    sent.length = 0
    await list.actions.refresh()
    t.equal(sent.length, 1)
  },
)

t.test('a removed file leaves every list at once, and comes back if it cannot be deleted', async (t) => {
  let isDown = false
  const { fetch } = watch((send, route) =>
    isDown && route.startsWith('DELETE') ? Promise.reject(new TypeError('down')) : send(),
  )
  const client = test.connect({ fetch, retry: { limit: 0 } })
  await signIn(test, client)
  const { items } = await keep(client, 'a.gif', 'b.gif', 'c.gif')
  const [a, b, c] = items.map(({ id }) => id) as [string, string, string]
  const lists = [1, 2].map(() => createAssetList(client))
  const [one, two] = lists.map((list) => {
    list.setQuery({ sort: 'filename', total: true })
    return mount(t, list)
  }) as [ReturnType<typeof mount<AssetListState>>, ReturnType<typeof mount<AssetListState>>]
  await one.when(isDone)
  await two.when(isDone)
  const { remove, refresh } = (lists[0] as (typeof lists)[0]).actions

  isDown = true
  const failed = remove(b)
  t.strictSame(
    [one, two].map(({ state }) => [namesOf(state()), state().total]),
    [
      [['a.gif', 'c.gif'], 2],
      [['a.gif', 'c.gif'], 2],
    ],
  )
  await t.rejects(failed, { code: 'NETWORK_ERROR' })
  t.strictSame(
    [one, two].map(({ state }) => namesOf(state())),
    [
      ['a.gif', 'b.gif', 'c.gif'],
      ['a.gif', 'b.gif', 'c.gif'],
    ],
  )
  isDown = false
  await remove(b)
  await refresh()
  t.strictSame([namesOf(one.state()), one.state().total], [['a.gif', 'c.gif'], 2])
  await client.deleteAsset({ assetId: a })
  await remove(a)
  t.strictSame(namesOf(two.state()), ['c.gif'], 'a file that somebody else has removed is no error')

  const { fail, repair } = control((await services()).urls.cloudinary as string)
  await fail('destroy', 500, { count: 2 })
  await remove(c)
  await repair()
  t.strictSame(namesOf(one.state()), [], 'the file is gone although its store failed')
})

t.test('is empty for nobody, and belongs to the one who is signed in', async (t) => {
  const { fetch, hold, held, release, sent } = gate()
  const client = test.connect({ fetch })
  const list = createAssetList(client)
  const { when, state, stop } = mount(t, list)
  t.match(state(), { isLoading: true, items: [] })
  await when(isDone)
  t.notOk(sent.includes(LIST), 'nobody is signed in')
  await list.actions.refresh()
  t.match(state(), { isLoading: false, error: undefined })

  const ada = await signIn(test, client)
  await keep(client, 'a.gif')
  await list.actions.refresh()
  t.strictSame(namesOf(state()), ['a.gif'])
  await client.updateProfile({ name: 'Countess' })
  hold(LIST)
  void list.actions.refresh()
  await until(() => held.length === 1)
  await client.logout()
  t.match(state(), { isLoading: false, items: [] })
  release()
  hold(undefined)
  await signIn(test, client)
  t.strictSame(namesOf(await when(isDone)), [], "somebody else's list")
  await client.logout()
  stop()
  await signIn(test, client, ada)
  t.strictSame(sent.filter((route) => route === LIST).length, 4)
  t.strictSame(namesOf(await mount(t, list).when(isDone)), ['a.gif'])
})

t.test(
  'a component that goes in the middle of a request leaves nothing behind, and one that comes back loads again',
  async (t) => {
    const { fetch, hold, held, release } = gate()
    const client = test.connect({ fetch })
    await signIn(test, client)
    await keep(client, 'a.gif')
    const list = createAssetList(client)
    hold(LIST)
    const gone = mount(t, list)
    await until(() => held.length === 1)
    gone.stop()
    const before = list.getSnapshot()
    release()
    hold(undefined)
    list.setQuery({ limit: 5 })
    await client.getProfile()
    t.equal(list.getSnapshot(), before)
    const back = mount(t, list)
    t.strictSame(namesOf(await back.when(isDone)), ['a.gif'])
  },
)

t.test('shows why it cannot be loaded, and loads when asked again', async (t) => {
  let isDown = true
  const { fetch } = watch((send) => (isDown ? Promise.reject(new TypeError('down')) : send()))
  const store = { load: () => 'cr1.unknown', save: () => {}, clear: () => {} }
  const client = test.connect({ fetch, store, retry: { limit: 0 } })
  const list = createAssetList(client)
  const { when, state } = mount(t, list)
  t.match(await when(isDone), { error: { code: 'NETWORK_ERROR' } }, 'it is unknown who is signed in')
  isDown = false
  await list.actions.refresh()
  t.match(state(), { isLoading: false, error: undefined })

  await signIn(test, client)
  await when(isDone)
  isDown = true
  await list.actions.refresh()
  t.match(state(), { isLoading: false, error: { code: 'NETWORK_ERROR' } })
  isDown = false
  list.setQuery({ sort: 'nothing' as never })
  t.match(await when(isDone), { error: { code: 'VALIDATION_FAILED' } })
  t.equal(changesOf(client).getSnapshot().additions, 0)
  t.equal(sessionOf(client).getSnapshot().status, 'signed-in')
})
