import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { PreviewSettings } from '../../plugins/mailer/preview.js'
import { pageScript, pageStyle, renderPage } from './page.js'
import type { MailStore } from './store.js'

const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const MAIL_POLICY =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

/**
 * Serves the page at `GET /mailbox`, the same mails as JSON at `GET /mailbox/messages?to=ADDRESS`, and previews of every mail at
 * `GET /mailbox/preview`.
 */
export function mailboxRoutes(store: MailStore, settings?: PreviewSettings) {
  return async (app: FastifyInstance) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({
        'content-security-policy': PAGE_POLICY,
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      })
    })

    app.get('/mailbox', async (request, reply) => {
      const page = renderPage(store.messages(), settings !== undefined)
      const etag = `"${createHash('sha256').update(page).digest('base64url')}"`
      reply.header('etag', etag)
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return html(reply, page)
    })

    app.get('/mailbox/page.css', async (_request, reply) => reply.type('text/css; charset=utf-8').send(pageStyle))
    app.get('/mailbox/page.js', async (_request, reply) =>
      reply.type('text/javascript; charset=utf-8').send(pageScript),
    )

    app.get<{ Querystring: { to?: string } }>(
      '/mailbox/messages',
      {
        schema: {
          querystring: { type: 'object', properties: { to: { type: 'string' } }, additionalProperties: false },
        },
      },
      async ({ query }) => {
        const wanted = query.to?.trim().toLowerCase()
        const items = store
          .messages()
          .filter(({ to }) => wanted === undefined || to.toLowerCase().split(', ').includes(wanted))
        return { items }
      },
    )

    app.get<{ Params: { id: string } }>('/mailbox/messages/:id/html', async ({ params }, reply) => {
      const message = store.messages().find(({ id }) => id === params.id)
      if (!message?.html) return reply.code(404).send({ error: { message: `No mail ${params.id} with HTML` } })
      reply.header('content-security-policy', MAIL_POLICY)
      return html(reply, `<!doctype html><base target="_blank">${message.html}`)
    })

    if (settings) app.register(previewRoutes(settings))
  }
}

/** Serves each mail with sample data. What it depends on is loaded when first asked for, so that a start doesn't wait for it. */
const previewRoutes = (settings: PreviewSettings) => async (app: FastifyInstance) => {
  app.get('/mailbox/preview', async (_request, reply) => {
    const { renderPreviews } = await import('./previews.js')
    return html(reply, renderPreviews())
  })

  app.get<{ Params: { template: string; locale: string; form: string } }>(
    '/mailbox/preview/:template/:locale/:form',
    async ({ params: { template, locale, form } }, reply) => {
      const { findPreview } = await import('./previews.js')
      const mail = await findPreview(settings, template, locale)
      if (!mail) return reply.code(404).send({ error: { message: `No mail ${template} in ${locale}` } })
      if (form === 'text') return reply.type('text/plain; charset=utf-8').send(`${mail.subject}\n\n${mail.text}`)
      reply.header('content-security-policy', MAIL_POLICY)
      return html(reply, mail.html)
    },
  )
}

function html(reply: FastifyReply, text: string) {
  return reply.type('text/html; charset=utf-8').send(text)
}
