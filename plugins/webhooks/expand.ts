import type { FastifyInstance } from 'fastify'
import type { OutboxEntry } from '../../models/outbox.js'
import { ALL_EVENTS, type DeliveryData, deliveriesTo } from '../../models/webhook.js'
import { factsOf, type WebhookFact } from '../../models/webhook-event.js'
import type { NewJob } from '../jobs/index.js'

/** Time for which a delivery is kept. */
export const KEEP_MS = 30 * 24 * 3_600_000

/** Returns the job that delivers an event to a webhook; its id is the `webhook-id` of every attempt. */
export function deliveryOf(
  app: FastifyInstance,
  webhookId: Parameters<typeof deliveriesTo>[0],
  id: string,
  at: Date,
  { type, data }: WebhookFact,
): NewJob {
  const delivery: DeliveryData = { type, timestamp: at.toISOString(), data, lastStatus: null }
  return {
    id,
    kind: deliveriesTo(webhookId),
    data: { ...delivery },
    // of a webhook that stays disabled
    removeAt: new Date(app.now().getTime() + KEEP_MS),
  }
}

/**
 * Queues what the entries of outboxes tell webhooks: one delivery for each enabled webhook that is subscribed to the type. The ids follow from
 * the entries, so that doing it twice is harmless.
 */
export async function expand(app: FastifyInstance, entries: OutboxEntry[]): Promise<void> {
  const facts = entries.flatMap(({ _id, at, event, webhook }) =>
    [...(event ? factsOf(event) : []), ...(webhook ? [webhook as WebhookFact] : [])].map((fact, index) => ({
      id: `${_id}-${index}`,
      at,
      fact,
    })),
  )
  if (facts.length === 0) return
  const types = [...new Set(facts.map(({ fact }) => fact.type))]
  const webhooks = await app.db.Webhook.find(
    { enabled: true, events: { $in: [...types, ALL_EVENTS] } },
    { events: 1 },
  ).lean()
  const deliveries = facts.flatMap(({ id, at, fact }) =>
    webhooks
      .filter(({ events }) => events.includes(fact.type) || events.includes(ALL_EVENTS))
      .map(({ _id }) => deliveryOf(app, _id, `msg_${id}-${_id}`, at, fact)),
  )
  if (deliveries.length > 0) await app.jobs.enqueueAll(deliveries)
}
