import { type Connection, Schema, type Types } from 'mongoose'

export interface IdempotencyKeyDocument {
  /** SHA-256 of the owner's id and the key. */
  _id: string
  ownerId: Types.ObjectId
  /** The latest upload under the key. */
  uploadId: string
  /** Identifies the request that may do the upload; null when the upload is done. */
  lease: string | null
  /** The request counts as dead then, unless it renews this time. */
  leaseUntil: Date
  /** Hex SHA-256 of the received content. It is written with the answer, before the upload is committed. */
  fingerprint: string | null
  /** The first 201 answer, as JSON. */
  answer: string | null
  /** The key is free again then. */
  expiresAt: Date
}

const schema = new Schema<IdempotencyKeyDocument>(
  {
    _id: String,
    ownerId: { type: Schema.Types.ObjectId, required: true },
    uploadId: { type: String, required: true },
    lease: { type: String, default: null },
    leaseUntil: { type: Date, required: true },
    fingerprint: { type: String, default: null },
    answer: { type: String, default: null },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw' },
)

schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
// deletion of an account: its keys
schema.index({ ownerId: 1 })

export const idempotencyKeyModel = (connection: Connection) =>
  connection.model('IdempotencyKey', schema, 'idempotencykeys')
