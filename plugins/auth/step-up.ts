import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    stepUp: StepUp
  }
}

export interface StepUp {
  /**
   * Checks the caller's own password before a sensitive change; a wrong one counts towards the budget of sign-in.
   * @returns what the change must find unchanged, so that no stolen session outruns a change of the password
   * @throws Problem STEP_UP_REQUIRED where none is given, INVALID_CREDENTIALS, TOO_MANY_FAILURES
   */
  verify(request: FastifyRequest, password: string | undefined): Promise<{ hash: string; authVersion: number }>
}

/** Decorates `stepUp`. */
export default fp(
  async (app) => {
    app.decorate('stepUp', {
      async verify(request, password) {
        if (password === undefined) throw new Problem('STEP_UP_REQUIRED')
        const { user, sessionId } = request.caller
        const stored = await app.db.User.findOne(
          { _id: user._id, status: 'active' },
          { password: 1, authVersion: 1 },
        ).lean()
        const owner = {
          addressKey: app.keys.pseudonym(user.email as string),
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
        return { hash: stored.password.hash, authVersion: stored.authVersion }
      },
    })
  },
  { name: 'step-up', dependencies: ['audit', 'auth', 'budgets', 'db', 'keys', 'passwords'] },
)
