import { malformed } from '../reader.js'
import type { Format } from './format.js'

/** Readers look for the header in these first bytes (ISO 32000-1, annex H.3.12). */
export const HEAD_BYTES = 1024
/** Largest distance of the last trailer from the end, without padding. */
const TRAILER_BYTES = 16 * 1024
const ZIP_END_BYTES = 22
/** Unpackers look for the end of a ZIP archive in these last bytes: its record and the longest comment. */
const TAIL_BYTES = ZIP_END_BYTES + 0xffff

const TRAILERS = ['%%EOF', 'startxref', 'trailer']
const PAGE = /<\s*(!doctype\s+html|html|head|body|script|iframe|svg)\b/i

/** Signatures of archives that unpackers find anywhere: RAR and 7z. */
const ARCHIVES = ['526172211a07', '377abcaf271c'].map((hex) => Buffer.from(hex, 'hex'))
const SIGNATURE_BYTES = 6
const ZIP_END = Buffer.from('PK\x05\x06')
const ZIP64 = 0xffffffff

/**
 * PDF, as readers open it: its header is within the first kilobyte, its last trailer near the end. Passed on as it is; a file that is an
 * archive or a page to other programs is refused.
 */
export const pdf: Format = function* (reader) {
  yield* reader.has(HEAD_BYTES)
  const [front] = reader
    .peek(HEAD_BYTES)
    .toString('latin1')
    .split(/\d+\s+\d+\s+obj/, 1) as [string]
  if (PAGE.test(front)) throw malformed('The PDF holds a page.')
  const tail = new Tail()
  let edge = Buffer.alloc(0)
  while (yield* reader.has(1)) {
    const bytes = reader.peek(reader.left)
    const seam = Buffer.concat([edge, bytes.subarray(0, SIGNATURE_BYTES)])
    if (ARCHIVES.some((signature) => bytes.includes(signature) || seam.includes(signature))) throw archive()
    edge = Buffer.concat([edge, bytes.subarray(-SIGNATURE_BYTES)]).subarray(-SIGNATURE_BYTES)
    tail.push(bytes)
    reader.keep(bytes.length)
  }
  const { bytes: unpadded, start, padding } = tail.end()
  // the record of an archive may end with zeros
  const bytes = Buffer.concat([unpadded, Buffer.alloc(Math.min(padding, ZIP_END_BYTES))])
  for (let at = bytes.indexOf(ZIP_END); at >= 0; at = bytes.indexOf(ZIP_END, at + 1)) {
    if (isZipEnd(bytes.subarray(at), start + at)) throw archive()
  }
  const text = unpadded.toString('latin1')
  const trailer = Math.max(...TRAILERS.map((name) => text.lastIndexOf(name)))
  if (trailer < 0 || trailer < text.length - TRAILER_BYTES) throw malformed('The PDF ends before its trailer.')
  if (PAGE.test(text.slice(Math.max(text.lastIndexOf('endobj'), 0)))) throw malformed('The PDF holds a page.')
  return null
}

const archive = () => malformed('The PDF holds an archive.')

/** Tells whether a ZIP's last record (APPNOTE 4.3.16) fits what is in front of it. */
function isZipEnd(record: Buffer, position: number): boolean {
  if (record.length < ZIP_END_BYTES) return false
  const [size, offset] = [record.readUInt32LE(12), record.readUInt32LE(16)]
  return size + offset <= position || size === ZIP64 || offset === ZIP64
}

/** The last bytes of a file, without the white space and NULs at its end. */
class Tail {
  #pieces: Buffer[] = []
  #held = 0
  #padding = 0
  #total = 0

  push(bytes: Buffer) {
    let end = bytes.length
    while (end > 0 && isPadding(bytes[end - 1] as number)) end -= 1
    if (end > 0) {
      if (this.#padding > 0) this.#add(Buffer.alloc(Math.min(this.#padding, TAIL_BYTES)), this.#padding)
      this.#add(bytes.subarray(0, end), end)
      this.#padding = 0
    }
    this.#padding += bytes.length - end
  }

  end() {
    const bytes = Buffer.concat(this.#pieces).subarray(-TAIL_BYTES)
    return { bytes, start: this.#total - bytes.length, padding: this.#padding }
  }

  #add(bytes: Buffer, length: number) {
    this.#pieces.push(bytes)
    this.#held += bytes.length
    this.#total += length
    if (this.#held < 2 * TAIL_BYTES) return
    this.#pieces = [this.end().bytes]
    this.#held = TAIL_BYTES
  }
}

const isPadding = (byte: number) => byte === 0 || byte === 0x20 || (byte >= 9 && byte <= 13)
