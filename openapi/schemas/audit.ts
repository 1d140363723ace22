import { Type } from '@sinclair/typebox'
import { ACTIONS, type AuditAction } from '../../models/audit-event.js'
import { stringEnum } from '../ref.js'
import { pageOf } from './page.js'

const nullable = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

export const Action = stringEnum(Object.keys(ACTIONS) as AuditAction[], { description: 'What was done.' })

export const AuditEventSchema = Type.Object(
  {
    id: Type.String(),
    at: Type.String({ format: 'date-time' }),
    action: Type.String({ description: 'What was done, such as `login.succeeded`; more may come.' }),
    actorId: nullable('Who did it; null for somebody who was not signed in, and for the command line.'),
    targetId: nullable('The account or the object that it was done to.'),
    outcome: stringEnum(['success', 'failure']),
    ip: nullable('From where it was asked for.'),
    userAgent: nullable('As the request said.'),
    requestId: nullable('The X-Request-Id of the request.'),
    details: Type.Object({}, { additionalProperties: true, description: 'What else there is to know of this action.' }),
  },
  { $id: 'AuditEvent', description: 'Something that happened to an account, a session, a permission or an asset.' },
)

export const AuditEventPageSchema = pageOf(AuditEventSchema, 'AuditEventPage')
