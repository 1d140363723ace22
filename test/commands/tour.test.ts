import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { startLocalServices } from '../../local/index.js'
import { build } from '../support/app.js'
import { newFolder, openDatabase, run } from '../support/process.js'

t.setTimeout(300_000)

/** A server on its own stand-ins, and the tour that finds it by its environment. */
async function serve(t: Test, env: Record<string, string> = {}) {
  const DATA_DIR = newFolder(t)
  const database = await openDatabase(DATA_DIR)
  t.teardown(database.close)
  const services = ['mailbox', 'cloudinary'] as const
  const local = await startLocalServices({ services, dataDir: DATA_DIR, host: 'localhost', port: 0, threads: false })
  t.teardown(local.close)
  const { urls, close, ...addresses } = local
  const { app } = await build(t, { env: { ...addresses, MONGODB_URI: database.uri, DATA_DIR, ...env } })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const LOCAL_PORT = new URL(local.urls.mailbox as string).port
  return { app, tour: run(t, 'commands/tour.js', { DATA_DIR, PORT: String(port), LOCAL_PORT }) }
}

t.test('walks through all of it, shows each step, and leaves nothing behind', async (t) => {
  const { app, tour } = await serve(t)
  t.equal(await tour.exitCode(), 0, tour.output.stderr)
  t.match(tour.output.stdout, /201 a picture {2}POST \/v1\/assets\n {4}got {4}\{"items":/)
  t.match(tour.output.stdout, /Every step did what it should/)
  t.notMatch(tour.output.stdout, '\u001b', 'no colours where no terminal reads')
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments(), 0)
  t.equal(await app.db.Asset.countDocuments(), 0)
  t.match(tour.output.stdout, /202 a test event {2}POST \/v1\/admin\/webhooks/)
  t.equal(await app.db.Webhook.countDocuments(), 0)
})

t.test('stops at the first step that does something else, and says what could not be deleted', async (t) => {
  const { tour } = await serve(t, { RATE_LIMIT_AUTH: '2' })
  t.equal(await tour.exitCode(), 1)
  t.match(tour.output.stderr, /POST \/v1\/auth\/login answered 429 instead of 401: You are sending too many requests/)
  t.match(tour.output.stdout, /The account tour-\w+@example\.com could not be deleted/)
})

t.test('says what it needs', async (t) => {
  const without = run(t, 'commands/tour.js', { DATA_DIR: newFolder(t), PORT: '1' })
  const elsewhere = run(t, 'commands/tour.js', { DATA_DIR: newFolder(t), SMTP_URL: 'smtp://localhost:1' })
  t.equal(await without.exitCode(), 1)
  t.match(without.output.stderr, /No Coffer answers at http:\/\/localhost:1: run npm start/)
  t.equal(await elsewhere.exitCode(), 1)
  t.match(elsewhere.output.stderr, /reads codes from the local mailbox/)
})
