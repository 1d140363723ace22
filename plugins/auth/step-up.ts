import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { type Amr, isStrong, type StepUpMethod, stepUpMethodsOf } from '../../models/factor.js'
import { amrOf, type Session } from '../../models/session.js'
import type { UserDocument } from '../../models/user.js'
import { accountGone, Problem } from '../../openapi/errors.js'
import { AMR_OF, type FactorCodeMethod, readCode } from './factors.js'
import { deny } from './index.js'

declare module 'fastify' {
  interface FastifyInstance {
    stepUp: ReturnType<typeof createStepUp>
  }
}

type Account = Pick<UserDocument, '_id' | 'name' | 'email' | 'password' | 'authVersion' | 'factors'> & {
  sessions: Pick<Session, '_id' | 'amr' | 'stepUpAt'>[]
}

/** The fields of an {@link Account}, of whose sessions only that of the request is read. */
const FIELDS = { name: 1, email: 1, locale: 1, password: 1, authVersion: 1, factors: 1, 'sessions.$': 1 } as const

/** The condition on an account under which a change that was stepped up for is stored. */
export type StepUpCondition = Awaited<ReturnType<ReturnType<typeof createStepUp>['verify']>>

/** Creates the check that sensitive changes require: a recent proof that the person of the session is still there. */
export function createStepUp(app: FastifyInstance) {
  const { User } = app.db
  const { STEP_UP_TTL } = app.config

  /** @throws Problem SESSION_REQUIRED for an API key, TOKEN_INVALID if the session has ended in the meantime */
  async function load(request: FastifyRequest): Promise<Account> {
    if (request.caller.apiKey) await deny(request, {}, 'SESSION_REQUIRED')
    const { user, sessionId } = request.caller
    const account = await User.findOne({ _id: user._id, status: 'active', 'sessions._id': sessionId }, FIELDS).lean()
    if (!account) throw accountGone()
    return account
  }

  /** Counts a wrong answer in the budget of its session, which nobody else can use up. */
  const ownerOf = (request: FastifyRequest, { _id, email }: Account) => ({
    email: email as string,
    proof: `session:${request.caller.sessionId}`,
    userId: _id,
  })

  async function checkPassword(request: FastifyRequest, account: Account, password: string) {
    const { _id, authVersion, password: stored } = account
    const { matches } = await app.budgets.attempt(request, 'password', ownerOf(request, account), () =>
      app.passwords.verify(password, stored),
    )
    if (!matches) {
      await app.audit.record(request, { action: 'password.refused', targetId: _id, outcome: 'failure' })
      throw new Problem('INVALID_CREDENTIALS')
    }
    return {
      _id,
      status: 'active' as const,
      authVersion,
      'password.hash': stored.hash,
      'sessions._id': request.caller.sessionId,
    }
  }

  /** Audits a wrong answer of a second factor. @throws Problem INVALID_CODE */
  async function refuse(request: FastifyRequest, { _id: targetId }: Account, method: StepUpMethod): Promise<never> {
    const details = { purpose: 'step-up', method }
    await app.audit.record(request, { action: 'code.refused', targetId, outcome: 'failure', details })
    throw new Problem('INVALID_CODE')
  }

  /** Notes that the person of a session has just authenticated. */
  async function grant(request: FastifyRequest, { _id, authVersion, sessions }: Account, shown: Amr[]): Promise<void> {
    const now = app.now()
    const { sessionId } = request.caller
    const before = amrOf(sessions[0] as Account['sessions'][0])
    const amr = [...new Set([...before, ...shown])]
    const event = { action: 'session.stepped-up' as const, targetId: _id, details: { sessionId, amr: shown } }
    const { modifiedCount } = await User.updateOne(
      { _id, status: 'active', authVersion, 'sessions._id': sessionId },
      {
        $set: { 'sessions.$.stepUpAt': now, 'sessions.$.authTime': now, 'sessions.$.amr': amr },
        $push: { outbox: app.audit.entry(request, event) },
      },
    )
    if (modifiedCount === 0) throw accountGone()
  }

  return {
    /**
     * Checks the caller's own password, for a change of it.
     * @returns the condition of {@link verify}
     * @throws Problem INVALID_CREDENTIALS, TOO_MANY_FAILURES
     */
    verifyPassword: async (request: FastifyRequest, password: string) =>
      checkPassword(request, await load(request), password),

    /**
     * Requires a step-up: a session stepped up within `STEP_UP_TTL` or, if the account has no factor of its own, the password.
     * @returns the condition on the caller's account when the change is stored, so that a stolen session can't outrun a change of the credentials
     * @throws Problem SESSION_REQUIRED for an API key, STEP_UP_REQUIRED with the methods, INVALID_CREDENTIALS, TOO_MANY_FAILURES
     */
    async verify(request: FastifyRequest, password: string | undefined) {
      const account = await load(request)
      const { _id, authVersion, factors = [], sessions } = account
      if (password !== undefined && !factors.some(isStrong)) return checkPassword(request, account, password)
      const after = new Date(app.now().getTime() - STEP_UP_TTL)
      const { stepUpAt } = sessions[0] as Account['sessions'][0]
      if (!stepUpAt || stepUpAt <= after) throw new Problem('STEP_UP_REQUIRED', { methods: stepUpMethodsOf(account) })
      return {
        _id,
        status: 'active' as const,
        authVersion,
        sessions: { $elemMatch: { _id: request.caller.sessionId, stepUpAt: { $gt: after } } },
      }
    },

    /**
     * Steps the session up by the password.
     * @throws Problem STEP_UP_REQUIRED if the account has a factor, INVALID_CREDENTIALS, TOO_MANY_FAILURES
     */
    async byPassword(request: FastifyRequest, password: string): Promise<void> {
      const account = await load(request)
      const methods = stepUpMethodsOf(account)
      if (!methods.includes('password')) throw new Problem('STEP_UP_REQUIRED', { methods })
      await checkPassword(request, account, password)
      await grant(request, account, ['pwd'])
    },

    /**
     * Steps the session up by a code of a second factor. A wrong one counts for the session alone.
     * @throws Problem VALIDATION_FAILED, INVALID_CODE, TOO_MANY_FAILURES
     */
    async byCode(request: FastifyRequest, method: FactorCodeMethod, typed: string): Promise<void> {
      const code = readCode(method, typed)
      const account = await load(request)
      const { matches } = await app.budgets.attempt(request, 'factor', ownerOf(request, account), async () => ({
        matches: stepUpMethodsOf(account).includes(method) && (await app.factors.use(request, account, method, code)),
      }))
      if (!matches) return refuse(request, account, method)
      await grant(request, account, AMR_OF[method])
    },

    /**
     * Begins a step-up by a passkey.
     * @throws Problem STEP_UP_REQUIRED with the methods if the account has no passkey
     */
    async beginPasskey(request: FastifyRequest) {
      const account = await load(request)
      const methods = stepUpMethodsOf(account)
      if (!methods.includes('passkey')) throw new Problem('STEP_UP_REQUIRED', { methods })
      return app.passkeys.beginStepUp(request.caller, account)
    },

    /**
     * Steps the session up by the answer of a passkey, which must have verified the person. A wrong one counts for the session alone.
     * @throws Problem INVALID_CODE, TOO_MANY_FAILURES
     */
    async byPasskey(request: FastifyRequest, challengeId: string, response: AuthenticationResponseJSON): Promise<void> {
      const account = await load(request)
      const { assertion } = await app.budgets.attempt(request, 'factor', ownerOf(request, account), async () => {
        const assertion = await app.passkeys.stepUp(request, account, challengeId, response)
        return { matches: assertion !== undefined, assertion }
      })
      if (!assertion) return refuse(request, account, 'passkey')
      await grant(request, account, assertion.amr)
    },
  }
}

/** Decorates `stepUp`. */
export default fp(
  async (app) => {
    app.decorate('stepUp', createStepUp(app))
  },
  {
    name: 'step-up',
    dependencies: ['audit', 'auth', 'budgets', 'clock', 'config', 'db', 'factors', 'passkeys', 'passwords'],
  },
)
