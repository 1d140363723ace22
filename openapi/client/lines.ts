import { NetworkError } from './errors.js'

/**
 * Yields the values of newline-delimited JSON while they arrive. Ends the request when the caller stops reading.
 * @throws NetworkError if the connection breaks off; the reason of the signal if the caller aborted
 */
export async function* valuesOf(body: ReadableStream<Uint8Array>, signal: AbortSignal | undefined) {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value = '' } = await reader.read().catch((cause) => {
        signal?.throwIfAborted()
        throw new NetworkError('NETWORK_ERROR', `The response broke off: ${cause.message}`, { cause })
      })
      const lines = (rest + value).split('\n')
      rest = lines.pop() as string
      for (const line of lines) yield JSON.parse(line) as unknown
      if (done) break
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
  if (rest !== '') throw new NetworkError('NETWORK_ERROR', 'The response broke off within a line.')
}
