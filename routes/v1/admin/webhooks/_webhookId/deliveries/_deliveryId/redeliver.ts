import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { deliveriesTo, findWebhook } from '../../../../../../../models/webhook.js'
import { accepted } from '../../../../../../../openapi/answers.js'
import { Problem } from '../../../../../../../openapi/errors.js'
import { DeliveryParams } from '../../../../../../../openapi/schemas/webhook.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/redeliver',
    {
      schema: {
        operationId: 'adminRedeliver',
        tags: ['Webhooks'],
        summary: 'Repeat a delivery',
        description:
          'Sends an event again now, with the same `webhook-id`, whether it was delivered, failed or waits. One that is being sent at this moment ' +
          'is not sent twice.',
        security: [{ bearer: ['webhooks:write'] }],
        scope: 'webhooks:write',
        params: DeliveryParams,
        response: { 202: accepted('The event is due now.') },
        problems: ['WEBHOOK_DISABLED'],
      },
    },
    async (request, reply) => {
      const { webhookId, deliveryId } = request.params
      const { _id, enabled } = await findWebhook(app.db.Webhook, webhookId)
      if (!(await app.db.Job.exists({ _id: deliveryId, kind: deliveriesTo(_id) }))) throw new Problem('NOT_FOUND')
      if (!enabled) throw new Problem('WEBHOOK_DISABLED')
      await app.webhooks.redeliver(deliveryId)
      await app.audit.record(request, {
        action: 'admin.webhook-redelivered',
        targetId: _id,
        details: { deliveryId },
      })
      return reply.code(202).send()
    },
  )
}

export default route
