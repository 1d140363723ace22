import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { BudgetDocument } from '../../models/budget.js'
import type { UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    budgets: Budgets
  }
}

/** What is counted, each apart: wrong passwords, wrong codes after the right password, other wrong codes, mailed codes. */
const KINDS = [
  'password',
  'login-code',
  'code',
  'send-registration',
  'send-login',
  'send-password-reset',
  'send-email-change',
] as const
export type BudgetKind = (typeof KINDS)[number]

/** Whose budget it is: an address, whether or not it has an account. */
export interface BudgetOwner {
  /** Pseudonym of the e-mail address. */
  addressKey: string
  user: Pick<UserDocument, '_id' | 'knownOrigins'> | null
}

/**
 * Counts of failures, kept alike for unknown accounts. An origin from which the owner has signed in before has a budget of its own,
 * which strangers can't use up.
 */
export interface Budgets {
  /**
   * Makes an attempt, counted before it's made and given back unless it fails.
   * @throws Problem TOO_MANY_FAILURES, without the attempt, where the budget is used up
   */
  attempt<T extends { matches: boolean }>(
    request: FastifyRequest,
    kind: BudgetKind,
    owner: BudgetOwner,
    work: () => Promise<T>,
  ): Promise<T>
  /**
   * Counts one mailed code.
   * @throws Problem TOO_MANY_CODES where the budget is used up
   */
  take(request: FastifyRequest, kind: BudgetKind, owner: BudgetOwner): Promise<void>
  /** Gives it back, as when the code was used. */
  giveBack(request: FastifyRequest, kind: BudgetKind, owner: BudgetOwner): Promise<void>
  /** The pseudonym of the origin of a request (IPv6 by /64) where it's new to the user. */
  newNetwork(request: FastifyRequest, user: Pick<UserDocument, 'knownOrigins'>): string | undefined
  /** Lifts every budget of an address. */
  lift(addressKey: string): Promise<void>
}

const FAILURE_WINDOW = 15 * 60_000
const SEND_WINDOW = 60 * 60_000

/** Decorates `budgets`: counts in MongoDB, shared by every process. */
export default fp(
  async (app) => {
    const { Budget } = app.db
    const { LOGIN_MAX_FAILURES, OTP_MAX_SENDS } = app.config

    const limitOf = (kind: BudgetKind) =>
      kind.startsWith('send-')
        ? ({ most: OTP_MAX_SENDS, window: SEND_WINDOW, code: 'TOO_MANY_CODES' } as const)
        : ({ most: LOGIN_MAX_FAILURES, window: FAILURE_WINDOW, code: 'TOO_MANY_FAILURES' } as const)

    /**
     * Counts one more where there is room, in one atomic update; a refused one isn't counted. The insertion comes first and apart, as
     * upserts at once may both insert (MongoDB: error 11000) or one undo the other (DocumentDB); the commands are always the same two.
     */
    const count = async (_id: string, most: number, window: number): Promise<BudgetDocument> => {
      const now = app.now()
      const resetAt = new Date(now.getTime() + window)
      // it's there already, or what is wrong fails the update too
      await Budget.create({ _id, count: 0, resetAt, granted: true }).catch(() => {})
      const isRunning = { $gt: ['$resetAt', now] }
      return (await Budget.findOneAndUpdate(
        { _id },
        [
          {
            $set: { count: { $cond: [isRunning, '$count', 0] }, resetAt: { $cond: [isRunning, '$resetAt', resetAt] } },
          },
          { $set: { granted: { $lt: ['$count', most] } } },
          { $set: { count: { $add: ['$count', { $cond: ['$granted', 1, 0] }] } } },
        ],
        { upsert: true, returnDocument: 'after', updatePipeline: true },
      ).lean<BudgetDocument>()) as BudgetDocument
    }

    const origins = ({ ip }: FastifyRequest) => app.keys.pseudonyms(`origin:${normalizeIP(ip)}`)

    const newNetwork: Budgets['newNetwork'] = (request, { knownOrigins }) => {
      const [current, ...older] = origins(request) as [string, ...string[]]
      return [current, ...older].some((origin) => knownOrigins.includes(origin)) ? undefined : current
    }

    const idOf = (request: FastifyRequest, kind: BudgetKind, { addressKey, user }: BudgetOwner) =>
      user && newNetwork(request, user) === undefined
        ? `${kind}:${addressKey}:${origins(request)[0]}`
        : `${kind}:${addressKey}`

    const take: Budgets['take'] = async (request, kind, owner) => {
      const { most, window, code } = limitOf(kind)
      if (most === 0) return
      const { granted, resetAt } = await count(idOf(request, kind, owner), most, window)
      if (granted) return
      await app.audit.record(request, {
        action: 'throttle.reached',
        targetId: owner.user?._id ?? null,
        outcome: 'failure',
        details: { kind },
      })
      throw new Problem(code, { retryAfter: (resetAt.getTime() - app.now().getTime()) / 1000 })
    }

    const giveBack: Budgets['giveBack'] = async (request, kind, owner) => {
      if (limitOf(kind).most === 0) return
      await Budget.updateOne({ _id: idOf(request, kind, owner), count: { $gt: 0 } }, { $inc: { count: -1 } })
    }

    app.decorate('budgets', {
      async attempt(request, kind, owner, work) {
        await take(request, kind, owner)
        let failed = false
        try {
          const result = await work()
          failed = !result.matches
          return result
        } finally {
          if (!failed) await giveBack(request, kind, owner)
        }
      },
      take,
      giveBack,
      newNetwork,
      async lift(addressKey) {
        await Budget.deleteMany({ $or: KINDS.map((kind) => ({ _id: { $regex: `^${kind}:${addressKey}` } })) })
      },
    })
  },
  { name: 'budgets', dependencies: ['config', 'db', 'keys', 'audit'] },
)
