import { constants, crc32, deflateSync, inflateSync } from 'node:zlib'
import { malformed, type Reader, type Steps } from '../reader.js'
import { orientationOf, orientationOnly } from './exif.js'
import type { Format, Size } from './format.js'
import { cleaned } from './icc.js'

const SIGNATURE_BYTES = 8
/** Length and type of a chunk, its CRC. */
const HEAD_BYTES = 8
const CRC_BYTES = 4
const MAX_PROFILE_BYTES = 2 ** 22

/** Chunks without which there is no image, or no animation. */
const NEEDED = new Set(['IHDR', 'PLTE', 'IDAT', 'acTL', 'fcTL', 'fdAT'])

/** Chunks that tell a decoder how to show the image, and the most bytes that they have; each other one is metadata. */
const SHOWN = new Map(
  Object.entries({
    tRNS: 256,
    cHRM: 32,
    gAMA: 4,
    iCCP: 2 ** 20,
    sBIT: 4,
    sRGB: 1,
    cICP: 4,
    mDCV: 24,
    mDCv: 24,
    cLLI: 8,
    cLLi: 8,
    bKGD: 6,
    hIST: 512,
    pHYs: 9,
    eXIf: 2 ** 20,
  }),
)

const isCritical = (type: string) => /^[A-Z]/.test(type)

/** PNG (third edition) and APNG. */
export const png: Format = function* (reader, { strip, sized }) {
  yield* reader.pass(SIGNATURE_BYTES)
  let size: Size | null = null
  let hasData = false
  const seen = new Set<string>()
  for (;;) {
    yield* reader.need(HEAD_BYTES)
    reader.countPart()
    const head = reader.peek(HEAD_BYTES)
    const length = head.readUInt32BE()
    const type = head.toString('latin1', 4)
    if (!/^[A-Za-z]{4}$/.test(type) || length > 0x7fffffff) throw malformed('The PNG has a broken chunk.')
    if ((size === null) !== (type === 'IHDR')) throw malformed('The PNG has its header at the wrong place.')
    if (type === 'IHDR') {
      if (length !== 13) throw malformed('The PNG has a broken header.')
      yield* reader.need(HEAD_BYTES + 8)
      const content = reader.peek(HEAD_BYTES + 8)
      size = sized(content.readUInt32BE(HEAD_BYTES), content.readUInt32BE(HEAD_BYTES + 4))
    }
    if (type === 'IDAT') hasData = true
    if (type === 'IEND') {
      if (length !== 0 || !hasData) throw malformed('The PNG has no image data.')
      yield* reader.need(HEAD_BYTES + CRC_BYTES)
      reader.put(chunk('IEND', Buffer.alloc(0)))
      return size
    }
    if (NEEDED.has(type)) {
      if (!(yield* passChunk(reader, length))) throw malformed(`The PNG is damaged: the checksum of ${type} is wrong.`)
    } else if (isCritical(type)) {
      throw malformed(`The PNG has a chunk ${type}, which no viewer knows.`)
    } else if (strip) {
      const isShown = length <= (SHOWN.get(type) ?? -1) && !seen.has(type)
      seen.add(type)
      if (isShown) yield* passShown(reader, type, length)
      else yield* reader.pass(HEAD_BYTES + length + CRC_BYTES, false)
    } else {
      yield* reader.pass(HEAD_BYTES + length + CRC_BYTES)
    }
  }
}

/** Passes a chunk on as it comes; returns whether its CRC, of type and content, is right. */
function* passChunk(reader: Reader, length: number): Steps<boolean> {
  yield* reader.pass(4)
  let crc = 0
  for (let left = 4 + length; left > 0; ) {
    yield* reader.need(1)
    const bytes = reader.peek(left)
    crc = crc32(bytes, crc)
    reader.keep(bytes.length)
    left -= bytes.length
  }
  yield* reader.need(CRC_BYTES)
  const stated = reader.peek(CRC_BYTES).readUInt32BE()
  reader.keep(CRC_BYTES)
  return stated === crc
}

/** Passes on what stays of a chunk, and nothing of one that is damaged: viewers ignore it. */
function* passShown(reader: Reader, type: string, length: number): Steps {
  const whole = HEAD_BYTES + length + CRC_BYTES
  yield* reader.need(whole)
  const bytes = reader.peek(whole)
  const content = bytes.subarray(HEAD_BYTES, -CRC_BYTES)
  const isIntact = bytes.readUInt32BE(whole - CRC_BYTES) === crc32(bytes.subarray(4, -CRC_BYTES))
  if (isIntact && type !== 'eXIf' && type !== 'iCCP') return reader.keep(whole)
  reader.drop(whole)
  const kept = isIntact && (type === 'eXIf' ? turned(content) : profiled(content))
  if (kept) reader.put(chunk(type, kept))
}

function turned(exif: Buffer): Buffer | null {
  const orientation = orientationOf(exif)
  return orientation === null ? null : orientationOnly(orientation)
}

/** The profile of an iCCP chunk, under a neutral name; null if it can't be read. */
function profiled(content: Buffer): Buffer | null {
  const compressed = content.subarray(content.indexOf(0) + 2)
  try {
    // some are written without the checksum behind them
    const options = { maxOutputLength: MAX_PROFILE_BYTES, finishFlush: constants.Z_SYNC_FLUSH }
    const profile = cleaned(inflateSync(compressed, options))
    return profile && Buffer.concat([Buffer.from('ICC profile\0\0'), deflateSync(profile)])
  } catch {
    return null
  }
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), content])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(content.length)
  typed.copy(framed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}

/** The gamma of a whole PNG whose colours nothing else defines (11.3.2): what a viewer must apply; null for a common one. */
export function gammaOf(png: Buffer): number | null {
  let gamma: number | null = null
  let at = SIGNATURE_BYTES
  for (let type = ''; type !== 'IDAT'; ) {
    const length = png.readUInt32BE(at)
    type = png.toString('latin1', at + 4, at + HEAD_BYTES)
    if (type === 'iCCP' || type === 'sRGB' || type === 'cICP') return null
    // a gamma of 0 means nothing
    if (type === 'gAMA' && length === 4) gamma = png.readUInt32BE(at + HEAD_BYTES) / 100_000 || null
    at += HEAD_BYTES + length + CRC_BYTES
  }
  return gamma
}
