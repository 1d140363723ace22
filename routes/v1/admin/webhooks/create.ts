import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Types } from 'mongoose'
import { findWebhook } from '../../../../models/webhook.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { IssuedWebhookSchema, NewWebhook } from '../../../../openapi/schemas/webhook.js'
import { MAX_WEBHOOKS } from '../../../../plugins/webhooks/index.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { Webhook } = app.db

  app.post(
    '',
    {
      schema: {
        operationId: 'adminCreateWebhook',
        tags: ['Webhooks'],
        summary: 'Create a webhook',
        description:
          'Creates an enabled webhook. It is sent the events that happen from then on, signed with the secret in the response, which is ' +
          'shown this once. Requires a step-up.',
        security: [{ bearer: ['webhooks:write'] }],
        body: NewWebhook,
        response: { 201: ref(IssuedWebhookSchema, 'The webhook with its secret.') },
        stepUp: true,
        problems: ['WEBHOOK_URL_NOT_ALLOWED', 'QUOTA_EXCEEDED'],
      },
    },
    async (request, reply) => {
      const { url, events, description = '', currentPassword } = request.body
      await app.stepUp.verify(request, currentPassword)
      const _id = new Types.ObjectId()
      const sealedUrl = await app.webhooks.sealUrl(_id, url)
      if ((await Webhook.countDocuments()) >= MAX_WEBHOOKS) {
        throw new Problem('QUOTA_EXCEEDED', { detail: `There can be at most ${MAX_WEBHOOKS} webhooks.` })
      }
      const { secret, sealed } = app.webhooks.newSecret(_id)
      const now = app.now()
      const event = { action: 'admin.webhook-created' as const, targetId: _id, details: { events } }
      await Webhook.create({
        _id,
        url: sealedUrl,
        events,
        description,
        enabled: true,
        secrets: [sealed],
        outbox: [app.audit.entry(request, event)],
        createdAt: now,
        updatedAt: now,
      })
      reply.code(201)
      return { webhook: app.webhooks.show(await findWebhook(Webhook, _id.toString())), secret }
    },
  )
}

export default route
