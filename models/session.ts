import { Schema } from 'mongoose'
import type { Amr } from './factor.js'

/** A refresh token that was replaced. Presented again before `until`, it gets the same successor. */
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
  /** The session ends then unless it is refreshed before; each refresh moves it on. */
  idleExpiresAt: Date
  /** The session ends then in any case. */
  expiresAt: Date
  userAgent: string
  ip: string
  /** Rises by one with each refresh. The current refresh token holds it. */
  counter: number
  /** SHA-256 of the current refresh token. */
  tokenHash: string
  predecessors: Predecessor[]
  /** Repetitions of the last refresh after the grace time, since the last rotation. */
  repetitions: number
  /** The methods by which the person has authenticated in this session (RFC 8176); absent from sessions that began before factors existed. */
  amr?: Amr[]
  /** When the person last authenticated in this session. */
  authTime?: Date
  /** When the person last proved to be there, for sensitive changes. */
  stepUpAt?: Date
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
    amr: { type: [String], default: undefined },
    authTime: Date,
    stepUpAt: Date,
  },
  { versionKey: false },
)

/** Matches a session that has expired, by disuse or absolutely. */
export const isOver = (now: Date) => ({ $or: [{ idleExpiresAt: { $lte: now } }, { expiresAt: { $lte: now } }] })

const SHOWN_FIELDS = ['_id', 'createdAt', 'lastUsedAt', 'idleExpiresAt', 'expiresAt', 'userAgent', 'ip', 'amr'] as const

/** The fields of a session that {@link toSession} needs. */
export type ShownSession = Pick<Session, (typeof SHOWN_FIELDS)[number]>

/** The fields of a session that say how its person authenticated. */
export type Authentication = Pick<Session, 'createdAt' | 'amr' | 'authTime'>

/** The fields of a session that its tokens are issued with. */
export type IssuedSession = Authentication & Pick<Session, '_id' | 'idleExpiresAt' | 'expiresAt'>

/** Returns how the person of a session has authenticated. Before factors existed, that was by a password and a mailed code. */
export const amrOf = ({ amr = ['pwd'] }: Pick<Session, 'amr'>): Amr[] => amr

/** Returns the claims of an access token about the authentication (OpenID Connect Core 1.0, 2; RFC 9068, 2.2.1). */
export function authenticationClaims({ createdAt, authTime = createdAt, ...session }: Authentication) {
  const amr = amrOf(session)
  return { amr, acr: amr.includes('mfa') ? 'aal2' : 'aal1', auth_time: Math.floor(authTime.getTime() / 1000) }
}

/** Returns a session as its owner sees it; `currentId` is the session of the request. */
export const toSession = (session: ShownSession, currentId: string) => ({
  id: session._id,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: new Date(Math.min(session.idleExpiresAt.getTime(), session.expiresAt.getTime())).toISOString(),
  userAgent: session.userAgent,
  ip: session.ip,
  amr: amrOf(session),
  current: session._id === currentId,
})

/** Projection of a user with its {@link ShownSession}s. */
export const SESSION_FIELDS: Record<string, 1> = Object.fromEntries(
  SHOWN_FIELDS.map((field) => [`sessions.${field}`, 1]),
)
