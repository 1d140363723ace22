import { parentPort, workerData } from 'node:worker_threads'
import { startHttpServices } from './http.js'

/** Runs the mailbox and the file store in a thread: posts their addresses or `{error}`, and ends on `'close'`. */
try {
  const { close, ...started } = await startHttpServices(workerData)
  parentPort?.once('message', close)
  parentPort?.postMessage(started)
} catch (error) {
  parentPort?.postMessage({ error: (error as Error).message })
}
