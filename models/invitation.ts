import { randomInt } from 'node:crypto'
import { type Connection, Schema, type Types } from 'mongoose'
import { Problem } from '../openapi/errors.js'
import { type JobDocument, type MailState, toMail } from './job.js'
import { LOCALES, type Locale } from './locale.js'
import { addOutbox, type OutboxEntry } from './outbox.js'
import { type Permission, ROLES, type Role, type UserDocument } from './user.js'

export interface InvitationDocument {
  /** 24 random letters, 112 bits: nobody finds an invitation that they weren't sent. */
  _id: string
  email: string
  /** The address while the invitation is pending, which makes it the only one of the address. */
  openEmail?: string
  name: string | null
  /** The language of the mail and of the account; null for that of the request which accepts. */
  locale: Locale | null
  role: Role
  permissions: Permission[]
  /** A pending invitation expires by its time. */
  state: 'pending' | 'accepted' | 'withdrawn'
  /** The account that answers for the invitation; null for the command line. */
  invitedBy: Types.ObjectId | null
  /** HMAC of the code and the id, under a server key; absent once no code works any more. */
  codeHash?: string
  /** Attempts at the current code. */
  attempts: number
  resendAvailableAt: Date
  /** The budgets that the last code was counted in. */
  charge: string[]
  /** The job that sends the last code. */
  mailId: string
  /** The account that accepted, from shortly before it exists. */
  userId: Types.ObjectId | null
  outbox: OutboxEntry[]
  createdAt: Date
  expiresAt: Date
  /** The row is deleted after this time. */
  removeAt: Date
}

const schema = new Schema<InvitationDocument>(
  {
    _id: String,
    email: { type: String, required: true },
    openEmail: String,
    name: { type: String, default: null },
    locale: { type: String, enum: [...LOCALES, null], default: null },
    role: { type: String, enum: ROLES, required: true },
    permissions: [String],
    state: { type: String, enum: ['pending', 'accepted', 'withdrawn'], required: true },
    invitedBy: { type: Schema.Types.ObjectId, default: null },
    codeHash: String,
    attempts: { type: Number, default: 0 },
    resendAvailableAt: { type: Date, required: true },
    charge: [String],
    mailId: { type: String, required: true },
    userId: { type: Schema.Types.ObjectId, default: null },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    removeAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw' },
)

addOutbox(schema)
// one pending invitation of an address
schema.index({ openEmail: 1 }, { unique: true, partialFilterExpression: { openEmail: { $exists: true } } })
// adminListInvitations: all, or by state
schema.index({ createdAt: -1, _id: -1 })
schema.index({ state: 1, createdAt: -1, _id: -1 })
// export and deletion of an account
schema.index({ userId: 1 })
schema.index({ invitedBy: 1 })
schema.index({ email: 1 })
schema.index({ removeAt: 1 }, { expireAfterSeconds: 0 })

/** States of an invitation, as administrators see them. */
export const INVITATION_STATES = ['pending', 'accepted', 'expired', 'withdrawn'] as const
export type InvitationState = (typeof INVITATION_STATES)[number]

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
/** Letters alone: no part of an id looks like a code. */
export const newInvitationId = () => Array.from({ length: 24 }, () => LETTERS[randomInt(LETTERS.length)]).join('')

/** Matches the invitations in a state at a time. */
export function inState(state: InvitationState, now: Date) {
  if (state === 'pending') return { state, expiresAt: { $gt: now } }
  return state === 'expired' ? { state: 'pending' as const, expiresAt: { $lte: now } } : { state }
}

/** Returns an invitation as administrators see it. */
export function toInvitation(invitation: InvitationDocument, now: Date, job: JobDocument | undefined) {
  const { _id, email, name, locale, role, permissions, invitedBy, userId, createdAt, expiresAt, outbox } = invitation
  const isExpired = invitation.state === 'pending' && expiresAt <= now
  const mail = job && toMail(job)
  // the mail is queued when the outbox is moved
  const waits = outbox.some((entry) => entry._id === invitation.mailId)
  return {
    id: _id,
    email,
    name,
    locale,
    role,
    permissions,
    state: isExpired ? ('expired' as const) : invitation.state,
    mailState: (mail?.state as MailState | undefined) ?? (waits ? ('waiting' as const) : null),
    mailError: mail?.lastError ?? null,
    invitedBy: invitedBy?.toString() ?? null,
    userId: invitation.state === 'accepted' ? `${userId}` : null,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }
}

/** Returns true for an invitation to more than an account without rights. */
export const givesRights = ({ role, permissions }: Pick<UserDocument, 'role' | 'permissions'>) =>
  role === 'admin' || permissions.length > 0

export const invitationModel = (connection: Connection) => connection.model('Invitation', schema, 'invitations')
export type InvitationModel = ReturnType<typeof invitationModel>

/**
 * Returns the invitation with this id.
 * @throws Problem NOT_FOUND
 */
export async function findInvitation(Invitation: InvitationModel, id: string): Promise<InvitationDocument> {
  const invitation = await Invitation.findOne({ _id: id }).lean()
  if (!invitation) throw new Problem('NOT_FOUND')
  return invitation
}
