import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Passkey } from '../../models/factor.js'
import { Problem } from '../../openapi/errors.js'
import type { Caller } from './index.js'
import { challengeOf, type createPasskeyChallenges, TTL } from './passkey-challenges.js'
import type { RelyingParty } from './relying-party.js'
import { amrOf, describe, logRefusal, requireOwnWindow, type WebAuthn, webAuthn } from './webauthn.js'

/** A right registration, whose challenge has not been consumed yet. */
type Registration = Omit<Passkey, '_id' | 'name' | 'createdAt' | 'lastUsedAt'>

/** ES256, EdDSA and RS256 (COSE Algorithms): what authenticators of all platforms sign by. */
const ALGORITHMS = [-8, -7, -257]
/** The longest id of a credential (WebAuthn, 5.8.3: 1023 bytes), in base64url. */
const MAX_ID = 1364
/** Room for an RSA key of 4096 bits and more; a longer one makes each check cost more. */
export const MAX_KEY_BYTES = 1024

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

/** Creates what adds passkeys to accounts (WebAuthn, 7.1). */
export function createPasskeyRegistration(
  app: FastifyInstance,
  party: RelyingParty,
  challenges: ReturnType<typeof createPasskeyChallenges>,
) {
  const { User } = app.db

  /** Checks the registration of a passkey (WebAuthn, 7.1). Returns undefined if it is wrong. */
  async function check(
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
      return logRefusal(request, error)
    }
  }

  return {
    /** Begins to add a passkey to the account of a session. Passkeys are discoverable and verify the person, so that they sign in alone. */
    beginEnrolment({ user, sessionId }: Caller, existing: Passkey[]) {
      const { _id, name, email } = user
      const challengeId = challenges.issue('enrolment', _id.toString(), sessionId)
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
      const passkey = await check(request, challengeId, response)
      if (!passkey || !challenges.isOpen(challengeId, 'enrolment', _id.toString(), sessionId)) {
        return challenges.refuse(request, _id, 'enrolment')
      }
      if (await User.exists({ _id, 'factors.credentialId': passkey.credentialId })) throw new Problem('FACTOR_EXISTS')
      if (!(await challenges.consume(challengeId, user))) return challenges.refuse(request, _id, 'enrolment')
      return { passkey, amr: amrOf(passkey.backupEligible, true) }
    },
  }
}
