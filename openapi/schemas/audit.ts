import { Type } from '@sinclair/typebox'
import { ACTIONS, type AuditAction } from '../../models/audit-event.js'
import { openEnum, stringEnum } from '../ref.js'
import { ID } from './account.js'
import { pageOf } from './page.js'

const nullable = (description: string, example: string) =>
  Type.Union([Type.String(), Type.Null()], { description, examples: [example] })

const ACTION_NAMES = Object.keys(ACTIONS) as AuditAction[]

const time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))

/** The query parameters that select events by action and time. */
export const eventQuery = {
  action: Type.Optional(stringEnum(ACTION_NAMES, { title: 'AuditAction', description: 'Only events of this action.' })),
  from: time('Only events at this time or later.'),
  to: time('Only events before this time.'),
}

export const AuditEventSchema = Type.Object(
  {
    id: Type.String({ description: 'The id of the event.', examples: [ID] }),
    at: Type.String({ format: 'date-time', description: 'When it happened.' }),
    // events of a newer server may be in the database: the type is any string
    action: Type.String({
      'x-extensible-enum': ACTION_NAMES,
      description: 'What happened, such as `login.succeeded`. New actions may be added.',
      examples: ['login.succeeded'],
    }),
    actorId: nullable('The account that acted; null for a caller who was not signed in, and for the command line.', ID),
    targetId: nullable('The account or object that the event concerns; null if there is none.', ID),
    outcome: openEnum(['success', 'failure'], { description: 'Whether the action succeeded.' }),
    ip: nullable('The IP address of the request.', '203.0.113.7'),
    userAgent: nullable('The `User-Agent` of the request.', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0'),
    requestId: nullable('The `X-Request-Id` of the request.', '0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'),
    details: Type.Object({}, { additionalProperties: true, description: 'Further facts, depending on the action.' }),
  },
  { $id: 'AuditEvent', description: 'A recorded event that concerns an account, a session, a permission or a file.' },
)

export const AuditEventPageSchema = pageOf(AuditEventSchema, 'AuditEventPage')

/** One event a line, of which a contract can only show an example. */
export const AuditEventLines = Type.String({
  description: 'One `AuditEvent` as JSON on each line.',
  examples: [
    `{"id":"${ID}","at":"2026-01-31T12:00:00.000Z","action":"login.succeeded","actorId":"${ID}","targetId":"${ID}","outcome":"success",` +
      '"ip":"203.0.113.7","userAgent":"curl/8.17.0","requestId":"0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55","details":{}}\n',
  ],
})
