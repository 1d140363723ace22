import type { FastifyInstance } from 'fastify'
import { canonicalEmail, type Role } from '../models/user.js'
import { Problem } from '../openapi/errors.js'
import { Email } from '../openapi/schemas/account.js'

const EMAIL = new RegExp(Email.pattern as string)

/**
 * Invites an address to create an account. A pending invitation of the address is withdrawn.
 * @returns the id of the invitation and the end of its code
 * @throws Error that says in one sentence why the address can't be invited
 */
export async function inviteAddress(app: FastifyInstance, address: string, role: Role) {
  const { Invitation } = app.db
  const email = canonicalEmail(address)
  if (email.length > 254 || !EMAIL.test(email)) throw new Error(`${address} is no e-mail address.`)
  const pending = await Invitation.findOne({ openEmail: email, expiresAt: { $gt: app.now() } }).lean()
  if (pending) {
    await app.invitations.withdraw(null, pending)
    await app.audit.moveOf('Invitation', pending._id)
  }
  const offer = { email, name: null, locale: null, role, permissions: [], invitedBy: null }
  try {
    const { _id, expiresAt } = await app.invitations.create(null, offer)
    await app.audit.moveOf('Invitation', _id)
    return { id: _id, expiresAt }
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'EMAIL_TAKEN')) throw error
    throw new Error(`The address ${email} has an account: npm run admin -- EMAIL makes it an administrator.`)
  }
}
