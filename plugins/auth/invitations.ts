import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
import { isDuplicateKey } from '../../models/duplicate-key.js'
import { type InvitationDocument, newInvitationId, toInvitation } from '../../models/invitation.js'
import { Problem } from '../../openapi/errors.js'
import { newCode } from './code.js'
import { createAcceptance } from './invitation-acceptance.js'

declare module 'fastify' {
  interface FastifyInstance {
    invitations: ReturnType<typeof createInvitations>
  }
}

/** The account that an invitation offers, and the administrator who answers for it. */
type Offer = Pick<InvitationDocument, 'email' | 'name' | 'locale' | 'role' | 'permissions' | 'invitedBy'>

/** Time for which an invitation is kept after its end. */
const KEEP_MS = 30 * 86_400_000

/** Creates the invitations: accounts that administrators offer to an address, by a mailed code. */
export function createInvitations(app: FastifyInstance) {
  const { Invitation, Job, User } = app.db
  const { INVITATION_TTL, INVITATION_URL, OTP_RESEND_COOLDOWN } = app.config

  /** The page that accepts an invitation. It has the id and not the code, so that no program that opens links accepts. */
  function linkTo(id: string): string | null {
    if (INVITATION_URL === undefined) return null
    const url = new URL(INVITATION_URL)
    url.searchParams.set('invitation', id)
    return url.href
  }

  /** Returns what a new code changes, and the outbox entry of its mail. */
  function newCodeFor(request: FastifyRequest | null, _id: string, { email, name, ...offer }: Offer, now: Date) {
    const code = newCode()
    const expiresAt = new Date(now.getTime() + INVITATION_TTL)
    const data = { name: name ?? '', code, invitationId: _id, link: linkTo(_id) }
    // without a language of its own, the mail has that of the account that sends it
    const locale = offer.locale ?? request?.caller.user.locale
    const mail = app.audit.mailEntry({ template: 'invitation', to: email, locale, data }, expiresAt)
    const changes = {
      openEmail: email,
      codeHash: app.keys.code.sign(_id, 'invitation', code).toString('base64url'),
      attempts: 0,
      resendAvailableAt: new Date(now.getTime() + OTP_RESEND_COOLDOWN),
      mailId: mail._id,
      expiresAt,
      removeAt: new Date(expiresAt.getTime() + KEEP_MS),
    }
    return { changes, mail }
  }

  /** Frees an address from an invitation that has expired. @returns false if none had */
  async function release(email: string): Promise<boolean> {
    const expired = { openEmail: email, expiresAt: { $lte: app.now() } }
    const { modifiedCount } = await Invitation.updateOne(expired, { $unset: { openEmail: 1 } })
    return modifiedCount > 0
  }

  /** Stores what claims the address. @throws Problem INVITATION_EXISTS if another pending invitation has it */
  async function claiming<T>(email: string, store: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await store()
      } catch (error) {
        /* c8 ignore next -- the database went away in the meantime */
        if (!isDuplicateKey(error)) throw error
        if (!(await release(email))) throw new Problem('INVITATION_EXISTS', { cause: error })
      }
    }
  }

  /** Drops the mail of a code that no longer works. */
  const dropMail = (mailId: string) => Job.deleteOne({ _id: mailId, state: { $in: ['waiting', 'failed'] } })

  const { withdraw, ...acceptance } = createAcceptance(app)

  return {
    ...acceptance,

    /**
     * Creates an invitation and mails its code.
     * @param request null in a command
     * @throws Problem EMAIL_TAKEN if the address has an account, INVITATION_EXISTS if it has a pending invitation
     */
    async create(request: FastifyRequest | null, offer: Offer, charge: string[] = []): Promise<InvitationDocument> {
      const { email, role, permissions } = offer
      if (await User.exists({ email })) throw new Problem('EMAIL_TAKEN')
      const _id = newInvitationId()
      const createdAt = app.now()
      const { changes, mail } = newCodeFor(request, _id, offer, createdAt)
      const details = { role, permissions }
      const event = app.audit.entry(request, { action: 'admin.invitation-created', targetId: _id, details })
      const invitation = {
        ...offer,
        ...changes,
        _id,
        state: 'pending' as const,
        charge,
        outbox: [event, mail],
        createdAt,
      }
      return claiming(email, async () => (await Invitation.create(invitation)).toObject())
    },

    /**
     * Mails a new code, which replaces the old one, has attempts of its own, and lives as long as that of a new invitation. The caller
     * answers for the invitation from then on.
     * @throws Problem TOO_MANY_CODES within the cooldown, EMAIL_TAKEN, INVITATION_ENDED, INVITATION_EXISTS
     */
    async resend(request: FastifyRequest, invitation: InvitationDocument, charge: string[]): Promise<void> {
      const { _id, email, codeHash, mailId, resendAvailableAt } = invitation
      if (codeHash === undefined) throw new Problem('INVITATION_ENDED')
      const now = app.now()
      const wait = (resendAvailableAt.getTime() - now.getTime()) / 1000
      if (wait > 0) throw new Problem('TOO_MANY_CODES', { retryAfter: wait })
      if (await User.exists({ email })) throw new Problem('EMAIL_TAKEN')
      const { changes, mail } = newCodeFor(request, _id, invitation, now)
      const event = app.audit.entry(request, { action: 'admin.invitation-resent', targetId: _id })
      const { modifiedCount } = await claiming(email, () =>
        Invitation.updateOne(
          { _id, codeHash },
          {
            $set: { ...changes, state: 'pending', userId: null, charge, invitedBy: request.caller.user._id },
            $push: { outbox: { $each: [event, mail] } },
          },
        ),
      )
      /* c8 ignore next -- a parallel request has replaced the code or ended the invitation */
      if (modifiedCount === 0) throw new Problem('TOO_MANY_CODES', { retryAfter: OTP_RESEND_COOLDOWN / 1000 })
      await dropMail(mailId)
    },

    /** Withdraws an invitation. @throws Problem INVITATION_ENDED if it was accepted or withdrawn */
    async withdraw(request: FastifyRequest | null, { _id, mailId }: InvitationDocument): Promise<void> {
      const event = app.audit.entry(request, { action: 'admin.invitation-withdrawn', targetId: _id })
      const { modifiedCount } = await withdraw(_id, event)
      if (modifiedCount === 0) throw new Problem('INVITATION_ENDED')
      await dropMail(mailId)
    },

    /** Withdraws what a deleted account answers for. */
    async withdrawAllOf(userId: Types.ObjectId): Promise<void> {
      const pending = { invitedBy: userId, codeHash: { $exists: true } }
      for await (const { _id, mailId } of Invitation.find(pending, { mailId: 1 }).lean()) {
        await withdraw(_id)
        await dropMail(mailId)
      }
    },

    /** Returns invitations as administrators see them, with the state of their mail. */
    async show(...invitations: InvitationDocument[]) {
      const jobs = await Job.find({ _id: { $in: invitations.map(({ mailId }) => mailId) } }).lean()
      const jobOf = new Map(jobs.map((job) => [job._id, job]))
      return invitations.map((invitation) => toInvitation(invitation, app.now(), jobOf.get(invitation.mailId)))
    },
  }
}

/** Decorates `invitations`. */
export default fp(
  async (app) => {
    app.decorate('invitations', createInvitations(app))
  },
  { name: 'invitations', dependencies: ['audit', 'clock', 'config', 'db', 'keys', 'mailer'] },
)
