import { Type } from '@sinclair/typebox'
import { ACTIONS, type AuditAction } from '../../models/audit-event.js'
import { stringEnum } from '../ref.js'
import { ID } from './account.js'
import { pageOf } from './page.js'

const nullable = (description: string, example: string) =>
  Type.Union([Type.String(), Type.Null()], { description, examples: [example] })

export const Action = stringEnum(Object.keys(ACTIONS) as AuditAction[], { description: 'What was done.' })

export const AuditEventSchema = Type.Object(
  {
    id: Type.String({ examples: [ID] }),
    at: Type.String({ format: 'date-time' }),
    action: Type.String({
      description: 'What was done, such as `login.succeeded`; more may come.',
      examples: ['login.succeeded'],
    }),
    actorId: nullable('Who did it; null for somebody who was not signed in, and for the command line.', ID),
    targetId: nullable('The account or the object that it was done to.', ID),
    outcome: stringEnum(['success', 'failure']),
    ip: nullable('From where it was asked for.', '203.0.113.7'),
    userAgent: nullable('As the request said.', 'Mozilla/5.0 (X11; Linux x86_64) Firefox/146.0'),
    requestId: nullable('The X-Request-Id of the request.', '0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'),
    details: Type.Object({}, { additionalProperties: true, description: 'What else there is to know of this action.' }),
  },
  { $id: 'AuditEvent', description: 'Something that happened to an account, a session, a permission or an asset.' },
)

export const AuditEventPageSchema = pageOf(AuditEventSchema, 'AuditEventPage')
