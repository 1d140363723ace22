import { type Connection, Schema } from 'mongoose'
import type { OutboxEvent } from './user.js'

/** Every action that is audited. The names are stable: integrators filter by them. */
export const ACTIONS = {
  'account.registered': 'An account came to be: its registration code was verified.',
  'account.registration-requested':
    'Somebody began to register an address; the target is the account that it has already.',
  'account.imported': 'The command line made an account with the password hash of another system.',
  'account.updated': 'The owner changed the name or the avatar.',
  'account.email-change-requested': 'The owner asked for another e-mail address; a code went there.',
  'account.email-changed': 'The owner verified another e-mail address.',
  'account.exported': 'The owner exported what is stored.',
  'account.deleted': 'The owner deleted the account.',
  'password.changed': 'The owner set a new password with the current one.',
  'password.reset-requested': 'Somebody asked for a code to reset the password.',
  'password.reset': 'The password was set with a reset token; every session ended.',
  'password.refused': 'A wrong password was given to a step-up.',
  'login.succeeded': 'A session began.',
  'login.failed': 'A wrong password, or a suspended or unknown account, at sign-in.',
  'code.refused': 'A mailed code was refused: wrong, used, expired or one attempt too many.',
  'session.ended': 'One session ended: signed out or revoked by the owner.',
  'sessions.ended': 'The owner ended several sessions at once.',
  'session.token-reused': 'A replaced refresh token was presented; its session ended.',
  'access.denied': 'A signed-in caller lacked the permission for a route.',
  'throttle.reached': 'A budget of failures ran out.',
  'asset.uploaded': 'The owner uploaded a file.',
  'asset.updated': "The owner changed a file's name or tags.",
  'asset.deleted': 'The owner deleted a file.',
  'asset.file-missing': 'The reconciler found that the store has lost a file.',
  'admin.user-updated': "An administrator changed an account's status, role or permissions.",
  'admin.user-unlocked': "An administrator lifted an account's throttles.",
  'admin.sessions-revoked': 'An administrator ended every session of an account.',
  'admin.user-deleted': 'An administrator deleted an account.',
  'admin.asset-deleted': "An administrator deleted somebody's file.",
  'admin.assets-deleted': "An administrator deleted several files, or all of somebody's.",
  'admin.mail-resent': 'An administrator queued a mail again.',
  'admin.appointed': 'The command line made an account an administrator.',
} as const
export type AuditAction = keyof typeof ACTIONS

export interface AuditEventDocument extends OutboxEvent {
  /** The id of the outbox entry or request that caused it, so that writing it twice is harmless. */
  _id: string
  at: Date
  /** When the row may go. */
  removeAt: Date
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
    removeAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw', minimize: false },
)

// adminListAuditEvents: sort at; by actor, target or action
schema.index({ at: -1, _id: -1 })
schema.index({ actorId: 1, at: -1, _id: -1 })
schema.index({ targetId: 1, at: -1, _id: -1 })
schema.index({ action: 1, at: -1, _id: -1 })
schema.index({ removeAt: 1 }, { expireAfterSeconds: 0 })

/** What an audit event shows. */
export const toAuditEvent = ({ _id, at, removeAt: _, ...event }: AuditEventDocument) => ({
  id: _id,
  at: at.toISOString(),
  ...event,
})

/** A user's own audit events: which they are, and what is shown of them. What another person's request came from isn't. */
export const ownEvents = (userId: string) => ({
  filter: { $or: [{ actorId: userId }, { targetId: userId }] },
  show(event: AuditEventDocument) {
    const isByAnother = event.actorId !== null && event.actorId !== userId
    return toAuditEvent(isByAnother ? { ...event, ip: null, userAgent: null, requestId: null } : event)
  },
})

export const auditEventModel = (connection: Connection) => connection.model('AuditEvent', schema, 'auditevents')
