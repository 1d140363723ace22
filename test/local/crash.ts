import { startThread } from '../../local/thread.js'

/** A process whose thread ends by itself, of which nobody asked to be told. */
const code = "import { parentPort } from 'node:worker_threads'; parentPort.postMessage({})"
await startThread(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {})
