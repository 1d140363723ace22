import { type Connection, Schema, type Types } from 'mongoose'

export interface IdempotencyKeyDocument {
  /** SHA-256 of the owner's id and the key. */
  _id: string
  ownerId: Types.ObjectId
  /** Of the upload that was begun last under the key. */
  uploadId: string
  /** Names the request that may make the upload; null once it's made. */
  lease: string | null
  /** When that request counts as dead, unless it shows a sign of life. */
  leaseUntil: Date
  /** SHA-256, hex, of the content that was received; written, with the answer, before the upload is committed. */
  fingerprint: string | null
  /** The JSON of the first 201. */
  answer: string | null
  /** When the key is as good as new. */
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
// the keys of an account that is deleted
schema.index({ ownerId: 1 })

export const idempotencyKeyModel = (connection: Connection) =>
  connection.model('IdempotencyKey', schema, 'idempotencykeys')
