import { malformed, type Reader, type Steps } from '../reader.js'
import { orientationOf, orientationOnly } from './exif.js'
import type { Format, FormatOptions, Size } from './format.js'
import { blanked, identifying, START_BYTES } from './icc.js'

const HEADER = 12
/** Type and size of a chunk. */
const HEAD_BYTES = 8
/** Of an animation's frame, in front of the chunks in it. */
const FRAME_BYTES = 16
const XMP_FLAG = 0x04
const MAX_EXIF_BYTES = 2 ** 20

/** Chunks that tell a decoder how to show the image. Each other one is metadata. */
const SHOWN = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM'])
const EVERYTHING = [{ from: 0, to: Number.POSITIVE_INFINITY }]

/** Chunks that hold the size of the canvas, of a frame or of an image: the bytes to read, and the size in them. */
const SIZES = new Map<string, { bytes: number; read(content: Buffer): [width: number, height: number] | null }>([
  ['VP8X', { bytes: 10, read: (content) => [content.readUIntLE(4, 3) + 1, content.readUIntLE(7, 3) + 1] }],
  ['ANMF', { bytes: FRAME_BYTES, read: (content) => [content.readUIntLE(6, 3) + 1, content.readUIntLE(9, 3) + 1] }],
  ['VP8 ', { bytes: 10, read: lossySize }],
  ['VP8L', { bytes: 5, read: losslessSize }],
])

/**
 * WebP (RFC 9649). The file's head states its length, and metadata comes last: so metadata is overwritten in place, by zeros in a
 * chunk that no reader knows; of EXIF the orientation stays.
 */
export const webp: Format = function* (reader, options) {
  yield* reader.need(HEADER)
  const length = reader.peek(HEADER).readUInt32LE(4) - 4
  reader.keep(HEADER)
  const found: Found = { size: null, hasImage: false }
  yield* passChunks(reader, length, options, found)
  if (!found.hasImage) throw malformed('The WebP holds no image.')
  return found.size
}

interface Found {
  size: Size | null
  hasImage: boolean
}

function* passChunks(reader: Reader, bytes: number, options: FormatOptions, found: Found, isFrame = false): Steps {
  let left = bytes
  while (left >= HEAD_BYTES) {
    yield* reader.need(HEAD_BYTES)
    reader.countPart()
    const head = reader.peek(HEAD_BYTES)
    const type = head.toString('latin1', 0, 4)
    const length = head.readUInt32LE(4)
    const padded = length + (length % 2)
    left -= HEAD_BYTES + padded
    if (left < 0 || (isFrame && type === 'ANMF')) throw malformed('The WebP has a broken chunk.')
    const size = yield* readSize(reader, type, length)
    if (size) {
      const checked = options.sized(...size)
      found.size ??= checked
    }
    if (type === 'VP8 ' || type === 'VP8L') found.hasImage = true

    if (type === 'ANMF') {
      yield* reader.pass(HEAD_BYTES + FRAME_BYTES)
      yield* passChunks(reader, padded - FRAME_BYTES, options, found, true)
    } else if (options.strip) {
      yield* strip(reader, type, length)
    } else {
      yield* reader.pass(HEAD_BYTES + padded)
    }
  }
  yield* blank(reader, left)
}

function* readSize(reader: Reader, type: string, length: number): Steps<[width: number, height: number] | null> {
  const holder = SIZES.get(type)
  if (!holder) return null
  yield* reader.need(HEAD_BYTES + Math.min(holder.bytes, length))
  const content = reader.peek(HEAD_BYTES + holder.bytes).subarray(HEAD_BYTES)
  const size = length < holder.bytes ? null : holder.read(content)
  if (!size) throw malformed('The WebP has a broken header.')
  return size
}

function lossySize(content: Buffer): [width: number, height: number] | null {
  if (content.readUIntBE(3, 3) !== 0x9d012a) return null
  return [content.readUInt16LE(6) & 0x3fff, content.readUInt16LE(8) & 0x3fff]
}

function losslessSize(content: Buffer): [width: number, height: number] | null {
  const bits = content.readUInt32LE(1)
  return content[0] === 0x2f ? [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1] : null
}

/** Passes on what tells how to show the image, and blanks the rest. */
function* strip(reader: Reader, type: string, length: number): Steps {
  const padded = length + (length % 2)
  if (SHOWN.has(type)) {
    yield* reader.pass(HEAD_BYTES + padded)
  } else if (type === 'VP8X') {
    const flags = Buffer.from(reader.drop(HEAD_BYTES + 1))
    flags[HEAD_BYTES] = (flags[HEAD_BYTES] as number) & ~XMP_FLAG
    reader.put(flags)
    yield* reader.pass(padded - 1)
  } else if (type === 'ICCP') {
    reader.keep(HEAD_BYTES)
    const start = Math.min(length, START_BYTES)
    yield* reader.has(start)
    yield* blank(reader, padded, identifying(reader.peek(start)) ?? EVERYTHING)
  } else if (type === 'EXIF') {
    // the head of the file announces it, so there stays one, be it with the orientation "as it is"
    reader.keep(HEAD_BYTES)
    yield* reader.has(Math.min(length, MAX_EXIF_BYTES))
    const exif = reader.peek(Math.min(length, MAX_EXIF_BYTES))
    const tiff = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif
    const orientation = orientationOnly(orientationOf(tiff) ?? 1)
    if (orientation.length > length) return yield* blank(reader, padded)
    reader.drop(orientation.length)
    reader.put(orientation)
    yield* blank(reader, padded - orientation.length)
  } else {
    const head = reader.drop(HEAD_BYTES)
    reader.put(Buffer.concat([Buffer.from('JUNK'), head.subarray(4)]))
    yield* blank(reader, padded)
  }
}

/** Puts zeros in the place of bytes, or of some ranges of them. */
function* blank(reader: Reader, length: number, ranges = EVERYTHING): Steps {
  for (let at = 0; at < length; ) {
    yield* reader.need(1)
    const bytes = reader.drop(Math.min(length - at, reader.left))
    reader.put(blanked(bytes, at, ranges))
    at += bytes.length
  }
}
