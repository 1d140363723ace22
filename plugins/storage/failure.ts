import { Problem } from '../../openapi/errors.js'

/** Thrown when the store exceeds a deadline. */
export class StorageTimeout extends Error {
  override readonly name = 'StorageTimeout'
}

/** Seconds until another attempt after Cloudinary's limits; its Upload API doesn't return them. */
const RETRY_AFTER = 30

/**
 * Turns a rejection of the SDK into a {@link Problem}. The SDK rejects with objects that aren't `Error`s and that, for
 * Admin calls, contain the secret, so only the message is kept.
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
    return new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'The file store cannot read the file.', cause })
  }
  return new Problem('STORAGE_FAILED', { cause })
}

/** Unwraps `{error}`, which the SDK uses for network errors and Admin errors only. */
function unwrap(rejection: unknown): { name?: unknown; message?: unknown; http_code?: unknown } {
  const outer = Object(rejection)
  return Object(outer.error ?? outer)
}
