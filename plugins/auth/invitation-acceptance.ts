import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Types } from 'mongoose'
import { givesRights, type InvitationDocument } from '../../models/invitation.js'
import { fillOutbox, type OutboxEntry } from '../../models/outbox.js'
import { Problem } from '../../openapi/errors.js'

/** Creates the steps in which the code of an invitation becomes an account. */
export function createAcceptance(app: FastifyInstance) {
  const { Invitation, User } = app.db
  const { OTP_MAX_ATTEMPTS } = app.config

  async function refuse(request: FastifyRequest, targetId: string | null): Promise<never> {
    const details = { purpose: 'invitation' }
    await app.audit.record(request, { action: 'code.refused', targetId, outcome: 'failure', details })
    throw new Problem('INVALID_CODE')
  }

  /** Returns true while the account that answers for an invitation could still send it. */
  async function isBacked(invitation: InvitationDocument): Promise<boolean> {
    if (invitation.invitedBy === null) return true
    const backer = await User.findOne(
      { _id: invitation.invitedBy, status: 'active' },
      { role: 1, permissions: 1 },
    ).lean()
    if (!backer) return false
    return backer.role === 'admin' || (!givesRights(invitation) && backer.permissions.includes('users:write'))
  }

  /** Ends a pending invitation, or one that no account came of: no code of it works from then on. */
  const withdraw = (_id: string, ...outbox: OutboxEntry[]) =>
    Invitation.updateOne(
      { _id, codeHash: { $exists: true } },
      { $set: { state: 'withdrawn', userId: null }, $unset: { codeHash: 1, openEmail: 1 }, ...fillOutbox(outbox) },
    )

  /** Ends an invitation whose account exists. */
  const accept = (invitation: { _id: string; userId?: Types.ObjectId }, userId: Types.ObjectId) =>
    Invitation.updateOne(invitation, { $set: { state: 'accepted', userId }, $unset: { codeHash: 1, openEmail: 1 } })

  return {
    withdraw,

    /**
     * Counts an attempt and compares the code. It consumes nothing yet.
     * @throws Problem INVALID_CODE, EMAIL_TAKEN if the address has got an account in the meantime
     */
    async check(request: FastifyRequest, invitationId: string, code: string): Promise<InvitationDocument> {
      const invitation = await Invitation.findOneAndUpdate(
        {
          _id: invitationId,
          codeHash: { $exists: true },
          attempts: { $lt: OTP_MAX_ATTEMPTS },
          expiresAt: { $gt: app.now() },
        },
        { $inc: { attempts: 1 } },
        { returnDocument: 'after' },
      ).lean()
      if (!invitation) return refuse(request, null)
      const { _id, email, codeHash = '' } = invitation
      const isRight = app.keys.code.verify(Buffer.from(codeHash, 'base64url'), _id, 'invitation', code)
      if (!isRight) return refuse(request, _id)
      if (!(await isBacked(invitation))) {
        const details = { reason: 'inviter' }
        await withdraw(_id, app.audit.entry(request, { action: 'admin.invitation-withdrawn', targetId: _id, details }))
        return refuse(request, _id)
      }
      const owner = await User.findOne({ email }, { _id: 1 }).lean()
      if (owner) {
        // it may have come of this code, by a request that consumed it since it was read
        const { matchedCount } = await accept({ _id, userId: owner._id }, owner._id)
        if (matchedCount === 0) await withdraw(_id)
        throw new Problem('EMAIL_TAKEN')
      }
      return invitation
    },

    /** Takes back an attempt whose code was right. */
    async giveBack({ _id, codeHash }: InvitationDocument): Promise<void> {
      await Invitation.updateOne({ _id, codeHash }, { $inc: { attempts: -1 } })
    },

    /**
     * Consumes the checked code, and returns the id of the account to create. Until {@link finish}, the code works again and yields the same
     * id, so that a process which ends in between costs nothing.
     * @throws Problem INVALID_CODE if the code was replaced or the invitation was withdrawn in the meantime
     */
    async consume(request: FastifyRequest, { _id, codeHash }: InvitationDocument): Promise<Types.ObjectId> {
      await Invitation.updateOne(
        { _id, codeHash, state: 'pending' },
        { $set: { state: 'accepted', userId: new Types.ObjectId() }, $unset: { openEmail: 1 } },
      )
      const consumed = await Invitation.findOne({ _id, codeHash, state: 'accepted' }, { userId: 1 }).lean()
      return consumed?.userId ?? refuse(request, _id)
    },

    /** Ends an invitation whose account exists, also if it was withdrawn while the account came into being. */
    async finish({ _id }: InvitationDocument, userId: Types.ObjectId): Promise<void> {
      await accept({ _id }, userId)
    },
  }
}
