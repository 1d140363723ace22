import { MongoError } from './errors.js'

type Job = { run: () => () => void; fail: (error: unknown) => void }

/** Runs actions in transactions, each of which several waiting actions share. */
export function createWriter(transact: (run: () => void) => void) {
  let jobs: Job[] = []
  let closed = false

  /** Commits every waiting action at once, then settles their promises. */
  function commit(): void {
    const batch = jobs
    jobs = []
    let outcomes: (() => void)[] = []
    try {
      transact(() => {
        outcomes = batch.map(({ run }) => run())
      })
    } catch (error) {
      // The disk is full or broken, and nothing of the batch was written.
      const failure = new MongoError(1, `the write failed: ${(error as Error).message}`)
      outcomes = batch.map(
        ({ fail }) =>
          () =>
            fail(failure),
      )
    }
    for (const settle of outcomes) settle()
  }

  /**
   * Runs the writes of one command, and resolves once they are on the disk. Rejects with the error that the action
   * throws; its earlier writes stay, so an action that changes a document must throw before its first write of that
   * document.
   */
  function write<T>(action: () => T): Promise<T> {
    if (closed) return Promise.reject(new MongoError(91, 'The server is in shutdown'))
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          const value = action()
          return () => resolve(value)
        } catch (error) {
          return () => reject(error)
        }
      }
      jobs.push({ run, fail: reject })
      if (jobs.length === 1) setImmediate(commit)
    })
  }

  return {
    write,
    /** Waits for the actions that were given, and accepts no others. */
    async close(): Promise<void> {
      const last = write(() => {})
      closed = true
      await last
    },
  }
}
