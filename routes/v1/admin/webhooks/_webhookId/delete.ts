import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { deliveriesTo, findWebhook } from '../../../../../models/webhook.js'
import { WebhookParams } from '../../../../../openapi/schemas/webhook.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      schema: {
        operationId: 'adminDeleteWebhook',
        tags: ['Webhooks'],
        summary: 'Delete a webhook',
        description: 'Deletes the webhook and its deliveries. What waits is never sent.',
        security: [{ bearer: ['webhooks:write'] }],
        scope: 'webhooks:write',
        params: WebhookParams,
        response: { 204: Type.Null({ description: 'The webhook is deleted.' }) },
      },
    },
    async (request, reply) => {
      const { Job, Webhook } = app.db
      const { _id } = await findWebhook(Webhook, request.params.webhookId)
      await app.audit.record(request, {
        // one event, even if the webhook is deleted twice at once
        id: `webhook-deleted:${_id}`,
        action: 'admin.webhook-deleted',
        targetId: _id,
      })
      await app.audit.moveOf('Webhook', _id)
      await Webhook.deleteOne({ _id })
      await Job.deleteMany({ kind: deliveriesTo(_id) })
      return reply.code(204).send(null)
    },
  )
}

export default route
