import { type AuditEventDocument, toAuditEvent } from './audit-event.js'

/** A user's own audit events: which they are, and what is shown of them. What another person's request came from isn't. */
export const ownEvents = (userId: string) => ({
  filter: { $or: [{ actorId: userId }, { targetId: userId }] },
  show(event: AuditEventDocument) {
    const isByAnother = event.actorId !== null && event.actorId !== userId
    return toAuditEvent(isByAnother ? { ...event, ip: null, userAgent: null, requestId: null } : event)
  },
})
