import { randomBytes } from 'node:crypto'
import { openAsBlob, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { createClient, type Progress } from '../../../openapi/client/index.js'
import { newFolder } from '../../support/process.js'
import { listen, signIn, start, watch } from './helper.js'
import { XMLHttpRequest } from './xhr.js'

/** A picture of about 400 kB: noise can't be compressed. */
const noise = () =>
  sharp(randomBytes(400 * 400 * 3), { raw: { width: 400, height: 400, channels: 3 } })
    .png()
    .toBuffer()

let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  test = await start(t)
})

t.test('tells how much of the body is handed over, to its end', async (t) => {
  const client = test.connect()
  await signIn(test, client)
  const bytes = await noise()
  const path = join(newFolder(t), 'noise.png')
  writeFileSync(path, bytes)
  const file = new File([await openAsBlob(path)], 'Lärm.png', { type: 'image/png' })
  const steps: Progress[] = []
  const { items } = await client.uploadAssets(
    { tags: ['noise', 'grün'], file: [file, new File([bytes], 'b.png', { type: 'image/png' })] },
    { onProgress: (progress) => steps.push(progress) },
  )
  t.strictSame(
    items.map(({ filename }) => filename),
    ['Lärm.png', 'b.png'],
  )
  t.ok(steps.length > 2)
  t.ok(steps.every(({ loaded }, index) => loaded > (steps[index - 1]?.loaded ?? 0)))
  const { loaded, total } = steps.at(-1) as Progress
  t.equal(loaded, total)
  t.ok(total > 2 * bytes.length && total < 2 * bytes.length + 2_000)
})

t.test('an upload with progress is sent again, whole, where the token was refused or the answer lost', async (t) => {
  let isLost = false
  const { fetch, sent } = watch(async (send, route) => {
    const response = await send()
    if (route === 'POST /v1/assets' && isLost) {
      isLost = false
      throw new TypeError('connection reset')
    }
    return response
  })
  const client = test.connect({ fetch })
  await signIn(test, client)
  test.clock.advance(16 * 60_000)
  sent.length = 0
  const file = [new File([await noise()], 'noise.png', { type: 'image/png' })]
  const restarts: number[] = []
  let last = 0
  const onProgress = ({ loaded }: Progress) => {
    if (loaded < last) restarts.push(loaded)
    last = loaded
  }
  await client.uploadAssets({ file }, { onProgress })
  t.strictSame(sent, ['POST /v1/assets', 'POST /v1/auth/refresh-token', 'POST /v1/assets'])
  isLost = true
  await client.uploadAssets({ file }, { onProgress })
  t.equal(sent.length, 5)
})

t.test('in browsers an upload with progress goes by XMLHttpRequest', async (t) => {
  const { fetch, sent } = watch()
  const client = test.connect({ fetch, platform: { XMLHttpRequest } })
  await signIn(test, client)
  sent.length = 0
  const steps: Progress[] = []
  const onProgress = (progress: Progress) => steps.push(progress)
  const file = [new File([await noise()], 'noise.png', { type: 'image/png' })]
  const { items } = await client.uploadAssets({ file }, { onProgress })
  t.equal(items.length, 1)
  t.strictSame([sent, steps], [[], [{ loaded: 1, total: 1 }]])
  await t.rejects(client.uploadAssets({ file: [new Blob(['x'])] }, { onProgress }), {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    requestId: /./,
  })
  await client.uploadAssets({ file })
  t.strictSame(sent, ['POST /v1/assets'], 'and without, by fetch')
})

t.test('an upload that fails, is redirected or given up rejects as fetch does', async (t) => {
  const file = [new Blob(['x'])]
  const onProgress = () => {}
  const options = { platform: { XMLHttpRequest }, retry: { limit: 0 } }
  const nowhere = createClient({ baseUrl: 'http://127.0.0.1:1', ...options })
  await t.rejects(nowhere.uploadAssets({ file }, { onProgress }), { code: 'NETWORK_ERROR' })

  const elsewhere = createClient({
    baseUrl: await listen(t, ({ url }, reply) => {
      reply.writeHead(url === '/v1/assets' ? 303 : 200, { location: '/elsewhere' }).end('{}')
    }),
    ...options,
  })
  await t.rejects(elsewhere.uploadAssets({ file }, { onProgress }), { code: 'NETWORK_ERROR', message: /redirected/ })

  const controller = new AbortController()
  const silent = createClient({ baseUrl: await listen(t, () => controller.abort(new Error('cancelled'))), ...options })
  await t.rejects(silent.uploadAssets({ file }, { onProgress, signal: controller.signal }), /cancelled/)
})
