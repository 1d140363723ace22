import type { webhooks } from './contract.js'
import { CofferError } from './errors.js'

/**
 * An event that Coffer has sent to a webhook; `type` tells which. A newer server may add types, which a webhook of all types (`*`) receives:
 * ignore those that you don't know.
 */
export type WebhookEvent = {
  [Type in keyof webhooks]: webhooks[Type]['post']['requestBody']['content']['application/json']
}[keyof webhooks]

/** A received request. Headers are those of the Fetch API, of Node.js or a plain object. */
export interface WebhookRequest {
  /** The secret of the webhook: `whsec_` and base64. */
  secret: string
  headers: { get(name: string): string | null } | Record<string, string | readonly string[] | undefined>
  /** The body as it was received. A parsed and serialized one has a different signature. */
  body: string | Uint8Array | ArrayBuffer
  /** The largest difference between the clocks of the server and the receiver in seconds; default 300. */
  tolerance?: number
}

export type WebhookErrorCode =
  | 'WEBHOOK_HEADER_MISSING'
  | 'WEBHOOK_TIMESTAMP_INVALID'
  | 'WEBHOOK_SIGNATURE_INVALID'
  | 'WEBHOOK_BODY_INVALID'

/** The request is not a webhook of this secret, or too old. Answer it with 400, and do nothing. */
export class WebhookError extends CofferError {
  override name = 'WebhookError'
  declare readonly code: WebhookErrorCode
}

const PREFIX = 'whsec_'
const TOLERANCE = 300

/**
 * Verifies the signature and the age of a request, and resolves to its event. `id` is the `webhook-id`: it is the same each time an event
 * is sent, so store it to handle each event once. See Standard Webhooks 1.0, https://www.standardwebhooks.com.
 * @throws WebhookError if the request is not to be trusted; TypeError if the secret is not one
 */
export async function verifyWebhook({
  secret,
  headers,
  body,
  tolerance = TOLERANCE,
}: WebhookRequest): Promise<WebhookEvent & { id: string }> {
  const id = header(headers, 'webhook-id')
  const timestamp = header(headers, 'webhook-timestamp')
  const signatures = header(headers, 'webhook-signature')
  const age = Math.abs(Date.now() / 1000 - Number(timestamp))
  if (!/^\d+$/.test(timestamp) || age > tolerance) {
    throw new WebhookError('WEBHOOK_TIMESTAMP_INVALID', 'The webhook is too old, or the clocks differ.')
  }
  const payload = typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body)
  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const content = new Uint8Array(head.length + payload.length)
  content.set(head)
  content.set(payload, head.length)
  const expected = await sign(secret, content)
  // one signature for each secret: two while a secret is being replaced
  if (!signatures.split(' ').some((signature) => isEqual(signature, expected))) {
    throw new WebhookError('WEBHOOK_SIGNATURE_INVALID', 'The webhook was not signed with this secret, or was changed.')
  }
  try {
    return { ...JSON.parse(new TextDecoder().decode(payload)), id }
  } catch (cause) {
    throw new WebhookError('WEBHOOK_BODY_INVALID', 'The body of the webhook is not JSON.', { cause })
  }
}

function header(headers: WebhookRequest['headers'], name: string): string {
  const value = isHeaders(headers)
    ? headers.get(name)
    : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  const text = [value ?? ''].flat().join(' ')
  if (text === '') throw new WebhookError('WEBHOOK_HEADER_MISSING', `The header ${name} is missing.`)
  return text
}

const isHeaders = (headers: WebhookRequest['headers']): headers is Headers => typeof headers.get === 'function'

/** Returns the `v1` signature (HMAC-SHA256) of the bytes as the header contains it. */
async function sign(secret: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', keyIn(secret), algorithm, false, ['sign'])
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm, key, content))
  return `v1,${btoa(String.fromCharCode(...signature))}`
}

/** @throws TypeError if the secret is not base64 */
function keyIn(secret: string): Uint8Array<ArrayBuffer> {
  try {
    const bytes = atob(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret)
    if (bytes !== '') return Uint8Array.from(bytes, (character) => character.charCodeAt(0))
  } catch {}
  throw new TypeError(`The secret of a webhook is ${PREFIX} and base64.`)
}

/** Compares in a time that does not depend on where the texts differ. */
function isEqual(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < expected.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index)
  }
  return difference === 0
}
