import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { QueryFilter, Types } from 'mongoose'
import { announceLeaving } from '../../models/administrators.js'
import type { AuditAction } from '../../models/audit-event.js'
import { bytesOf } from '../../models/bytes.js'
import type { ShownUser, UserDocument } from '../../models/user.js'
import type { NoticeData } from '../mailer/mails.js'

declare module 'fastify' {
  interface FastifyInstance {
    accountDeletion: ReturnType<typeof createAccountDeletion>
  }
}

interface BeginOptions {
  action: AuditAction
  /** Data of the farewell mail. */
  notice: NoticeData
  /** A condition that the account must still meet. */
  condition?: QueryFilter<UserDocument>
}

const SWEEP_MS = 60_000
const BATCH = 500

/** The fields that the deletion empties at once; what the removal needs stays. */
const EMPTIED = {
  status: 'deleting',
  name: '',
  nameKey: '',
  role: 'user',
  permissions: [],
  avatar: null,
  sessions: [],
  factors: [],
  trustedDevices: [],
  lastLoginAt: null,
  reservations: [],
} as const

/** Creates the deletion of accounts: one update that takes effect at once, and the job that removes the rest. */
export function createAccountDeletion(app: FastifyInstance) {
  const { ApiKey, Challenge, IdempotencyKey, Invitation, User } = app.db

  const contextOf = (userId: Types.ObjectId) => `former-email:${userId}`

  const enqueue = (userId: Types.ObjectId) =>
    app.jobs.enqueue({ id: `removal:${userId}`, kind: 'removal', data: { userId: userId.toString() } })

  return {
    /**
     * Begins the deletion of an account in one atomic update: its sessions end and its address is free at once.
     * @returns false if the account is no longer as `user` and the condition say; then nothing has happened to it
     * @throws Problem LAST_ADMINISTRATOR
     */
    async begin(
      request: FastifyRequest,
      user: ShownUser,
      { action, notice, condition = {} }: BeginOptions,
    ): Promise<boolean> {
      // a service account has no address
      const { _id, role, status, email, locale } = user
      const now = app.now()
      const withdraw =
        role === 'admin' && status === 'active' ? await announceLeaving(app.db, _id, now) : async () => {}
      try {
        // what is keyed by the address goes while the address is this account's: later it may be another's
        if (email !== undefined) {
          await Challenge.deleteMany({ addressKey: { $in: app.keys.pseudonyms(email) } })
          await app.budgets.lift(email)
        }
        const mail =
          email === undefined ? undefined : { template: 'account-deleted' as const, to: email, locale, data: notice }
        const entry = app.audit.entry(request, { action, targetId: _id }, mail)
        const { modifiedCount } = await User.updateOne(
          { ...condition, _id, ...(email !== undefined && { email }), role, status },
          {
            $set: {
              ...EMPTIED,
              updatedAt: now,
              ...(email !== undefined && { formerEmail: app.keys.encrypt(email, contextOf(_id)) }),
            },
            $unset: { email: 1, externalId: 1, password: 1, pendingTotp: 1 },
            $inc: { authVersion: 1, revision: 1 },
            $push: { outbox: entry },
          },
        )
        if (modifiedCount === 0) return false
      } finally {
        await withdraw()
      }
      await enqueue(_id)
      return true
    },

    /** Removes what is left of an account that is being deleted; returns when to go on if more is left. */
    async remove(userId: string): Promise<{ again: Date } | undefined> {
      const user = await User.findOne({ _id: userId, status: 'deleting' }, { formerEmail: 1, updatedAt: 1 }).lean()
      if (!user) return
      const { _id, formerEmail, updatedAt } = user
      await app.audit.move(_id)
      if (!(await app.assets.eraseAllOf(_id))) return { again: app.now() }
      await Challenge.deleteMany({ userId: _id })
      await IdempotencyKey.deleteMany({ ownerId: _id })
      await ApiKey.deleteMany({ ownerId: _id })
      await app.invitations.withdrawAllOf(_id)
      await Invitation.deleteMany({ userId: _id })
      if (formerEmail) {
        const email = app.keys.decrypt(bytesOf(formerEmail), contextOf(_id)).toString()
        await Invitation.deleteMany({ email, createdAt: { $lte: updatedAt } })
        await app.mailer.withdraw({ userId: _id.toString(), email, deletedAt: updatedAt })
      }
      await app.audit.forget(_id)
      // entries that were pushed meanwhile are moved first
      const { deletedCount } = await User.deleteOne({ _id, outbox: { $size: 0 } })
      return deletedCount === 1 ? undefined : { again: app.now() }
    },

    /** Queues the removals that a process didn't, because it ended between the update and the queue. */
    async sweep(): Promise<{ again: Date }> {
      const left = await User.find({ status: 'deleting' }, { _id: 1 }).limit(BATCH).lean()
      for (const { _id } of left) await enqueue(_id)
      return { again: new Date(app.now().getTime() + SWEEP_MS) }
    },
  }
}

/** Decorates `accountDeletion`. */
export default fp(
  async (app) => {
    const deletion = createAccountDeletion(app)
    app.decorate('accountDeletion', deletion)
    app.jobs.handle('removal', {
      run: ({ data }) => deletion.remove(data.userId as string),
      maxAttempts: Number.POSITIVE_INFINITY,
      concurrency: 2,
    })
    app.jobs.handle('removal-sweep', { run: deletion.sweep, maxAttempts: Number.POSITIVE_INFINITY, concurrency: 1 })
    app.addHook('onReady', () => app.jobs.enqueue({ id: 'removal-sweep', kind: 'removal-sweep' }))
  },
  {
    name: 'account-deletion',
    dependencies: ['assets', 'audit', 'budgets', 'clock', 'db', 'invitations', 'jobs', 'keys', 'mailer'],
  },
)
