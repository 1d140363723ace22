import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build } from '../../support/app.js'

/** The scripts, styles and icons that a page names. */
const namedIn = (html: string) =>
  [...html.matchAll(/(?:src|href)="([^"]*\/web\/[^"]+)"/g)].map(([, url]) => url as string)

let app: FastifyInstance
t.before(async () => {
  app = (await build(t)).app
})

t.test('the pages, at every address of theirs, under a strict policy', async (t) => {
  for (const url of ['/', '/account', '/account/files', '/account/files/1?x=y', '/console', '/console/people/1']) {
    const { statusCode, headers, body } = await app.inject(url)
    t.equal(statusCode, 200, url)
    t.match(headers, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      etag: /^".+"$/,
    })
    t.notMatch(body, /<style|style=|<script>| on\w+=/)
    const again = await app.inject({ url, headers: { 'if-none-match': headers.etag as string } })
    t.match(again, { statusCode: 304, body: '' })
    t.equal((await app.inject({ method: 'HEAD', url })).statusCode, 200)
  }
  const policy = `${(await app.inject('/')).headers['content-security-policy']}`.split(';')
  const expected = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]
  t.strictSame(
    policy.filter((directive) => !directive.startsWith('img-src')),
    expected,
  )
  t.match(
    policy.find((directive) => directive.startsWith('img-src')),
    /^img-src 'self' blob: data: https:\/\/res\.cloudinary\.com .*http:\/\/localhost:\d+/,
  )
})

t.test('scripts and styles are cached for ever, and compressed for whoever takes it', async (t) => {
  for (const url of new Set([
    ...namedIn((await app.inject('/')).body),
    ...namedIn((await app.inject('/console')).body),
  ])) {
    const plain = await app.inject(url)
    t.equal(plain.statusCode, 200, url)
    t.match(plain.headers, { 'cache-control': 'public, max-age=31536000, immutable', vary: 'Origin, Accept-Encoding' })
    t.match(
      plain.headers['content-type'],
      /^(text\/css; charset=utf-8|text\/javascript; charset=utf-8|image\/svg\+xml)$/,
    )
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync }
    for (const [encoding, accepted] of [
      ['br', 'gzip, deflate, br'],
      ['gzip', 'gzip, br;q=0'],
    ] as const) {
      const packed = await app.inject({ url, headers: { 'accept-encoding': accepted } })
      t.equal(packed.headers['content-encoding'], encoding)
      t.equal(decoders[encoding](packed.rawPayload).toString(), plain.body)
    }
  }
})

t.test('the first page of either part is small', async (t) => {
  for (const url of ['/', '/console']) {
    const html = (await app.inject(url)).body
    let bytes = Buffer.byteLength(html)
    for (const one of namedIn(html)) {
      bytes += (await app.inject({ url: one, headers: { 'accept-encoding': 'br' } })).rawPayload.length
    }
    t.ok(bytes < 150_000, `${url}: ${bytes} bytes`)
  }
})

t.test('the pages know the prefix of a proxy and the brand, whatever characters it has', async (t) => {
  const { app } = await build(t, {
    mailbox: 'http://localhost:3001/mailbox',
    env: {
      PUBLIC_URL: 'https://example.org/coffer/',
      BRAND_NAME: `"><b>Photos & Co`,
      BRAND_COLOR: 'aa0000',
      BRAND_LOGO_URL: 'https://cdn.example.net/logo.png',
      SUPPORT_EMAIL: 'help@example.org',
    },
  })
  const { body, headers } = await app.inject('/')
  t.notMatch(body, '<b>')
  t.match(body, '<title>&#34;&#62;&#60;b&#62;Photos &#38; Co</title>')
  t.match(headers['content-security-policy'], / https:\/\/cdn\.example\.net;/)
  for (const url of namedIn(body)) t.match(url, /^\/coffer\/web\//)
  const content = /name="coffer" content="([^"]*)"/.exec(body)?.[1] as string
  const settings = JSON.parse(content.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code))))
  t.match(settings, {
    base: '/coffer',
    brand: { name: '"><b>Photos & Co', color: '#aa0000', logo: 'https://cdn.example.net/logo.png' },
    supportEmail: 'help@example.org',
    mailbox: 'http://localhost:3001/mailbox',
  })
})

t.test('all else stays the API’s, and PAGES=off removes the pages', async (t) => {
  for (const url of ['/web/none.js', '/web/', '/web/..%2fpackage.json', '/accounts', '/consoles', '/index.html']) {
    t.match(await app.inject(url), { statusCode: 404, headers: { 'content-type': /^application\/problem\+json/ } }, url)
  }
  const script = namedIn((await app.inject('/')).body).find((url) => url.endsWith('.js')) as string
  const { app: off } = await build(t, { env: { PAGES: 'off' } })
  for (const url of ['/', '/account', '/account/files', '/console', '/console/people', script]) {
    t.match(await off.inject(url), { statusCode: 404, headers: { 'content-type': /^application\/problem\+json/ } }, url)
  }
})
