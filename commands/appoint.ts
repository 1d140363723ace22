import type { FastifyInstance } from 'fastify'
import { canonicalEmail } from '../models/user.js'

/**
 * Makes the account of an address an administrator. Its sessions stay, and a mail tells its owner.
 * @returns false if it is an administrator already
 * @throws Error that says in one sentence why the account can't become one
 */
export async function appoint(app: FastifyInstance, address: string): Promise<boolean> {
  const { User } = app.db
  const email = canonicalEmail(address)
  const user = await User.findOne({ email }, { name: 1, locale: 1, role: 1, permissions: 1, status: 1 }).lean()
  if (!user) throw new Error(`No account has the address ${email}. Register it first and verify the code.`)
  if (user.status !== 'active')
    throw new Error(`The account of ${email} is suspended: an administrator can reactivate it.`)
  if (user.role === 'admin') return false

  const { _id, name, locale, permissions } = user
  const at = app.now()
  const event = app.audit.entry(
    null,
    { action: 'admin.appointed', targetId: _id },
    { template: 'access-changed', to: email, locale, data: { name, at, role: 'admin', permissions } },
  )
  const { modifiedCount } = await User.updateOne(
    { _id, email, status: 'active', role: 'user' },
    {
      $set: { role: 'admin', updatedAt: at },
      $inc: { authVersion: 1, revision: 1 },
      $push: { outbox: event },
    },
  )
  // the account has just changed: look again
  if (modifiedCount === 0) return appoint(app, address)
  await app.audit.move(_id)
  return true
}
