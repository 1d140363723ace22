import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import { bytesOf } from '../../models/bytes.js'
import { type Amr, type HasFactors, type Passkey, passkeysOf } from '../../models/factor.js'
import type { UserDocument } from '../../models/user.js'
import type { Caller } from './index.js'
import { challengeOf, createPasskeyChallenges, TTL } from './passkey-challenges.js'
import { createPasskeyRegistration } from './passkey-registration.js'
import { relyingPartyOf } from './relying-party.js'
import { amrOf, describe, logRefusal, requireOwnWindow, webAuthn } from './webauthn.js'

declare module 'fastify' {
  interface FastifyInstance {
    passkeys: ReturnType<typeof createPasskeys>
  }
}

/** A right answer of a passkey, which has not been used yet. */
export interface Assertion {
  passkey: Passkey
  counter: number
  backedUp: boolean
  /** The methods by which the passkey alone has authenticated the person. */
  amr: Amr[]
}

interface CheckOptions {
  /** True if the authenticator must have verified the person, as by a PIN or a fingerprint: where no password goes before. */
  verifiesUser: boolean
}

/** The account whose passkey is used. */
type Owner = Pick<UserDocument, '_id' | 'name' | 'email' | 'locale'>

/** Returns the id of the account that a user handle stands for; an id that no account has for anything else. */
const accountOf = (userHandle = '') => {
  const bytes = Buffer.from(userHandle, 'base64url')
  return new Types.ObjectId(bytes.length === 12 ? bytes : Buffer.alloc(12))
}

