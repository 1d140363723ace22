import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import { Counter } from 'prom-client'
import type { AuditAction } from '../models/audit-event.js'
import { isDuplicateKey } from '../models/duplicate-key.js'
import type { OutboxEntry, OutboxEvent } from '../models/outbox.js'
import type { UnannouncedAction, WebhookFact } from '../models/webhook-event.js'
import { userAgentOf } from './http/requests.js'
import { createMover, type Id, type StoredEvent, toText } from './jobs/outbox.js'
import type { Mail } from './mailer/index.js'
import type { NoticeData } from './mailer/mails.js'

declare module 'fastify' {
  interface FastifyInstance {
    audit: ReturnType<typeof createAudit>
  }
}

export interface AuditInput<Action extends AuditAction = AuditAction> {
  action: Action
  /** The account or object that the event is about; null if none exists. */
  targetId: Id | null
  outcome?: 'success' | 'failure'
  /** Shown to administrators: no secret, no address. */
  details?: Record<string, unknown>
  /** The account that acted; the signed-in caller by default, null if nobody is signed in. */
  actorId?: Id | null
}

/** An event that goes through no outbox. */
interface RecordInput extends AuditInput<UnannouncedAction> {
  /** Names an event that must be stored once only. */
  id?: string
}

/** Returns the API key that a request was made with, as a part of the details of its events. */
const apiKeyOf = (request: FastifyRequest | null) =>
  request?.caller?.apiKey ? { apiKeyId: request.caller.apiKey._id.toString() } : {}

const toEvent = (request: FastifyRequest | null, input: AuditInput): OutboxEvent => ({
  action: input.action,
  actorId: toText(input.actorId === undefined ? request?.caller?.userId : input.actorId),
  targetId: toText(input.targetId),
  outcome: input.outcome ?? 'success',
  ip: request?.ip ?? null,
  userAgent: (request && userAgentOf(request)) || null,
  requestId: request?.id ?? null,
  details: { ...input.details, ...apiKeyOf(request) },
})

/** Creates the audit log. The events of a change are stored in the outbox of the changed document, and moved here later. */
export function createAudit(app: FastifyInstance) {
  const { AuditEvent } = app.db
  const counter = new Counter({
    name: 'coffer_audit_events_total',
    help: 'Audit events stored.',
    labelNames: ['action', 'outcome'],
    registers: [app.metrics.registry],
  })
  const listeners = [({ action, outcome }: OutboxEvent) => counter.inc({ action, outcome })]
  /** Stores events; one that exists already is left as it is. */
  async function store(entries: StoredEvent[]): Promise<void> {
    const removeAt = (at: Date) => new Date(at.getTime() + app.config.AUDIT_TTL)
    const documents = entries.map(({ _id, at, event }) => ({ ...event, _id, at, removeAt: removeAt(at) }))
    let stored = entries
    try {
      await AuditEvent.insertMany(documents, { ordered: false, throwOnValidationError: true })
    } catch (error) {
      const { writeErrors = [] } = error as { writeErrors?: { code: number; index: number }[] }
      if (writeErrors.length === 0 || !writeErrors.every(isDuplicateKey)) throw error
      stored = entries.filter((_entry, index) => writeErrors.every((known) => known.index !== index))
    }
    for (const { event } of stored) for (const listener of listeners) listener(event)
  }

  return {
    ...createMover(app, store),

    /**
     * Creates an entry for an outbox, to be pushed in the same update as the change: an audit event, and the mail that it causes.
     * Pushing it is enough: the outbox is then moved in the background.
     * @param request null in a command
     */
    entry(request: FastifyRequest | null, event: AuditInput, mail?: Mail): OutboxEntry {
      const id = new Types.ObjectId().toString()
      return {
        _id: id,
        at: app.now(),
        event: toEvent(request, event),
        ...(mail && { mail: app.mailer.seal(id, { ...mail, userId: toText(event.targetId) }) }),
      }
    },

    /** Creates an entry for an outbox: an event for webhooks that has no audit event of its own. */
    webhookEntry: (webhook: WebhookFact): OutboxEntry => ({
      _id: new Types.ObjectId().toString(),
      at: app.now(),
      webhook,
    }),

    /** Creates an entry for an outbox: a mail that another entry's event causes, and that is never sent after `expiresAt`. */
    mailEntry(mail: Mail, expiresAt?: Date): OutboxEntry {
      const _id = new Types.ObjectId().toString()
      return { _id, at: app.now(), mail: { ...app.mailer.seal(_id, mail), ...(expiresAt && { expiresAt }) } }
    },

    /** Returns what a mail says of the request that caused it; `name` is the account holder's. */
    notice: (request: FastifyRequest, name: string): NoticeData => ({
      name,
      at: app.now(),
      ip: request.ip,
      userAgent: userAgentOf(request),
    }),

    /** Stores events at once. What webhooks are told of must go through the outbox of the document that changes instead. */
    record: (request: FastifyRequest | null, ...events: RecordInput[]): Promise<void> =>
      store(
        events.map(({ id = new Types.ObjectId().toString(), ...event }) => ({
          _id: id,
          at: app.now(),
          event: toEvent(request, event),
        })),
      ),

    /** Calls `listener` with each event that this process stores. */
    onStored(listener: (event: OutboxEvent) => void): void {
      listeners.push(listener)
    },

    /**
     * Erases what the events of a deleted account hold besides its opaque id. What another account did to it keeps the address and the
     * device of that account.
     */
    async forget(userId: Id): Promise<void> {
      const id = toText(userId)
      await AuditEvent.updateMany(
        { $or: [{ actorId: id }, { actorId: null, targetId: id }] },
        { $set: { ip: null, userAgent: null, requestId: null, details: {} } },
      )
      await AuditEvent.updateMany({ targetId: id }, { $set: { details: {} } })
    },
  }
}

/** Decorates `audit`. */
export default fp(
  async (app) => {
    const audit = createAudit(app)
    app.decorate('audit', audit)
    app.jobs.handle('outbox', { run: audit.sweep, maxAttempts: Number.POSITIVE_INFINITY, concurrency: 1 })
    app.addHook('onReady', () => app.jobs.enqueue({ id: 'outbox', kind: 'outbox' }))
    app.addHook('onClose', () => audit.idle())
  },
  { name: 'audit', dependencies: ['clock', 'config', 'db', 'jobs', 'mailer', 'metrics'] },
)
