import { Problem } from '../../openapi/errors.js'

/** A walk that stops where it needs more bytes than are held: it yields how many, and is told whether they came. */
export type Steps<T = void> = Generator<number, T, boolean>

/** A file may have this many parts of any size; past it they must have {@link MIN_PART_BYTES} on average. */
export const MAX_PARTS = 50_000
export const MIN_PART_BYTES = 64

export const malformed = (detail: string) => new Problem('UNSUPPORTED_MEDIA_TYPE', { detail })

/**
 * Reads a file as it streams in, and collects what is kept of it. A format looks at what is held without waiting and without a
 * promise for each part, since a file of 10 MiB may have millions of parts.
 */
export class Reader {
  readonly #source: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)
  #at = 0
  /** Start of the run of held bytes that are kept together, up to the position; -1 if the last bytes were dropped. */
  #run = -1
  #kept: Buffer[] = []
  #parts = 0
  #bytes = 0

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Bytes that are held and unread. */
  get left(): number {
    return this.#held.length - this.#at
  }

  /** Waits until `length` bytes are held; false if the file ends before. */
  *has(length: number): Steps<boolean> {
    return this.left >= length || (yield length)
  }

  /** @throws Problem UNSUPPORTED_MEDIA_TYPE if the file ends before `length` more bytes */
  *need(length: number): Steps {
    if (!(yield* this.has(length))) throw malformed('The file ends before its content does.')
  }

  /** The next held bytes, which stay unread. */
  peek(length: number): Buffer {
    return this.#held.subarray(this.#at, this.#at + length)
  }

  /** Passes held bytes on. */
  keep(length: number) {
    if (this.#run < 0) this.#run = this.#at
    this.#at += length
  }

  /** Leaves held bytes out, and returns them. */
  drop(length: number): Buffer {
    this.#endRun()
    const bytes = this.peek(length)
    this.#at += length
    return bytes
  }

  /** Adds bytes to what is kept. */
  put(bytes: Buffer) {
    this.#endRun()
    this.#kept.push(bytes)
  }

  /** Passes bytes on, or leaves them out, as they come. @throws Problem UNSUPPORTED_MEDIA_TYPE if the file ends before */
  *pass(length: number, isKept = true): Steps {
    for (let left = length; left > 0; ) {
      yield* this.need(1)
      const bytes = Math.min(left, this.left)
      if (isKept) this.keep(bytes)
      else this.drop(bytes)
      left -= bytes
    }
  }

  /** Counts a part of the file. @throws Problem UNSUPPORTED_MEDIA_TYPE if the file is made of tiny parts */
  countPart() {
    this.#parts += 1
    if (this.#parts > MAX_PARTS && this.#parts * MIN_PART_BYTES > this.#bytes + this.#at) {
      throw malformed('The file is made of too many small parts.')
    }
  }

  /** Reads until `length` bytes are held; false if the file ends before. */
  async fill(length: number): Promise<boolean> {
    this.#endRun()
    const chunks = [this.peek(this.left)]
    let size = this.left
    while (size < length) {
      const { done, value } = await this.#source.next()
      if (done) break
      chunks.push(value)
      size += value.length
    }
    this.#bytes += this.#at
    this.#held = joined(chunks)
    this.#at = 0
    return size >= length
  }

  /** Returns the bytes that were kept since the last call, in one piece. */
  kept(): Buffer {
    this.#endRun()
    const kept = joined(this.#kept)
    this.#kept = []
    return kept
  }

  #endRun() {
    if (this.#run >= 0) this.#kept.push(this.#held.subarray(this.#run, this.#at))
    this.#run = -1
  }
}

/** Copies only where there is more than one piece. */
function joined(pieces: Buffer[]): Buffer {
  const filled = pieces.filter(({ length }) => length > 0)
  return filled.length === 1 ? (filled[0] as Buffer) : Buffer.concat(filled)
}
