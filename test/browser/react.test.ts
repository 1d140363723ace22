import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { pdf } from '../routes/v1/assets/client.js'
import { newFolder } from '../support/process.js'
import { until } from '../support/until.js'
import { bundled, needsBrowser, openBrowser, REACT, serveFiles, signIn, start } from './helper.js'

const LIST = 'GET /v1/assets'
const REFRESH = 'POST /v1/auth/refresh-token'

t.setTimeout(180_000)

/** The page as a server renders it, and its script, with a version of React. */
async function bundlePage(version: keyof typeof REACT) {
  const alias = REACT[version]
  const server = join(newFolder(t), 'server.cjs')
  writeFileSync(
    server,
    await bundled(
      `import { renderToString } from 'react-dom/server'
       import { createClient } from './openapi/client/index.ts'
       import { Page } from './test/browser/react/page.jsx'
       export const html = renderToString(<Page client={createClient({ baseUrl: '/api' })} />)`,
      undefined,
      { alias, platform: 'node', format: 'cjs' },
    ),
  )
  const { html } = (await import(pathToFileURL(server).href)).default as { html: string }
  const script = await bundled(
    `import { hydrateRoot } from 'react-dom/client'
     import { createClient } from './openapi/client/index.ts'
     import { Page } from './test/browser/react/page.jsx'
     const baseUrl = new URLSearchParams(location.search).get('api')
     const connect = () => createClient({ baseUrl, retry: { delay: 1 } })
     const coffer = connect()
     const errors = []
     const root = hydrateRoot(document.getElementById('root'), <Page client={coffer} />, {
       onRecoverableError: (error) => errors.push(String(error)),
     })
     const show = (client) => root.render(<Page client={client} />)
     Object.assign(globalThis, { coffer, connect, errors, show, root })`,
    undefined,
    { alias },
  )
  return { html, script }
}

const VERSIONS = [18, 19] as const
const pages = {} as Record<keyof typeof REACT, { html: string; origin: string }>
let test: Awaited<ReturnType<typeof start>>
t.before(async () => {
  for (const version of VERSIONS) {
    const { html, script } = await bundlePage(version)
    const root = `<div id="root">${html}</div>`
    const origin = await serveFiles(t, {
      '/': `<!doctype html><title>Page</title>${root}<script type="module" src="/page.js"></script>`,
      '/favicon.ico': '',
      '/page.js': script,
    })
    pages[version] = { html, origin }
  }
  const origins = VERSIONS.map((version) => pages[version].origin)
  test = await start(t, { env: { CORS_ORIGINS: origins.join() } })
})

/** A browser for the page with a version of React. */
async function open(t: Test, version: keyof typeof REACT) {
  const { html, origin } = pages[version]
  const browser = await openBrowser(t)
  const show = async () => {
    const tab = await browser.context.newPage()
    await tab.goto(`${origin}/?api=${encodeURIComponent(test.api)}`)
    await tab.waitForFunction('globalThis.coffer')
    const names = async () => (await tab.locator('ul li').allTextContents()).map((text) => text.split(' ', 1)[0])
    return {
      tab,
      names,
      who: (text: string) =>
        until(async () => (await tab.locator('#who').allTextContents()).join() === `${text},${text}`),
      lists: (...wanted: string[]) => until(async () => (await names()).join() === wanted.join()),
      press: (name: string) => tab.getByRole('button', { name, exact: true }).first().click(),
      give: (...files: string[]) =>
        tab.setInputFiles(
          'input',
          files.map((name) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(pdf('', 20_000).content) })),
        ),
    }
  }
  return { ...test, ...browser, html, show }
}

