import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import type { Permission, UserDocument } from '../../models/user.js'
import { newEmail, type TestApp } from './app.js'
import { storeSession } from './session.js'

/** A new account that had these rights before it signed in. */
export const loginAs = (test: TestApp, rights: { role?: 'user' | 'admin'; permissions?: Permission[] }) =>
  storeSession(test, rights)

/** The properties of an account as administrators see it. */
export const ADMIN_USER_PROPERTIES = [
  ...['adminMetadata', 'avatarUrl', 'createdAt', 'email', 'id', 'locale'],
  ...['metadata', 'name', 'permissions', 'role', 'status', 'updatedAt'],
]

/** Calls with a bearer token, bodies as JSON. */
export const caller =
  ({ app }: Pick<TestApp, 'app'>, { bearer }: { bearer: Record<string, string> }) =>
  (
    method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) =>
    app.inject({ method, url, headers: { ...bearer, ...headers }, ...(payload && { payload }) })

/** Rows of accounts that nobody signs in to. */
export function insertUsers(app: FastifyInstance, users: Partial<UserDocument>[]) {
  const password = { scheme: 'bcrypt', cost: 4, pepperId: null, hash: '-' } as const
  const at = app.now()
  return app.db.User.insertMany(
    users.map((user) => ({
      _id: new Types.ObjectId(),
      email: newEmail(),
      name: 'Ada',
      nameKey: user.name?.toLowerCase() ?? 'ada',
      password,
      role: 'user',
      permissions: [],
      status: 'active',
      createdAt: at,
      updatedAt: at,
      ...user,
    })),
  )
}

/** The actions that were audited about a target, oldest first. */
export async function audited(app: FastifyInstance, targetId: string) {
  await app.audit.idle()
  const events = await app.db.AuditEvent.find({ targetId }).sort({ at: 1, _id: 1 }).lean()
  return events.map(({ action }) => action)
}
