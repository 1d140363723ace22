import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import { bytesOf } from '../../models/bytes.js'
import { isDuplicateKey } from '../../models/duplicate-key.js'
import type { Amr, Factor, HasFactors } from '../../models/factor.js'
import type { UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import { sha256 } from '../keys.js'
import type { Caller } from './index.js'
import { relyingPartyOf } from './relying-party.js'

declare module 'fastify' {
  interface FastifyInstance {
    passkeys: ReturnType<typeof createPasskeys>
  }
}

/** A passkey, which is a {@link Factor} with all fields of its type. */
type Passkey = Factor &
  Required<Pick<Factor, 'credentialId' | 'publicKey' | 'counter' | 'transports' | 'backupEligible' | 'backedUp'>>

/** What a challenge that is not stored is for. */
type Use = 'sign-in' | 'enrolment' | 'step-up'

/** A right answer of a passkey, which has not been used yet. */
export interface Assertion {
  passkey: Passkey
  counter: number
  backedUp: boolean
  /** How the person has authenticated by the passkey alone. */
  amr: Amr[]
}

interface CheckOptions {
  /** True if the authenticator must have verified the person, as by a PIN or a fingerprint: where no password goes before. */
  verifiesUser: boolean
}

/** A right registration, whose challenge has not been consumed yet. */
type Registration = Omit<Passkey, '_id' | 'name' | 'createdAt' | 'lastUsedAt'>

/** The account whose passkey is used. */
type Owner = Pick<UserDocument, '_id' | 'name' | 'email' | 'locale'>

/** Lifetime of a challenge, in milliseconds. */
const TTL = 5 * 60_000
/** That a challenge was used is kept for longer than any clock of a process is wrong. */
const USED_TTL = 30 * 60_000
/** ES256, EdDSA and RS256 (COSE Algorithms): what authenticators of all platforms sign by. */
const ALGORITHMS = [-8, -7, -257]
/** The longest id of a credential (WebAuthn, 5.8.3: 1023 bytes), in base64url. */
const MAX_ID = 1364
/** Room for an RSA key of 4096 bits and more; a longer one makes each check cost more. */
export const MAX_KEY_BYTES = 1024
const NONCE_BYTES = 16
const TIME_BYTES = 6
const MAC_BYTES = 32

const isPasskey = (factor: Factor): factor is Passkey => factor.type === 'passkey'

export const passkeysOf = ({ factors = [] }: HasFactors): Passkey[] => factors.filter(isPasskey)

/** Loads the library at the first use of a passkey, and not at the start, which it would prolong by a fifth. */
async function loadWebAuthn() {
  const [server, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ])
  return { ...server, ...helpers, decoy: createDecoy(helpers) }
}
type WebAuthn = Awaited<ReturnType<typeof loadWebAuthn>>

/** Describes a passkey to a browser (WebAuthn, 5.8.3). */
const describe = ({ credentialId, transports }: Passkey) => ({
  id: credentialId,
  type: 'public-key' as const,
  transports,
})

/** Returns the challenge that an authenticator signs. It follows from the id, which nobody but the client holds. */
const challengeOf = (challengeId: string) => sha256(`passkey:${challengeId}`)

/** Returns the id of the account that a user handle stands for; an id that no account has for anything else. */
const accountOf = (userHandle = '') => {
  const bytes = Buffer.from(userHandle, 'base64url')
  return new Types.ObjectId(bytes.length === 12 ? bytes : Buffer.alloc(12))
}

/** Returns how a person has authenticated by a passkey alone (RFC 8176). One that can be synchronised is held by software. */
const amrOf = (backupEligible: boolean, userVerified: boolean): Amr[] => [
  backupEligible ? 'swk' : 'hwk',
  'user',
  ...(userVerified ? ['mfa' as const] : []),
]

/**
 * Returns a registration without its attestation statement, which was not asked for: authenticators that send one all the same are accepted,
 * and no certificate of a stranger is read.
 */
