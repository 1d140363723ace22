import { type Connection, Schema } from 'mongoose'
import type { OutboxEvent } from './user.js'

export interface AuditEventDocument extends OutboxEvent {
  /** The id of the outbox entry or request that caused it, so that writing it twice is harmless. */
  _id: string
  at: Date
}

const schema = new Schema<AuditEventDocument>(
  {
    _id: String,
    at: { type: Date, required: true },
    action: { type: String, required: true },
    actorId: { type: String, default: null },
    targetId: { type: String, default: null },
    outcome: { type: String, enum: ['success', 'failure'], required: true },
    ip: { type: String, default: null },
    userAgent: { type: String, default: null },
    requestId: { type: String, default: null },
    details: { type: Schema.Types.Mixed, default: {} },
  },
  { versionKey: false, strict: 'throw', minimize: false },
)

// adminListAuditEvents: sort at; by actor, target or action
schema.index({ at: -1, _id: -1 })
schema.index({ actorId: 1, at: -1, _id: -1 })
schema.index({ targetId: 1, at: -1, _id: -1 })
schema.index({ action: 1, at: -1, _id: -1 })

/** What an audit event shows. */
export const toAuditEvent = ({ _id, at, ...event }: AuditEventDocument) => ({ id: _id, at: at.toISOString(), ...event })

export const auditEventModel = (connection: Connection) => connection.model('AuditEvent', schema, 'auditevents')
