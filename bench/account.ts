import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import type { PasswordHash } from '../models/user.js'
import { mint, newSessionId } from '../plugins/auth/refresh-token.js'
import { sha256 } from '../plugins/keys.js'

const HOUR = 3_600_000

export type Account = Awaited<ReturnType<typeof signedIn>>

/** Creates an administrator with a session of an hour, without the mails. */
export async function signedIn(app: FastifyInstance, password?: PasswordHash, userId = new Types.ObjectId()) {
  const now = app.now()
  const later = new Date(now.getTime() + HOUR)
  const sessionId = newSessionId()
  const email = `${userId}@example.com`
  const refreshToken = mint(app.keys.refreshToken, userId, sessionId, 0)
  await app.db.User.create({
    _id: userId,
    email,
    name: 'Ada',
    nameKey: 'ada',
    password: password ?? { scheme: 'bcrypt', cost: 4, pepperId: null, hash: '-' },
    role: 'admin',
    permissions: [],
    status: 'active',
    sessions: [
      {
        _id: sessionId,
        createdAt: now,
        lastUsedAt: now,
        idleExpiresAt: later,
        expiresAt: later,
        userAgent: '-',
        ip: '-',
        counter: 0,
        tokenHash: sha256(refreshToken),
        predecessors: [],
      },
    ],
    createdAt: now,
    updatedAt: now,
  })
  const bearer = {
    authorization: `Bearer ${app.auth.signAccessToken(userId.toString(), { _id: sessionId, createdAt: now })}`,
  }
  return { userId, sessionId, email, bearer, refreshToken }
}
