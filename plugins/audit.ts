import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Model, Types } from 'mongoose'
import { Counter } from 'prom-client'
import type { AuditAction } from '../models/audit-event.js'
import { bytesOf } from '../models/bytes.js'
import { isDuplicateKey } from '../models/duplicate-key.js'
import { OUTBOX_FILLED, type OutboxEntry, type OutboxEvent } from '../models/outbox.js'
import type { UnannouncedAction, WebhookFact } from '../models/webhook-event.js'
import { userAgentOf } from './http/requests.js'
import type { Mail } from './mailer/index.js'
import type { NoticeData } from './mailer/mails.js'
import { expand } from './webhooks/expand.js'

declare module 'fastify' {
  interface FastifyInstance {
    audit: ReturnType<typeof createAudit>
  }
}

type Id = string | Types.ObjectId

interface AuditInput<Action extends AuditAction = AuditAction> {
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

/** The models whose documents have an outbox. */
const OWNERS = ['Asset', 'Invitation', 'User', 'Webhook'] as const
type Owner = (typeof OWNERS)[number]

/** A document whose outbox has entries. */
interface Filled {
  _id: Types.ObjectId | string
  outbox: OutboxEntry[]
}

const SWEEP_MS = 10_000
/** Documents whose outboxes are moved together. */
const BATCH = 100

const toText = (id: Id | null | undefined) => id?.toString() ?? null

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

/** Creates the audit log, and the mover of outboxes: what a change of a document causes is stored with the change and moved later. */
export function createAudit(app: FastifyInstance) {
  const { AuditEvent } = app.db
  const counter = new Counter({
    name: 'coffer_audit_events_total',
    help: 'Audit events stored.',
    labelNames: ['action', 'outcome'],
    registers: [app.metrics.registry],
  })
  const listeners = [({ action, outcome }: OutboxEvent) => counter.inc({ action, outcome })]
  const waiting: Record<Owner, Set<string>> = {
    Asset: new Set(),
    Invitation: new Set(),
    User: new Set(),
    Webhook: new Set(),
  }
  let moving: Promise<void> | undefined

  // one signature for all models
  const modelOf = (owner: Owner) => app.db[owner] as unknown as Model<Filled>

  /** Stores events; one that exists already is left as it is. */
  async function store(entries: { _id: string; at: Date; event: OutboxEvent }[]): Promise<void> {
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

  /**
   * Moves the outboxes of documents: stores their events, queues the deliveries to webhooks and the mails, all under the ids of their
   * entries, and then empties the outboxes. Moving an entry twice is harmless.
   */
  async function moveOf(owner: Owner, ...ids: Id[]): Promise<void> {
    const model = modelOf(owner)
    const filled = await model.find({ _id: { $in: ids }, 'outbox._id': { $exists: true } }, { outbox: 1 }).lean()
    if (filled.length === 0) return
    const entries = filled.flatMap(({ outbox }) => outbox)
    const events = entries.flatMap(({ _id, at, event }) => (event ? [{ _id, at, event }] : []))
    if (events.length > 0) await store(events)
    await expand(app, entries)
    for (const { _id, mail } of entries) {
      if (!mail) continue
      const { template, content, expiresAt } = mail
      await app.mailer.queue(_id, { template, content: bytesOf(content) }, expiresAt)
    }
    await model.bulkWrite(
      filled.map(({ _id, outbox }) => ({
        updateOne: {
          filter: { _id },
          update: { $pull: { outbox: { _id: { $in: outbox.map(({ _id }) => _id) } } } },
        },
      })),
    )
  }

  /** Moves outboxes with few commands; if that fails, one by one, so that one that can't be moved holds up no other. */
  async function moveEach(owner: Owner, ids: Id[]): Promise<void> {
    if (ids.length === 0) return
    try {
      await moveOf(owner, ...ids)
    } catch {
      for (const id of ids) {
        await moveOf(owner, id).catch((error) => {
          app.log.error({ err: error, owner, id: toText(id) }, 'An outbox could not be moved')
        })
      }
    }
  }

  async function moveWaiting(): Promise<void> {
    while (OWNERS.some((owner) => waiting[owner].size > 0)) {
      // the replies go first
      await setImmediate()
      for (const owner of OWNERS) {
        const ids = [...waiting[owner]].slice(0, BATCH)
        for (const id of ids) waiting[owner].delete(id)
        await moveEach(owner, ids)
      }
    }
    moving = undefined
  }

  app.db.connection.on(OUTBOX_FILLED, (id: Id, owner: Owner) => {
    waiting[owner].add(id.toString())
    moving ??= moveWaiting()
  })

  return {
    /** Moves the outboxes of users, see {@link moveOf}. */
    move: (...userIds: Id[]) => moveOf('User', ...userIds),
    moveOf,

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

    /** Moves the outboxes that a process left when it ended between a change and their move. */
    async sweep(): Promise<{ again: Date }> {
      const now = app.now().getTime()
      for (const owner of OWNERS) {
        const left = await modelOf(owner)
          .find({ 'outbox.at': { $lte: new Date(now - SWEEP_MS) } }, { _id: 1 })
          .limit(BATCH)
          .lean()
        await moveEach(
          owner,
          left.map(({ _id }) => _id),
        )
      }
      return { again: new Date(now + SWEEP_MS) }
    },

    /** Resolves when no outbox is being moved in the background. */
    async idle(): Promise<void> {
      while (moving) await moving
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
