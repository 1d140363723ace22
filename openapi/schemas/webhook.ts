import { Type } from '@sinclair/typebox'
import { ALL_EVENTS, DELIVERY_STATES, DISABLED_REASONS } from '../../models/webhook.js'
import { WEBHOOK_TYPE_NAMES, type WebhookType } from '../../models/webhook-event.js'
import { openEnum, ref } from '../ref.js'
import { ID } from './account.js'
import { CurrentPassword } from './me.js'
import { pageOf } from './page.js'

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfzxyHTTRQ='
const URL = 'https://example.com/coffer'
const DELIVERY_ID = `msg_${ID}-0-${ID}`

const nullableTime = (description: string) =>
  Type.Union([Type.String({ format: 'date-time' }), Type.Null()], { description })

export const WebhookSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the webhook.', examples: [ID] }),
    url: Type.String({ format: 'uri', description: 'The endpoint, to which events are posted.', examples: [URL] }),
    events: Type.Array(openEnum<WebhookType | typeof ALL_EVENTS>([...WEBHOOK_TYPE_NAMES, ALL_EVENTS]), {
      description:
        'The types of events that the webhook is sent; `*` stands for all, those that are added later included.',
    }),
    description: Type.String({ description: 'What the webhook is for; may be empty.', examples: ['Mailing list'] }),
    enabled: Type.Boolean({ description: 'Nothing is sent to a disabled webhook.' }),
    disabledReason: Type.Union([openEnum(DISABLED_REASONS), Type.Null()], {
      description:
        'Why the webhook is disabled: an `administrator` did it, its endpoint answered 410 (`gone`), or the last attempt at a delivery ' +
        'failed (`failing`). Null if it is enabled.',
    }),
    createdAt: Type.String({ format: 'date-time', description: 'When the webhook was created.' }),
    updatedAt: Type.String({ format: 'date-time', description: 'When the webhook was last changed.' }),
  },
  { $id: 'Webhook', description: 'A webhook, without its secret.' },
)

export const WebhookPageSchema = pageOf(WebhookSchema, 'WebhookPage')

export const IssuedWebhookSchema = Type.Object(
  {
    webhook: ref(WebhookSchema),
    secret: Type.String({
      description:
        'The secret, which is shown this once: `whsec_` and 32 random bytes in base64. The endpoint verifies signatures with it.',
      examples: [SECRET],
    }),
  },
  { $id: 'IssuedWebhook', description: 'A webhook with its new secret.' },
)

export const WebhookParams = Type.Object({
  webhookId: Type.String({ description: 'The id of the webhook.', examples: [ID] }),
})

export const DeliveryParams = Type.Object({
  ...WebhookParams.properties,
  deliveryId: Type.String({ description: 'The id of the delivery.', examples: [DELIVERY_ID] }),
})

export const MAX_URL_LENGTH = 2048
const MAX_DESCRIPTION_LENGTH = 200

/** Patterns instead of lists of values: clients in Go share one scope for the values of all named lists, and others have these. */
export const oneOf = <T extends string>(values: readonly T[], options: Record<string, unknown>) =>
  Type.Unsafe<T>({ type: 'string', pattern: `^(?:${values.join('|').replaceAll(/[.*]/g, '\\$&')})$`, ...options })

const EventType = oneOf<WebhookType | typeof ALL_EVENTS>([...WEBHOOK_TYPE_NAMES, ALL_EVENTS], {
  examples: [WEBHOOK_TYPE_NAMES[0]],
})

const wanted = {
  url: Type.String({
    format: 'uri',
    minLength: 1,
    maxLength: MAX_URL_LENGTH,
    description:
      'The endpoint: an https URL without credentials, on the port 80, 443 or one above 1023, outside of private networks.',
    examples: [URL],
  }),
  events: Type.Array(EventType, {
    minItems: 1,
    maxItems: WEBHOOK_TYPE_NAMES.length + 1,
    uniqueItems: true,
    description: `The types of events to send, of ${WEBHOOK_TYPE_NAMES.map((type) => `\`${type}\``).join(', ')}; \`*\` stands for all, those that are added later included.`,
    examples: [['user.created', 'user.deleted']],
  }),
  description: Type.String({
    maxLength: MAX_DESCRIPTION_LENGTH,
    description: 'What the webhook is for.',
    examples: ['Mailing list'],
  }),
}

/** The body of a request that creates a webhook. */
export const NewWebhook = Type.Object(
  {
    url: wanted.url,
    events: wanted.events,
    description: Type.Optional(wanted.description),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false },
)

/** The body of a request that changes a webhook. */
export const WebhookChange = Type.Object(
  {
    url: Type.Optional(wanted.url),
    events: Type.Optional(wanted.events),
    description: Type.Optional(wanted.description),
    enabled: Type.Optional(
      Type.Boolean({
        description: '`false` disables the webhook. `true` enables it again; what waits is delivered then.',
      }),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
)

/** The query parameter that selects deliveries. */
export const DeliveryState = oneOf(DELIVERY_STATES, {
  description: 'Only deliveries in this state: `waiting`, `delivered` or `failed`.',
  examples: [DELIVERY_STATES[0]],
})

export const DeliverySchema = Type.Object(
  {
    id: Type.String({
      description: 'The id of the delivery, which every attempt sends as `webhook-id`.',
      examples: [DELIVERY_ID],
    }),
    event: openEnum(WEBHOOK_TYPE_NAMES, { description: 'The type of the event.' }),
    state: openEnum(DELIVERY_STATES, {
      description:
        'The state of the delivery: `waiting` for its next attempt, `delivered`, or `failed` in its last attempt.',
    }),
    attempts: Type.Integer({ format: 'int64', minimum: 0, description: 'The number of attempts so far.' }),
    createdAt: Type.String({ format: 'date-time', description: 'When it was queued.' }),
    nextAttemptAt: nullableTime(
      'When the next attempt is due, unless the webhook is disabled then; null unless the state is `waiting`.',
    ),
    lastStatus: Type.Union([Type.Integer({ format: 'int32' }), Type.Null()], {
      description: 'The status that the endpoint last answered; null if it has not answered.',
      examples: [503],
    }),
    lastError: Type.Union([Type.String(), Type.Null()], {
      description: 'Why the last attempt failed; null if it did not.',
      examples: ['The endpoint answered 503.'],
    }),
  },
  { $id: 'WebhookDelivery', description: 'An event on its way to a webhook. Deliveries are kept for 30 days.' },
)

export const DeliveryPageSchema = pageOf(DeliverySchema, 'WebhookDeliveryPage')
