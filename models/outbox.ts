import { type Query, Schema, type UpdateQuery } from 'mongoose'

/** An effect of a change of a document. It is written with the change and moved out afterwards, under its own id. */
export interface OutboxEntry {
  _id: string
  at: Date
  event?: OutboxEvent
  /** A mail with encrypted content. */
  mail?: { template: string; content: Buffer; expiresAt?: Date }
  /** An event for webhooks that has no audit event of its own. */
  webhook?: { type: string; data: Record<string, unknown> }
}

export interface OutboxEvent {
  action: string
  actorId: string | null
  targetId: string | null
  outcome: 'success' | 'failure'
  ip: string | null
  userAgent: string | null
  requestId: string | null
  details: Record<string, unknown>
}

const outboxEntry = new Schema<OutboxEntry>(
  {
    _id: String,
    at: Date,
    event: { type: Schema.Types.Mixed },
    mail: { type: Schema.Types.Mixed },
    webhook: { type: Schema.Types.Mixed },
  },
  { versionKey: false },
)

/** Event of a connection: the outbox of the document with this id, of the model with this name, got an entry. */
export const OUTBOX_FILLED = 'outbox-filled'

/** Returns the part of an update that puts entries into the outbox; there may be none, which DocumentDB 0.106 can't take. */
export const fillOutbox = (entries: OutboxEntry[]) =>
  entries.length > 0 ? { $push: { outbox: { $each: entries } } } : {}

/** Gives the documents of a schema an outbox, and announces each update that fills one. */
export function addOutbox<T>(schema: Schema<T>, options: { default?: undefined } = {}): void {
  schema.add({ outbox: { type: [outboxEntry], ...options } } as never)
  // outboxes that a crash left
  schema.index({ 'outbox.at': 1 }, { sparse: true })
  schema.post<Query<{ modifiedCount?: number } | null, T>>(
    ['updateOne', 'findOneAndUpdate'],
    function announce(result: { modifiedCount?: number } | null) {
      const update = this.getUpdate() as UpdateQuery<{ outbox: OutboxEntry[] }>
      if (update.$push?.outbox && result && result.modifiedCount !== 0) {
        this.model.db.emit(OUTBOX_FILLED, this.getFilter()._id, this.model.modelName)
      }
    },
  )
  schema.post('save', (document) => {
    const { modelName } = document.constructor as unknown as { modelName: string }
    document.db.emit(OUTBOX_FILLED, document._id, modelName)
  })
}
