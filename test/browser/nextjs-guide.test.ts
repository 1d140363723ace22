import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import { pdf } from '../routes/v1/assets/client.js'
import { createKey } from '../support/api-keys.js'
import { login, register } from '../support/app.js'
import { blocksOf, codes, follow, serve } from '../support/guides.js'
import { bundled, needsBrowser, openBrowser, REACT } from './helper.js'

const PAGE = join('docs', 'nextjs.md')
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** What Next.js gives a project, as far as the guide uses it. Next.js itself is too large for a test. */
const PACKAGES = {
  'server-only/index.js': '',
  'next/server.js': 'export const connection = async () => {}',
  'next/cache.js': 'export const revalidated = []\nexport const revalidatePath = (path) => revalidated.push(path)',
}

t.setTimeout(180_000)

/** The project of the guide, an app that was started as it says, and what a script of the project exports on the server. */
async function begin(t: Test, origin: string) {
  const started = blocksOf(PAGE).find(({ label }) => label === 'server')?.code ?? ''
  const [, proxies = ''] = /^CORS_ORIGINS=http:\/\/localhost:3100 TRUST_PROXY=(\S+) npm start$/m.exec(started) ?? []
  const test = await serve(t, { env: { CORS_ORIGINS: origin, TRUST_PROXY: proxies } })
  const folder = await follow(t, [PAGE], test.api)
  for (const [path, code] of Object.entries(PACKAGES)) {
    mkdirSync(join(folder, 'node_modules', path, '..'), { recursive: true })
    writeFileSync(join(folder, 'node_modules', path), code)
  }
  const key = await createKey(test, await login(test), { scopes: ['files:read', 'files:write'] })
  const settings = { COFFER_URL: test.api, COFFER_KEY: key.secret, COFFER_WEBHOOK_SECRET: SECRET }
  const define = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`process.env.${name}`, JSON.stringify(value)]),
  )
  const names = [...(blocksOf(PAGE).find(({ label }) => label === 'env')?.code ?? '').matchAll(/^(\w+)=/gm)]
  t.strictSame(
    names.map(([, name]) => name),
    Object.keys(settings),
  )
  let scripts = 0
  const onServer = async (code: string) => {
    const path = join(folder, `${scripts++}.cjs`)
    writeFileSync(path, await bundled(code, folder, { alias: REACT[19], define, platform: 'node', format: 'cjs' }))
    return (await import(pathToFileURL(path).href)).default
  }
  return { ...test, folder, key, onServer }
}

t.test('the guide to Next.js: the session is in the browser, by the origin of the page', needsBrowser, async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const test = await begin(t, origin)
  const { rewrites, html } = await test.onServer(`
    import { renderToString } from 'react-dom/server'
    import { Account } from './app/account.jsx'
    import { Providers } from './app/providers.jsx'
    import config from './next.config.js'
    export const rewrites = config.rewrites()
    export const html = renderToString(<Providers><Account /></Providers>)`)
  t.equal(html, '<p>Loading…</p>')
  t.strictSame(await rewrites, [{ source: '/api/:path*', destination: `${test.api}/:path*` }])
  const script = await bundled(
    `import { hydrateRoot } from 'react-dom/client'
     import { StrictMode } from 'react'
     import { Account } from './app/account.jsx'
     import { Providers } from './app/providers.jsx'
     hydrateRoot(document.getElementById('root'), <StrictMode><Providers><Account /></Providers></StrictMode>)`,
    test.folder,
    { alias: REACT[19] },
  )
  const files: Record<string, string> = {
    '/': `<!doctype html><title>Page</title><div id="root">${html}</div><script type="module" src="/page.js"></script>`,
    '/page.js': script,
    '/favicon.ico': '',
  }
  server.on('request', (request, response) => {
    const { url = '' } = request
    // as the rewrite says
    if (url.startsWith('/api/'))
      test.app.server.emit('request', Object.assign(request, { url: url.slice(4) }), response)
    else
      response.setHeader('content-type', url === '/' ? 'text/html; charset=utf-8' : 'text/javascript').end(files[url])
  })

  const { email, password } = await register(test)
  const code = codes(test, email)
  // the one of the registration
  await code()
  const { context, problems } = await openBrowser(t)
  const tab = await context.newPage()
  await tab.goto(origin)
  await tab.getByLabel('E-mail address').fill(email)
  await tab.getByLabel('Password').fill(password)
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByLabel('Code').fill(await code())
  await tab.getByRole('button', { name: 'Confirm' }).click()
  await tab.getByText('Hello, Ada Lovelace.').waitFor()
  const buffer = Buffer.from(pdf().content)
  await tab.getByLabel('Files').setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer })
  await tab.getByText('a.pdf: done').waitFor()
  await tab.getByRole('listitem').filter({ hasText: 'a.pdf' }).waitFor()
  await tab.reload()
  await tab.getByText('Hello, Ada Lovelace.').waitFor()
  await tab.getByRole('button', { name: 'Sign out' }).click()
  await tab.getByLabel('Password').waitFor()
  t.strictSame(problems, ['401 POST /api/v1/auth/refresh-token'])
})

t.test('the guide to Next.js: the API key is on the server, and no page shows it', async (t) => {
  const test = await begin(t, 'http://localhost:3100')
  const { coffer, render } = await test.onServer(`
    import { renderToString } from 'react-dom/server'
    import Layout from './app/layout.jsx'
    import Page from './app/page.jsx'
    export { coffer } from './lib/server.js'
    export const render = async () => renderToString(<Layout>{await Page()}</Layout>)`)
  const file = new File([pdf().content], 'gallery.pdf', { type: 'application/pdf' })
  await coffer.uploadAssets({ file: [file], tags: ['gallery'] })
  const html = await render()
  t.match(html, '<p>Loading…</p><h1>Gallery</h1><ul><li>gallery.pdf</li></ul>')
  t.notOk(html.includes(test.key.secret))
})

t.test('the guide to Next.js: a webhook renews the page, if it is one', async (t) => {
  const test = await begin(t, 'http://localhost:3100')
  const { POST, revalidated } = await test.onServer(
    `export { POST } from './app/webhooks/coffer/route.js'\nexport { revalidated } from 'next/cache'`,
  )
  const send = async (type: string, sent = '') => {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: {} })
    const at = new Date()
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
      'webhook-signature': new Webhook(SECRET).sign('msg_1', at, body),
    }
    const response = await POST(new Request('http://localhost', { method: 'POST', headers, body: body + sent }))
    return [response.status, await response.text()]
  }
  t.strictSame(await send('user.created'), [204, ''])
  t.strictSame(revalidated, [])
  t.strictSame(await send('asset.created'), [204, ''])
  t.strictSame(revalidated, ['/'])
  t.strictSame(await send('asset.created', ' '), [400, 'WEBHOOK_SIGNATURE_INVALID'])
})
