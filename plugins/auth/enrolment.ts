import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { QueryFilter } from 'mongoose'
import { type Amr, type Factor, isStrong, needsFactor, STRONG_TYPES, toFactor } from '../../models/factor.js'
import { amrOf, type Session } from '../../models/session.js'
import type { UserDocument } from '../../models/user.js'
import { accountGone, Problem } from '../../openapi/errors.js'
import { newBackupCodes, showBackupCode } from './backup-codes.js'
import type { StepUpCondition } from './step-up.js'

declare module 'fastify' {
  interface FastifyInstance {
    enrolment: ReturnType<typeof createEnrolment>
  }
}

/** Factors of one account, at most: their list has no pages, and each more is one more to guess. */
export const MAX_FACTORS = 20

const KEY_BYTES = 32

export const newFactorId = () => randomBytes(12).toString('base64url')

/** A new factor that is an authenticator of its own, and how it was proven. */
interface NewFactor {
  factor: Omit<Factor, 'createdAt' | 'lastUsedAt'>
  amr: Amr[]
  /** A condition that the account must meet when the factor is stored. */
  filter?: QueryFilter<UserDocument>
  /** Fields that go when the factor is stored. */
  unset?: { pendingTotp: 1 }
}

/** Creates what adds and removes second factors. */
export function createEnrolment(app: FastifyInstance) {
  const { audit, factors: use, keys } = app
  const { User } = app.db
  const { MFA_REQUIRED } = app.config

  /** Creates backup codes: the factor as it is stored, and the codes, which nobody sees again. */
  function createCodes() {
    const _id = newFactorId()
    const key = randomBytes(KEY_BYTES)
    const codes = newBackupCodes()
    const factor: Factor = {
      _id,
      type: 'backup-codes',
      name: 'Backup codes',
      createdAt: app.now(),
      lastUsedAt: null,
      ...use.seal(_id, key),
      codes: codes.map((code) => keys.hmac(key, code)),
    }
    return { factor, backupCodes: codes.map(showBackupCode) }
  }

  const notice = (request: FastifyRequest, name: string, { type }: Pick<Factor, 'type'>) => ({
    ...audit.notice(request, name),
    factor: type,
  })

  return {
    /**
     * Adds a factor that the session has just proven. Every other session ends, and sign-ins in progress with it. The first such factor of an
     * account comes with backup codes.
     * @throws Problem INVALID_CODE if the filter no longer matches or the session has ended, FACTOR_EXISTS, QUOTA_EXCEEDED
     */
    async add(request: FastifyRequest, { factor: wanted, amr: shown, filter = {}, unset }: NewFactor) {
      const { user, sessionId } = request.caller
      const { _id } = user
      const now = app.now()
      const factor: Factor = { ...wanted, createdAt: now, lastUsedAt: now }
      const event = {
        action: 'factor.added' as const,
        targetId: _id,
        details: { factorId: factor._id, type: factor.type, keptSessionId: sessionId },
      }
      const entry = audit.entry(request, event, {
        template: 'factor-added',
        to: user.email as string,
        locale: user.locale,
        data: notice(request, user.name, factor),
      })
      const add = async () => {
        const account = await User.findOne(
          { ...filter, _id, status: 'active', 'sessions._id': sessionId },
          { authVersion: 1, factors: 1, 'sessions.$': 1 },
        ).lean()
        if (!account) {
          const isAdded = await User.exists({ _id, 'factors._id': factor._id })
          throw new Problem(isAdded ? 'FACTOR_EXISTS' : 'INVALID_CODE')
        }
        const { authVersion, factors = [], sessions } = account
        if (factors.length >= MAX_FACTORS) {
          throw new Problem('QUOTA_EXCEEDED', { detail: `An account can have at most ${MAX_FACTORS} second factors.` })
        }
        const codes = factors.some(isStrong) ? undefined : createCodes()
        const session = sessions[0] as Session
        const { counter, repetitions } = session
        const amr = [...new Set([...amrOf(session), ...shown])]
        const { modifiedCount } = await User.updateOne(
          // the session is written whole: it must not have been refreshed since it was read
          {
            ...filter,
            _id,
            status: 'active',
            authVersion,
            sessions: { $elemMatch: { _id: sessionId, counter, repetitions } },
          },
          {
            $set: { sessions: [{ ...session, amr, authTime: now, stepUpAt: now }], trustedDevices: [] },
            $inc: { authVersion: 1 },
            $push: { factors: { $each: codes ? [factor, codes.factor] : [factor] }, outbox: entry },
            ...(unset && { $unset: unset }),
          },
        )
        if (modifiedCount === 0) return undefined
        return { factor: toFactor(factor), ...(codes && { backupCodes: codes.backupCodes }) }
      }
      let added: Awaited<ReturnType<typeof add>>
      // undefined if the account or the session was changed in between: start over with what it is now
      do added = await add()
      while (!added)
      return added
    },

    /**
     * Replaces the backup codes.
     * @param condition that of a step-up
     * @throws Problem FACTOR_REQUIRED if the account has no factor that the codes could stand in for
     */
    async renewCodes(request: FastifyRequest, condition: StepUpCondition) {
      const { user } = request.caller
      const { _id } = user
      if (!(await User.exists({ _id, 'factors.type': { $in: STRONG_TYPES } }))) throw new Problem('FACTOR_REQUIRED')
      const { factor, backupCodes } = createCodes()
      const event = { action: 'factor.backup-codes-created' as const, targetId: _id, details: { factorId: factor._id } }
      const entry = audit.entry(request, event, {
        template: 'backup-codes-created',
        to: user.email as string,
        locale: user.locale,
        data: audit.notice(request, user.name),
      })
      const type = 'backup-codes' as const
      const replaced = await User.updateOne(
        { ...condition, 'factors.type': type },
        { $set: { trustedDevices: [], 'factors.$[codes]': factor }, $push: { outbox: entry } },
        { arrayFilters: [{ 'codes.type': type }] },
      )
      if (replaced.modifiedCount === 1) return { backupCodes }
      const { modifiedCount } = await User.updateOne(
        { ...condition, 'factors.type': { $ne: type } },
        { $set: { trustedDevices: [] }, $push: { factors: factor, outbox: entry } },
      )
      if (modifiedCount === 0) throw accountGone()
      return { backupCodes }
    },

    /**
     * Removes a factor; the last authenticator of its own takes the backup codes with it.
     * @param condition that of a step-up
     * @throws Problem LAST_FACTOR, NOT_FOUND
     */
    async remove(request: FastifyRequest, condition: StepUpCondition, factorId: string): Promise<void> {
      const { user, sessionId } = request.caller
      const { _id } = user
      const account = await User.findOne({ _id }, { kind: 1, role: 1, permissions: 1, factors: 1 }).lean()
      const { factors = [], ...rights } = account ?? { role: 'user', permissions: [] }
      const factor = factors.find((one) => one._id === factorId)
      if (!factor) throw new Problem('NOT_FOUND')
      const isLast = isStrong(factor) && factors.filter(isStrong).length === 1
      if (isLast && needsFactor(rights, MFA_REQUIRED)) throw new Problem('LAST_FACTOR')
      const details = { factorId, type: factor.type, ...(isStrong(factor) && { keptSessionId: sessionId }) }
      const event = { action: 'factor.removed' as const, targetId: _id, details }
      const entry = audit.entry(request, event, {
        template: 'factor-removed',
        to: user.email as string,
        locale: user.locale,
        data: notice(request, user.name, factor),
      })
      const gone = isLast ? factors.map((one) => one._id) : [factorId]
      const { modifiedCount } = await User.updateOne(condition, {
        $set: { trustedDevices: [] },
        $pull: { factors: { _id: { $in: gone } }, ...(isStrong(factor) && { sessions: { _id: { $ne: sessionId } } }) },
        $inc: { authVersion: isStrong(factor) ? 1 : 0 },
        $push: { outbox: entry },
      })
      if (modifiedCount === 0) throw accountGone()
    },
  }
}

/** Decorates `enrolment`. */
export default fp(
  async (app) => {
    app.decorate('enrolment', createEnrolment(app))
  },
  { name: 'enrolment', dependencies: ['audit', 'auth', 'clock', 'config', 'db', 'factors', 'keys'] },
)
