import { isIPv6 } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
import type { BudgetDocument } from '../../models/budget.js'
import { Problem } from '../../openapi/errors.js'
import { collectionOf } from '../db/collection.js'

declare module 'fastify' {
  interface FastifyInstance {
    budgets: ReturnType<typeof createBudgets>
  }
}

/** Kinds of budget: wrong passwords, wrong codes of factors in a session, and mailed codes by purpose. */
const KINDS = [
  'password',
  'factor',
  'send-registration',
  'send-login',
  'send-password-reset',
  'send-email-change',
  'send-invitation',
] as const
export type BudgetKind = (typeof KINDS)[number]

/** The parties whose budgets an attempt draws on. They don't depend on whether the address has an account. */
export interface BudgetOwner {
  email: string
  /** Proof that no stranger has: a device that signed in before, or a session. */
  proof?: string | undefined
  /** The account, for the audit log. */
  userId: Types.ObjectId | null
}

/** The counters that an attempt was counted in. */
export type Charge = string[]

interface Counter {
  id: string
  most: number
}

/** NIST SP 800-63B-4, 3.2.2, counts at most 100 failures of an account; only many networks together reach it here. */
const ADDRESS_MAX_FAILURES = 100
/** Times the budget of one network that all networks together get of mailed codes. */
const ADDRESS_SENDS_FACTOR = 4
/** Times the budget of a /64 that all networks of its /48 together get: one customer of a provider often holds a whole /48. */
const SITE_FACTOR = 2
const FAILURE_WINDOW = 15 * 60_000
const SEND_WINDOW = 60 * 60_000

/**
 * Creates the counts of wrong passwords and of mailed codes. Each attempt counts for its network and, much more coarsely, for the
 * address as a whole; with a proof it counts for that alone, so that strangers can't use the budget up.
 */
export function createBudgets(app: FastifyInstance) {
  const { Budget } = app.db
  const { LOGIN_MAX_FAILURES, OTP_MAX_ATTEMPTS, OTP_MAX_SENDS } = app.config

  function ruleOf(kind: BudgetKind) {
    if (kind !== 'password' && kind !== 'factor') {
      const mostOfAddress = ADDRESS_SENDS_FACTOR * OTP_MAX_SENDS
      return { most: OTP_MAX_SENDS, mostOfAddress, window: SEND_WINDOW, code: 'TOO_MANY_CODES' as const }
    }
    const most = kind === 'password' ? LOGIN_MAX_FAILURES : OTP_MAX_ATTEMPTS
    const mostOfAddress = Math.max(most, ADDRESS_MAX_FAILURES)
    return { most, mostOfAddress, window: FAILURE_WINDOW, code: 'TOO_MANY_FAILURES' as const }
  }

  /**
   * The counters of an attempt, the narrowest first. Each exists under every accepted key: while keys are exchanged, all processes share
   * at least one of them, so that there is one budget, and it doesn't start anew.
   */
  function countersOf({ ip }: FastifyRequest, kind: BudgetKind, { email, proof }: BudgetOwner): Counter[] {
    const { most, mostOfAddress } = ruleOf(kind)
    const names = app.keys.pseudonyms(email).map((key) => `${kind}:${key}`)
    if (proof !== undefined) return names.map((name) => ({ id: `${name}:${proof}`, most }))
    const within = (place: string, most: number) =>
      app.keys.pseudonyms(place).map((key, index) => ({ id: `${names[index]}:${key}`, most }))
    const network = normalizeIP(ip)
    return [
      ...within(`network:${network}`, most),
      ...(isIPv6(network) ? within(`site:${normalizeIP(ip, 48)}`, SITE_FACTOR * most) : []),
      ...names.map((id) => ({ id, most: mostOfAddress })),
    ]
  }

  /**
   * Counts one more if there is room, in one atomic update; a refused attempt isn't counted. The insertion comes first and apart,
   * because upserts at once may both insert (MongoDB: error 11000) or one undo the other (DocumentDB).
   */
  async function count({ id: _id, most }: Counter, window: number): Promise<BudgetDocument> {
    const now = app.now()
    const resetAt = new Date(now.getTime() + window)
    // either the counter exists, or the same error fails the update
    await collectionOf(Budget)
      .insertOne({ _id, count: 0, resetAt, granted: true })
      .catch(() => {})
    const isRunning = { $gt: ['$resetAt', now] }
    return (await Budget.findOneAndUpdate(
      { _id },
      [
        { $set: { count: { $cond: [isRunning, '$count', 0] }, resetAt: { $cond: [isRunning, '$resetAt', resetAt] } } },
        { $set: { granted: { $lt: ['$count', most] } } },
        { $set: { count: { $add: ['$count', { $cond: ['$granted', 1, 0] }] } } },
      ],
      { upsert: true, returnDocument: 'after', updatePipeline: true },
    ).lean<BudgetDocument>()) as BudgetDocument
  }

  /** Takes back what was counted, as when a password was right or a code was used. */
  async function giveBack(charge: Charge): Promise<void> {
    if (charge.length === 0) return
    await Budget.updateMany({ _id: { $in: charge }, count: { $gt: 0 } }, { $inc: { count: -1 } })
  }

  /**
   * Counts an attempt.
   * @throws Problem TOO_MANY_FAILURES or, for a mailed code, TOO_MANY_CODES if a budget is used up; then nothing is counted
   */
  async function take(request: FastifyRequest, kind: BudgetKind, owner: BudgetOwner): Promise<Charge> {
    const { most, window, code } = ruleOf(kind)
    if (most === 0) return []
    const charge: Charge = []
    for (const counter of countersOf(request, kind, owner)) {
      const { granted, resetAt } = await count(counter, window)
      if (granted) {
        charge.push(counter.id)
        continue
      }
      await giveBack(charge)
      await app.audit.record(request, {
        action: 'throttle.reached',
        targetId: owner.userId,
        outcome: 'failure',
        details: { kind },
      })
      throw new Problem(code, { retryAfter: (resetAt.getTime() - app.now().getTime()) / 1000 })
    }
    return charge
  }

  return {
    take,
    giveBack,

    /**
     * Does work that counts as a failure unless it matches. It is counted before it begins.
     * @throws Problem TOO_MANY_FAILURES, without the work, if a budget is used up
     */
    async attempt<T extends { matches: boolean }>(
      request: FastifyRequest,
      kind: BudgetKind,
      owner: BudgetOwner,
      work: () => Promise<T>,
    ): Promise<T> {
      const charge = await take(request, kind, owner)
      let failed = false
      try {
        const result = await work()
        failed = !result.matches
        return result
      } finally {
        if (!failed) await giveBack(charge)
      }
    },

    /** Lifts every budget of an address. */
    async lift(email: string): Promise<void> {
      const prefixes = app.keys.pseudonyms(email).flatMap((key) => KINDS.map((kind) => `^${kind}:${key}`))
      await Budget.deleteMany({ $or: prefixes.map((prefix) => ({ _id: { $regex: prefix } })) })
    },
  }
}

/** Decorates `budgets`: counts in MongoDB, which all processes share. */
export default fp(
  async (app) => {
    app.decorate('budgets', createBudgets(app))
  },
  { name: 'budgets', dependencies: ['audit', 'clock', 'config', 'db', 'keys'] },
)
