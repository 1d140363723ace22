import { ApiError, NetworkError, problemIn, secondsIn } from './errors.js'
import type { Outgoing } from './outgoing.js'
import { streamOf } from './upload-stream.js'
import { uploadByXhr, type Xhr } from './upload-xhr.js'

export interface Retry {
  /** The maximum number of repetitions of a call that is safe to repeat; default 2. */
  limit?: number
  /** The first delay in milliseconds; each is about twice the previous one; default 300. */
  delay?: number
  /** The longest delay in milliseconds; a longer `Retry-After` is left to the caller; default 10 000. */
  maxDelay?: number
}

export interface Transport {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  XMLHttpRequest: (new () => Xhr) | undefined
  credentials: 'include' | 'omit'
  retry: Required<Retry>
}

/** Waits for a promise, or rejects as soon as the signal is aborted. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort!: () => void
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
  })
  return Promise.race([aborted, promise]).finally(() => signal.removeEventListener('abort', abort))
}

function sleep(ms: number, signal: AbortSignal): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout>
  const slept = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return unlessAborted(slept, signal).finally(() => clearTimeout(timer))
}

/** Sends a request and reads the whole response, unless it is streamed: that one the caller reads. */
async function attempt(transport: Transport, outgoing: Outgoing, signal: AbortSignal): Promise<Response> {
  const { fetch, XMLHttpRequest, credentials } = transport
  const { url, method, body, form, onProgress, isStreamed } = outgoing
  signal.throwIfAborted()
  const headers = new Headers(outgoing.headers)
  // the encoder of the form sets the boundary
  if (form) headers.delete('content-type')
  let response: Response
  let text: string
  if (form && onProgress && XMLHttpRequest) {
    const sent = await uploadByXhr(XMLHttpRequest, { url, method, headers, form, onProgress }, signal)
    ;({ response, text } = sent)
  } else {
    const init: RequestInit & { duplex?: 'half' } = { method, headers, signal, credentials, redirect: 'error' }
    if (form && onProgress) {
      const stream = await streamOf(form, onProgress)
      headers.set('content-type', stream.contentType)
      init.body = stream.body
      init.duplex = 'half'
    } else init.body = form ?? body ?? null
    response = await fetch(url, init)
    if (isStreamed && response.ok) return response
    text = await response.text()
  }
  // a Response with the status 204 or 304 must not have a body, not even an empty one
  return new Response(text || null, { status: response.status, headers: response.headers })
}

/** Sends a request once. A connection that breaks before the end of the response counts as no response. */
function exchange(transport: Transport, outgoing: Outgoing, timeout: number): Promise<Response> {
  const caller = outgoing.signal
  const deadline = new AbortController()
  // cleared when the response has come, so that a streamed one may take longer
  const timer = timeout > 0 ? setTimeout(() => deadline.abort(), timeout) : undefined
  return attempt(transport, outgoing, AbortSignal.any([caller, deadline.signal]))
    .catch((cause: Error) => {
      caller.throwIfAborted()
      if (deadline.signal.aborted) throw new NetworkError('TIMEOUT', `No response within ${timeout} ms.`, { cause })
      throw new NetworkError('NETWORK_ERROR', `No response: ${cause.message}`, { cause })
    })
    .finally(() => clearTimeout(timer))
}

/** Returns the code of an error response, or undefined if it has none. */
export async function codeOf(response: Response): Promise<string | undefined> {
  const text = await response.clone().text()
  try {
    return problemIn(JSON.parse(text)).code
  } catch {
    return undefined
  }
}

/** Returns whether another attempt may give a different response and does no harm. */
async function isWorthRepeating(response: Response, { method, isRepeatable }: Outgoing): Promise<boolean> {
  if (response.ok) return false
  const code = await codeOf(response)
  switch (response.status) {
    case 429:
      // the other 429s of Coffer are for the user to wait: TOO_MANY_CODES, TOO_MANY_FAILURES
      return code === 'RATE_LIMITED' || code === undefined
    case 409:
      return code === 'REQUEST_IN_PROGRESS'
    case 503:
      return isRepeatable
    case 502:
    case 504:
      return method === 'GET' || method === 'HEAD'
    default:
      return false
  }
}

/**
 * Sends a request, and repeats it if that may help and does no harm.
 * @throws NetworkError if no response came; the reason of the signal if the caller aborted
 */
export async function send(transport: Transport, outgoing: Outgoing, attempt = 0): Promise<Response> {
  const { limit, delay, maxDelay } = transport.retry
  const isLast = attempt >= limit
  let wait = Math.min(delay * 2 ** attempt, maxDelay) * (0.5 + Math.random() / 2)
  try {
    const response = await exchange(transport, outgoing, outgoing.timeout(attempt))
    if (isLast || !(await isWorthRepeating(response, outgoing))) return response
    const told = (secondsIn(response.headers) ?? 0) * 1000
    if (told > maxDelay) return response
    // plus the random delay: clients with the same Retry-After must not return at the same moment
    wait += told
  } catch (error) {
    if (isLast || !outgoing.isRepeatable || !(error instanceof NetworkError)) throw error
  }
  await sleep(wait, outgoing.signal)
  return send(transport, outgoing, attempt + 1)
}

/** @throws ApiError if a page came instead of JSON, because the base URL points to something else */
export function requireJson(response: Response): Response {
  const type = response.headers.get('content-type')
  if (!response.ok || !response.body || type?.includes('json')) return response
  throw new ApiError(response, {
    code: 'UNEXPECTED_ANSWER',
    detail: `The response is ${type} instead of JSON: is baseUrl right?`,
  })
}
