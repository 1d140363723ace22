import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import { Counter } from 'prom-client'
import type { AuditAction } from '../models/audit-event.js'
import { bytesOf } from '../models/bytes.js'
import { isDuplicateKey } from '../models/duplicate-key.js'
import { OUTBOX_FILLED, type OutboxEntry, type OutboxEvent } from '../models/user.js'
import { userAgentOf } from './http/requests.js'
import type { Mail } from './mailer/index.js'
import type { NoticeData } from './mailer/templates.js'

declare module 'fastify' {
  interface FastifyInstance {
    audit: ReturnType<typeof createAudit>
  }
}

type Id = string | Types.ObjectId

interface AuditInput {
  /** Names an event that must be stored once only. */
  id?: string
  action: AuditAction
  /** The account or object that the event is about; null if none exists. */
  targetId: Id | null
  outcome?: 'success' | 'failure'
  /** Shown to administrators: no secret, no address. */
  details?: Record<string, unknown>
  /** The account that acted; the signed-in caller by default, null if nobody is signed in. */
  actorId?: Id | null
}

const SWEEP_MS = 10_000
/** Users whose outboxes are moved together. */
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

/** Creates the audit log, and the mover of outboxes: what a change of a user causes is stored with the change and moved later. */
export function createAudit(app: FastifyInstance) {
  const { AuditEvent, User } = app.db
  const counter = new Counter({
    name: 'coffer_audit_events_total',
    help: 'Audit events stored.',
    labelNames: ['action', 'outcome'],
    registers: [app.metrics.registry],
  })
  const listeners = [({ action, outcome }: OutboxEvent) => counter.inc({ action, outcome })]
  const waiting = new Set<string>()
  let moving: Promise<void> | undefined

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
   * Moves the outboxes of users: stores their events and queues their mails, both under the ids of their entries, and then empties the
   * outboxes. Moving an entry twice is harmless.
   */
  async function move(...userIds: Id[]): Promise<void> {
    const found = await User.find({ _id: { $in: userIds } }, { outbox: 1 }).lean()
    const users = found.filter(({ outbox }) => outbox.length > 0)
    if (users.length === 0) return
    const entries = users.flatMap(({ outbox }) => outbox)
    await store(entries.flatMap(({ _id, at, event }) => (event ? { _id, at, event } : [])))
    for (const { _id, mail } of entries) {
      if (mail) await app.mailer.queue(_id, { template: mail.template, content: bytesOf(mail.content) })
    }
    await User.bulkWrite(
      users.map(({ _id, outbox }) => ({
        updateOne: {
          filter: { _id },
          update: { $pull: { outbox: { _id: { $in: outbox.map(({ _id }) => _id) } } } },
        },
      })),
    )
  }

  /** Moves outboxes with few commands; if that fails, one by one, so that one that can't be moved holds up no other. */
  async function moveEach(ids: Id[]): Promise<void> {
    try {
      await move(...ids)
    } catch {
      for (const id of ids) {
        await move(id).catch((error) => {
          app.log.error({ err: error, userId: toText(id) }, 'An outbox could not be moved')
        })
      }
    }
  }

  async function moveWaiting(): Promise<void> {
    while (waiting.size > 0) {
      // the replies go first
      await setImmediate()
      const ids = [...waiting].slice(0, BATCH)
      for (const id of ids) waiting.delete(id)
      await moveEach(ids)
    }
    moving = undefined
  }

  app.db.connection.on(OUTBOX_FILLED, (userId: Id) => {
    waiting.add(userId.toString())
    moving ??= moveWaiting()
  })

  return {
    move,

    /**
     * Creates an entry for `users.outbox`, to be pushed in the same update as the change: an audit event, and the mail that it causes.
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

    /** Returns what a mail says of the request that caused it; `name` is the account holder's. */
    notice: (request: FastifyRequest, name: string): NoticeData => ({
      name,
      at: app.now(),
      ip: request.ip,
      userAgent: userAgentOf(request),
    }),

    /** Stores events at once, for what changes no user. */
    record: (request: FastifyRequest | null, ...events: AuditInput[]): Promise<void> =>
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
      const left = await User.find({ 'outbox.at': { $lte: new Date(now - SWEEP_MS) } }, { _id: 1 })
        .limit(BATCH)
        .lean()
      await moveEach(left.map(({ _id }) => _id))
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
