import DataLoader from 'dataloader'
import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import type { Session } from '../../models/session.js'
import { type ShownUser, USER_FIELDS } from '../../models/user.js'
import { collectionOf } from '../db/collection.js'

interface SessionKey {
  userId: Types.ObjectId
  sessionId: string
}

/** Callers of one read, at most. */
const MAX_BATCH = 100

const FIELDS = { ...USER_FIELDS, 'sessions._id': 1, 'sessions.idleExpiresAt': 1, 'sessions.expiresAt': 1 }
type Found = ShownUser & { sessions: Pick<Session, '_id' | 'idleExpiresAt' | 'expiresAt'>[] }

/**
 * Creates a loader of callers: the user of a session, or undefined if the session has ended or the user isn't active. All requests that
 * arrive in one turn of the event loop share one read, which begins after they arrived; no result is kept.
 */
export function createCallers(app: FastifyInstance): DataLoader<SessionKey, ShownUser | undefined> {
  const users = collectionOf(app.db.User)

  async function load(keys: readonly SessionKey[]): Promise<(ShownUser | undefined)[]> {
    const found = await users
      .find<Found>({ _id: { $in: keys.map(({ userId }) => userId) }, status: 'active' }, { projection: FIELDS })
      .toArray()
    const now = app.now()
    const byId = new Map(found.map((user) => [user._id.toString(), user]))
    return keys.map(({ userId, sessionId }) => {
      const user = byId.get(userId.toString())
      const session = user?.sessions.find(({ _id }) => _id === sessionId)
      return session && session.idleExpiresAt > now && session.expiresAt > now ? user : undefined
    })
  }

  return new DataLoader(load, { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate })
}
