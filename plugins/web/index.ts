import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { parseCredentials } from '../storage/credentials.js'
import type { PageSettings } from './settings.js'

export interface WebOptions {
  /** The page that shows all mail, if a stand-in receives it. */
  mailbox?: string | undefined
}

interface Manifest {
  files: string[]
  head: string
  icon: string
  pages: Record<'account' | 'console', { script: string; style: string; imports: string[] }>
}

/** The folder that `build.mjs` fills. */
const FOLDER = join(import.meta.dirname, '..', '..', 'web')

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
}

const ENCODINGS = ['br', 'gzip']

const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`)

/** Returns true if a header of quality values (RFC 9110, 12.4.2) accepts a coding by its name. */
const accepts = (header: string, coding: string) =>
  header.split(',').some((entry) => {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
  })

/** Serves the account pages and the console: one HTML page for each, and their scripts and styles under names that contain a hash. */
export default fp<WebOptions>(
  async (app, { mailbox }) => {
    const { config } = app
    if (!config.PAGES) return
    const base = new URL(config.PUBLIC_URL).pathname.replace(/\/$/, '')
    const manifest = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as Manifest
    const logo = config.BRAND_LOGO_URL ?? null
    const imageOrigins = [...parseCredentials(config.CLOUDINARY_URL).origins, ...(logo ? [new URL(logo).origin] : [])]
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `img-src 'self' blob: data: ${[...new Set(imageOrigins)].join(' ')}`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join(';')
    const settings: PageSettings = {
      base,
      brand: { name: config.BRAND_NAME, color: config.BRAND_COLOR, logo },
      supportEmail: config.SUPPORT_EMAIL ?? null,
      registration: config.REGISTRATION,
      passwordMinLength: config.PASSWORD_MIN_LENGTH,
      uploadTypes: config.UPLOAD_TYPES,
      uploadMaxBytes: config.UPLOAD_MAX_BYTES,
      trustsDevices: config.TRUSTED_DEVICE_TTL > 0,
      docs: config.DOCS,
      mailbox: mailbox ?? null,
    }
    const urlOf = (name: string) => escaped(`${base}/web/${name}`)

    function pageOf({ script, style, imports }: Manifest['pages']['account']): string {
      return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(config.BRAND_NAME)}</title>
<meta name="robots" content="noindex">
<meta name="coffer" content="${escaped(JSON.stringify(settings))}">
<link rel="icon" href="${urlOf(manifest.icon)}" type="image/svg+xml">
<link rel="stylesheet" href="${urlOf(style)}">
<script src="${urlOf(manifest.head)}"></script>
${imports.map((name) => `<link rel="modulepreload" href="${urlOf(name)}">`).join('\n')}
<script type="module" src="${urlOf(script)}"></script>
</head>
<body>
<div id="app"></div>
<noscript>These pages need JavaScript.</noscript>
</body>
</html>
`
    }

    const hidden = { schema: { hide: true } }
    const servePage = (body: string) => {
      const etag = createHash('sha256').update(body).digest('base64url')
      return async (request: FastifyRequest, reply: FastifyReply) => {
        app.etag.set(reply, etag)
        reply.header('cache-control', 'no-cache').header('content-security-policy', policy)
        if (app.etag.isFresh(request, etag)) return reply.code(304).send()
        return reply.type('text/html; charset=utf-8').send(body)
      }
    }
    const account = servePage(pageOf(manifest.pages.account))
    for (const url of ['/', '/account', '/account/*']) app.get(url, hidden, account)
    const console = servePage(pageOf(manifest.pages.console))
    for (const url of ['/console', '/console/*']) app.get(url, hidden, console)

    for (const name of manifest.files) {
      // read now, because another build replaces the files
      const read = (suffix: string) => readFileSync(join(FOLDER, name + suffix))
      const bodies: Record<string, Buffer> = { identity: read(''), br: read('.br'), gzip: read('.gz') }
      const type = TYPES[name.split('.').pop() as string] as string
      app.get(`/web/${name}`, hidden, async (request, reply) => {
        const accepted = request.headers['accept-encoding'] ?? ''
        const encoding = ENCODINGS.find((coding) => accepts(accepted, coding))
        if (encoding) reply.header('content-encoding', encoding)
        reply.header('cache-control', 'public, max-age=31536000, immutable').header('vary', 'Origin, Accept-Encoding')
        return reply.type(type).send(bodies[encoding ?? 'identity'])
      })
    }
  },
  {
    name: 'web',
    dependencies: ['config', 'error-handler', 'etag', 'rate-limit', 'security-headers', 'strict-requests'],
  },
)
