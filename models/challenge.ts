import { type Connection, Schema, type Types } from 'mongoose'
import type { Method } from './factor.js'
import { LOCALES, type Locale } from './locale.js'
import type { PasswordHash } from './user.js'

export type Purpose = 'registration' | 'login' | 'password-reset' | 'email-change' | 'reset-token' | 'passkey'
/** The purposes of mailed codes. */
export type MailedPurpose = Exclude<Purpose, 'reset-token' | 'passkey'>

export interface ChallengeDocument {
  /** SHA-256 of the challenge id; only the client holds the id. */
  _id: string
  purpose: Purpose
  /** Pseudonym of the address that got the code. It counts the codes of the address and finds the challenges of a deleted account. */
  addressKey: string
  email: string
  /** The methods that answer the challenge; absent if that is the mailed code alone. */
  methods?: Method[]
  /** HMAC of the code and the challenge id, under a server key. */
  codeHash: string
  codeExpiresAt: Date
  resendAvailableAt: Date
  attempts: number
  userId: Types.ObjectId | null
  /** The device that asked for the code, if it proved itself. */
  device: string | null
  /** The budgets that the last mailed code was counted in. They get it back when the code is used. */
  charge: string[]
  /** The user's `authVersion` when the challenge was created. */
  authVersion: number | null
  /** The account to create when the code is verified. */
  registration: { name: string; locale?: Locale; password: PasswordHash; avatar: Buffer | null } | null
  /** True for a challenge that no mailed code matches; it hides that the address has no account. */
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
    methods: { type: [String], default: undefined },
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
          locale: { type: String, enum: LOCALES },
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
// deletion of an account: its challenges
schema.index({ addressKey: 1 })
schema.index({ userId: 1 })

export const challengeModel = (connection: Connection) => connection.model('Challenge', schema, 'challenges')
