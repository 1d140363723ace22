import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'
import { deny } from './index.js'

declare module 'fastify' {
  interface FastifyInstance {
    stepUp: ReturnType<typeof createStepUp>
  }
}

/** Creates the check that sensitive changes require. */
export function createStepUp(app: FastifyInstance) {
  return {
    /**
     * Checks the caller's own password; a wrong one counts towards the budget of sign-in.
     * @returns the condition on the caller's account when the change is stored, so that a stolen session can't outrun a change of the password
     * @throws Problem SESSION_REQUIRED for an API key, STEP_UP_REQUIRED if no password is given, INVALID_CREDENTIALS, TOO_MANY_FAILURES
     */
    async verify(request: FastifyRequest, password: string | undefined) {
      if (request.caller.apiKey) await deny(request, {}, 'SESSION_REQUIRED')
      if (password === undefined) throw new Problem('STEP_UP_REQUIRED')
      const { user, sessionId } = request.caller
      const stored = await app.db.User.findOne(
        { _id: user._id, status: 'active' },
        { password: 1, authVersion: 1 },
      ).lean()
      const owner = {
        email: user.email as string,
        proof: `session:${sessionId}`,
        userId: user._id,
      }
      const { matches } = await app.budgets.attempt(request, 'password', owner, () =>
        app.passwords.verify(password, stored?.password),
      )
      if (!stored || !matches) {
        await app.audit.record(request, { action: 'password.refused', targetId: user._id, outcome: 'failure' })
        throw new Problem('INVALID_CREDENTIALS')
      }
      return {
        _id: user._id,
        status: 'active' as const,
        authVersion: stored.authVersion,
        'password.hash': stored.password.hash,
        'sessions._id': sessionId,
      }
    },
  }
}

/** Decorates `stepUp`. */
export default fp(
  async (app) => {
    app.decorate('stepUp', createStepUp(app))
  },
  { name: 'step-up', dependencies: ['audit', 'auth', 'budgets', 'db', 'keys', 'passwords'] },
)
