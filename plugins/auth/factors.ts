import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
import { bytesOf } from '../../models/bytes.js'
import type { Amr, Factor, HasFactors, Method } from '../../models/factor.js'
import type { Locale } from '../../models/locale.js'
import { reencryptAsKeysChange } from '../re-encryption.js'
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

/** The methods whose answer is a code of a second factor. */
export type FactorCodeMethod = Exclude<CodeMethod, 'mail'>

/** The account whose factor is used. */
interface Owner extends HasFactors {
  _id: Types.ObjectId
  name: string
  email?: string
  locale?: Locale
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
  function secretOf({ _id, secret }: Pick<Factor, '_id' | 'secret'>): Buffer | undefined {
    try {
      return keys.decrypt(bytesOf(secret as Buffer), contextOf(_id))
    } catch (error) {
      app.log.error({ err: error, factorId: _id }, 'The secret of a factor could not be decrypted')
      return undefined
    }
  }

  /** Consumes the time step of a right code; a step works once, and none before the last one does. */
  async function consumeTotp({ _id, factors = [] }: Owner, code: string): Promise<boolean> {
    const now = app.now()
    for (const factor of factors.filter(({ type }) => type === 'totp')) {
      const secret = secretOf(factor)
      const step = secret && stepOf(secret, code, now)
      if (step === undefined) continue
      const { modifiedCount } = await User.updateOne(
        { _id, factors: { $elemMatch: { _id: factor._id, step: { $lt: step } } } },
        { $set: { 'factors.$.step': step, 'factors.$.lastUsedAt': now } },
      )
      return modifiedCount === 1
    }
    return false
  }

  /** Consumes a backup code, and tells the owner. */
  async function consumeBackupCode(request: FastifyRequest, owner: Owner, code: string): Promise<boolean> {
    const { _id, name, email, locale, factors = [] } = owner
    const factor = factors.find(({ type }) => type === 'backup-codes')
    const key = factor && secretOf(factor)
    if (!key) return false
    const hash = keys.hmac(key, code)
    const { _id: factorId, codes = [] } = factor
    const remaining = codes.length - 1
    const entry = audit.entry(
      request,
      { action: 'factor.backup-code-used', actorId: _id, targetId: _id, details: { factorId, remaining } },
      {
        template: 'backup-code-used',
        to: email as string,
        locale,
        data: { ...audit.notice(request, name), remaining },
      },
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

  /** Encrypts secrets anew that are under another key than the first, so that the other key can be removed. */
  async function reseal(): Promise<void> {
    const [, ...others] = keys.ids
    const left = User.find({ 'factors.keyId': { $in: others } }, { factors: 1 })
      .lean()
      .cursor()
    for await (const { _id, factors = [] } of left) {
      for (const factor of factors) {
        const secret = others.some((id) => id === factor.keyId) && secretOf(factor)
        if (!secret) continue
        const { secret: sealed, keyId } = seal(factor._id, secret)
        await User.updateOne(
          { _id, factors: { $elemMatch: { _id: factor._id, keyId: factor.keyId as string } } },
          { $set: { 'factors.$.secret': sealed, 'factors.$.keyId': keyId } },
        )
      }
    }
  }

  const seal = (factorId: string, secret: Buffer): Required<Pick<Factor, 'secret' | 'keyId'>> => ({
    secret: keys.encrypt(secret, contextOf(factorId)),
    keyId: keys.ids[0] as string,
  })

  return {
    secretOf,
    reseal,

    /** Encrypts the secret of a new factor. */
    seal,

    /**
     * Checks and consumes a code of a second factor of an account.
     * @param code as {@link readCode} returns it
     * @returns false if the code is wrong or was used
     */
    use: (request: FastifyRequest, owner: Owner, method: FactorCodeMethod, code: string): Promise<boolean> =>
      method === 'totp' ? consumeTotp(owner, code) : consumeBackupCode(request, owner, code),
  }
}

/** Decorates `factors`. */
export default fp(
  async (app) => {
    const factors = createFactors(app)
    app.decorate('factors', factors)
    reencryptAsKeysChange(app, 'factor-keys', factors.reseal)
  },
  { name: 'factors', dependencies: ['audit', 'clock', 'db', 'jobs', 'keys'] },
)