for (const version of VERSIONS) {
  t.test(`React ${version}: hydrates what a server has rendered, and shares one session`, needsBrowser, async (t) => {
    const test = await open(t, version)
    t.match(test.html, 'loading')
    const { tab, who, press } = await test.show()
    await who('signed-out')
    t.strictSame(await tab.evaluate('errors'), [])
    t.equal(test.count(REFRESH), 1, 'one question for all components, mounted twice by StrictMode')
    const { email, password } = await signIn(test, tab)
    await who('Ada Lovelace')
    await press('Rename')
    await who('Countess')

    const other = await test.show()
    await other.who('Countess')
    await other.press('Sign out')
    await who('signed-out')
    await signIn(test, other.tab, { email, password })
    await who('Countess')
    t.strictSame(test.problems, [`401 ${REFRESH}`])
  })

  t.test(`React ${version}: files are uploaded, listed by pages, and removed at once`, needsBrowser, async (t) => {
    const test = await open(t, version)
    const { tab, lists, press, give, names } = await test.show()
    await signIn(test, tab)
    await give('a.pdf', 'b.pdf', 'c.pdf')
    await tab.getByText('c.pdf: done').waitFor()
    t.equal(await tab.locator('progress').first().getAttribute('value'), '1')
    await lists('a.pdf', 'b.pdf')
    await press('More')
    await lists('a.pdf', 'b.pdf', 'c.pdf')

    const held: (() => void)[] = []
    await tab.route('**/v1/assets/*', async (route) => {
      if (route.request().method() === 'DELETE') await new Promise<void>((resolve) => held.push(resolve))
      await route.continue()
    })
    await press('Delete b.pdf')
    t.strictSame(await names(), ['a.pdf', 'c.pdf'], 'before the server has answered')
    await until(() => held.length === 1)
    const deleted = tab.waitForResponse((response) => response.request().method() === 'DELETE')
    held[0]?.()
    await deleted
    t.strictSame(await names(), ['a.pdf', 'c.pdf'])
    await tab.getByText('2', { exact: true }).waitFor()
    await press('Sun')
    await lists()
    t.strictSame(test.problems, [`401 ${REFRESH}`])
  })

  t.test(`React ${version}: an upload is cancelled and sent again`, needsBrowser, async (t) => {
    const test = await open(t, version)
    const { tab, lists, press, give } = await test.show()
    await signIn(test, tab)
    const session = await test.context.newCDPSession(tab)
    const line = (uploadThroughput: number) =>
      session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      })
    await line(2_000)
    await give('a.pdf')
    await tab.getByText('a.pdf: uploading').waitFor()
    await press('Cancel a.pdf')
    await tab.getByText('a.pdf: cancelled').waitFor()
    await line(-1)
    await press('Retry a.pdf')
    await tab.getByText('a.pdf: done').waitFor()
    await lists('a.pdf')
    t.strictSame(
      test.problems.filter((problem) => problem !== 'net::ERR_ABORTED POST /v1/assets'),
      [`401 ${REFRESH}`],
    )
  })

  t.test(
    `React ${version}: another client, and a page that goes in the middle of requests`,
    needsBrowser,
    async (t) => {
      const test = await open(t, version)
      const { tab, who, lists, give } = await test.show()
      await signIn(test, tab)
      await give('a.pdf')
      await lists('a.pdf')
      await tab.evaluate('show(connect())')
      await who('Ada Lovelace')
      await lists('a.pdf')
      t.equal(await tab.getByText('a.pdf: done').count(), 0, 'its uploads are those of the other client')

      let isHeld = false
      await tab.route('**/v1/assets?*', async () => {
        isHeld = true
      })
      await tab.getByRole('button', { name: 'Sun' }).click()
      await until(() => isHeld)
      const aborted = tab.waitForEvent('requestfailed')
      await tab.evaluate('root.unmount()')
      await aborted
      t.equal(await tab.locator('#root').innerHTML(), '')
      t.strictSame(test.problems, [`401 ${REFRESH}`, `net::ERR_ABORTED ${LIST}`])
      t.strictSame(await tab.evaluate('errors'), [])
    },
  )
}
