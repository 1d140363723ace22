import { Problem } from '../../openapi/errors.js'

/** Thrown when the store exceeds a deadline. */
export class StorageTimeout extends Error {
  override readonly name = 'StorageTimeout'
}

/** Seconds until another attempt after Cloudinary's limits; its Upload API doesn't return them. */
const RETRY_AFTER = 30

/** Texts of Cloudinary's 400 about the account or the request; every other one is about the file. */
const NOT_THE_FILE = /signature|stale|timestamp|api.?key|cloud.?name|public.?id|parameter|preset|account|credentials/i

/**
 * Turns a rejection of the SDK into a {@link Problem}. The SDK rejects with objects that aren't `Error`s and that, for
 * Admin calls, contain the secret, so only the message is kept.
 */
export function toProblem(rejection: unknown, secret: string, isUpload: boolean): Problem {
  const { name, message, http_code } = unwrap(rejection)
  const status = typeof http_code === 'number' ? `${http_code} ` : ''
  const cause = new Error(`${name ?? 'Error'}: ${status}${message}`.replaceAll(secret, '***').slice(0, 500))
  if (rejection instanceof StorageTimeout) return new Problem('STORAGE_TIMEOUT', { cause })
  if (http_code === 420 || http_code === 429) {
    return new Problem('STORAGE_UNAVAILABLE', { retryAfter: RETRY_AFTER, cause })
  }
  return (isUpload && refusalOf(http_code, `${message}`, cause)) || new Problem('STORAGE_FAILED', { cause })
}

/** Returns the problem of a file that the store refuses, or undefined if the answer is not about the file. */
function refusalOf(status: unknown, message: string, cause: Error): Problem | undefined {
  if (status === 413) return new Problem('PAYLOAD_TOO_LARGE', { detail: TOO_LARGE, cause })
  if (status === 415 || status === 422) return new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: UNREADABLE, cause })
  if (status !== 400) return undefined
  if (/pixels|dimensions/i.test(message)) return new Problem('TOO_MANY_PIXELS', { cause })
  if (/too (large|big)|exceed|maximum/i.test(message)) {
    return new Problem('PAYLOAD_TOO_LARGE', { detail: TOO_LARGE, cause })
  }
  if (NOT_THE_FILE.test(message)) return undefined
  return new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: UNREADABLE, cause })
}

const TOO_LARGE = 'The file is larger than the file store accepts.'
const UNREADABLE = 'The file store cannot read the file.'

/** Returns true if the rejection says that the connection ended. */
export const isDisconnection = (rejection: unknown) => ['ECONNRESET', 'EPIPE'].includes(`${unwrap(rejection).code}`)

/** Unwraps `{error}`, which the SDK uses for network errors and Admin errors only. */
function unwrap(rejection: unknown): { name?: unknown; message?: unknown; http_code?: unknown; code?: unknown } {
  const outer = Object(rejection)
  return Object(outer.error ?? outer)
}
