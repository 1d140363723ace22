import t from 'tap'
import type { Client, User } from '../../openapi/client/index.js'
import { needsBrowser, openBrowser, openTab, serveClient, signIn, start } from './helper.js'

declare const coffer: Client
declare const document: { cookie: string }
declare const sessionStorage: { length: number }
declare const localStorage: { getItem(name: string): string | null; setItem(name: string, value: string): void }
declare const navigator: { locks?: { query(): Promise<{ held: unknown[] }> } }
declare const globals: { seen: (User | undefined)[] }

const REFRESH = 'POST /v1/auth/refresh-token'
const PROFILE = 'GET /v1/users/me'
const EXPIRED = `401 ${PROFILE}`
const MINUTE = 60_000

t.setTimeout(120_000)

let origin: string
let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  origin = await serveClient(t)
  test = await start(t, { env: { CORS_ORIGINS: origin } })
})

const emailOf = () => coffer.getProfile().then(({ email }) => email)
const codeOf = () =>
  coffer.getProfile().then(
    () => undefined,
    ({ code }: { code: string }) => code,
  )
const restored = () => coffer.restore().then((user) => user?.email)

t.test(
  'signs in, keeps the token out of the reach of scripts, and stays signed in over a reload',
  needsBrowser,
  async (t) => {
    const { context, problems } = await openBrowser(t)
    const tab = await openTab(context, origin, test.api)
    const { email } = await signIn(test, tab)
    t.equal(await tab.evaluate(emailOf), email)

    const { cookies, origins } = await context.storageState({ indexedDB: true })
    t.strictSame(
      cookies.map(({ name, httpOnly, secure, sameSite, path, domain }) => ({
        name,
        httpOnly,
        secure,
        sameSite,
        path,
        domain,
      })),
      ['__Host-refresh', '__Host-device'].map((name) => ({
        name,
        httpOnly: true,
        secure: true,
        sameSite: 'Strict',
        path: '/',
        domain: 'localhost',
      })),
    )
    t.strictSame(origins, [], 'neither localStorage nor IndexedDB holds anything')
    t.strictSame(await tab.evaluate(() => [document.cookie, sessionStorage.length]), ['', 0])

    await tab.reload()
    t.equal(await tab.evaluate(restored), email)
    t.strictSame(problems, [])
  },
)

for (const hasLocks of [true, false]) {
  const name = hasLocks ? 'with Web Locks, one after the other' : 'without Web Locks, at once'
  t.test(`tabs that find their tokens expired together all go on: ${name}`, needsBrowser, async (t) => {
    const { context, problems, sent, count } = await openBrowser(t)
    if (!hasLocks) await context.addInitScript('delete Navigator.prototype.locks')
    const tabs = [await openTab(context, origin, test.api), await openTab(context, origin, test.api)] as const
    const { email } = await signIn(test, tabs[0])
    t.equal(await tabs[1].evaluate(emailOf), email)
    t.equal(await tabs[0].evaluate(() => navigator.locks !== undefined), hasLocks)
    let running = 0
    let most = 0
    test.app.server.prependListener('request', ({ url }, response) => {
      if (url !== '/v1/auth/refresh-token') return
      running += 1
      most = Math.max(most, running)
      response.on('finish', () => {
        running -= 1
      })
    })

    for (let round = 0; round < 3; round++) {
      sent.length = 0
      test.clock.advance(16 * MINUTE)
      // three calls in each tab wait for one refresh
      const answers = await Promise.all([...tabs, ...tabs, ...tabs].map((tab) => tab.evaluate(emailOf)))
      t.ok(answers.every((answer) => answer === email))
      t.equal(count(REFRESH), 2, 'one refresh a tab')
    }
    t.equal(problems.filter((problem) => problem !== EXPIRED).join(), '')
    const response = await test.app.db.User.findOne({ email }, { sessions: 1 }).lean()
    t.equal(response?.sessions.length, 1, 'the session lives')
    if (hasLocks) t.equal(most, 1, 'no two refreshes at once')
  })
}

