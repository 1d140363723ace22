import http from 'node:http'
import https from 'node:https'
import { JobError, toJobError } from '../jobs/handler.js'
import type { Address, Networks } from './networks.js'

/** Time for the whole answer of an endpoint, from the look-up of its name to the end of the body. */
export const ANSWER_MS = 10_000
/** Bytes of an answer that are read; what it says is not used. */
export const MAX_ANSWER_BYTES = 4_096
/** Time after which the next address of a host is tried. */
const ATTEMPT_MS = 2_500

/** An answer of an endpoint. */
export interface Answer {
  status: number
  retryAfter: string | undefined
}

export interface SendOptions {
  networks: Networks
  signal: AbortSignal
  /** Certificates that are trusted instead of those of Node.js. */
  ca?: string | undefined
}

/**
 * Posts a body, and follows no redirect. The connection goes to an address that was checked, so that a name that changes its mind between
 * the check and the connection gains nothing; an unused connection is never kept.
 * @throws JobError if there is no whole answer in time
 */
export async function send(
  url: URL,
  headers: Record<string, string>,
  body: string,
  { networks, signal, ca }: SendOptions,
): Promise<Answer> {
  const deadline = AbortSignal.timeout(ANSWER_MS)
  const ended = AbortSignal.any([signal, deadline])
  try {
    const addresses = await within(ended, networks.addressesOf(url.hostname))
    const allowed = addresses.filter(({ address }) => networks.isAllowed(address))
    if (allowed.length === 0) throw new JobError('The endpoint is in a network that is not allowed.')
    return await post(url, headers, body, allowed, ended, ca)
  } catch (error) {
    /* c8 ignore next -- the process stops, or the lease ends */
    if (signal.aborted) throw signal.reason
    if (deadline.aborted) throw new JobError(`The endpoint did not answer within ${ANSWER_MS / 1000} seconds.`)
    // the code of the error, which names neither the host nor an address
    throw toJobError(error)
  }
}

/** Settles as a promise does, or rejects when a signal aborts. */
function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
    promise.then(resolve, reject)
  })
}

function post(
  url: URL,
  headers: Record<string, string>,
  body: string,
  addresses: Address[],
  signal: AbortSignal,
  ca: string | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const sent = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      // a connection for each request
      agent: false,
      // not called if the host is an address
      lookup: (_hostname, _options, callback) => callback(null, addresses),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: ATTEMPT_MS,
      ...(ca !== undefined && { ca }),
      signal,
    } as https.RequestOptions)
    sent.on('error', reject)
    sent.on('response', (response) => {
      const answer = { status: response.statusCode as number, retryAfter: response.headers['retry-after'] }
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= MAX_ANSWER_BYTES) return
        resolve(answer)
        sent.destroy()
      })
      response.on('end', () => resolve(answer))
      response.on('error', reject)
    })
    sent.end(body)
  })
}
