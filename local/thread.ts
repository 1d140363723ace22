import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const GRACE = 5000

/**
 * Runs `url` as a worker thread. The thread posts one message once it has started, or `{error}`, and ends when
 * `'close'` is posted to it. `onFailure` is called once if the thread ends in any other way; without it the process
 * ends with the error.
 */
export async function startThread<T extends object>(
  url: URL,
  workerData: object,
  onFailure: (error: Error) => void = crash,
): Promise<{ started: T; close(): Promise<void> }> {
  const worker = new Worker(url, { workerData })
  const exit = once(worker, 'exit')
  // The error event of a thread that crashed reports the reason.
  exit.catch(() => {})
  const started = await new Promise<T | { error: string }>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('A thread of the local services ended before it had started')))
  })
  if ('error' in started) {
    await exit
    throw new Error(started.error)
  }
  let expected = false
  worker.removeAllListeners()
  const fail = (error: Error) => {
    if (expected) return
    expected = true
    onFailure(error)
  }
  worker.once('error', fail)
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      fail(new Error(`A thread of the local services ended unexpectedly, with code ${code}`))
      resolve()
    })
  })
  return {
    started,
    async close() {
      expected = true
      worker.postMessage('close')
      const deadline = setTimeout(() => worker.terminate(), GRACE)
      await ended
      clearTimeout(deadline)
    },
  }
}

function crash(error: Error) {
  throw error
}
