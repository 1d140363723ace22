import t from 'tap'
import { changesOf, createAssetList } from '../../../../openapi/client/react/assets.js'
import { createUploads, type Upload, type UploadsState } from '../../../../openapi/client/react/uploads.js'
import { until } from '../../../support/until.js'
import { signIn, start, watch } from '../helper.js'
import { gate, mount, picture } from './helper.js'

const UPLOAD = 'POST /v1/assets'

const statuses = ({ uploads }: UploadsState) => uploads.map(({ status }) => status)
const are =
  (...wanted: Upload['status'][]) =>
  (state: UploadsState) =>
    statuses(state).join() === wanted.join()

let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  // uploads that are cancelled before they are sent leave connections, for which the server would wait
  test = await start(t, { limits: { drainTime: 50 } })
})

t.test('uploads files by three, each with its progress and its outcome, and lists follow', async (t) => {
  const { fetch, hold, held, release } = gate()
  const client = test.connect({ fetch })
  await signIn(test, client)
  const list = createAssetList(client)
  const listed = mount(t, list)
  await listed.when(({ isLoading }) => !isLoading)
  const uploads = createUploads(client)
  const { when, state } = mount(t, uploads)
  hold(UPLOAD)
  const bad = new File(['no picture'], 'bad.gif', { type: 'image/gif' })
  uploads.actions.add([picture('a.gif'), picture('b.gif'), bad, picture('c.gif')], {
    tags: ['sea'],
    visibility: 'public',
  })
  t.strictSame(statuses(state()), ['uploading', 'uploading', 'uploading', 'waiting'])
  // the bodies are sent, the answers have not come
  await when(({ uploads }) => uploads.slice(0, 3).every(({ progress }) => progress === 1))
  await until(() => held.length === 3)
  hold(undefined)
  release()
  const { uploads: done } = await when(are('done', 'done', 'failed', 'done'))
  t.match(done[0], { file: { name: 'a.gif' }, asset: { filename: 'a.gif', tags: ['sea'] }, error: undefined })
  t.match(done[2], { asset: undefined, error: { code: 'UNSUPPORTED_MEDIA_TYPE' } })
  await listed.when(({ items }) => items.length === 3)
  t.equal(changesOf(client).getSnapshot().additions, 1)
  for (const { id } of done) uploads.actions.dismiss(id)
  t.strictSame(state(), { uploads: [] })
})

t.test('an upload is cancelled and sent again, and a repetition stores the file once', async (t) => {
  let isLost = true
  const { fetch } = watch(async (send, route) => {
    const answer = await send()
    if (isLost && route === UPLOAD) throw new TypeError('lost')
    return answer
  })
  const client = test.connect({ fetch, retry: { limit: 0 } })
  await signIn(test, client)
  const { actions, ...store } = createUploads(client)
  const { when, state } = mount(t, store)
  actions.add([picture('a.gif')])
  const [failed] = (await when(are('failed'))).uploads as [Upload]
  t.match(failed.error, { code: 'NETWORK_ERROR' })
  isLost = false
  actions.cancel(failed.id)
  t.strictSame(statuses(state()), ['failed'], 'there is nothing to cancel')
  actions.retry(failed.id)
  actions.retry(failed.id)
  await when(are('done'))
  t.equal((await client.listAssets({})).items.length, 1)
  actions.retry(failed.id)
  actions.retry('unknown')
  t.strictSame(statuses(state()), ['done'])
})

t.test('a cancelled upload ends, whether it waits or runs, and makes room for the next', async (t) => {
  const { fetch, hold, held, release } = gate()
  const client = test.connect({ fetch })
  await signIn(test, client)
  const { actions, ...store } = createUploads(client)
  const { when, state } = mount(t, store)
  hold(UPLOAD)
  actions.add(['a.gif', 'b.gif', 'c.gif', 'd.gif', 'e.gif'].map(picture))
  await until(() => held.length === 3)
  const [a, b, , d] = state().uploads.map(({ id }) => id) as [string, string, string, string]
  actions.cancel(d)
  t.strictSame(statuses(state())[3], 'cancelled')
  actions.dismiss(a)
  t.equal(state().uploads.length, 4)
  actions.cancel(b)
  release()
  await until(() => held.length > 0)
  hold(undefined)
  release()
  await when(are('cancelled', 'done', 'cancelled', 'done'))
  actions.retry(b)
  await when(are('done', 'done', 'cancelled', 'done'))
})

t.test('uploads end with their component and with their session', async (t) => {
  const { fetch, hold, held, release } = gate()
  const client = test.connect({ fetch })
  await signIn(test, client)
  const { actions, ...store } = createUploads(client)
  const { stop } = mount(t, store)
  hold(UPLOAD)
  actions.add(['a.gif', 'b.gif', 'c.gif', 'd.gif'].map(picture))
  await until(() => held.length === 3)
  stop()
  release()
  const { when, state } = mount(t, store)
  await when(are('cancelled', 'cancelled', 'cancelled', 'cancelled'))
  t.equal(changesOf(client).getSnapshot().additions, 0)

  actions.add([picture('e.gif')])
  await until(() => held.length === 1)
  await client.logout()
  t.strictSame(state().uploads, [], 'the next user does not see them')
  release()
})
