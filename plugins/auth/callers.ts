import DataLoader from 'dataloader'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
import { type Factor, isStrong, needsFactor } from '../../models/factor.js'
import { amrOf, type Session } from '../../models/session.js'
import { type ShownUser, USER_FIELDS, type UserDocument } from '../../models/user.js'
import { collectionOf } from '../db/collection.js'

declare module 'fastify' {
  interface FastifyInstance {
    callers: ReturnType<typeof createCallers>
  }
}

interface Credential {
  userId: Types.ObjectId
  /** The session that must not have ended; null for an API key, which needs none. */
  sessionId: string | null
}

/** Callers of one read, at most. */
const MAX_BATCH = 100

const FIELDS = {
  ...USER_FIELDS,
  kind: 1,
  apiKeyStamps: 1,
  'factors.type': 1,
  'sessions._id': 1,
  'sessions.idleExpiresAt': 1,
  'sessions.expiresAt': 1,
  'sessions.amr': 1,
}
type Found = ShownUser &
  Pick<UserDocument, 'kind' | 'apiKeyStamps'> & {
    factors?: Pick<Factor, 'type'>[]
    sessions: Pick<Session, '_id' | 'idleExpiresAt' | 'expiresAt' | 'amr'>[]
  }

export interface LoadedCaller {
  user: ShownUser
  /** True if `MFA_REQUIRED` asks for a second factor that the session was not begun with or the owner of the API key does not have. */
  lacksFactor: boolean
  /** The stamps of the user's API keys by their ids. */
  apiKeyStamps: UserDocument['apiKeyStamps']
}

/**
 * Creates a loader of callers: the user of a session or an API key, or undefined if the session has ended or the user isn't active. All
 * requests of both kinds in one turn of the event loop share one read, which begins after they arrived; no result is kept.
 */
export function createCallers(app: FastifyInstance): DataLoader<Credential, LoadedCaller | undefined> {
  const { MFA_REQUIRED } = app.config
  const users = collectionOf(app.db.User)

  async function load(credentials: readonly Credential[]): Promise<(LoadedCaller | undefined)[]> {
    const found = await users
      .find<Found>({ _id: { $in: credentials.map(({ userId }) => userId) }, status: 'active' }, { projection: FIELDS })
      .toArray()
    const now = app.now()
    const byId = new Map(found.map((user) => [user._id.toString(), user]))
    return credentials.map(({ userId, sessionId }) => {
      const user = byId.get(userId.toString())
      if (!user) return undefined
      const isNeeded = needsFactor(user, MFA_REQUIRED)
      const { apiKeyStamps } = user
      if (sessionId === null) return { user, apiKeyStamps, lacksFactor: isNeeded && !user.factors?.some(isStrong) }
      const session = user.sessions.find(({ _id }) => _id === sessionId)
      if (!session || session.idleExpiresAt <= now || session.expiresAt <= now) return undefined
      return { user, apiKeyStamps, lacksFactor: isNeeded && !amrOf(session).includes('mfa') }
    })
  }

  return new DataLoader(load, { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate })
}

/** Decorates `callers`. */
export default fp(
  async (app) => {
    app.decorate('callers', createCallers(app))
  },
  { name: 'callers', dependencies: ['clock', 'config', 'db'] },
)
