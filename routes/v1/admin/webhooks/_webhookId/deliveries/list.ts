import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import type { JobDocument } from '../../../../../../models/job.js'
import { deliveriesTo, findWebhook, toDelivery, toDeliveryJobState } from '../../../../../../models/webhook.js'
import { withHeaders } from '../../../../../../openapi/answers.js'
import { ref } from '../../../../../../openapi/ref.js'
import { pageQuery } from '../../../../../../openapi/schemas/page.js'
import {
  DeliveryPageSchema,
  type DeliverySchema,
  DeliveryState,
  WebhookParams,
} from '../../../../../../openapi/schemas/webhook.js'
import { findPage } from '../../../../../../plugins/http/pages.js'

const Query = Type.Object({ ...pageQuery, state: Type.Optional(DeliveryState) }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListDeliveries',
        tags: ['Webhooks'],
        summary: 'List deliveries',
        description: 'Returns the deliveries to a webhook of the last 30 days, newest first.',
        security: [{ bearer: ['webhooks:read'] }],
        scope: 'webhooks:read',
        params: WebhookParams,
        querystring: Query,
        response: { 200: withHeaders(ref(DeliveryPageSchema, 'A page of deliveries.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) => {
      const { state } = request.query
      const { _id } = await findWebhook(app.db.Webhook, request.params.webhookId)
      return findPage(request, reply, app.db.Job, {
        filter: { kind: deliveriesTo(_id), ...(state && { state: toDeliveryJobState(state) }) },
        sort: '-createdAt',
        show: (job: JobDocument) => toDelivery(job) as Static<typeof DeliverySchema>,
      })
    },
  )
}

export default route
