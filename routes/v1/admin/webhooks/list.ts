import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { WebhookPageSchema, type WebhookSchema } from '../../../../openapi/schemas/webhook.js'
import { findPage } from '../../../../plugins/http/pages.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListWebhooks',
        tags: ['Webhooks'],
        summary: 'List webhooks',
        description: 'Returns all webhooks without their secrets, newest first.',
        security: [{ bearer: ['webhooks:read'] }],
        scope: 'webhooks:read',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: withHeaders(ref(WebhookPageSchema, 'A page of webhooks.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) =>
      findPage(request, reply, app.db.Webhook, {
        filter: {},
        sort: '-createdAt',
        show: (webhook): Static<typeof WebhookSchema> => app.webhooks.show(webhook),
      }),
  )
}

export default route
