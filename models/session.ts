import { Schema } from 'mongoose'

/** A refresh token that was replaced: presented again before `until`, it yields the same successor. */
export interface Predecessor {
  hash: string
  until: Date
  /** The successor, encrypted. */
  successor: Buffer
}

export interface Session {
  _id: string
  createdAt: Date
  lastUsedAt: Date
  /** The end by disuse, moved on by each refresh. */
  idleExpiresAt: Date
  /** The absolute end. */
  expiresAt: Date
  userAgent: string
  ip: string
  /** Rises by one at each refresh; the current refresh token carries it. */
  counter: number
  /** SHA-256 of the current refresh token. */
  tokenHash: string
  predecessors: Predecessor[]
  /** How often the current token was asked for again after its grace time, since the last rotation. */
  repetitions: number
}

export const sessionSchema = new Schema<Session>(
  {
    _id: String,
    createdAt: Date,
    lastUsedAt: Date,
    idleExpiresAt: Date,
    expiresAt: Date,
    userAgent: String,
    ip: String,
    counter: Number,
    tokenHash: String,
    predecessors: [{ _id: false, hash: String, until: Date, successor: Buffer }],
    repetitions: { type: Number, default: 0 },
  },
  { versionKey: false },
)

/** The condition on a session that has expired either way. */
export const isOver = (now: Date) => ({ $or: [{ idleExpiresAt: { $lte: now } }, { expiresAt: { $lte: now } }] })

const SHOWN_FIELDS = ['_id', 'createdAt', 'lastUsedAt', 'idleExpiresAt', 'expiresAt', 'userAgent', 'ip'] as const

/** What {@link toSession} needs of a session. */
export type ShownSession = Pick<Session, (typeof SHOWN_FIELDS)[number]>

/** What a session shows to its owner; `currentId` is the session of the call. */
export const toSession = (session: ShownSession, currentId: string) => ({
  id: session._id,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: new Date(Math.min(session.idleExpiresAt.getTime(), session.expiresAt.getTime())).toISOString(),
  userAgent: session.userAgent,
  ip: session.ip,
  current: session._id === currentId,
})

/** The projection for the {@link ShownSession}s of a user. */
export const SESSION_FIELDS: Record<string, 1> = Object.fromEntries(
  SHOWN_FIELDS.map((field) => [`sessions.${field}`, 1]),
)
