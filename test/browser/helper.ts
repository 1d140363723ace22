import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BuildOptions as BundleOptions, build as bundle } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Test } from 'tap'
import type { Client } from '../../openapi/client/index.js'
import { type BuildOptions, build, codeIn, register, serve, type TestApp, withMail } from '../support/app.js'
import { teardownOfProcess } from '../support/root.js'

/** The client of the page in which a function is evaluated. */
declare const coffer: Client

const executablePath = [
  process.env.CHROMIUM_PATH,
  // the same engine without what shows it on a screen: two thirds of the processor time
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path): path is string => path !== undefined && existsSync(path))

/** Options of a test that takes a browser. */
export const needsBrowser = {
  skip: executablePath === undefined && 'no Chromium is found; CHROMIUM_PATH says where one is',
}

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // no page lives long enough for code that is compiled at such a cost
  '--js-flags=--no-turbofan',
  // the pages of a context share a process, whatever their origin
  '--disable-site-isolation-trials',
  '--renderer-process-limit=1',
  // a name of the local network, which a browser trusts no more than any other
  '--host-resolver-rules=MAP coffer.test 127.0.0.1',
]

/** The one Chromium of this process, in which each person has a context. */
let launched: ReturnType<typeof launch> | undefined

async function launch() {
  const browser = await chromium.launch({ executablePath: executablePath as string, args: ARGS })
  teardownOfProcess(() => browser.close())
  return browser
}

/** Serves texts by their path on an origin of its own; the others are 404. */
export async function serveFiles(t: Test, files: Record<string, string>): Promise<string> {
  const server = createServer(({ url = '' }, response) => {
    const path = url.split('?', 1)[0] as string
    const isScript = path.endsWith('.js')
    response.statusCode = path in files ? 200 : 404
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(files[path])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

/** Gives a page an authenticator that verifies its person by itself (WebDriver Virtual Authenticators API). */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

/** What a bundler takes for React, for each version; tap's own is 18. */
export const REACT = {
  18: {},
  19: { react: 'react-19', 'react-dom': 'react-dom-19' },
}

/** Returns a script with what it imports, as a bundler serves it, or for Node.js. */
export async function bundled(
  contents: string,
  resolveDir = process.cwd(),
  options: Pick<BundleOptions, 'alias' | 'define' | 'format' | 'platform'> = {},
): Promise<string> {
  const { outputFiles } = await bundle({
    stdin: { contents, resolveDir, loader: 'tsx' },
    bundle: true,
    format: 'esm',
    jsx: 'automatic',
    jsxDev: true,
    write: false,
    ...options,
  })
  return outputFiles[0]?.text as string
}

const bundleClient = () =>
  bundled(
    `import { createClient } from './openapi/client/index.ts'
     const baseUrl = new URLSearchParams(location.search).get('api')
     Object.assign(globalThis, { coffer: createClient({ baseUrl, retry: { delay: 1 } }) })`,
  )
let client: Promise<string> | undefined

/** Serves a page with the client of the API that its address names, as `coffer`. */
export async function serveClient(t: Test) {
  client ??= bundleClient()
  return serveFiles(t, {
    '/': '<!doctype html><title>Page</title><input type="file" multiple><script type="module" src="/page.js"></script>',
    '/favicon.ico': '',
    '/page.js': await client,
  })
}

/** The browser of one person. What it complains of is in `problems`, what its pages ask in `sent`. */
export async function openBrowser(t: Test) {
  launched ??= launch()
  const context = await (await launched).newContext()
  t.teardown(() => context.close())
  context.setDefaultTimeout(20_000)
  const sent: string[] = []
  const problems: string[] = []
  const routeOf = (request: { method(): string; url(): string }) =>
    `${request.method()} ${new URL(request.url()).pathname}`
  context.on('request', (request) => sent.push(routeOf(request)))
  context.on('requestfailed', (request) => problems.push(`${request.failure()?.errorText} ${routeOf(request)}`))
  context.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${routeOf(response.request())}`)
  })
  context.on('weberror', (error) => problems.push(error.error().message))
  context.on('console', (message) => {
    const isKnown = message.text().startsWith('Failed to load resource:')
    if (!isKnown && ['error', 'warning'].includes(message.type())) problems.push(message.text())
  })
  return { context, problems, sent, count: (route: string) => sent.filter((one) => one === route).length }
}

/** A listening app under the name that its cookie works by over plain http. */
export async function start(t: Test, options: BuildOptions = {}) {
  const test = await build(t, options)
  const { port } = new URL(await serve(test.app))
  return { ...test, port, api: `http://localhost:${port}` }
}

/** A tab on a page of {@link serveClient}. */
export async function openTab(context: BrowserContext, origin: string, api: string): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(`${origin}/?api=${encodeURIComponent(api)}`)
  await tab.waitForFunction('globalThis.coffer')
  return tab
}

/** Signs somebody in by the client of a page; somebody new unless told. */
export async function signIn(test: TestApp, page: Page, given?: { email: string; password: string }) {
  const { email, password } = given ?? (await register(test))
  const { answer, mail } = await withMail(test, email, /sign-in code/, () =>
    page.evaluate((input) => coffer.login(input), { email, password }),
  )
  const input = { challengeId: answer.challengeId, code: codeIn(mail) }
  const user = await page.evaluate((input) => coffer.verifyLogin(input), input)
  return { email, password, user }
}
