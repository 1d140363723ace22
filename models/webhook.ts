import { type Connection, isObjectIdOrHexString, Schema, type Types } from 'mongoose'
import { Problem } from '../openapi/errors.js'
import type { JobDocument } from './job.js'
import { addOutbox, type OutboxEntry } from './outbox.js'
import type { WebhookType } from './webhook-event.js'

/** Subscribes a webhook to every type, those that are added later included. */
export const ALL_EVENTS = '*'

/** Why a webhook is disabled: an administrator did it, the endpoint answered 410, or the last attempt at a delivery failed. */
export const DISABLED_REASONS = ['administrator', 'gone', 'failing'] as const
export type DisabledReason = (typeof DISABLED_REASONS)[number]

/** A secret of a webhook. A rotation leaves the previous one valid for a while. */
export interface WebhookSecret {
  /** The encrypted secret. */
  sealed: Buffer
  /** The secret signs until then; null for the current one. */
  until: Date | null
}

export interface WebhookDocument {
  _id: Types.ObjectId
  /** The encrypted URL, whose path or query may hold a token. */
  url: Buffer
  events: (WebhookType | typeof ALL_EVENTS)[]
  description: string
  enabled: boolean
  /** Null while the webhook is enabled. */
  disabledReason: DisabledReason | null
  /** The current secret first. */
  secrets: WebhookSecret[]
  outbox: OutboxEntry[]
  createdAt: Date
  updatedAt: Date
}

const schema = new Schema<WebhookDocument>(
  {
    url: { type: Buffer, required: true },
    events: [String],
    description: { type: String, default: '' },
    enabled: { type: Boolean, required: true },
    disabledReason: { type: String, enum: [...DISABLED_REASONS, null], default: null },
    secrets: [{ _id: false, sealed: Buffer, until: { type: Date, default: null } }],
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw' },
)

addOutbox(schema)
// adminListWebhooks
schema.index({ createdAt: -1, _id: -1 })

/** The kind of the jobs that deliver events to a webhook. Each webhook has its own, so that none holds up another. */
export const WEBHOOK_KIND = 'webhook'
export const deliveriesTo = (webhookId: Types.ObjectId) => `${WEBHOOK_KIND}:${webhookId}`

/** States of a delivery, as administrators see them. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** Returns the stored state of a delivery's job. */
export const toDeliveryJobState = (state: DeliveryState): JobDocument['state'] =>
  state === 'delivered' ? 'done' : state

/** The data of the job of a delivery: the body of the request, and the status of the last answer. */
export interface DeliveryData {
  type: string
  timestamp: string
  data: Record<string, unknown>
  lastStatus: number | null
}

/** Returns a delivery as administrators see it. */
export function toDelivery(job: JobDocument) {
  const { type, lastStatus } = job.data as unknown as DeliveryData
  return {
    id: job._id,
    event: type,
    state: job.state === 'done' ? 'delivered' : job.state,
    attempts: job.attempts,
    createdAt: job.createdAt.toISOString(),
    nextAttemptAt: job.state === 'waiting' ? job.dueAt.toISOString() : null,
    lastStatus,
    lastError: job.lastError,
  }
}

export const webhookModel = (connection: Connection) => connection.model('Webhook', schema, 'webhooks')
export type WebhookModel = ReturnType<typeof webhookModel>

/**
 * Returns the webhook with this id.
 * @throws Problem NOT_FOUND, also for a malformed id
 */
export async function findWebhook(Webhook: WebhookModel, id: string): Promise<WebhookDocument> {
  const webhook = isObjectIdOrHexString(id) ? await Webhook.findOne({ _id: id }).lean() : null
  if (!webhook) throw new Problem('NOT_FOUND')
  return webhook
}
