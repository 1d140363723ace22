import type { Types } from 'mongoose'
import type { Database } from '../plugins/db/index.js'
import type { Session } from './user.js'

const FIELDS = ['_id', 'createdAt', 'lastUsedAt', 'idleExpiresAt', 'expiresAt', 'userAgent', 'ip'] as const

/** What {@link toSession} needs of a session. */
export type ShownSession = Pick<Session, (typeof FIELDS)[number]>

/** The sessions of a user that have expired neither way, newest first. */
export async function livingSessions({ User }: Database, userId: Types.ObjectId, now: Date): Promise<ShownSession[]> {
  const fields: Record<string, 1> = Object.fromEntries(FIELDS.map((field) => [`sessions.${field}`, 1]))
  const user = await User.findOne({ _id: userId }, fields).lean<{ sessions: ShownSession[] }>()
  return (user?.sessions ?? [])
    .filter(({ idleExpiresAt, expiresAt }) => idleExpiresAt > now && expiresAt > now)
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
}

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
