import { type Connection, Schema, type Types } from 'mongoose'
import type { PasswordHash } from './user.js'

export type Purpose = 'registration' | 'login' | 'password-reset' | 'email-change' | 'reset-token'
/** The purposes of mailed codes. */
export type MailedPurpose = Exclude<Purpose, 'reset-token'>

export interface ChallengeDocument {
  /** SHA-256 of the id that only the client holds. */
  _id: string
  purpose: Purpose
  /** Pseudonym of the address to which the code was mailed: counts its codes and finds what a deleted account left. */
  addressKey: string
  email: string
  /** HMAC of the code under a server key and the client-held id. */
  codeHash: string
  codeExpiresAt: Date
  resendAvailableAt: Date
  attempts: number
  userId: Types.ObjectId | null
  /** The device that asked, if it has proven itself. */
  device: string | null
  /** The budgets in which the last mailed code was counted; its use gives it back to them. */
  charge: string[]
  /** The user's `authVersion` when the challenge was made. */
  authVersion: number | null
  /** The account that comes to be when the code is verified. */
  registration: { name: string; password: PasswordHash; avatar: Buffer | null } | null
  /** Whether it only looks like a challenge: no code matches it. */
  isDecoy: boolean
  createdAt: Date
  expiresAt: Date
  consumedAt: Date | null
}

const schema = new Schema<ChallengeDocument>(
  {
    _id: String,
    purpose: { type: String, required: true },
    addressKey: { type: String, required: true },
    email: { type: String, required: true },
    codeHash: { type: String, required: true },
    codeExpiresAt: { type: Date, required: true },
    resendAvailableAt: { type: Date, required: true },
    attempts: { type: Number, default: 0 },
    userId: { type: Schema.Types.ObjectId, default: null },
    device: { type: String, default: null },
    charge: [String],
    authVersion: { type: Number, default: null },
    registration: {
      type: new Schema(
        {
          name: String,
          password: { _id: false, scheme: String, cost: Number, pepperId: String, hash: String },
          avatar: { type: Buffer, default: null },
        },
        { _id: false },
      ),
      default: null,
    },
    isDecoy: { type: Boolean, default: false },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    consumedAt: { type: Date, default: null },
  },
  { versionKey: false, strict: 'throw' },
)

schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })
// the challenges of an account that is deleted
schema.index({ addressKey: 1 })
schema.index({ userId: 1 })

export const challengeModel = (connection: Connection) => connection.model('Challenge', schema, 'challenges')
