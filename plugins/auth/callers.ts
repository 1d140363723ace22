import DataLoader from 'dataloader'
import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import type { Session } from '../../models/session.js'
import { type ShownUser, USER_FIELDS } from '../../models/user.js'
import { collectionOf } from '../db/collection.js'

interface Credential {
  userId: Types.ObjectId
  /** The session that must not have ended; null for an API key, which needs none. */
  sessionId: string | null
}

/** Callers of one read, at most. */
const MAX_BATCH = 100

const FIELDS = { ...USER_FIELDS, 'sessions._id': 1, 'sessions.idleExpiresAt': 1, 'sessions.expiresAt': 1 }
type Found = ShownUser & { sessions: Pick<Session, '_id' | 'idleExpiresAt' | 'expiresAt'>[] }

/**
 * Creates a loader of callers: the user of a session or an API key, or undefined if the session has ended or the user isn't active. All
 * requests of both kinds in one turn of the event loop share one read, which begins after they arrived; no result is kept.
 */
export function createCallers(app: FastifyInstance): DataLoader<Credential, ShownUser | undefined> {
  const users = collectionOf(app.db.User)

  async function load(credentials: readonly Credential[]): Promise<(ShownUser | undefined)[]> {
    const found = await users
      .find<Found>({ _id: { $in: credentials.map(({ userId }) => userId) }, status: 'active' }, { projection: FIELDS })
      .toArray()
    const now = app.now()
    const byId = new Map(found.map((user) => [user._id.toString(), user]))
    return credentials.map(({ userId, sessionId }) => {
      const user = byId.get(userId.toString())
      if (sessionId === null) return user
      const session = user?.sessions.find(({ _id }) => _id === sessionId)
      return session && session.idleExpiresAt > now && session.expiresAt > now ? user : undefined
    })
  }

  return new DataLoader(load, { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate })
}
