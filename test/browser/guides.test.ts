import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { pdf } from '../routes/v1/assets/client.js'
import { build, register } from '../support/app.js'
import { blocksOf, codes, follow, GUIDES_API, serve } from '../support/guides.js'
import { addAuthenticator, bundled, needsBrowser, openBrowser, serveFiles } from './helper.js'

const PAGES = ['single-page-app', 'upload'].map((name) => join('docs', `${name}.md`))

t.setTimeout(120_000)

/** The files of the guides by their path, with the scripts as a bundler makes them. */
async function bundlePages(client: string) {
  const files: Record<string, string> = { '/favicon.ico': '' }
  const folder = await follow(t, PAGES, GUIDES_API)
  for (const name of ['index.html', 'upload.html']) files[`/${name}`] = readFileSync(join(folder, name), 'utf8')
  for (const name of ['app.js', 'upload.js']) {
    const script = readFileSync(join(folder, name), 'utf8').replace('./coffer.js', `./${client}`)
    files[`/${name}`] = await bundled(script, folder)
  }
  const form = PAGES.flatMap(blocksOf).find(({ label }) => label === 'passkey-form')?.code ?? ''
  files['/passkeys.html'] = (files['/index.html'] as string)
    .replace('autocomplete="username"', 'autocomplete="username webauthn"')
    .replace('<p id="status"', `${form}<p id="status"`)
    .replace('app.js', 'with-passkeys.js')
  files['/with-passkeys.js'] = await bundled(
    `import './passkeys.js'\n${readFileSync(join(folder, 'app.js'), 'utf8')}`,
    folder,
  )
  return files
}

const started = PAGES.flatMap(blocksOf).find(({ label }) => label === 'server')?.code ?? ''
const [, name = '', value = ''] = /^(\w+)=(\S+) npm start$/m.exec(started) ?? []

/** Serves the pages of the guides, and starts an app as they say. */
async function startGuides(client: string) {
  const files = await bundlePages(client)
  const origin = await serveFiles(t, files)
  const test = await serve(t, { env: { [name]: origin } })
  for (const [path, content] of Object.entries(files)) files[path] = content.replaceAll(GUIDES_API, test.api)
  return { ...test, origin }
}

const running: Record<string, ReturnType<typeof startGuides>> = {}

/** A browser for the pages of the guides, and the app that they call. */
async function open(t: Test, client = 'coffer.js') {
  running[client] ??= startGuides(client)
  const test = await running[client]
  const { origin } = test
  t.equal(name, 'CORS_ORIGINS')
  t.equal(new URL(value).hostname, new URL(origin).hostname)
  const browser = await openBrowser(t)
  const show = async (page: string, from = origin) => {
    const tab = await browser.context.newPage()
    await tab.goto(`${from}/${page}`)
    return { tab, says: (text: string | RegExp) => tab.locator('#status').filter({ hasText: text }).waitFor() }
  }
  return { ...test, ...browser, show }
}

t.test('the guide to a single-page app: sign in, reload, another tab, sign out', needsBrowser, async (t) => {
  const test = await open(t)
  const { email, password } = await register(test)
  const code = codes(test, email)
  // the one of the registration
  await code()
  const { tab, says } = await test.show('index.html')
  const [signIn, confirm, signOut] = [tab.locator('#sign-in'), tab.locator('#confirm'), tab.locator('#sign-out')]
  await signIn.getByLabel('E-mail address').fill(email)
  await signIn.getByLabel('Password').fill('not the password')
  await signIn.getByRole('button').click()
  await says('The address or the password is wrong.')
  await signIn.getByLabel('Password').fill(password)
  await signIn.getByRole('button').click()
  await says('A code is on its way to you.')
  const right = await code()
  await confirm.getByLabel('Code').fill(right === '000000' ? '000001' : '000000')
  await confirm.getByRole('button').click()
  await says('That code is wrong, or too old.')
  await confirm.getByLabel('Code').fill(right)
  await confirm.getByRole('button').click()
  await says('Hello, Ada Lovelace.')
  t.notOk((await signIn.isVisible()) || (await confirm.isVisible()))

  await tab.reload()
  await says('Hello, Ada Lovelace.')
  const other = await test.show('index.html')
  await other.says('Hello, Ada Lovelace.')
  await signOut.click()
  await other.tab.locator('#sign-in').waitFor()
  t.ok(await signIn.isVisible())
  t.strictSame(test.problems, [
    '401 POST /v1/auth/refresh-token',
    '401 POST /v1/auth/login',
    '401 POST /v1/auth/login/verify',
  ])
})

