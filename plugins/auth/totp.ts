import { Secret, TOTP } from 'otpauth'

/** Parameters that every authenticator app supports; many ignore others. */
export const PARAMETERS = { algorithm: 'SHA1', digits: 6, period: 30 }
/** Time steps on either side of now whose codes are accepted: clocks differ, and people type slowly (RFC 6238, 5.2). */
const WINDOW = 1
/** As long as the output of the HMAC (RFC 4226, 4, R6). */
const SECRET_BYTES = 20

/** Creates a shared secret. */
export const newTotpSecret = (): Buffer => Buffer.from(new Secret({ size: SECRET_BYTES }).bytes)

/** Returns what a person enters in an authenticator app: the secret in base32, and the key URI, which is shown as a QR code. */
export function describeTotp(secret: Buffer, { issuer, label }: { issuer: string; label: string }) {
  // a colon separates issuer and label
  const totp = new TOTP({ ...PARAMETERS, issuer: issuer.replaceAll(':', ' '), label, secret: toSecret(secret) })
  return { secret: totp.secret.base32, uri: totp.toString() }
}

/**
 * Returns the time step (RFC 6238, 4.2) that a code belongs to; undefined if the code is wrong. Codes are compared in constant time.
 */
export function stepOf(secret: Buffer, code: string, now: Date): number | undefined {
  const timestamp = now.getTime()
  const delta = TOTP.validate({ ...PARAMETERS, secret: toSecret(secret), token: code, timestamp, window: WINDOW })
  return delta === null ? undefined : TOTP.counter({ timestamp }) + delta
}

/** A view of a larger buffer would be taken for the whole buffer. */
const toSecret = (bytes: Buffer) => new Secret({ buffer: Uint8Array.from(bytes).buffer })
