import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { QueryFilter, Types } from 'mongoose'
import { announceLeaving } from '../../models/administrators.js'
import type { AuditAction } from '../../models/audit-event.js'
import { bytesOf } from '../../models/bytes.js'
import type { ShownUser, UserDocument } from '../../models/user.js'
import type { NoticeData } from '../mailer/templates.js'

declare module 'fastify' {
  interface FastifyInstance {
    accountDeletion: AccountDeletion
  }
}

interface BeginOptions {
  action: AuditAction
  /** What the farewell mail says. */
  notice: NoticeData
  /** What must still hold of the account. */
  condition?: QueryFilter<UserDocument>
}

export interface AccountDeletion {
  /**
   * Begins the deletion of an account in one atomic update: its sessions end and its address is free at once. What else there is of it
   * is removed by a job.
   * @returns false, and nothing has happened to the account, where it's no longer as `user` and the condition say
   * @throws Problem LAST_ADMINISTRATOR
   */
  begin(request: FastifyRequest, user: ShownUser, options: BeginOptions): Promise<boolean>
}

const SWEEP_MS = 60_000
const BATCH = 500

/** What the update leaves of an account: what its removal needs, and nothing that shows who it was. */
const EMPTIED = {
  status: 'deleting',
  name: '',
  nameKey: '',
  role: 'user',
  permissions: [],
  avatar: null,
  sessions: [],
  lastLoginAt: null,
  reservations: [],
} as const

/** Decorates `accountDeletion`: the deletion of accounts, and the job that finishes it whatever happens midway. */
export default fp(
  async (app) => {
    const { Challenge, IdempotencyKey, User } = app.db

    const contextOf = (userId: Types.ObjectId) => `former-email:${userId}`

    const enqueue = (userId: Types.ObjectId) =>
      app.jobs.enqueue({ id: `removal:${userId}`, kind: 'removal', data: { userId: userId.toString() } })

    app.decorate('accountDeletion', {
      async begin(request, user, { action, notice, condition = {} }) {
        const { _id, role, status } = user
        const email = user.email as string
        const now = app.now()
        const withdraw =
          role === 'admin' && status === 'active' ? await announceLeaving(app.db, _id, now) : async () => {}
        try {
          // what is keyed by the address goes while it's still this account's: later it may be another's
          const addressKeys = app.keys.pseudonyms(email)
          await Challenge.deleteMany({ addressKey: { $in: addressKeys } })
          for (const key of addressKeys) await app.budgets.lift(key)
          const entry = app.audit.entry(
            request,
            { action, targetId: _id },
            { template: 'account-deleted', to: email, data: notice },
          )
          const { modifiedCount } = await User.updateOne(
            { ...condition, _id, email, role, status },
            {
              $set: { ...EMPTIED, updatedAt: now, formerEmail: app.keys.encrypt(email, contextOf(_id)) },
              $unset: { email: 1, password: 1 },
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
    })

    async function remove(userId: string): Promise<{ again: Date } | undefined> {
      const user = await User.findOne({ _id: userId, status: 'deleting' }, { formerEmail: 1, updatedAt: 1 }).lean()
      if (!user) return
      const { _id, formerEmail, updatedAt } = user
      await app.audit.move(_id)
      if (!(await app.assets.eraseAllOf(_id))) return { again: app.now() }
      await Challenge.deleteMany({ userId: _id })
      await IdempotencyKey.deleteMany({ ownerId: _id })
      const email = app.keys.decrypt(bytesOf(formerEmail as Buffer), contextOf(_id)).toString()
      // later mail may be for another account with this address
      await app.mailer.withdraw(email, updatedAt)
      await app.audit.forget(_id)
      // what was caused meanwhile is moved first
      const { deletedCount } = await User.deleteOne({ _id, outbox: { $size: 0 } })
      return deletedCount === 1 ? undefined : { again: app.now() }
    }

    /** Finds the accounts whose removal a crash has kept from being queued. */
    async function sweep(): Promise<{ again: Date }> {
      const left = await User.find({ status: 'deleting' }, { _id: 1 }).limit(BATCH).lean()
      for (const { _id } of left) await enqueue(_id)
      return { again: new Date(app.now().getTime() + SWEEP_MS) }
    }

    app.jobs.handle('removal', {
      run: ({ data }) => remove(data.userId as string),
      maxAttempts: Number.POSITIVE_INFINITY,
      concurrency: 2,
    })
    app.jobs.handle('removal-sweep', { run: sweep, maxAttempts: Number.POSITIVE_INFINITY, concurrency: 1 })
    app.addHook('onReady', () => app.jobs.enqueue({ id: 'removal-sweep', kind: 'removal-sweep' }))
  },
  { name: 'account-deletion', dependencies: ['assets', 'audit', 'budgets', 'clock', 'db', 'jobs', 'keys', 'mailer'] },
)
