import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
import { bytesOf } from '../../models/bytes.js'
import type { Amr, Factor, HasFactors, Method } from '../../models/factor.js'
import { backupCodeOf } from './backup-codes.js'
import { digitsOf } from './code.js'
import { stepOf } from './totp.js'

declare module 'fastify' {
  interface FastifyInstance {
    factors: ReturnType<typeof createFactors>
  }
}

/** The methods whose answer is a code that a person types. */
export type CodeMethod = Exclude<Method, 'passkey'>

/** The account whose factor is used. */
interface Owner extends HasFactors {
  _id: Types.ObjectId
  name: string
  email?: string
}

/** The methods of RFC 8176 that a sign-in with a password and an answer of each kind stands for. */
export const AMR_OF: Record<CodeMethod, Amr[]> = {
  // a mailed code is no authenticator (NIST SP 800-63B-4, 3.1.3.1), and RFC 8176 has no value for it
  mail: ['pwd'],
  totp: ['pwd', 'otp', 'mfa'],
  'backup-code': ['pwd', 'otp', 'mfa'],
}

/**
 * Returns a code in the form in which it is compared, however it was typed.
 * @throws Problem VALIDATION_FAILED if the text can't be a code of this method
 */
export const readCode = (method: CodeMethod, text: string) =>
  method === 'backup-code' ? backupCodeOf(text) : digitsOf(text)

/** Creates the use of second factors. A check is one conditional update that also consumes, so that an answer works once on all processes. */
export function createFactors(app: FastifyInstance) {
  const { User } = app.db
  const { audit, keys } = app
  const contextOf = (factorId: string) => `factor:${factorId}`

  /** Returns the secret of a factor; undefined if no accepted key decrypts it. */
  function secretOf({ _id, secret }: Factor): Buffer | undefined {
    try {
      return keys.decrypt(bytesOf(secret as Buffer), contextOf(_id))
    } catch (error) {
      app.log.error({ err: error, factorId: _id }, 'The secret of a factor could not be decrypted')
      return undefined
    }
  }

  /** Consumes the time step of a right code; a step works once, and none before the last one does. */
  async function consumeTotp({ _id, factors = [] }: Owner, code: string): Promise<boolean> {
    const factor = factors.find(({ type }) => type === 'totp')
    const secret = factor && secretOf(factor)
    const now = app.now()
    const step = secret && stepOf(secret, code, now)
    if (step === undefined) return false
    const { modifiedCount } = await User.updateOne(
      { _id, factors: { $elemMatch: { _id: (factor as Factor)._id, step: { $lt: step } } } },
      { $set: { 'factors.$.step': step, 'factors.$.lastUsedAt': now } },
    )
    return modifiedCount === 1
  }

  /** Consumes a backup code, and tells the owner. */
  async function consumeBackupCode(request: FastifyRequest, owner: Owner, code: string): Promise<boolean> {
    const { _id, name, email, factors = [] } = owner
    const factor = factors.find(({ type }) => type === 'backup-codes')
    const key = factor && secretOf(factor)
    if (!key) return false
    const hash = keys.hmac(key, code)
    const { _id: factorId, codes = [] } = factor
    const remaining = codes.length - 1
    const entry = audit.entry(
      request,
      { action: 'factor.backup-code-used', actorId: _id, targetId: _id, details: { factorId, remaining } },
      { template: 'backup-code-used', to: email as string, data: { ...audit.notice(request, name), remaining } },
    )
    const { modifiedCount } = await User.updateOne(
      { _id, factors: { $elemMatch: { _id: factorId, codes: hash } } },
      {
        $pull: { 'factors.$.codes': hash },
        $set: { 'factors.$.lastUsedAt': app.now() },
        $push: { outbox: entry },
      },
    )
    return modifiedCount === 1
  }

  return {
    /** Encrypts the secret of a new factor. */
    seal: (factorId: string, secret: Buffer): Required<Pick<Factor, 'secret' | 'keyId'>> => ({
      secret: keys.encrypt(secret, contextOf(factorId)),
      keyId: keys.ids[0] as string,
    }),

    /**
     * Checks and consumes a code of a second factor of an account.
     * @param code as {@link readCode} returns it
     * @returns false if the code is wrong or was used
     */
    use: (
      request: FastifyRequest,
      owner: Owner,
      method: Exclude<CodeMethod, 'mail'>,
      code: string,
    ): Promise<boolean> => (method === 'totp' ? consumeTotp(owner, code) : consumeBackupCode(request, owner, code)),
  }
}

/** Decorates `factors`. */
export default fp(
  async (app) => {
    app.decorate('factors', createFactors(app))
  },
  { name: 'factors', dependencies: ['audit', 'clock', 'config', 'db', 'keys'] },
)