t.test(
  'who signs out in one tab is signed out in the others, and other things of the page stay',
  needsBrowser,
  async (t) => {
    const { context, problems, count } = await openBrowser(t)
    const first = await openTab(context, origin, test.api)
    const second = await openTab(context, origin, test.api)
    const { email } = await signIn(test, first)
    await context.addCookies([{ name: 'theme', value: 'dark', url: origin }])
    await first.evaluate(() => localStorage.setItem('draft', 'Dear Ada'))
    t.equal(await second.evaluate(emailOf), email)
    await second.evaluate(() => {
      Object.assign(globalThis, { globals: { seen: [] } })
      coffer.onChange((user) => globals.seen.push(user))
    })

    await first.evaluate(() => coffer.logout())
    await second.waitForFunction(() => globals.seen.length > 0)
    t.strictSame(await second.evaluate(() => globals.seen.map(String)), ['undefined'])
    t.equal(await second.evaluate(codeOf), 'TOKEN_INVALID')
    t.equal(await first.evaluate(codeOf), 'TOKEN_INVALID')
    await first.reload()
    t.equal(await first.evaluate(restored), undefined)

    t.strictSame(
      (await context.cookies()).map(({ name }) => name).sort(),
      ['__Host-device', 'theme'],
      'only the cookie of the session is gone',
    )
    t.equal(await first.evaluate(() => localStorage.getItem('draft')), 'Dear Ada')
    t.equal(count('POST /v1/auth/logout'), 1)
    t.strictSame([...new Set(problems)].sort(), [`401 ${PROFILE}`, `401 ${REFRESH}`].sort())
  },
)

t.test('a page on another site needs COOKIE_SAME_SITE=none', needsBrowser, async (t) => {
  const other = origin.replace('localhost', '127.0.0.1')
  for (const [COOKIE_SAME_SITE, isKept] of [
    ['strict', false],
    ['none', true],
  ] as const) {
    const test = await start(t, { env: { CORS_ORIGINS: other, COOKIE_SAME_SITE } })
    const { context, problems } = await openBrowser(t)
    const tab = await openTab(context, other, test.api)
    const { email } = await signIn(test, tab)
    await tab.reload()
    t.equal(await tab.evaluate(restored), isKept ? email : undefined, COOKIE_SAME_SITE)
    t.strictSame(problems, isKept ? [] : [`401 ${REFRESH}`])
    if (isKept) {
      await tab.evaluate(() => coffer.logout())
      t.strictSame(
        (await context.cookies()).map(({ name }) => name),
        ['__Host-device'],
      )
    }
  }
})

t.test('a page on an origin that is not listed reads nothing and refreshes nothing', needsBrowser, async (t) => {
  const foreign = await serveClient(t)
  const { context, problems } = await openBrowser(t)
  const tab = await openTab(context, origin, test.api)
  const { email } = await signIn(test, tab)

  // the same site, by another port: the browser sends the cookie along
  const attacker = await openTab(context, foreign, test.api)
  const restore = () => coffer.restore().then(String, ({ code }: { code: string }) => code)
  t.equal(await attacker.evaluate(restore), 'NETWORK_ERROR')
  const read = (url: string) => fetch(url, { credentials: 'include' }).then(String, ({ name }: Error) => name)
  t.equal(await attacker.evaluate(read, `${test.api}/v1/users/me`), 'TypeError')

  const refusals: string[] = []
  test.app.server.prependListener('request', ({ headers }, response) =>
    response.on('finish', () =>
      refusals.push(`${response.statusCode} ${headers.cookie?.split('=', 1)} ${headers.origin}`),
    ),
  )
  const push = (url: string) =>
    fetch(url, { method: 'POST', credentials: 'include', mode: 'no-cors' as never }).then(
      String,
      ({ name }: Error) => name,
    )
  for (const path of ['refresh-token', 'logout']) {
    t.equal(await attacker.evaluate(push, `${test.api}/v1/auth/${path}`), 'TypeError')
    t.equal(refusals.pop(), `403 __Host-refresh ${foreign}`, 'it was refused, cookie and all')
  }
  t.ok(problems.some((problem) => /blocked by CORS policy/.test(problem)))
  problems.length = 0
  await tab.reload()
  t.equal(await tab.evaluate(restored), email, 'the session goes on')
  t.strictSame(problems, [])
})
