import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import mongoose from 'mongoose'
import { Problem, type ProblemCode } from '../openapi/errors.js'

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

export interface Budgets {
  /**
   * Counts one attempt, before it's made, in one atomic update.
   * @param subject pseudonyms that name whose budget it is; unknown accounts have one like any other
   * @returns gives the attempt back, where it turned out to be no failure
   * @throws Problem with Retry-After where the budget is used up
   */
  take(kind: BudgetKind, subject: string): Promise<() => Promise<void>>
  /** Gives back one attempt of an earlier request, as when a mailed code was used. */
  giveBack(kind: BudgetKind, subject: string): Promise<void>
  /** The pseudonym of the address of origin of a request (IPv6 by /64). */
  origin(request: FastifyRequest): string
  /**
   * Whose budget an attempt at an account uses up: an origin from which the owner has signed in before has one of its own, which
   * strangers can't use up.
   * @param addressKey pseudonym of the e-mail address
   */
  subject(request: FastifyRequest, addressKey: string, user: { knownOrigins: string[] } | null): string
  /** Lifts every budget whose subject starts with `subject`. */
  lift(subject: string): Promise<void>
}

const LOGIN_WINDOW = 15 * 60_000
const SEND_WINDOW = 60 * 60_000

/** Decorates `budgets`: counts of failures in MongoDB, shared by every process. */
export default fp(
  async (app) => {
    const { Budget } = app.db
    const { LOGIN_MAX_FAILURES, OTP_MAX_SENDS } = app.config

    const limits = (kind: BudgetKind): { most: number; window: number; code: ProblemCode } =>
      kind.startsWith('send-')
        ? { most: OTP_MAX_SENDS, window: SEND_WINDOW, code: 'TOO_MANY_CODES' }
        : { most: LOGIN_MAX_FAILURES, window: LOGIN_WINDOW, code: 'TOO_MANY_FAILURES' }

    const increment = async (_id: string, window: number): Promise<{ count: number; resetAt: Date }> => {
      const now = app.now()
      const running = { $gt: ['$resetAt', now] }
      const next = {
        count: { $cond: [running, { $add: ['$count', 1] }, 1] },
        resetAt: { $cond: [running, '$resetAt', new Date(now.getTime() + window)] },
      }
      const update = () =>
        Budget.findOneAndUpdate({ _id }, [{ $set: next }], {
          upsert: true,
          returnDocument: 'after',
          updatePipeline: true,
        }).lean()
      try {
        return (await update()) as { count: number; resetAt: Date }
      } catch (error) {
        // two first attempts at once: one inserted, the other counts on
        if (error instanceof mongoose.mongo.MongoServerError && error.code === 11000) {
          return (await update()) as { count: number; resetAt: Date }
        }
        throw error
      }
    }

    const origin = (request: FastifyRequest) => app.keys.pseudonym(`origin:${normalizeIP(request.ip)}`)

    app.decorate('budgets', {
      async take(kind, subject) {
        const { most, window, code } = limits(kind)
        if (most === 0) return async () => {}
        const _id = `${kind}:${subject}`
        const { count, resetAt } = await increment(_id, window)
        if (count > most) {
          throw new Problem(code, { retryAfter: (resetAt.getTime() - app.now().getTime()) / 1000 })
        }
        return async () => {
          await Budget.updateOne({ _id, resetAt, count: { $gt: 0 } }, { $inc: { count: -1 } })
        }
      },
      async giveBack(kind, subject) {
        await Budget.updateOne({ _id: `${kind}:${subject}`, count: { $gt: 0 } }, { $inc: { count: -1 } })
      },
      origin,
      subject: (request, addressKey, user) =>
        user?.knownOrigins.includes(origin(request)) ? `${addressKey}:${origin(request)}` : addressKey,
      async lift(subject) {
        await Budget.deleteMany({ $or: KINDS.map((kind) => ({ _id: { $regex: `^${kind}:${subject}` } })) })
      },
    })
  },
  { name: 'budgets', dependencies: ['config', 'db', 'keys'] },
)
