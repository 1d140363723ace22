import { startThread } from '../../local/thread.js'

/** Runs a process whose thread ends by itself, without `onFailure`. */
const code = "import { parentPort } from 'node:worker_threads'; parentPort.postMessage({})"
await startThread(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {})
