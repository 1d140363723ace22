import { type TProperties, Type } from '@sinclair/typebox'
import { SESSION_END_REASONS, WEBHOOK_TYPES, type WebhookType } from '../../models/webhook-event.js'
import { openEnum } from '../ref.js'
import { ID } from './account.js'

const SESSION_ID = 'c0zKJ8mQW2hM7sX1'

const id = (description: string) => Type.String({ description, examples: [ID] })
const nullable = (description: string, example: string) =>
  Type.Union([Type.String(), Type.Null()], { description, examples: [example] })

const userId = id('The id of the account.')
const actorId = nullable(
  'The account that acted; null for a caller who was not signed in, and for the command line.',
  ID,
)
const assetId = id('The id of the file.')
const ownerId = id('The id of the account that the file belongs to.')
const changed = (example: string) =>
  Type.Array(Type.String(), { description: 'The names of the changed properties.', examples: [[example]] })

const eventOf = <T extends TProperties>(type: WebhookType, $id: string, data: T) =>
  Type.Object(
    {
      type: Type.Literal(type, { description: 'The type of the event.', examples: [type] }),
      timestamp: Type.String({ format: 'date-time', description: 'When it happened.' }),
      data: Type.Object(data, { description: 'Ids and facts, never a secret or an address.' }),
    },
    { $id, description: WEBHOOK_TYPES[type] },
  )

export const UserCreatedEvent = eventOf('user.created', 'UserCreatedEvent', { userId, actorId })
export const UserUpdatedEvent = eventOf('user.updated', 'UserUpdatedEvent', {
  userId,
  actorId,
  changed: changed('name'),
})
export const UserDeletedEvent = eventOf('user.deleted', 'UserDeletedEvent', { userId, actorId })
export const UserSuspendedEvent = eventOf('user.suspended', 'UserSuspendedEvent', { userId, actorId })
export const UserReactivatedEvent = eventOf('user.reactivated', 'UserReactivatedEvent', { userId, actorId })

export const SessionCreatedEvent = eventOf('session.created', 'SessionCreatedEvent', {
  userId,
  sessionId: Type.String({ description: 'The id of the session.', examples: [SESSION_ID] }),
})
export const SessionEndedEvent = eventOf('session.ended', 'SessionEndedEvent', {
  userId,
  actorId,
  reason: openEnum(SESSION_END_REASONS, { description: 'Why it ended.' }),
  scope: openEnum(['one', 'others', 'all'], {
    description:
      'Whether `one` session of the account ended, `all`, or all `others` than the one that made the request.',
  }),
  sessionId: nullable('The session that ended; null unless `scope` is `one`.', SESSION_ID),
  keptSessionId: nullable('The session that goes on; null unless `scope` is `others`.', SESSION_ID),
})

export const AssetCreatedEvent = eventOf('asset.created', 'AssetCreatedEvent', {
  assetId,
  ownerId,
  actorId,
  bytes: Type.Integer({ format: 'int64', description: 'The size of the file in bytes.', examples: [482_113] }),
  contentType: Type.String({ description: 'The MIME type of the file.', examples: ['image/jpeg'] }),
})
export const AssetUpdatedEvent = eventOf('asset.updated', 'AssetUpdatedEvent', {
  assetId,
  ownerId,
  actorId,
  changed: changed('tags'),
})
export const AssetDeletedEvent = eventOf('asset.deleted', 'AssetDeletedEvent', { assetId, ownerId, actorId })

export const WebhookTestEvent = eventOf('webhook.test', 'WebhookTestEvent', {
  webhookId: id('The id of the webhook.'),
})

/** The schema of each type of event. */
export const EVENTS = {
  'user.created': UserCreatedEvent,
  'user.updated': UserUpdatedEvent,
  'user.deleted': UserDeletedEvent,
  'user.suspended': UserSuspendedEvent,
  'user.reactivated': UserReactivatedEvent,
  'session.created': SessionCreatedEvent,
  'session.ended': SessionEndedEvent,
  'asset.created': AssetCreatedEvent,
  'asset.updated': AssetUpdatedEvent,
  'asset.deleted': AssetDeletedEvent,
  'webhook.test': WebhookTestEvent,
} satisfies Record<WebhookType, { $id?: string }>
