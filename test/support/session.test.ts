import t from 'tap'
import type { UserDocument } from '../../models/user.js'
import { build, login, post } from './app.js'
import { storeSession } from './session.js'

/** The names of all values in a document, with the types of those values. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value?.constructor !== Object) return value?.constructor.name
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, shapeOf(entry)]))
}

t.test('an account that is stored signed in is what registration and sign-in leave', async (t) => {
  const test = await build(t)
  const { app } = test
  const [requested, stored] = [await login(test), await storeSession(test)]
  await app.audit.idle()
  const documents = await Promise.all([requested, stored].map(({ id }) => app.db.User.findById(id).lean()))
  const [before, after] = documents.map((document) => {
    const { _id, email, sessions, ...others } = document as UserDocument
    return { user: shapeOf({ ...others, password: { ...others.password } }), session: shapeOf({ ...sessions[0] }) }
  })
  t.same(after, before)
  t.same(Object.keys(stored).sort(), Object.keys(requested).sort())
  for (const { refreshToken } of [requested, stored])
    t.equal((await post(app, '/v1/auth/refresh-token', { refreshToken })).statusCode, 200)
})
