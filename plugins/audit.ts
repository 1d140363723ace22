import { setImmediate } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import { Counter } from 'prom-client'
import type { AuditAction } from '../models/audit-event.js'
import { bytesOf } from '../models/bytes.js'
import { isDuplicateKey } from '../models/duplicate-key.js'
import type { OutboxEntry, OutboxEvent } from '../models/user.js'
import { userAgentOf } from './http/requests.js'
import type { Mail } from './mailer/index.js'
import type { NoticeData } from './mailer/templates.js'

declare module 'fastify' {
  interface FastifyInstance {
    audit: Audit
  }
}

type Id = string | Types.ObjectId

export interface AuditInput {
  action: AuditAction
  /** The account or the object that it's about; null where none exists. */
  targetId: Id | null
  outcome?: 'success' | 'failure'
  /** What an administrator may read: no secret, no address. */
  details?: Record<string, unknown>
  /** Who did it; by default the signed-in caller, null where there is none. */
  actorId?: Id | null
}

export interface Audit {
  /**
   * An entry for `users.outbox`, to be pushed in the same update as the change: an audit event, and a mail where one is due.
   * `request` is null outside a request, as in a command.
   */
  entry(request: FastifyRequest | null, event: AuditInput, mail?: Mail): OutboxEntry
  /** What a mail says of the request that it's about; `name` is the account holder's. */
  notice(request: FastifyRequest, name: string): NoticeData
  /** Writes an event at once, where no user's document changes. */
  record(request: FastifyRequest | null, event: AuditInput): Promise<void>
  /** Calls `listener` with each event that this process stores. */
  onStored(listener: (event: OutboxEvent) => void): void
  /** Moves a user's outbox in the background, along with those that wait too; a failure is logged and left to the sweeper. */
  flush(userId: Id): void
  /** Moves the outboxes of users: their events are stored and their mails queued under their own ids, then they are emptied. */
  move(...userIds: Id[]): Promise<void>
  /** Erases what the events of a deleted account hold besides its opaque id. */
  forget(userId: Id): Promise<void>
  /** Resolves when no flush is under way. */
  idle(): Promise<void>
}

const SWEEP_MS = 10_000
/** Users whose outboxes are moved together. */
const BATCH = 100

const idOf = (id: Id | null | undefined) => id?.toString() ?? null

/** Decorates `audit`: the audit log, and the mover of what a change of a user causes. */
export default fp(
  async (app) => {
    const { AuditEvent, User } = app.db
    const events = new Counter({
      name: 'coffer_audit_events_total',
      help: 'Audit events stored.',
      labelNames: ['action', 'outcome'],
      registers: [app.metrics.registry],
    })
    const listeners = [({ action, outcome }: OutboxEvent) => events.inc({ action, outcome })]
    /** Whose outboxes are to be moved once those are that are being moved. */
    const waiting = new Set<string>()
    let moving: Promise<void> | undefined

    const toEvent = (request: FastifyRequest | null, input: AuditInput): OutboxEvent => ({
      action: input.action,
      actorId: idOf(input.actorId === undefined ? request?.caller?.userId : input.actorId),
      targetId: idOf(input.targetId),
      outcome: input.outcome ?? 'success',
      ip: request?.ip ?? null,
      userAgent: (request && userAgentOf(request)) ?? null,
      requestId: request?.id ?? null,
      details: input.details ?? {},
    })

    /** Stores those that aren't yet. */
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

    const audit: Audit = {
      entry(request, event, mail) {
        const id = new Types.ObjectId().toString()
        return {
          _id: id,
          at: app.now(),
          event: toEvent(request, event),
          ...(mail && { mail: app.mailer.seal(id, mail) }),
        }
      },

      notice: (request, name) => ({
        name,
        at: app.now(),
        ip: request.ip,
        userAgent: userAgentOf(request) ?? '',
      }),

      record: (request, event) =>
        store([{ _id: new Types.ObjectId().toString(), at: app.now(), event: toEvent(request, event) }]),

      onStored(listener) {
        listeners.push(listener)
      },

      flush(userId) {
        waiting.add(userId.toString())
        moving ??= moveWaiting()
      },

      async move(...userIds) {
        const found = await User.find({ _id: { $in: userIds } }, { outbox: 1 }).lean()
        const users = found.filter(({ outbox }) => outbox.length > 0)
        if (users.length === 0) return
        const entries = users.flatMap(({ outbox }) => outbox)
        await store(entries.flatMap(({ _id, at, event }) => (event ? { _id, at, event } : [])))
        for (const { _id, mail } of entries) {
          if (!mail) continue
          const content = bytesOf(mail.content)
          await app.mailer.queue(_id, { template: mail.template, content })
        }
        await User.bulkWrite(
          users.map(({ _id, outbox }) => ({
            updateOne: {
              filter: { _id },
              update: { $pull: { outbox: { _id: { $in: outbox.map(({ _id }) => _id) } } } },
            },
          })),
        )
      },

      async forget(userId) {
        const id = idOf(userId)
        await AuditEvent.updateMany({ actorId: id }, { $set: { ip: null, userAgent: null, details: {} } })
        await AuditEvent.updateMany({ targetId: id }, { $set: { details: {} } })
      },

      async idle() {
        while (moving) await moving
      },
    }

    async function moveWaiting() {
      while (waiting.size > 0) {
        // the replies go first
        await setImmediate()
        const ids = [...waiting].slice(0, BATCH)
        for (const id of ids) waiting.delete(id)
        await moveEach(ids)
      }
      moving = undefined
    }

    /** All by few commands; where that fails, one by one, so that one that can't be moved stops no other. */
    async function moveEach(ids: Id[]) {
      try {
        await audit.move(...ids)
      } catch {
        for (const id of ids) {
          await audit.move(id).catch((error) => {
            app.log.error({ err: error, userId: idOf(id) }, 'An outbox could not be moved')
          })
        }
      }
    }

    /** Finds what a crash has left between a change and its flush. */
    async function sweep(): Promise<{ again: Date }> {
      const now = app.now().getTime()
      const left = await User.find({ 'outbox.at': { $lte: new Date(now - SWEEP_MS) } }, { _id: 1 })
        .limit(BATCH)
        .lean()
      await moveEach(left.map(({ _id }) => _id))
      return { again: new Date(now + SWEEP_MS) }
    }

    app.decorate('audit', audit)
    app.jobs.handle('outbox', { run: sweep, maxAttempts: Number.POSITIVE_INFINITY, concurrency: 1 })
    app.addHook('onReady', () => app.jobs.enqueue({ id: 'outbox', kind: 'outbox' }))
    app.addHook('onClose', () => audit.idle())
  },
  { name: 'audit', dependencies: ['clock', 'config', 'db', 'jobs', 'mailer', 'metrics'] },
)