/** Creates the use of passkeys (WebAuthn Level 3). */
export function createPasskeys(app: FastifyInstance) {
  const { audit } = app
  const { User } = app.db
  const party = relyingPartyOf(app.config)
  const challenges = createPasskeyChallenges(app)

  /** Tells the owner that a passkey may have been copied, unless it has been removed. */
  async function reportCounter(
    request: FastifyRequest,
    { _id, name, email, locale }: Owner,
    passkey: Passkey,
  ): Promise<void> {
    const entry = audit.entry(
      request,
      {
        action: 'factor.passkey-refused',
        actorId: null,
        targetId: _id,
        outcome: 'failure',
        details: { factorId: passkey._id },
      },
      { template: 'passkey-refused', to: email as string, locale, data: audit.notice(request, name) },
    )
    await User.updateOne({ _id, 'factors._id': passkey._id }, { $push: { outbox: entry } })
  }

  /**
   * Checks the answer of a passkey to a challenge (WebAuthn, 7.2), without using it.
   * @returns undefined if it is wrong, or if no factor is the passkey; the cost is the same
   */
  async function check(
    request: FastifyRequest,
    challengeId: string,
    response: AuthenticationResponseJSON,
    account: HasFactors,
    { verifiesUser }: CheckOptions,
  ): Promise<Assertion | undefined> {
    const passkey = passkeysOf(account).find(({ credentialId }) => credentialId === response.id)
    const library = await webAuthn()
    try {
      requireOwnWindow(library, response.response.clientDataJSON)
      const { verified, authenticationInfo: info } = await library.verifyAuthenticationResponse({
        response,
        expectedChallenge: challengeOf(challengeId),
        expectedOrigin: party.origins,
        expectedRPID: party.id,
        requireUserVerification: verifiesUser,
        credential: {
          id: response.id,
          publicKey: passkey ? new Uint8Array(bytesOf(passkey.publicKey)) : library.decoy,
          // compared in the update that stores the next one
          counter: 0,
        },
      })
      if (!verified || !passkey) throw new Error('The signature is not that of a passkey of the account')
      const backupEligible = info.credentialDeviceType === 'multiDevice'
      if (backupEligible !== passkey.backupEligible) throw new Error('The eligibility for backups has changed')
      return {
        passkey,
        counter: info.newCounter,
        backedUp: info.credentialBackedUp,
        amr: amrOf(backupEligible, info.userVerified),
      }
    } catch (error) {
      return logRefusal(request, error)
    }
  }

  /**
   * Uses a right answer whose challenge was consumed: stores its counter, which must have risen unless the passkey has none.
   * @returns false if the counter has not risen, of which the owner is told, or if the passkey has been removed
   */
  async function use(request: FastifyRequest, owner: Owner, { passkey, counter, backedUp }: Assertion) {
    const { matchedCount } = await User.updateOne(
      { _id: owner._id, factors: { $elemMatch: { _id: passkey._id, counter: counter === 0 ? 0 : { $lt: counter } } } },
      { $set: { 'factors.$.counter': counter, 'factors.$.backedUp': backedUp, 'factors.$.lastUsedAt': app.now() } },
    )
    if (matchedCount === 1) return true
    await reportCounter(request, owner, passkey)
    return false
  }

  /** Returns the options of `navigator.credentials.get` for a challenge (WebAuthn, 5.1.10). Without an account, any passkey answers. */
  const requestOptions = (challengeId: string, account: HasFactors, { verifiesUser }: CheckOptions) => ({
    challenge: challengeOf(challengeId),
    timeout: TTL,
    rpId: party.id,
    allowCredentials: passkeysOf(account).map(describe),
    userVerification: verifiesUser ? ('required' as const) : ('preferred' as const),
  })

  return {
    check,
    use,
    requestOptions,
    ...createPasskeyRegistration(app, party, challenges),

    /** Begins a step-up of a session by one of the passkeys of its account. */
    beginStepUp({ user, sessionId }: Caller, account: HasFactors) {
      const challengeId = challenges.issue('step-up', user._id.toString(), sessionId)
      return { challengeId, options: requestOptions(challengeId, account, { verifiesUser: true }) }
    },

    /** Checks and consumes the answer to a challenge of {@link beginStepUp}; returns undefined if it is wrong. */
    async stepUp(
      request: FastifyRequest,
      account: Owner & HasFactors,
      challengeId: string,
      response: AuthenticationResponseJSON,
    ): Promise<Assertion | undefined> {
      const assertion = await check(request, challengeId, response, account, { verifiesUser: true })
      const isRight =
        assertion &&
        challenges.isOpen(challengeId, 'step-up', account._id.toString(), request.caller.sessionId) &&
        (await challenges.consume(challengeId, account)) &&
        (await use(request, account, assertion))
      return isRight ? assertion : undefined
    },

    /** Begins a sign-in without a name. The answer is the same for everybody, and nothing is read or stored. */
    beginSignIn() {
      const challengeId = challenges.issue('sign-in')
      return { challengeId, options: requestOptions(challengeId, {}, { verifiesUser: true }) }
    },

    /**
     * Checks and consumes the answer to a challenge of {@link beginSignIn}.
     * @returns the account, as it was when its passkey was checked
     * @throws Problem INVALID_CODE, alike for an unknown passkey, a wrong answer and an account that is suspended
     */
    async signIn(request: FastifyRequest, challengeId: string, response: AuthenticationResponseJSON) {
      const fields = { name: 1, email: 1, locale: 1, status: 1, authVersion: 1, factors: 1 }
      const owner = await User.findOne({ _id: accountOf(response.response.userHandle) }, fields).lean()
      const assertion = await check(request, challengeId, response, owner ?? {}, { verifiesUser: true })
      const isRight =
        assertion &&
        owner?.status === 'active' &&
        challenges.isOpen(challengeId, 'sign-in') &&
        (await challenges.consume(challengeId, owner)) &&
        (await use(request, owner, assertion))
      if (!isRight) return challenges.refuse(request, owner?._id ?? null, 'login')
      const { email, authVersion } = owner
      return { challenge: { email: email as string, authVersion }, owner, amr: assertion.amr }
    },
  }
}

/** Decorates `passkeys`. */
export default fp(
  async (app) => {
    app.decorate('passkeys', createPasskeys(app))
  },
  { name: 'passkeys', dependencies: ['audit', 'clock', 'config', 'db', 'keys', 'mailer'] },
)
