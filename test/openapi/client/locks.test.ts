import t from 'tap'
import type { ClientOptions } from '../../../openapi/client/index.js'
import { acrossTabs, type Locks } from '../../../openapi/client/locks.js'
import { jar, signIn, start } from './helper.js'

/** The Web Locks of one browser, exclusive ones only: Node 20 has none. */
function webLocks(): Locks & { held: string[] } {
  const last = new Map<string, Promise<unknown>>()
  const held: string[] = []
  return {
    held,
    async request(name, { signal }, act) {
      const before = last.get(name)
      const aborted = new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      const run = (async () => {
        await Promise.race([before, aborted])
        held.push(name)
        return act()
      })()
      last.set(
        name,
        run.catch(() => {}),
      )
      return run
    },
  }
}

t.test('tabs refresh one after the other', async (t) => {
  const test = await start(t)
  let running = 0
  let most = 0
  const { fetch } = jar(test.origin, async (url, init) => {
    running++
    most = Math.max(most, running)
    const response = await globalThis.fetch(url, init)
    running--
    return response
  })
  const locks = webLocks()
  const tabs = Array.from({ length: 4 }, () => test.connect({ store: 'cookie', fetch, platform: { locks } }))
  const [one] = tabs
  if (!one) return
  const { user } = await signIn(test, one)
  locks.held.length = most = 0
  const found = await Promise.all(tabs.slice(1).map((tab) => tab.restore()))
  t.strictSame(found, [user, user, user])
  t.equal(most, 1)
  t.strictSame([...new Set(locks.held)], [`coffer:${test.baseUrl}/`])
})

t.test('a lock that is not to be had in time keeps nobody waiting', async (t) => {
  const locks = webLocks()
  let release = () => {}
  const hanging = acrossTabs(
    locks,
    'x',
    () =>
      new Promise<void>((resolve) => {
        release = resolve
      }),
  )
  // a timer of AbortSignal keeps no process alive
  const alive = setInterval(() => {}, 1_000)
  t.equal(await acrossTabs(locks, 'x', async () => 'done', 10), 'done')
  clearInterval(alive)
  release()
  await hanging
})

t.test('what fails under the lock fails once', async (t) => {
  let runs = 0
  const act = async () => {
    runs++
    throw new Error('failed')
  }
  await t.rejects(acrossTabs(webLocks(), 'x', act), /failed/)
  t.equal(runs, 1)
})

t.test("in a page the client takes what the browser has, and an address relative to the page's", async (t) => {
  const test = await start(t)
  const locks = webLocks()
  const globals = { location: { href: `${test.baseUrl}/photos/index.html` }, navigator: { locks } }
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator') ?? { value: undefined, configurable: true }
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true })
  }
  t.teardown(() => {
    Reflect.deleteProperty(globalThis, 'location')
    Object.defineProperty(globalThis, 'navigator', before)
  })
  const credentials: unknown[] = []
  const options: Partial<ClientOptions> = {
    fetch: (url, init) => {
      credentials.push(init.credentials)
      return fetch(url, init)
    },
  }
  t.equal(await test.connect(options).restore(), undefined)
  t.strictSame(credentials, ['include'])
  t.strictSame(locks.held, [`coffer:${test.baseUrl}/`])
  t.ok(test.connect({ baseUrl: '/api' }))
})
