import { WEBHOOK_TYPE_NAMES, WEBHOOK_TYPES, type WebhookType } from '../models/webhook-event.js'
import { EVENTS } from './schemas/webhook-event.js'

const HEADERS = [
  {
    name: 'webhook-id',
    description: 'Identifies the event for this webhook: the same in every attempt. Handle each id once.',
    example: 'msg_6650f1c2a9d3e84b7c1f0a52-0-6650f1c2a9d3e84b7c1f0a53',
  },
  {
    name: 'webhook-timestamp',
    description: 'When this attempt was made, in seconds since 1970. Refuse one that is more than five minutes away.',
    example: '1769851800',
  },
  {
    name: 'webhook-signature',
    description:
      'Signatures of `id.timestamp.body` by HMAC-SHA-256, each `v1,` and base64, with spaces between them: one for each secret that is in use.',
    example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  },
]

const nameOf = (type: WebhookType) =>
  type
    .split('.')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')

function operationOf(type: WebhookType) {
  return {
    post: {
      operationId: `on${nameOf(type)}`,
      // not the tag of their administration: OpenAPI Generator would write the one over the other
      tags: ['Webhook events'],
      summary: type,
      description: WEBHOOK_TYPES[type],
      security: [],
      parameters: HEADERS.map(({ name, description, example }) => ({
        name,
        in: 'header',
        required: true,
        description,
        schema: { type: 'string', examples: [example] },
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: `#/components/schemas/${EVENTS[type].$id}` } } },
      },
      responses: {
        '2XX': { description: 'The event was received. The answer must be complete within ten seconds.' },
        '410': { description: 'The endpoint wants no more events: the webhook is disabled at once.' },
        default: {
          description:
            'Any other status, redirects included: the event is sent again, ten times in some three days; then the webhook is disabled. ' +
            '`Retry-After` is honoured, up to 24 hours.',
        },
      },
    },
  }
}

/** The requests to webhooks, for the contract: an operation of the receiver for each type. */
export const WEBHOOKS = Object.fromEntries(WEBHOOK_TYPE_NAMES.map((type) => [type, operationOf(type)]))
