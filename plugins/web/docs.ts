import { createHash } from 'node:crypto'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { FAVICON, forPage, headed, SCRIPT, STYLE } from '../../openapi/docs-page.js'

export interface DocsOptions {
  /** The page that shows all mail, if a stand-in receives it. */
  mailbox?: string | undefined
}

/**
 * The content security policy of the page. The hash is that of the one style element that Swagger UI creates. No
 * `upgrade-insecure-requests`: the page has to work over plain HTTP in a local network too.
 */
const PAGE_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
}

/** Serves the contract, and a page to read it and to try it. */
export default fp<DocsOptions>(
  async (app, { mailbox }) => {
    if (!app.config.DOCS) return
    const { pathname } = new URL(app.config.PUBLIC_URL)
    const base = pathname.replace(/\/$/, '')

    await app.register(async (scope) => {
      scope.addHook('onSend', async (_request, reply, payload) =>
        `${reply.getHeader('content-type')}`.startsWith('text/html') ? headed(payload as string, mailbox) : payload,
      )
      await scope.register(swaggerUi, {
        routePrefix: '/docs',
        staticCSP: PAGE_POLICY,
        // the page may have been opened under another name than PUBLIC_URL's
        transformSpecification: (document) => ({ ...forPage(document), servers: [{ url: base || '/' }] }),
        theme: {
          title: 'Coffer API',
          favicon: [
            { filename: 'coffer.svg', rel: 'icon', type: 'image/svg+xml', sizes: 'any', content: FAVICON as never },
          ],
          css: [{ filename: 'coffer.css', content: STYLE }],
          js: [{ filename: 'coffer.js', content: SCRIPT }],
        },
        uiConfig: {
          layout: 'BaseLayout',
          docExpansion: 'list',
          defaultModelsExpandDepth: 0,
          displayRequestDuration: true,
          persistAuthorization: true,
        },
      })
    })

    const serve = (type: string, text: () => string) => {
      let etag: string | undefined
      return async (request: FastifyRequest, reply: FastifyReply) => {
        const body = text()
        etag ??= createHash('sha256').update(body).digest('base64url')
        app.etag.set(reply, etag)
        reply.header('cache-control', 'no-cache')
        return app.etag.isFresh(request, etag) ? reply.code(304).send() : reply.type(type).send(body)
      }
    }
    const hidden = { schema: { hide: true } }
    app.get(
      '/openapi.json',
      hidden,
      serve('application/json; charset=utf-8', () => JSON.stringify(app.swagger())),
    )
    app.get(
      '/openapi.yaml',
      hidden,
      serve('application/yaml; charset=utf-8', () => app.swagger({ yaml: true })),
    )
  },
  {
    name: 'docs',
    dependencies: ['config', 'error-handler', 'etag', 'openapi', 'rate-limit', 'security-headers', 'strict-requests'],
  },
)