function withoutStatement(
  { decodeAttestationObject, isoCBOR }: WebAuthn,
  response: RegistrationResponseJSON,
): RegistrationResponseJSON {
  const attestation = decodeAttestationObject(
    new Uint8Array(Buffer.from(response.response.attestationObject, 'base64url')),
  )
  const plain = new Map<string, string | Map<string, string> | Uint8Array>([
    ['fmt', 'none'],
    ['attStmt', new Map<string, string>()],
    ['authData', attestation.get('authData')],
  ])
  const attestationObject = Buffer.from(isoCBOR.encode(plain)).toString('base64url')
  return { ...response, response: { ...response.response, attestationObject } }
}

/** Returns a public key (COSE) whose private key is gone, so that an unknown passkey costs what a known one does. */
function createDecoy({ isoCBOR }: typeof import('@simplewebauthn/server/helpers')): Uint8Array<ArrayBuffer> {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const coordinate = (text: unknown) => new Uint8Array(Buffer.from(text as string, 'base64url'))
  // RFC 9053, 2.1 and 7.1.1: EC2, ES256, P-256
  const key = new Map<number, number | Uint8Array>([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, coordinate(x)],
    [-3, coordinate(y)],
  ])
  return new Uint8Array(isoCBOR.encode(key))
}

/** Creates the use of passkeys (WebAuthn Level 3). */
export function createPasskeys(app: FastifyInstance) {
  const { Challenge, User } = app.db
  const { audit, keys } = app
  const party = relyingPartyOf(app.config)
  let loaded: Promise<WebAuthn> | undefined
  const webAuthn = () => {
    loaded ??= loadWebAuthn()
    return loaded
  }

  /** Creates a challenge that is signed and not stored, so that those of strangers cost nothing. */
  function issue(use: Use, ...parties: string[]): string {
    const head = Buffer.concat([randomBytes(NONCE_BYTES), Buffer.alloc(TIME_BYTES)])
    head.writeUIntBE(app.now().getTime() + TTL, NONCE_BYTES, TIME_BYTES)
    return Buffer.concat([head, keys.passkey.sign(use, ...parties, head)]).toString('base64url')
  }

  /** Returns true for a challenge that {@link issue} created for the same use and parties, if it has not expired. */
  function isOpen(challengeId: string, use: Use, ...parties: string[]): boolean {
    const bytes = Buffer.from(challengeId, 'base64url')
    if (bytes.length !== NONCE_BYTES + TIME_BYTES + MAC_BYTES) return false
    const head = bytes.subarray(0, NONCE_BYTES + TIME_BYTES)
    const expiresAt = head.readUIntBE(NONCE_BYTES, TIME_BYTES)
    return expiresAt > app.now().getTime() && keys.passkey.verify(bytes.subarray(head.length), use, ...parties, head)
  }

  /** Consumes a challenge that is not stored; only the first of several uses, on all processes, stores its mark. */
  async function consume(challengeId: string, { _id: userId, email }: Owner): Promise<boolean> {
    const now = app.now()
    const expiresAt = new Date(now.getTime() + USED_TTL)
    try {
      await Challenge.create({
        _id: sha256(challengeId),
        purpose: 'passkey',
        addressKey: keys.pseudonym(email as string),
        email,
        codeHash: 'none',
        codeExpiresAt: expiresAt,
        resendAvailableAt: expiresAt,
        userId,
        consumedAt: now,
        createdAt: now,
        expiresAt,
      })
      return true
    } catch (error) {
      /* c8 ignore next 3 -- the database went away in the meantime */
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  /** Refuses what a page shows inside one of another origin (WebAuthn, 5.8.1): a foreign page could have it clicked. */
  function requireOwnWindow({ decodeClientDataJSON }: WebAuthn, clientDataJSON: string): void {
    if (decodeClientDataJSON(clientDataJSON).crossOrigin) throw new Error('The page was embedded in another origin')
  }

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

  /** Logs why an answer is refused, which tells an integrator what to correct; the response does not say it. */
  function refuse(request: FastifyRequest, error: unknown): undefined {
    request.log.info({ reason: (error as Error).message.slice(0, 200) }, 'The answer of a passkey was refused')
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
      return refuse(request, error)
    }
  }

  /** Checks the registration of a passkey (WebAuthn, 7.1). Returns undefined if it is wrong. */
  async function checkRegistration(
    request: FastifyRequest,
    challengeId: string,
    response: RegistrationResponseJSON,
  ): Promise<Registration | undefined> {
    const library = await webAuthn()
    try {
      requireOwnWindow(library, response.response.clientDataJSON)
      const verification = await library.verifyRegistrationResponse({
        response: withoutStatement(library, response),
        expectedChallenge: challengeOf(challengeId),
        expectedOrigin: party.origins,
        expectedRPID: party.id,
        requireUserVerification: true,
        supportedAlgorithmIDs: ALGORITHMS,
      })
      // a registration without a statement is verified or throws
      const { registrationInfo: info } = verification as Extract<typeof verification, { verified: true }>
      const { id, publicKey, counter } = info.credential
      if (id.length > MAX_ID || publicKey.length > MAX_KEY_BYTES) throw new Error('The id or the key is too long')
      return {
        type: 'passkey',
        credentialId: id,
        publicKey: Buffer.from(publicKey),
        counter,
        transports: response.response.transports ?? [],
        aaguid: info.aaguid,
        backupEligible: info.credentialDeviceType === 'multiDevice',
        backedUp: info.credentialBackedUp,
      }
    } catch (error) {
      return refuse(request, error)
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

  /** Audits an answer that is refused. @throws Problem INVALID_CODE */
  async function report(request: FastifyRequest, targetId: Types.ObjectId | null, purpose: string): Promise<never> {
    const details = { purpose, method: 'passkey' }
    await audit.record(request, { action: 'code.refused', targetId, outcome: 'failure', details })
    throw new Problem('INVALID_CODE')
  }

  return {
    check,
    use,
    requestOptions,

    /** Begins to add a passkey to the account of a session. Passkeys are discoverable and verify the person, so that they sign in alone. */
    beginEnrolment({ user, sessionId }: Caller, existing: Passkey[]) {
      const { _id, name, email } = user
      const challengeId = issue('enrolment', _id.toString(), sessionId)
      const options = {
        rp: { id: party.id, name: app.mailer.service },
        user: { id: Buffer.from(_id.id).toString('base64url'), name: email as string, displayName: name },
        challenge: challengeOf(challengeId),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key' as const, alg })),
        timeout: TTL,
        excludeCredentials: existing.map(describe),
        authenticatorSelection: {
          residentKey: 'required' as const,
          requireResidentKey: true,
          userVerification: 'required' as const,
        },
        attestation: 'none' as const,
      }
      return { challengeId, options }
    },

    /**
     * Checks and consumes the answer to a challenge of {@link beginEnrolment}.
     * @returns the passkey, to be added as a factor, and how the person has authenticated by it
     * @throws Problem INVALID_CODE, FACTOR_EXISTS
     */
    async enrol(request: FastifyRequest, challengeId: string, response: RegistrationResponseJSON) {
      const { user, sessionId } = request.caller
      const { _id } = user
      const passkey = await checkRegistration(request, challengeId, response)
      if (!passkey || !isOpen(challengeId, 'enrolment', _id.toString(), sessionId)) {
        return report(request, _id, 'enrolment')
      }
      if (await User.exists({ _id, 'factors.credentialId': passkey.credentialId })) throw new Problem('FACTOR_EXISTS')
      if (!(await consume(challengeId, user))) return report(request, _id, 'enrolment')
      return { passkey, amr: amrOf(passkey.backupEligible, true) }
    },

    /** Begins a step-up of a session by one of the passkeys of its account. */
    beginStepUp({ user, sessionId }: Caller, account: HasFactors) {
      const challengeId = issue('step-up', user._id.toString(), sessionId)
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
        isOpen(challengeId, 'step-up', account._id.toString(), request.caller.sessionId) &&
        (await consume(challengeId, account)) &&
        (await use(request, account, assertion))
      return isRight ? assertion : undefined
    },

    /** Begins a sign-in without a name. The answer is the same for everybody, and nothing is read or stored. */
    beginSignIn() {
      const challengeId = issue('sign-in')
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
        isOpen(challengeId, 'sign-in') &&
        (await consume(challengeId, owner)) &&
        (await use(request, owner, assertion))
      if (!isRight) return report(request, owner?._id ?? null, 'login')
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
