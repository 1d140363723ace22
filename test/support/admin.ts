import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import type { Permission, UserDocument } from '../../models/user.js'
import { login, newEmail, PASSWORD, register, type TestApp } from './app.js'

/** An account that had these rights before it signed in. */
export async function loginAs(test: TestApp, rights: { role?: 'user' | 'admin'; permissions?: Permission[] }) {
  const { email, user } = await register(test)
  await test.app.db.User.updateOne({ _id: user.id }, { $set: rights })
  return login(test, { email, password: PASSWORD })
}

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
