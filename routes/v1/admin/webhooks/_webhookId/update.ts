import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findWebhook } from '../../../../../models/webhook.js'
import { Problem } from '../../../../../openapi/errors.js'
import { ref } from '../../../../../openapi/ref.js'
import { WebhookChange, WebhookParams, WebhookSchema } from '../../../../../openapi/schemas/webhook.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { Webhook } = app.db

  app.patch(
    '',
    {
      schema: {
        operationId: 'adminUpdateWebhook',
        tags: ['Webhooks'],
        summary: 'Update a webhook',
        description:
          'Changes the given properties; the others stay as they are. What waits for a disabled webhook is delivered once it is enabled again; ' +
          'what happens while it is disabled is never sent.',
        security: [{ bearer: ['webhooks:write'] }],
        scope: 'webhooks:write',
        params: WebhookParams,
        body: WebhookChange,
        response: { 200: ref(WebhookSchema, 'The updated webhook.') },
        problems: ['WEBHOOK_URL_NOT_ALLOWED'],
      },
    },
    async (request) => {
      const { url, events, description, enabled } = request.body
      const { _id } = await findWebhook(Webhook, request.params.webhookId)
      const event = {
        action: 'admin.webhook-updated' as const,
        targetId: _id,
        // the URL may hold a token
        details: {
          changed: Object.keys(request.body),
          ...(events && { events }),
          ...(enabled !== undefined && { enabled }),
        },
      }
      const webhook = await Webhook.findOneAndUpdate(
        { _id },
        {
          $set: {
            ...(url !== undefined && { url: await app.webhooks.sealUrl(_id, url) }),
            ...(events && { events }),
            ...(description !== undefined && { description }),
            ...(enabled !== undefined && { enabled, disabledReason: enabled ? null : 'administrator' }),
            updatedAt: app.now(),
          },
          $push: { outbox: app.audit.entry(request, event) },
        },
        { returnDocument: 'after' },
      ).lean()
      /* c8 ignore next -- the webhook was deleted in the meantime */
      if (!webhook) throw new Problem('NOT_FOUND')
      return app.webhooks.show(webhook)
    },
  )
}

export default route
