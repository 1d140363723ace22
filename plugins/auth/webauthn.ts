import { generateKeyPairSync } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Amr, Passkey } from '../../models/factor.js'

/** Loads the library at the first use of a passkey, and not at the start, which it would prolong by a fifth. */
async function loadWebAuthn() {
  const [server, helpers] = await Promise.all([
    import('@simplewebauthn/server'),
    import('@simplewebauthn/server/helpers'),
  ])
  return { ...server, ...helpers, decoy: createDecoy(helpers) }
}
export type WebAuthn = Awaited<ReturnType<typeof loadWebAuthn>>

let loaded: Promise<WebAuthn> | undefined

/** Returns the library for WebAuthn Level 3. */
export function webAuthn(): Promise<WebAuthn> {
  loaded ??= loadWebAuthn()
  return loaded
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

/** Describes a passkey to a browser (WebAuthn, 5.8.3). */
export const describe = ({ credentialId, transports }: Passkey) => ({
  id: credentialId,
  type: 'public-key' as const,
  transports,
})

/** Returns how a person has authenticated by a passkey alone (RFC 8176). One that can be synchronised is held by software. */
export const amrOf = (backupEligible: boolean, userVerified: boolean): Amr[] => [
  backupEligible ? 'swk' : 'hwk',
  'user',
  ...(userVerified ? ['mfa' as const] : []),
]

/** Refuses what a page shows inside one of another origin (WebAuthn, 5.8.1): a foreign page could have it clicked. */
export function requireOwnWindow({ decodeClientDataJSON }: WebAuthn, clientDataJSON: string): void {
  if (decodeClientDataJSON(clientDataJSON).crossOrigin) throw new Error('The page was embedded in another origin')
}

/** Logs why an answer is refused, which tells an integrator what to correct; the response does not say it. */
export function logRefusal(request: FastifyRequest, error: unknown): undefined {
  request.log.info({ reason: (error as Error).message.slice(0, 200) }, 'The answer of a passkey was refused')
}
