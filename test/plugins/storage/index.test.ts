import fastify from 'fastify'
import t from 'tap'
import type { Config } from '../../../plugins/config/index.js'
import config from '../../../plugins/config/index.js'
import metrics from '../../../plugins/metrics.js'
import storage from '../../../plugins/storage/index.js'
import { foreign, image } from './store.js'

async function appWith(env: Partial<Config>) {
  const app = fastify()
  await app.register(config, { config: { UPLOAD_TYPES: ['image/png'], ...env } as Config })
  await app.register(metrics)
  await app.register(storage)
  return app
}

t.test('a type that can not be told from its bytes stops the start', async (t) => {
  const env = { CLOUDINARY_URL: 'cloudinary://1:2@demo', UPLOAD_TYPES: ['image/png', 'image/svg+xml', 'text/html'] }
  await t.rejects(appWith(env), { message: /^UPLOAD_TYPES: image\/svg\+xml, text\/html / })
})

t.test('the state is asked for once in a while, and told by every outcome', async (t) => {
  let pings = 0
  let status = 200
  let answered = () => {}
  const { url } = await foreign(t, (request, response) => {
    if (request.url?.endsWith('/ping')) pings += 1
    request.resume().on('end', () => {
      response.writeHead(status).end(JSON.stringify(status === 200 ? { status: 'ok', result: 'ok' } : { error: {} }))
      response.on('close', () => answered())
    })
  })
  const CLOUDINARY_URL = `cloudinary://1:2@demo?upload_prefix=${encodeURIComponent(url)}`
  const app = await appWith({ CLOUDINARY_URL })
  t.teardown(() => app.close())
  t.equal(app.storage.isUp(), null, 'nothing is known yet, and nobody waits')
  while (app.storage.isUp() === null) await new Promise<void>((resolve) => setImmediate(resolve))
  t.equal(app.storage.isUp(), true)
  t.equal(pings, 1)
  status = 500
  await app.storage.destroy(image('a')).catch(() => {})
  t.equal(app.storage.isUp(), false)
  status = 200
  await app.storage.destroy(image('a'))
  t.equal(app.storage.isUp(), true)
  t.equal(pings, 1)

  status = 500
  const { now } = Date
  t.teardown(() => {
    Date.now = now
  })
  Date.now = () => now() + 61_000
  t.equal(app.storage.isUp(), true, 'the last that was known')
  const again = new Promise<void>((resolve) => {
    answered = resolve
  })
  await again
  while (app.storage.isUp()) await new Promise<void>((resolve) => setImmediate(resolve))
  t.equal(pings, 2)
})

t.test('closing the app ends its connections', async (t) => {
  const { url, server } = await foreign(t, (_request, response) => response.end('{"result":"ok"}'))
  const app = await appWith({ CLOUDINARY_URL: `cloudinary://1:2@demo?upload_prefix=${encodeURIComponent(url)}` })
  await app.storage.destroy(image('a'))
  await app.close()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  t.pass('no connection is left')
})
