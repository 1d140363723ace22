import { type ByteReader, malformed } from '../reader.js'
import { orientationOf, orientationOnly } from './exif.js'
import type { Format } from './format.js'

const HEADER = 12
const XMP_FLAG = 0x04
const MAX_EXIF = 2 ** 20

/** Chunks that tell a decoder how to show the image; every other one is metadata. */
const SHOWN = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

/**
 * WebP (RFC 9649). The file's head states its length, and metadata comes last: so it is overwritten in place, by zeros in a
 * chunk that no reader knows; of EXIF the orientation stays.
 */
export const webp: Format = async function* (reader, { strip, sized }) {
  const header = await reader.read(HEADER)
  yield header
  let left = header.readUInt32LE(4) - 4
  let images = 0
  for (;;) {
    if (left === 0) {
      if (images === 0) throw malformed('The WebP holds no image.')
      if ((await reader.next()) !== null) throw malformed('The WebP has data after its end.')
      return
    }
    const head = await reader.read(8)
    const type = head.toString('latin1', 0, 4)
    const size = head.readUInt32LE(4)
    const padded = size + (size % 2)
    left -= 8 + padded
    if (left < 0) throw malformed('The WebP has a broken chunk.')
    await checkSize(reader, type, sized)
    if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') images += 1

    if (strip && type === 'VP8X') {
      const flags = await reader.read(1)
      yield Buffer.concat([head, Buffer.from([(flags[0] as number) & ~XMP_FLAG])])
      yield* reader.pass(padded - 1)
    } else if (!strip || SHOWN.has(type)) {
      // the last byte is passed on only once it is sure that nothing follows
      yield head
      yield* reader.pass(padded)
    } else {
      yield* blanked(reader, type, size, padded)
    }
  }
}

/** Reads ahead, in the chunks that have one, the size of the canvas, the image or a frame. */
async function checkSize(reader: ByteReader, type: string, sized: (width: number, height: number) => void) {
  const content = await reader.peek(16)
  const broken = malformed('The WebP has a broken header.')
  const plusOne = (at: number) => content.readUIntLE(at, 3) + 1
  if (type === 'VP8X') {
    if (content.length < 10) throw broken
    sized(plusOne(4), plusOne(7))
  } else if (type === 'ANMF') {
    if (content.length < 16) throw broken
    sized(plusOne(6), plusOne(9))
  } else if (type === 'VP8 ') {
    if (content.length < 10 || content.readUIntBE(3, 3) !== 0x9d012a) throw broken
    sized(content.readUInt16LE(6) & 0x3fff, content.readUInt16LE(8) & 0x3fff)
  } else if (type === 'VP8L') {
    if (content.length < 5 || content[0] !== 0x2f) throw broken
    const bits = content.readUInt32LE(1)
    sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
  }
}

async function* blanked(reader: ByteReader, type: string, size: number, padded: number): AsyncGenerator<Buffer> {
  const content = type === 'EXIF' ? await exifInPlace(reader, size) : null
  const head = Buffer.from(content === null ? 'JUNK\0\0\0\0' : 'EXIF\0\0\0\0', 'latin1')
  head.writeUInt32LE(size, 4)
  yield head
  let first = content ?? undefined
  for await (const bytes of reader.pass(padded)) {
    const zeros = Buffer.alloc(bytes.length)
    first = first?.subarray(first.copy(zeros))
    yield zeros
  }
}

/** The header has announced EXIF before it was read, so there stays one, be it with the orientation "as it is". */
async function exifInPlace(reader: ByteReader, size: number): Promise<Buffer | null> {
  const content = await reader.peek(Math.min(size, MAX_EXIF))
  const tiff = content.toString('latin1', 0, 6) === 'Exif\0\0' ? content.subarray(6) : content
  const kept = orientationOnly(orientationOf(tiff) ?? 1)
  return size < kept.length ? null : kept
}
