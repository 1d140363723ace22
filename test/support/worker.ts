import { createHook } from 'node:async_hooks'
import { readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Base, type Test, TestBase } from 'tap'
import './root.js'

/** The methods of tap's root that test files and helpers call. */
const METHODS = ['test', 'before', 'beforeEach', 'afterEach', 'teardown', 'comment'] as const
const GRACE_MS = 10_000

/** Methods of tap's root as they are before a file runs, and the time limit of a file in milliseconds. */
interface Root extends Pick<Test, 'test' | 'setTimeout'> {
  limit: number
}

/** Stops tap from following every promise of the process to learn which test an uncaught error belongs to; that takes time everywhere. */
function stopTracking(test: Base): void {
  test.hookDomain.destroy()
  // Node.js notes only when a hook is enabled that none has a `destroy` any more, which takes time for every promise
  createHook({ init() {} })
    .enable()
    .disable()
  if (test instanceof TestBase) test.on('subtestAdd', stopTracking)
}

/** Fails the running test. Tests run one at a time, so the one that runs is known without tracking. */
function failRunning(error: unknown): void {
  let running: Base = t
  for (;;) {
    const [subtest] = running instanceof TestBase ? running.activeSubtests : []
    if (!subtest) break
    running = subtest
  }
  running.threw(error instanceof Error ? error : new Error(`${error}`))
}

/** Takes the next test file from the queue, which no other process gets; undefined if the queue is empty. */
function take(queue: string): string | undefined {
  for (const name of readdirSync(queue).sort()) {
    const path = join(queue, name)
    try {
      const file = readFileSync(path, 'utf8')
      unlinkSync(path)
      return file
    } catch (error) {
      // another process was faster
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return undefined
}

/** Runs one file as a subtest with its name. tap's root is that subtest meanwhile, so that hooks, teardowns and the time limit belong to the file. */
async function run(file: string, { test, setTimeout, limit }: Root): Promise<void> {
  await test(file, { at: null }, async (subtest: Test) => {
    const setLimit = (ms: number) => {
      subtest.setTimeout(ms)
      // the runner ends the whole process if a file blocks the event loop
      setTimeout(ms + GRACE_MS)
    }
    const redirect = (name: string, value: unknown) => Object.defineProperty(t, name, { value, configurable: true })
    for (const name of METHODS) redirect(name, subtest[name].bind(subtest))
    redirect('setTimeout', setLimit)
    setLimit(limit)
    await import(pathToFileURL(resolve(file)).href)
  })
}

/**
 * Runs the test files that a folder queues, one after another, until it is empty. This process loads the sources once for all of them.
 * @throws Error if the queue holds none
 */
export async function work(queue: string): Promise<void> {
  const root: Root = { test: t.test.bind(t), setTimeout: t.setTimeout.bind(t), limit: t.options.timeout as number }
  process.on('uncaughtException', failRunning).on('unhandledRejection', failRunning)
  stopTracking(t)
  let file = take(queue)
  if (!file) throw new Error('No test file is left in the queue.')
  while (file) {
    const running = run(file, root)
    // the first test has begun the output, with which tap tracks errors outside of all tests
    t.hook?.onDestroy?.()
    await running
    file = take(queue)
  }
}
