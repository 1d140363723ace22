import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { client, folder } from './helper.js'

const workerUrl = new URL('../../../local/database/worker.js', import.meta.url)

t.test('in a worker thread the database says where it is, and closes when it is told to', async (t) => {
  const path = folder(t)
  const workerData = { path: join(path, 'data'), listen: { socket: join(path, 'd.sock') } }
  const worker = new Worker(workerUrl, { workerData })
  const exited = once(worker, 'exit')
  const [{ uri }] = await once(worker, 'message')
  const connected = await client(t, uri)
  await connected.db().collection('things').insertOne({ name: 'kept' })
  t.equal(await connected.db().collection('things').countDocuments(), 1)
  await connected.close()

  const second = new Worker(workerUrl, { workerData })
  const secondExited = once(second, 'exit')
  const [{ error }] = await once(second, 'message')
  t.match(error, /is in use by another process/, 'a second server on the same folder is refused')
  await secondExited

  worker.postMessage('close')
  await exited
})
