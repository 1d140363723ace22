import { ApiError, NetworkError, problemIn, secondsIn } from './errors.js'
import type { Progress } from './operations.js'
import { streamOf } from './upload-stream.js'
import { uploadByXhr, type Xhr } from './upload-xhr.js'

export interface Retry {
  /** How often a call is repeated at most, where that is safe; default 2. */
  limit?: number
  /** The first wait in milliseconds; each is about twice the one before; default 300. */
  delay?: number
  /** The longest wait in milliseconds; a longer `Retry-After` is left to the caller; default 10 000. */
  maxDelay?: number
}

export interface Transport {
  fetch: (url: string, init: RequestInit) => Promise<Response>
  XMLHttpRequest: (new () => Xhr) | undefined
  credentials: 'include' | 'omit'
  retry: Required<Retry>
}

/** A request that can be sent any number of times. */
export interface Outgoing {
  url: string
  method: string
  headers: Headers
  body?: Blob | undefined
  form?: FormData | undefined
  signal: AbortSignal
  /** Milliseconds for the n-th try; 0 is none. */
  timeout: (attempt: number) => number
  onProgress?: ((progress: Progress) => void) | undefined
  /** Whether it may be sent again where it's unknown if the server has acted. */
  isRepeatable: boolean
}

/** Waits for a promise, but no longer than a signal lets it. */
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

/** Sends a request once, and reads its whole answer, so that a connection that breaks meanwhile counts as no answer. */
async function exchange(transport: Transport, outgoing: Outgoing, timeout: number): Promise<Response> {
  const { fetch, XMLHttpRequest, credentials } = transport
  const { url, method, body, form, onProgress } = outgoing
  const caller = outgoing.signal
  const deadline = timeout > 0 ? AbortSignal.timeout(timeout) : undefined
  const signal = deadline ? AbortSignal.any([caller, deadline]) : caller
  const headers = new Headers(outgoing.headers)
  // the boundary of a form is set by whoever encodes it
  if (form) headers.delete('content-type')
  try {
    caller.throwIfAborted()
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
      text = await response.text()
    }
    // an answer 204 or 304 may have no body, not even an empty one
    return new Response(text || null, { status: response.status, headers: response.headers })
  } catch (cause) {
    caller.throwIfAborted()
    if (deadline?.aborted) throw new NetworkError('TIMEOUT', `No answer within ${timeout} ms.`, { cause })
    throw new NetworkError('NETWORK_ERROR', `No answer: ${(cause as Error).message}`, { cause })
  }
}

/** The code of an error that the server answered. */
export async function codeOf(response: Response): Promise<string | undefined> {
  const text = await response.clone().text()
  try {
    return problemIn(JSON.parse(text)).code
  } catch {
    return undefined
  }
}

/** Whether another try may change an answer, and does no harm. */
async function isWorthRepeating(response: Response, { method, isRepeatable }: Outgoing): Promise<boolean> {
  const code = await codeOf(response)
  switch (response.status) {
    case 429:
      // others of Coffer's wait for a person: too many codes, too many failures
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
 * Sends a request, and sends it again where that helps and does no harm.
 * @throws NetworkError where no answer came, the reason of the signal where the caller gave up
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
    // those who were told the same time don't come back at the same moment
    wait += told
  } catch (error) {
    if (isLast || !outgoing.isRepeatable || !(error instanceof NetworkError)) throw error
  }
  await sleep(wait, outgoing.signal)
  return send(transport, outgoing, attempt + 1)
}

/** @throws ApiError where a page came instead of an answer: the base URL leads to something else */
export function requireJson(response: Response): Response {
  const type = response.headers.get('content-type')
  if (!response.ok || !response.body || type?.includes('json')) return response
  throw new ApiError(response, {
    code: 'UNEXPECTED_ANSWER',
    detail: `The answer is ${type} instead of JSON: is baseUrl right?`,
  })
}
