import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findWebhook } from '../../../../../models/webhook.js'
import { ref } from '../../../../../openapi/ref.js'
import { WebhookParams, WebhookSchema } from '../../../../../openapi/schemas/webhook.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminGetWebhook',
        tags: ['Webhooks'],
        summary: 'Get a webhook',
        description: 'Returns a webhook without its secret.',
        security: [{ bearer: ['webhooks:read'] }],
        scope: 'webhooks:read',
        params: WebhookParams,
        response: { 200: ref(WebhookSchema, 'The webhook.') },
      },
    },
    async (request) => app.webhooks.show(await findWebhook(app.db.Webhook, request.params.webhookId)),
  )
}

export default route
