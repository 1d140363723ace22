import { parentPort, workerData } from 'node:worker_threads'
import { startHttpServices } from './http.js'

/** The thread of the mailbox and the file store: posts what it started, or `{error}`, and ends on `'close'`. */
try {
  const { close, ...started } = await startHttpServices(workerData)
  parentPort?.once('message', close)
  parentPort?.postMessage(started)
} catch (error) {
  parentPort?.postMessage({ error: (error as Error).message })
}
