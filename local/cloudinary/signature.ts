import { createHash, timingSafeEqual } from 'node:crypto'
import type { Credentials } from './credentials.js'
import { refusal } from './refusal.js'

export type Fields = Record<string, string>
type Algorithm = 'sha1' | 'sha256'

const UNSIGNED = new Set(['file', 'api_key', 'signature', 'resource_type', 'cloud_name'])
const HOUR = 3600

/**
 * Returns the string to sign: every parameter except the unsigned ones, sorted by name, as `name=value` joined by `&`.
 * Version 2 writes `&` inside a parameter as `%26`, so that a value can't pose as another parameter.
 * https://cloudinary.com/documentation/authentication_signatures
 */
function stringToSign(fields: Fields, version: 1 | 2): string {
  return Object.keys(fields)
    .filter((name) => !UNSIGNED.has(name) && fields[name] !== '')
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .map((parameter) => (version === 2 ? parameter.replaceAll('&', '%26') : parameter))
    .join('&')
}

function digest(text: string, secret: string, algorithm: Algorithm) {
  return createHash(algorithm)
    .update(text + secret)
    .digest()
}

function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/**
 * Checks the signature of the fields, and that it is at most an hour old. Both versions of the string and both
 * algorithms are accepted, as by Cloudinary; returns the algorithm, for the signature of the answer.
 * @throws Error with a status if the check fails
 */
export function verifyRequest(fields: Fields, credentials: Credentials): Algorithm {
  const { api_key, signature, timestamp } = fields
  if (!api_key && !signature) throw refusal(400, 'Upload preset must be specified when using unsigned upload')
  for (const name of ['api_key', 'signature', 'timestamp']) {
    if (!fields[name]) throw refusal(400, `Missing required parameter - ${name}`)
  }
  if (api_key !== credentials.key) throw refusal(401, `Unknown API key ${api_key}`)
  const algorithm = (['sha1', 'sha256'] as const).find((name) =>
    ([1, 2] as const).some((version) =>
      equal(`${signature}`, digest(stringToSign(fields, version), credentials.secret, name).toString('hex')),
    ),
  )
  if (!algorithm) {
    throw refusal(401, `Invalid Signature ${signature}. String to sign - '${stringToSign(fields, 2)}'.`)
  }
  const age = Date.now() / 1000 - Number(timestamp)
  if (!fields.expires_at && !(Math.abs(age) <= HOUR)) {
    throw refusal(
      400,
      `Stale request - reported time is ${timestamp} which is more than 1 hour ${age > 0 ? 'ago' : 'ahead'}`,
    )
  }
  return algorithm
}

/** Signs the answer to an upload: version 1, over `public_id` and `version`. */
export function signResponse(publicId: string, version: number, secret: string, algorithm: Algorithm): string {
  const fields = { public_id: publicId, version: String(version) }
  return digest(stringToSign(fields, 1), secret, algorithm).toString('hex')
}

/**
 * Signs a delivery URL: the first characters of the digest of the transformation and the encoded id with its
 * extension.
 */
export function signUrl(source: string, secret: string, algorithm: Algorithm = 'sha1', length = 8): string {
  return digest(source, secret, algorithm).toString('base64url').slice(0, length)
}

/** Tests a signature without its dashes: 8 characters of SHA-1 or SHA-256, or 32 of SHA-256. */
export function verifyUrl(source: string, signature: string, secret: string): boolean {
  return (
    equal(signature, signUrl(source, secret)) ||
    equal(signature, signUrl(source, secret, 'sha256')) ||
    equal(signature, signUrl(source, secret, 'sha256', 32))
  )
}

/** Checks the account's key and secret in an `Authorization` header (Basic, as the Admin API requires). */
export function verifyBasic(authorization: string | undefined, { key, secret }: Credentials): void {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1]
  if (!encoded) throw refusal(401, 'Invalid credentials')
  const [givenKey = '', givenSecret = ''] = Buffer.from(encoded, 'base64').toString().split(':', 2)
  if (givenKey !== key) throw refusal(401, `unknown api_key ${givenKey}`)
  if (!equal(givenSecret, secret)) throw refusal(401, 'api_secret mismatch')
}
