import { parentPort, workerData } from 'node:worker_threads'
import { type DatabaseOptions, startDatabase } from './server.js'

/**
 * Serves the database in a thread of its own: posts `{ uri }` or `{ error }` once it is up, and closes at any message.
 */
try {
  const { uri, close } = await startDatabase(workerData as DatabaseOptions)
  parentPort?.once('message', () => close())
  parentPort?.postMessage({ uri })
} catch (error) {
  parentPort?.postMessage({ error: (error as Error).message })
}
