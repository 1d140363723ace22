import type { Permission } from '../models/user.js'
import { login, PASSWORD, register, type TestApp } from './helper.js'

/** An account with these rights from the start, signed in; nobody's last administrator unless it's the only one. */
export async function loginAs(test: TestApp, rights: { role?: 'user' | 'admin'; permissions?: Permission[] }) {
  const { email, user } = await register(test)
  await test.app.db.User.updateOne({ _id: user.id }, { $set: rights })
  return login(test, { email, password: PASSWORD })
}

/** A call with a bearer token, its body as JSON. */
export const caller =
  ({ app }: TestApp, { bearer }: { bearer: Record<string, string> }) =>
  (method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, payload?: object, headers = {}) =>
    app.inject({ method, url, headers: { ...bearer, ...headers }, ...(payload && { payload }) })
