import { type ByteReader, malformed } from '../reader.js'
import { orientationOf, orientationOnly } from './exif.js'
import type { Format } from './format.js'

const SOI = 0xd8
const EOI = 0xd9
const SOS = 0xda
const COM = 0xfe
const APP1 = 0xe1

const EXIF = 'Exif\0\0'

/** Start of frame, which holds the size; C4, C8 and CC are tables of the same range. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7
const isMetadata = (marker: number) => marker === COM || (marker >= 0xe0 && marker <= 0xef)

/** What tells a decoder how to show the image: JFIF, colour profile, colour transform of Adobe. */
const KEPT: Record<number, string> = { 224: 'JFIF\0', 226: 'ICC_PROFILE\0', 238: 'Adobe' }

/**
 * JPEG (ITU-T T.81, B). Ends with the first image: what phones append, the video of a motion photo, is cut off.
 */
export const jpeg: Format = async function* (reader, { strip, sized }) {
  yield await reader.read(2)
  let frames = 0
  let scans = 0
  for (;;) {
    const marker = await readMarker(reader)
    if (marker === EOI) {
      if (scans === 0) throw malformed('The JPEG holds no image.')
      yield Buffer.from([0xff, EOI])
      return
    }
    const segment = await readSegment(reader, marker)
    if (isFrame(marker)) {
      frames += 1
      if (segment.length < 10) throw malformed('The JPEG has a broken frame header.')
      sized(segment.readUInt16BE(7), segment.readUInt16BE(5))
    }
    if (strip && isMetadata(marker)) {
      yield* kept(marker, segment)
      continue
    }
    yield segment
    if (marker !== SOS) continue
    if (frames === 0) throw malformed('The JPEG has no frame header.')
    scans += 1
    yield* passScan(reader)
  }
}

/** A marker may have any number of FF before it. */
async function readMarker(reader: ByteReader): Promise<number> {
  let [byte] = await reader.read(1)
  if (byte !== 0xff) throw malformed('The JPEG has no marker where one belongs.')
  while (byte === 0xff) [byte] = await reader.read(1)
  return byte as number
}

async function readSegment(reader: ByteReader, marker: number): Promise<Buffer> {
  if (marker < 0xc0 || isRestart(marker) || marker === SOI) throw malformed('The JPEG has a misplaced marker.')
  const length = await reader.read(2)
  if (length.readUInt16BE() < 2) throw malformed('The JPEG has a broken segment.')
  return Buffer.concat([Buffer.from([0xff, marker]), length, await reader.read(length.readUInt16BE() - 2)])
}

function* kept(marker: number, segment: Buffer): Generator<Buffer> {
  const content = segment.subarray(4)
  const name = KEPT[marker]
  if (name !== undefined && content.subarray(0, name.length).toString('latin1') === name) yield segment
  if (marker !== APP1 || content.subarray(0, EXIF.length).toString('latin1') !== EXIF) return
  const orientation = orientationOf(content.subarray(EXIF.length))
  if (orientation === null) return
  const tiff = orientationOnly(orientation)
  yield Buffer.concat([Buffer.from([0xff, APP1, 0, 2 + EXIF.length + tiff.length]), Buffer.from(EXIF), tiff])
}

/** Entropy-coded data: ends before a marker that is neither a stuffed byte nor a restart. */
async function* passScan(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    // a FF at the end of what is there is looked at again with what follows
    await reader.peek(2)
    const bytes = await reader.next()
    if (bytes === null || bytes.length < 2) throw malformed('The file ends before its content does.')
    let at = bytes.indexOf(0xff)
    while (at !== -1 && at + 1 < bytes.length) {
      const following = bytes[at + 1] as number
      if (following !== 0 && !isRestart(following)) {
        reader.unread(bytes.subarray(at))
        yield bytes.subarray(0, at)
        return
      }
      at = bytes.indexOf(0xff, at + 2)
    }
    if (at !== -1) reader.unread(bytes.subarray(at))
    yield at === -1 ? bytes : bytes.subarray(0, at)
  }
}
