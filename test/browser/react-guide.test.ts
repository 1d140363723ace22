import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { pdf } from '../routes/v1/assets/client.js'
import { register } from '../support/app.js'
import { blocksOf, codes, follow, GUIDES_API, serve } from '../support/guides.js'
import { newFolder } from '../support/process.js'
import { bundled, needsBrowser, openBrowser, REACT, serveFiles } from './helper.js'

const PAGE = join('docs', 'react.md')
const REFRESH = '401 POST /v1/auth/refresh-token'

t.setTimeout(180_000)

const guide = async () => join(await follow(t, [PAGE], GUIDES_API), 'src')
let folder: ReturnType<typeof guide> | undefined

/** Bundles a script of the guide. */
async function compile(file: string, options = {}) {
  folder ??= guide()
  return bundled(readFileSync(join(await folder, file), 'utf8'), await folder, { alias: REACT[19], ...options })
}

type Main = 'main.jsx' | 'hydrate.jsx'
const scripts: Partial<Record<Main, Promise<string>>> = {}

/** The page of the guide, made by one of its scripts, and an app that was started as it says. */
async function open(t: Test, main: Main) {
  scripts[main] ??= compile(main)
  const files: Record<string, string> = { '/favicon.ico': '' }
  const origin = await serveFiles(t, files)
  const started = blocksOf(PAGE).find(({ label }) => label === 'server')?.code ?? ''
  const [, name = ''] = /^(\w+)=http:\/\/localhost:5173 npm start$/m.exec(started) ?? []
  t.equal(name, 'CORS_ORIGINS')
  const test = await serve(t, { env: { [name]: origin } })
  const page = (html: string) => {
    files['/'] =
      `<!doctype html><title>Photos</title><div id="root">${html}</div><script type="module" src="/main.js"></script>`
  }
  page('')
  files['/main.js'] = (await scripts[main]).replaceAll(GUIDES_API, test.api)
  const browser = await openBrowser(t)
  const show = async () => {
    const tab = await browser.context.newPage()
    await tab.goto(origin)
    return { tab, says: (text: string) => tab.getByText(text).waitFor() }
  }
  return { ...test, ...browser, page, show }
}

t.test('the guide to React: sign in, upload, search, delete, sign out in every tab', needsBrowser, async (t) => {
  const test = await open(t, 'main.jsx')
  const { email, password } = await register(test)
  const code = codes(test, email)
  // the one of the registration
  await code()
  const { tab, says } = await test.show()
  const press = (name: string) => tab.getByRole('button', { name, exact: true }).click()
  await tab.getByLabel('E-mail address').fill(email)
  await tab.getByLabel('Password').fill('not the password')
  await press('Sign in')
  await says('The address or the password is wrong.')
  await tab.getByLabel('Password').fill(password)
  await press('Sign in')
  await says('A code is on its way to you.')
  const right = await code()
  await tab.getByLabel('Code').fill(right === '000000' ? '000001' : '000000')
  await press('Confirm')
  await says('That code is wrong, or too old.')
  await tab.getByLabel('Code').fill(right)
  await press('Confirm')
  await says('Hello, Ada Lovelace.')

  const buffer = Buffer.from(pdf().content)
  const give = (...names: string[]) =>
    tab.getByLabel('Files').setInputFiles(names.map((name) => ({ name, mimeType: 'application/pdf', buffer })))
  await give('beach.pdf', 'lake.pdf')
  await says('lake.pdf: done')
  await tab.getByRole('button', { name: 'Delete lake.pdf' }).waitFor()
  await tab.getByLabel('Name').fill('be')
  await tab.getByRole('button', { name: 'Delete lake.pdf' }).waitFor({ state: 'detached' })
  await press('Delete beach.pdf')
  await tab.getByRole('button', { name: 'Delete beach.pdf' }).waitFor({ state: 'detached' })

  const other = await test.show()
  await other.says('Hello, Ada Lovelace.')
  await press('Sign out')
  await other.tab.getByLabel('Password').waitFor()
  t.strictSame(test.problems, [REFRESH, '401 POST /v1/auth/login', '401 POST /v1/auth/login/verify'])
})

t.test(
  'the guide to React: a page that a server has rendered is taken over without a warning',
  needsBrowser,
  async (t) => {
    const test = await open(t, 'hydrate.jsx')
    const server = join(newFolder(t), 'server.cjs')
    writeFileSync(server, await compile('server.jsx', { platform: 'node', format: 'cjs' }))
    const { html } = (await import(pathToFileURL(server).href)).default
    t.equal(html, '<p>Loading…</p>')
    test.page(html)
    const { tab } = await test.show()
    await tab.getByLabel('Password').waitFor()
    t.strictSame(test.problems, [REFRESH])
  },
)

t.test('the guide to React: if Coffer cannot be reached, the page says so and asks again', needsBrowser, async (t) => {
  const test = await open(t, 'main.jsx')
  await test.context.route('**/v1/auth/refresh-token', (route) => route.abort())
  const { tab, says } = await test.show()
  await says("Coffer can't be reached.")
  await test.context.unroute('**/v1/auth/refresh-token')
  await tab.getByRole('button', { name: 'Try again' }).click()
  await tab.getByLabel('Password').waitFor()
})
