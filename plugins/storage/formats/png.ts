import { crc32 } from 'node:zlib'
import { malformed } from '../reader.js'
import { orientationOf, orientationOnly } from './exif.js'
import type { Format } from './format.js'

const SIGNATURE_BYTES = 8
const MAX_EXIF = 2 ** 20

/** Chunks that tell a decoder how to show the image; every other ancillary one is metadata. */
const SHOWN = new Set(
  'tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV mDCv cLLI cLLi bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
)
const isCritical = (type: string) => /^[A-Z]/.test(type)

/** PNG (third edition) and APNG. */
export const png: Format = async function* (reader, { strip, sized }) {
  yield await reader.read(SIGNATURE_BYTES)
  let first = true
  let data = false
  for (;;) {
    const header = await reader.peek(8)
    if (header.length < 8) throw malformed('The file ends before its content does.')
    const length = header.readUInt32BE()
    const type = header.toString('latin1', 4)
    if (!/^[A-Za-z]{4}$/.test(type) || length > 0x7fffffff) throw malformed('The PNG has a broken chunk.')
    if (first !== (type === 'IHDR')) throw malformed('The PNG has its header at the wrong place.')
    if (first) {
      if (length !== 13) throw malformed('The PNG has a broken header.')
      const content = await reader.peek(8 + 8)
      if (content.length < 16) throw malformed('The file ends before its content does.')
      sized(content.readUInt32BE(8), content.readUInt32BE(12))
      first = false
    }
    if (type === 'IDAT') data = true
    if (type === 'IEND') {
      const end = await reader.read(8 + length + 4)
      if (length !== 0 || !data) throw malformed('The PNG has no image data.')
      if ((await reader.next()) !== null) throw malformed('The PNG has data after its end.')
      yield end
      return
    }
    if (!strip || isCritical(type) || SHOWN.has(type)) {
      yield* reader.pass(8 + length + 4)
      continue
    }
    const exif = type === 'eXIf' ? (await reader.peek(8 + Math.min(length, MAX_EXIF))).subarray(8) : null
    for await (const _skipped of reader.pass(8 + length + 4));
    const orientation = exif && orientationOf(exif)
    if (orientation !== null) yield chunk('eXIf', orientationOnly(orientation))
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
