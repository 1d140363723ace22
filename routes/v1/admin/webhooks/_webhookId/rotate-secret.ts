import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findWebhook, type WebhookDocument, type WebhookSecret } from '../../../../../models/webhook.js'
import { ref } from '../../../../../openapi/ref.js'
import { CurrentPasswordBody } from '../../../../../openapi/schemas/me.js'
import { IssuedWebhookSchema, WebhookParams } from '../../../../../openapi/schemas/webhook.js'
import { OVERLAP_MS } from '../../../../../plugins/webhooks/index.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { Webhook } = app.db

  app.post(
    '/rotate-secret',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'adminRotateWebhookSecret',
        tags: ['Webhooks'],
        summary: 'Rotate the secret of a webhook',
        description:
          'Gives the webhook a new secret, which is shown this once. For 24 hours every request is signed with the previous secret too, so that ' +
          'the endpoint can exchange it without a refused request. Requires a step-up.',
        security: [{ bearer: ['webhooks:write'] }],
        params: WebhookParams,
        body: CurrentPasswordBody,
        response: { 200: ref(IssuedWebhookSchema, 'The webhook with its new secret.') },
        stepUp: true,
      },
    },
    async (request) => {
      const find = () => findWebhook(Webhook, request.params.webhookId)
      const { _id } = await find()
      await app.stepUp.verify(request, request.body.currentPassword)
      const event = { action: 'admin.webhook-secret-rotated' as const, targetId: _id }
      const { secret, sealed } = app.webhooks.newSecret(_id)
      const replace = async () => {
        const { secrets } = await find()
        const [current] = secrets as [WebhookSecret]
        const now = app.now()
        const previous = { sealed: current.sealed, until: new Date(now.getTime() + OVERLAP_MS) }
        return Webhook.findOneAndUpdate(
          { _id, 'secrets.0.sealed': current.sealed },
          {
            $set: { secrets: [sealed, previous], updatedAt: now },
            $push: { outbox: app.audit.entry(request, event) },
          },
          { returnDocument: 'after' },
        ).lean()
      }
      let webhook: WebhookDocument | null
      // null if another rotation came first: its secret is the previous one then
      do webhook = await replace()
      while (!webhook)
      return { webhook: app.webhooks.show(webhook), secret }
    },
  )
}

export default route
