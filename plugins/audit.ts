import { setImmediate } from 'node:timers/promises'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import type { AuditAction } from '../models/audit-event.js'
import type { OutboxEntry, OutboxEvent } from '../models/user.js'
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
  /** Moves a user's outbox in the background; a failure is logged and left to the sweeper. */
  flush(userId: Id): void
  /** Moves a user's outbox: its events are stored and its mails queued under their own ids, then it's emptied. */
  move(userId: Id): Promise<void>
  /** Erases what the events of a deleted account hold besides its opaque id. */
  forget(userId: Id): Promise<void>
  /** Resolves when no flush is under way. */
  settled(): Promise<void>
}

const USER_AGENT_LENGTH = 256
const SWEEP_MS = 10_000
const SWEEP_USERS = 100
const DUPLICATE_KEY = 11000

const userAgentOf = (request: FastifyRequest) => request.headers['user-agent']?.slice(0, USER_AGENT_LENGTH)

const idOf = (id: Id | null | undefined) => id?.toString() ?? null

/** Decorates `audit`: the audit log, and the mover of what a change of a user causes. */
export default fp(
  async (app) => {
    const { AuditEvent, User } = app.db
    const pending = new Set<Promise<void>>()

    const toEvent = (request: FastifyRequest | null, input: AuditInput): OutboxEvent => ({
      action: input.action,
      actorId: idOf(input.actorId === undefined ? request?.auth?.userId : input.actorId),
      targetId: idOf(input.targetId),
      outcome: input.outcome ?? 'success',
      ip: request?.ip ?? null,
      userAgent: (request && userAgentOf(request)) ?? null,
      requestId: request?.id ?? null,
      details: input.details ?? {},
    })

    async function store(id: string, at: Date, event: OutboxEvent): Promise<void> {
      try {
        await AuditEvent.create({
          ...event,
          _id: id,
          at,
          removeAt: new Date(at.getTime() + app.config.AUDIT_TTL),
        })
        app.metrics.countEvent(event)
      } catch (error) {
        if ((error as { code?: unknown }).code !== DUPLICATE_KEY) throw error
      }
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

      record: (request, event) => store(new Types.ObjectId().toString(), app.now(), toEvent(request, event)),

      flush(userId) {
        // the reply goes first
        const moved = setImmediate()
          .then(() => audit.move(userId))
          .catch((error) => app.log.error({ err: error, userId: idOf(userId) }, 'An outbox could not be moved'))
          .finally(() => pending.delete(moved))
        pending.add(moved)
      },

      async move(userId) {
        const user = await User.findById(userId, { outbox: 1 }).lean()
        if (!user || user.outbox.length === 0) return
        for (const { _id, at, event, mail } of user.outbox) {
          if (event) await store(_id, at, event)
          if (mail) {
            const content = Buffer.from((mail.content as unknown as Types.Buffer).buffer)
            await app.mailer.queue(_id, { template: mail.template, content })
          }
        }
        await User.updateOne(
          { _id: userId },
          { $pull: { outbox: { _id: { $in: user.outbox.map(({ _id }) => _id) } } } },
        )
      },

      async forget(userId) {
        const id = idOf(userId)
        await AuditEvent.updateMany({ actorId: id }, { $set: { ip: null, userAgent: null, details: {} } })
        await AuditEvent.updateMany({ targetId: id }, { $set: { details: {} } })
      },

      async settled() {
        while (pending.size > 0) await Promise.all(pending)
      },
    }

    /** Finds what a crash has left between a change and its flush. */
    async function sweep(): Promise<{ again: Date }> {
      const now = app.now().getTime()
      const left = await User.find({ 'outbox.at': { $lte: new Date(now - SWEEP_MS) } }, { _id: 1 })
        .limit(SWEEP_USERS)
        .lean()
      for (const { _id } of left) {
        await audit.move(_id).catch((error) => {
          app.log.error({ err: error, userId: idOf(_id) }, 'An outbox could not be moved')
        })
      }
      return { again: new Date(now + SWEEP_MS) }
    }

    app.decorate('audit', audit)
    app.jobs.handle('outbox', { run: sweep, maxAttempts: Number.POSITIVE_INFINITY, concurrency: 1 })
    app.addHook('onReady', () => app.jobs.enqueue({ id: 'outbox', kind: 'outbox' }))
    app.addHook('onClose', () => audit.settled())
  },
  { name: 'audit', dependencies: ['config', 'db', 'jobs', 'mailer', 'metrics'] },
)
