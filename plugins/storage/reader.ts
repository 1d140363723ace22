import { Problem } from '../../openapi/errors.js'

/** Reads bytes off a stream in the portions that a format asks for. */
export interface ByteReader {
  /** The next `length` bytes, which stay unread; fewer only where the stream ends. */
  peek(length: number): Promise<Buffer>
  /** Exactly `length` bytes. @throws Problem UNSUPPORTED_MEDIA_TYPE where the stream ends before */
  read(length: number): Promise<Buffer>
  /** Exactly `length` bytes, as they come. @throws Problem UNSUPPORTED_MEDIA_TYPE where the stream ends before */
  pass(length: number): AsyncGenerator<Buffer>
  /** Whatever is there, at least one byte; null at the end. */
  next(): Promise<Buffer | null>
  /** Gives bytes back, which are read again next. */
  unread(bytes: Buffer): void
}

export const malformed = (detail: string) => new Problem('UNSUPPORTED_MEDIA_TYPE', { detail })

const truncated = () => malformed('The file ends before its content does.')

export function byteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)

  async function peek(length: number) {
    const chunks = [held]
    let size = held.length
    while (size < length) {
      const { done, value } = await iterator.next()
      if (done) break
      chunks.push(value)
      size += value.length
    }
    held = chunks.length === 1 ? held : Buffer.concat(chunks)
    return held.subarray(0, length)
  }

  async function next() {
    while (held.length === 0) {
      const { done, value } = await iterator.next()
      if (done) return null
      held = value
    }
    const bytes = held
    held = held.subarray(held.length)
    return bytes
  }

  function unread(bytes: Buffer) {
    held = held.length === 0 ? bytes : Buffer.concat([bytes, held])
  }

  return {
    peek,
    next,
    unread,
    async read(length) {
      const bytes = await peek(length)
      if (bytes.length < length) throw truncated()
      held = held.subarray(length)
      return bytes
    },
    async *pass(length) {
      let left = length
      while (left > 0) {
        const bytes = await next()
        if (bytes === null) throw truncated()
        if (bytes.length > left) unread(bytes.subarray(left))
        yield bytes.subarray(0, left)
        left -= Math.min(left, bytes.length)
      }
    },
  }
}
