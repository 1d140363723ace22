import { Types } from 'mongoose'
import type { UserDocument } from '../../models/user.js'
import { newSession } from '../../plugins/auth/sessions.js'
import { newEmail, PASSWORD, type TestApp } from './app.js'

/**
 * Stores a new account with a session, as registration and sign-in leave them but without their mails and audit events. It takes a
 * twentieth of the time of `login`, for tests in which the account is only the scene.
 */
export async function storeSession({ app }: Pick<TestApp, 'app'>, rights: Partial<UserDocument> = {}) {
  const [userId, email] = [new Types.ObjectId(), newEmail()]
  const client = { userAgent: 'lightMyRequest', ip: '127.0.0.1' }
  const { session, token: refreshToken } = newSession(app, userId, client, ['pwd'])
  const { createdAt: now } = session
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
