import type { Progress } from './operations.js'

/** A request that can be sent any number of times. */
export interface Outgoing {
  url: string
  method: string
  headers: Headers
  body?: Blob | undefined
  form?: FormData | undefined
  signal: AbortSignal
  /** The timeout of an attempt in milliseconds; 0 for none. */
  timeout: (attempt: number) => number
  /** `true` if the caller reads the response while it arrives. */
  isStreamed: boolean
  onProgress?: ((progress: Progress) => void) | undefined
  /** `true` if it is safe to send again when it is unknown whether the server acted. */
  isRepeatable: boolean
}
