import { malformed, type Reader, type Steps } from '../reader.js'
import { orientationOf, orientationOnly } from './exif.js'
import type { Format, Size } from './format.js'
import { blanked, identifying } from './icc.js'

const TEM = 0x01
const SOF0 = 0xc0
const SOF2 = 0xc2
const DHT = 0xc4
const EOI = 0xd9
const SOS = 0xda
const DQT = 0xdb
const DRI = 0xdd
const APP0 = 0xe0
const APP1 = 0xe1
const APP2 = 0xe2
const APP14 = 0xee
const APP15 = 0xef
const COM = 0xfe

const EXIF = 'Exif\0\0'
const JFIF = 'JFIF\0'
const ICC = 'ICC_PROFILE\0'
const ADOBE = 'Adobe'
/** JFIF without its thumbnail, whose two sizes are the last of them. */
const JFIF_BYTES = 14
const ADOBE_BYTES = 12

/** Encoders make up to 20; each is one more walk through all the pixels. */
export const MAX_SCANS = 100

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7
const isMetadata = (marker: number) => marker === COM || (marker >= APP0 && marker <= APP15)
const isTable = (marker: number) => marker === DHT || (marker >= DQT && marker <= DRI)
/** C4, C8 and CC are no frames, but of the same range. */
const isFrame = (marker: number) => marker >= SOF0 && marker <= 0xcf && marker % 4 !== 0

/**
 * JPEG (ITU-T T.81, B), as far as browsers show it: baseline, extended and progressive, of 8 bits. Ends with the first image: what phones
 * append, the video of a motion photo, is dropped, and so is what lies between two segments.
 */
export const jpeg: Format = function* (reader, { strip, sized }) {
  yield* reader.pass(2)
  const kept = keeper()
  let size: Size | null = null
  let scans = 0
  for (;;) {
    const marker = yield* nextMarker(reader)
    if (marker === EOI) {
      if (scans === 0) throw malformed('The JPEG holds no image.')
      reader.put(Buffer.from([0xff, EOI]))
      return size
    }
    reader.countPart()
    if (marker === TEM || isRestart(marker)) continue
    const content = yield* readSegment(reader, marker)
    if (marker >= SOF0 && marker <= SOF2) {
      if (size) throw malformed('The JPEG has two frame headers.')
      if (content.length < 6) throw malformed('The JPEG has a broken frame header.')
      if (content[0] !== 8) throw malformed('A JPEG must have 8 bits for each colour.')
      size = sized(content.readUInt16BE(3), content.readUInt16BE(1))
    } else if (isFrame(marker)) {
      throw malformed('Lossless and arithmetic-coded JPEGs are not accepted.')
    } else if (!isTable(marker) && !isMetadata(marker) && marker !== SOS) {
      throw malformed('The JPEG has a misplaced marker.')
    }
    const segment = strip && isMetadata(marker) ? kept(marker, content) : content
    if (segment) reader.put(framed(marker, segment))
    if (marker !== SOS) continue
    if (!size) throw malformed('The JPEG has no frame header.')
    scans += 1
    if (scans > MAX_SCANS) throw malformed(`A JPEG may have at most ${MAX_SCANS} scans.`)
    yield* passScan(reader)
  }
}

/** Goes to behind the next marker; what is before it every decoder skips. */
function* nextMarker(reader: Reader): Steps<number> {
  for (;;) {
    yield* reader.need(2)
    const bytes = reader.peek(reader.left)
    const last = bytes.length - 1
    let at = 0
    while (at < last && !(bytes[at] === 0xff && bytes[at + 1] !== 0 && bytes[at + 1] !== 0xff)) at += 1
    reader.drop(at)
    if (at < last) return reader.drop(2)[1] as number
  }
}

function* readSegment(reader: Reader, marker: number): Steps<Buffer> {
  yield* reader.need(2)
  const length = reader.drop(2).readUInt16BE()
  // metadata whose length isn't written is empty to decoders
  if (length < 2 && isMetadata(marker)) return Buffer.alloc(0)
  if (length < 2) throw malformed('The JPEG has a broken segment.')
  yield* reader.need(length - 2)
  return reader.drop(length - 2)
}

const framed = (marker: number, content: Buffer) => {
  const segment = Buffer.alloc(4 + content.length)
  segment.writeUInt16BE(0xff00 | marker)
  segment.writeUInt16BE(2 + content.length, 2)
  content.copy(segment, 4)
  return segment
}

/** Tells what stays of a segment of metadata: what tells a decoder how to show the image. */
function keeper() {
  let orientation: number | null = null
  let profile: { ranges: ReturnType<typeof identifying>; offset: number } | null = null

  return (marker: number, content: Buffer): Buffer | null => {
    const begins = (name: string) => content.toString('latin1', 0, name.length) === name
    if (marker === APP0 && begins(JFIF) && content.length >= JFIF_BYTES) {
      return Buffer.concat([content.subarray(0, JFIF_BYTES - 2), Buffer.alloc(2)])
    }
    if (marker === APP14 && begins(ADOBE) && content.length >= ADOBE_BYTES) return content.subarray(0, ADOBE_BYTES)
    if (marker === APP2 && begins(ICC)) {
      const head = content.subarray(0, ICC.length + 2)
      const piece = content.subarray(ICC.length + 2)
      profile ??= { ranges: identifying(piece), offset: 0 }
      const { ranges, offset } = profile
      profile.offset += piece.length
      return ranges && Buffer.concat([head, blanked(piece, offset, ranges)])
    }
    if (marker === APP1 && begins(EXIF) && orientation === null) {
      orientation = orientationOf(content.subarray(EXIF.length))
      if (orientation !== null) return Buffer.concat([Buffer.from(EXIF), orientationOnly(orientation)])
    }
    return null
  }
}

/** Entropy-coded data: ends before a marker that is neither a stuffed byte nor a restart. */
function* passScan(reader: Reader): Steps {
  for (;;) {
    yield* reader.need(2)
    const bytes = reader.peek(reader.left)
    const last = bytes.length - 1
    let at = 0
    while (at < last && (bytes[at] !== 0xff || isStuffing(bytes[at + 1] as number))) at += 1
    reader.keep(at)
    if (at < last) return
  }
}

/** FF before FF is a fill byte. */
const isStuffing = (byte: number) => byte === 0 || byte === 0xff || isRestart(byte)
