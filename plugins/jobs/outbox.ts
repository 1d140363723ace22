import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Model, Types } from 'mongoose'
import { bytesOf } from '../../models/bytes.js'
import { OUTBOX_FILLED, type OutboxEntry, type OutboxEvent } from '../../models/outbox.js'
import { expand } from '../webhooks/expand.js'

export type Id = string | Types.ObjectId

/** An event under the id of its entry. */
export interface StoredEvent {
  _id: string
  at: Date
  event: OutboxEvent
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

export const toText = (id: Id | null | undefined) => id?.toString() ?? null

/**
 * Creates the mover of outboxes: what a change of a document causes is stored with the change, and moved later.
 * @param store stores events; one that exists already is left as it is
 */
export function createMover(app: FastifyInstance, store: (events: StoredEvent[]) => Promise<void>) {
  const waiting: Record<Owner, Set<string>> = {
    Asset: new Set(),
    Invitation: new Set(),
    User: new Set(),
    Webhook: new Set(),
  }
  let moving: Promise<void> | undefined

  // one signature for all models
  const modelOf = (owner: Owner) => app.db[owner] as unknown as Model<Filled>

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
