import { Types } from 'mongoose'
import type { Session } from '../../models/session.js'
import type { UserDocument } from '../../models/user.js'
import { mint, newSessionId } from '../../plugins/auth/refresh-token.js'
import { sha256 } from '../../plugins/keys.js'
import { newEmail, PASSWORD, type TestApp } from './app.js'

/**
 * Stores a new account with a session, as registration and sign-in leave them but without their mails and audit events. It takes a
 * twentieth of the time of `login`, for tests in which the account is only the scene.
 */
export async function storeSession({ app }: Pick<TestApp, 'app'>, rights: Partial<UserDocument> = {}) {
  const { REFRESH_IDLE_TTL, REFRESH_TOKEN_TTL } = app.config
  const [now, userId, sessionId, email] = [app.now(), new Types.ObjectId(), newSessionId(), newEmail()]
  const refreshToken = mint(app.keys.refreshToken, userId, sessionId, 0)
  const session: Session = {
    _id: sessionId,
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: new Date(now.getTime() + REFRESH_IDLE_TTL),
    expiresAt: new Date(now.getTime() + REFRESH_TOKEN_TTL),
    userAgent: 'lightMyRequest',
    ip: '127.0.0.1',
    counter: 0,
    tokenHash: sha256(refreshToken),
    predecessors: [],
    repetitions: 0,
    amr: ['pwd'],
    authTime: now,
  }
  await app.db.User.create({
    _id: userId,
    email,
    name: 'Ada Lovelace',
    nameKey: 'ada lovelace',
    locale: 'en',
    password: await app.passwords.hash(PASSWORD),
    role: 'user',
    permissions: [],
    status: 'active',
    sessions: [session],
    lastLoginAt: now,
    createdAt: now,
    updatedAt: now,
    ...rights,
  })
  const id = userId.toString()
  const accessToken = app.auth.signAccessToken(id, session)
  return {
    email,
    password: PASSWORD,
    id,
    accessToken,
    refreshToken,
    deviceToken: app.devices.create(email).deviceToken,
    bearer: { authorization: `Bearer ${accessToken}` },
  }
}
