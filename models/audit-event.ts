import { type Connection, Schema } from 'mongoose'
import type { OutboxEvent } from './outbox.js'

/** All audited actions. The names are stable: integrators filter by them. */
export const ACTIONS = {
  'account.registered': 'An account was created: its registration code was verified.',
  'account.joined': 'An account was created: its invitation was accepted.',
  'account.registration-requested':
    'Somebody started to register an e-mail address; the target is the account that already has it, if any.',
  'account.imported': 'The command line created an account with a password hash from another system.',
  'account.updated': 'The owner changed the name, the language, the metadata or the profile image.',
  'account.email-change-requested': 'The owner asked for another e-mail address; it has to be verified first.',
  'account.email-changed': 'The owner verified another e-mail address, which replaced the previous one.',
  'account.exported': 'The owner exported the account.',
  'account.deleted': 'The owner deleted the account.',
  'password.changed': 'The owner set a new password, confirmed by the current one.',
  'password.reset-requested': 'Somebody asked for a code to reset the password.',
  'password.reset': 'A new password was set with a reset token; every session ended.',
  'password.refused': 'The password that was given to confirm a sensitive change was wrong.',
  'login.succeeded': 'A sign-in was completed; a session started.',
  'login.failed': 'A sign-in was refused: the password is wrong, or the account is suspended or unknown.',
  'code.refused': 'A code was refused: it is wrong, used or expired, or had too many attempts.',
  'session.stepped-up': 'The person of a session authenticated again, for sensitive changes.',
  'factor.added': 'The owner added a second factor; every other session ended.',
  'factor.renamed': 'The owner renamed a second factor.',
  'factor.removed':
    'The owner removed a second factor; if it was an authenticator app or a passkey, every other session ended.',
  'factor.backup-codes-created': 'The owner created backup codes; the previous ones stopped working.',
  'factor.backup-code-used': 'A backup code was used in place of a second factor.',
  'factor.passkey-refused':
    'A passkey was refused: its signature counter had not risen since its last use, so it may have been copied.',
  'session.ended': 'A session ended: the owner signed out or revoked it.',
  'sessions.ended': 'The owner ended several sessions at once.',
  'device.distrusted': 'The owner ended the trust in a device.',
  'session.refresh-repeated': 'A refresh was repeated after a lost answer; three repetitions in a row end the session.',
  'session.token-reused': 'A refresh token was used again after it had been replaced; its session ended.',
  'access.denied': 'A signed-in user lacked the permission for an operation, or an API key its scope.',
  'key.created': 'An API key was created.',
  'key.updated': 'The name, the scopes, the networks or the expiry of an API key was changed.',
  'key.rotated': 'An API key got a new secret.',
  'key.revoked': 'An API key was revoked.',
  'key.refused': 'An API key was refused: it may not be used from the network of the request.',
  'throttle.reached': 'A limit on failed attempts or on requested codes was reached.',
  'asset.uploaded': 'The owner uploaded a file.',
  'asset.updated': 'The owner changed the name, the tags, the description or the metadata of a file.',
  'asset.deleted': 'The owner deleted a file.',
  'asset.file-missing': 'The reconciler found that a file is missing from the file store.',
  'admin.user-updated': 'An administrator changed the status, role, permissions or metadata of an account.',
  'admin.user-unlocked': 'An administrator lifted the limits that failed attempts had set off for an account.',
  'admin.sessions-revoked': 'An administrator ended every session of an account.',
  'admin.factors-reset': 'An administrator removed every second factor of an account; every session ended.',
  'admin.user-deleted': 'An administrator deleted an account.',
  'admin.asset-deleted': 'An administrator deleted a file.',
  'admin.assets-deleted': 'An administrator deleted several files, or all files of an account.',
  'admin.audit-exported': 'An administrator exported audit events.',
  'admin.invitation-created': 'An administrator, or the command line, invited somebody to create an account.',
  'admin.invitation-resent': 'An administrator sent an invitation again, with a new code.',
  'admin.invitation-withdrawn':
    'An administrator withdrew an invitation, or it was accepted too late: the account that had sent it no longer may.',
  'admin.mail-resent': 'An administrator sent an e-mail again.',
  'admin.service-account-created': 'An administrator created a service account.',
  'admin.service-account-updated': 'An administrator changed the name, status or permissions of a service account.',
  'admin.service-account-deleted': 'An administrator deleted a service account.',
  'admin.appointed': 'The command line made an account an administrator.',
  'admin.webhook-created': 'An administrator created a webhook.',
  'admin.webhook-updated': 'An administrator changed a webhook.',
  'admin.webhook-secret-rotated': 'An administrator gave a webhook a new secret.',
  'admin.webhook-deleted': 'An administrator deleted a webhook.',
  'admin.webhook-tested': 'An administrator sent a test event to a webhook.',
  'admin.webhook-redelivered': 'An administrator sent an event to a webhook again.',
  'admin.webhook-disabled': 'A webhook was disabled: its endpoint is gone, or failed until the last attempt.',
} as const
export type AuditAction = keyof typeof ACTIONS

export interface AuditEventDocument extends OutboxEvent {
  /** Id of the outbox entry or request that caused the event, so that storing it twice is harmless. */
  _id: string
  at: Date
  /** The row is deleted after this time. */
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

/** Returns an audit event as administrators see it. */
export const toAuditEvent = ({ _id, at, removeAt: _, ...event }: AuditEventDocument) => ({
  id: _id,
  at: at.toISOString(),
  ...event,
})

/** A user's own audit events: their filter and their fields. The address and device of another person's request aren't shown. */
export const ownEvents = (userId: string) => ({
  filter: { $or: [{ actorId: userId }, { targetId: userId }] },
  show(event: AuditEventDocument) {
    const isByAnother = event.actorId !== null && event.actorId !== userId
    return toAuditEvent(isByAnother ? { ...event, ip: null, userAgent: null, requestId: null } : event)
  },
})

export const auditEventModel = (connection: Connection) => connection.model('AuditEvent', schema, 'auditevents')