t.test(
  'the guide to a single-page app: from an origin that is not listed, the page says so',
  needsBrowser,
  async (t) => {
    const test = await open(t)
    const { tab, says } = await test.show('index.html', test.origin.replace('localhost', '127.0.0.1'))
    await says(/^Coffer can't be reached: /)
    t.ok(await tab.locator('#sign-in').isVisible())
  },
)

t.test('the guide to a single-page app: passkeys, added and offered in the field', needsBrowser, async (t) => {
  const test = await open(t)
  const { email, password } = await register(test)
  const code = codes(test, email)
  await code()
  const tab = await test.context.newPage()
  await addAuthenticator(tab)
  await tab.goto(`${test.origin}/passkeys.html`)
  const says = (text: string | RegExp) => tab.locator('#status').filter({ hasText: text }).waitFor()
  await tab.getByLabel('E-mail address').fill(email)
  await tab.getByLabel('Password', { exact: true }).fill(password)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByLabel('Code').fill(await code())
  await tab.getByRole('button', { name: 'Confirm' }).click()
  await says('Hello, Ada Lovelace.')
  await tab.getByLabel('Your password').fill('not the password')
  await tab.getByRole('button', { name: 'Add a passkey' }).click()
  await says('password')
  await tab.getByLabel('Your password').fill(password)
  await tab.getByRole('button', { name: 'Add a passkey' }).click()
  await says(/^The passkey was added\. Keep these codes in a safe place: (\S+ ){9}\S+$/)
  // the authenticator of the test answers as soon as the field offers its passkey
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await says('Hello, Ada Lovelace.')
  const user = await test.app.db.User.findOne({ email }).lean()
  t.match(user?.sessions, [{ amr: ['hwk', 'user', 'mfa'] }])
})

t.test('the guide to a single-page app: for Safari, without the cookie', needsBrowser, async (t) => {
  const test = await open(t, 'coffer-development.js')
  const { email, password } = await register(test)
  const code = codes(test, email)
  await code()
  const { tab, says } = await test.show('index.html')
  await tab.getByLabel('E-mail address').fill(email)
  await tab.getByLabel('Password').fill(password)
  await tab.locator('#sign-in').getByRole('button').click()
  await says('A code is on its way to you.')
  await tab.getByLabel('Code').fill(await code())
  await tab.locator('#confirm').getByRole('button').click()
  await says('Hello, Ada Lovelace.')
  t.strictSame(await test.context.cookies(test.api), [], 'no cookie is needed')
  await tab.reload()
  await says('Hello, Ada Lovelace.')
  await tab.locator('#sign-out').click()
  await tab.locator('#sign-in').waitFor()
  t.equal(await tab.evaluate('sessionStorage.length'), 0)
})

t.test('the guide to a single-page app: for Safari, over TLS', needsBrowser, async (t) => {
  const [command] = PAGES.flatMap(blocksOf).filter(({ label }) => label === 'tls')
  const env = Object.fromEntries(
    [...(command?.code ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  )
  const { app } = await build(t, { env })
  const file = PAGES.flatMap(blocksOf).find(({ label }) => label === 'Caddyfile')?.code ?? ''
  const sites = [...file.matchAll(/^(https:\/\/\S+) \{$/gm)].map(([, origin]) => origin)
  t.strictSame(sites, [env.PUBLIC_URL, env.CORS_ORIGINS])
  const [preflight, foreign] = await Promise.all(
    [env.CORS_ORIGINS, 'http://localhost:5173'].map((origin) =>
      app.inject({
        method: 'OPTIONS',
        url: '/v1/auth/refresh-token',
        headers: { origin, 'access-control-request-method': 'POST' },
      }),
    ),
  )
  t.equal(preflight?.headers['access-control-allow-origin'], env.CORS_ORIGINS)
  t.notOk('access-control-allow-origin' in (foreign?.headers ?? {}))
})

t.test('the guide to uploads: progress, a refusal, a cancelled one', needsBrowser, async (t) => {
  const test = await open(t)
  const { email, password } = await register(test)
  const code = codes(test, email)
  await code()
  const first = await test.show('index.html')
  await first.tab.getByLabel('E-mail address').fill(email)
  await first.tab.getByLabel('Password').fill(password)
  await first.tab.getByRole('button').first().click()
  await first.says('A code is on its way to you.')
  await first.tab.getByLabel('Code').fill(await code())
  await first.tab.locator('#confirm').getByRole('button').click()
  await first.says('Hello')

  const { tab, says } = await test.show('upload.html')
  const upload = tab.getByRole('button', { name: 'Upload' })
  const give = (name: string, content: Buffer | string) =>
    tab.setInputFiles('input', { name, mimeType: 'application/pdf', buffer: Buffer.from(content) })
  await give('a.pdf', pdf().content)
  await upload.click()
  await says('Kept: a.pdf.')
  t.equal(await tab.locator('progress').getAttribute('value'), '1')
  await give('b.pdf', 'no PDF')
  await upload.click()
  await says('A file has a type that is not accepted.')

  const session = await test.context.newCDPSession(tab)
  const line = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_000_000 }
  await session.send('Network.emulateNetworkConditions', line)
  await give('c.pdf', pdf('', 4_000_000).content)
  await upload.click()
  await tab.waitForFunction(
    'document.querySelector("progress").value > 0.1 && document.querySelector("progress").value < 1',
  )
  const aborted = tab.waitForEvent('requestfailed')
  await tab.getByRole('button', { name: 'Cancel' }).click()
  await says('Cancelled. Nothing was kept.')
  await aborted
  t.strictSame(test.problems, [
    '401 POST /v1/auth/refresh-token',
    '415 POST /v1/assets',
    'net::ERR_ABORTED POST /v1/assets',
  ])
})
