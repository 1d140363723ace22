import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findWebhook } from '../../../../../models/webhook.js'
import { accepted } from '../../../../../openapi/answers.js'
import { Problem } from '../../../../../openapi/errors.js'
import { WebhookParams } from '../../../../../openapi/schemas/webhook.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/test',
    {
      schema: {
        operationId: 'adminTestWebhook',
        tags: ['Webhooks'],
        summary: 'Test a webhook',
        description:
          'Sends the event `webhook.test` to this webhook, whatever types it is subscribed to. `adminListDeliveries` shows what becomes of it.',
        security: [{ bearer: ['webhooks:write'] }],
        scope: 'webhooks:write',
        params: WebhookParams,
        response: { 202: accepted('The event is due now.') },
        problems: ['WEBHOOK_DISABLED'],
      },
    },
    async (request, reply) => {
      const { _id, enabled } = await findWebhook(app.db.Webhook, request.params.webhookId)
      if (!enabled) throw new Problem('WEBHOOK_DISABLED')
      await app.webhooks.test(_id)
      await app.audit.record(request, { action: 'admin.webhook-tested', targetId: _id })
      return reply.code(202).send()
    },
  )
}

export default route
