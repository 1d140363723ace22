import { Problem } from '../../openapi/errors.js'

/** Thrown where the store lets us wait for longer than agreed. */
export class StorageTimeout extends Error {
  override readonly name = 'StorageTimeout'
}

/** Seconds after which Cloudinary's limits are worth another try; it doesn't say them in its Upload API. */
const RETRY_AFTER = 30

/**
 * Makes a {@link Problem} of whatever the SDK rejects with: objects that are no `Error`s, and hold the secret for Admin calls.
 * So only the message is taken on.
 */
export function toProblem(rejection: unknown, secret: string): Problem {
  const { name, message, http_code } = unwrap(rejection)
  const status = typeof http_code === 'number' ? `${http_code} ` : ''
  const cause = new Error(`${name ?? 'Error'}: ${status}${message}`.replaceAll(secret, '***').slice(0, 500))
  if (rejection instanceof StorageTimeout) return new Problem('STORAGE_TIMEOUT', { cause })
  if (http_code === 420 || http_code === 429) {
    return new Problem('STORAGE_UNAVAILABLE', { retryAfter: RETRY_AFTER, cause })
  }
  if (http_code === 400 && /^File size too large/i.test(`${message}`))
    return new Problem('PAYLOAD_TOO_LARGE', { cause })
  if (http_code === 400 && /^(invalid|unsupported) (image|video|pdf|raw)\b/i.test(`${message}`)) {
    return new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'The file store can not read the file.', cause })
  }
  return new Problem('STORAGE_FAILED', { cause })
}

/** The SDK wraps errors of the network and of the Admin API into `{error}`, others not. */
function unwrap(rejection: unknown): { name?: unknown; message?: unknown; http_code?: unknown } {
  const outer = Object(rejection)
  return Object(outer.error ?? outer)
}
