import { malformed, type Reader, type Steps } from '../reader.js'
import type { Format, Size } from './format.js'
import { cleaned } from './icc.js'

const IMAGE = 0x2c
const EXTENSION = 0x21
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff
const MAX_EXTENSION_BYTES = 2 ** 20
const SUB_BLOCK_BYTES = 255

/** Any other byte ends the file for browsers, as the trailer does. */
const INTRODUCERS = new Set([0, IMAGE, EXTENSION])

/** GIF89a and GIF87a. A stray 00 between two blocks is dropped, a missing trailer added. */
export const gif: Format = function* (reader, { strip, sized }) {
  yield* reader.need(13)
  const screen = reader.peek(13)
  const [width, height] = [screen.readUInt16LE(6), screen.readUInt16LE(8)]
  let size: Size | null = null
  if (width * height > 0) sized(width, height)
  reader.keep(13)
  yield* reader.pass(colorTableBytes(screen[10] as number))
  for (;;) {
    const introducer = (yield* reader.has(1)) ? (reader.peek(1)[0] as number) : TRAILER
    if (!INTRODUCERS.has(introducer)) {
      if (!size) throw malformed('The GIF holds no image.')
      reader.put(Buffer.from([TRAILER]))
      return size
    }
    reader.countPart()
    if (introducer === 0) {
      reader.drop(1)
    } else if (introducer === IMAGE) {
      yield* reader.need(10)
      const descriptor = reader.peek(10)
      const frame = sized(descriptor.readUInt16LE(5), descriptor.readUInt16LE(7))
      // viewers enlarge a screen that the first frame doesn't fit into
      size ??= sized(
        Math.max(width, descriptor.readUInt16LE(1) + frame.width),
        Math.max(height, descriptor.readUInt16LE(3) + frame.height),
      )
      reader.keep(10)
      yield* reader.pass(colorTableBytes(descriptor[9] as number))
      yield* reader.pass(1)
      yield* passSubBlocks(reader)
    } else if (strip) {
      yield* stripExtension(reader)
    } else {
      yield* reader.pass(2)
      yield* passSubBlocks(reader)
    }
  }
}

const colorTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)

function* passSubBlocks(reader: Reader): Steps {
  for (let size = -1; size !== 0; ) {
    yield* reader.need(1)
    reader.countPart()
    size = reader.peek(1)[0] as number
    yield* reader.pass(1 + size)
  }
}

/** Keeps of an extension what tells how to show the image: timing and transparency, loops, a colour profile. */
function* stripExtension(reader: Reader): Steps {
  yield* reader.need(2)
  const label = reader.drop(2)[1] as number
  const [first, ...rest] = yield* takeSubBlocks(reader)
  if (!first) return
  if (label === GRAPHIC_CONTROL && first.length === 4) reader.put(extension(label, [first]))
  if (label !== APPLICATION) return
  const name = first.toString('latin1')
  if (name === 'NETSCAPE2.0' || name === 'ANIMEXTS1.0') {
    const loop = rest.find((block) => block.length === 3 && ((block[0] as number) & 7) === 1)
    if (loop) reader.put(extension(label, [first, loop]))
  }
  if (name === 'ICCRGBG1012') {
    const profile = cleaned(Buffer.concat(rest))
    if (profile) reader.put(extension(label, [first, ...split(profile)]))
  }
}

function* takeSubBlocks(reader: Reader): Steps<Buffer[]> {
  const blocks: Buffer[] = []
  let bytes = 0
  for (let size = -1; size !== 0; ) {
    yield* reader.need(1)
    reader.countPart()
    size = reader.drop(1)[0] as number
    yield* reader.need(size)
    bytes += size
    const block = reader.drop(size)
    if (size > 0 && bytes <= MAX_EXTENSION_BYTES) blocks.push(block)
  }
  return blocks
}

const extension = (label: number, blocks: Buffer[]) =>
  Buffer.concat([
    Buffer.from([EXTENSION, label]),
    ...blocks.flatMap((block) => [Buffer.from([block.length]), block]),
    Buffer.from([0]),
  ])

function* split(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += SUB_BLOCK_BYTES) yield bytes.subarray(at, at + SUB_BLOCK_BYTES)
}
