import { type ByteReader, malformed } from '../reader.js'
import type { Format } from './format.js'

const IMAGE = 0x2c
const EXTENSION = 0x21
const TRAILER = 0x3b
const COMMENT = 0xfe
const APPLICATION = 0xff

/** Application extensions that tell how to show the image: loops and colour profile. The one of XMP is metadata. */
const SHOWN = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012'])

/** GIF89a and GIF87a. */
export const gif: Format = async function* (reader, { strip, sized }) {
  const header = await reader.read(13)
  sized(header.readUInt16LE(6), header.readUInt16LE(8))
  yield header
  yield* reader.pass(colorTableBytes(header[10] as number))
  let images = 0
  for (;;) {
    const introducer = await reader.read(1)
    if (introducer[0] === TRAILER) {
      if (images === 0) throw malformed('The GIF holds no image.')
      if ((await reader.next()) !== null) throw malformed('The GIF has data after its end.')
      yield introducer
      return
    }
    if (introducer[0] === IMAGE) {
      images += 1
      const descriptor = await reader.read(9)
      sized(descriptor.readUInt16LE(4), descriptor.readUInt16LE(6))
      yield Buffer.concat([introducer, descriptor])
      yield* reader.pass(colorTableBytes(descriptor[8] as number))
      yield await reader.read(1)
      yield* subBlocks(reader)
      continue
    }
    if (introducer[0] !== EXTENSION) throw malformed('The GIF has a broken block.')
    const label = await reader.read(1)
    const name = (await reader.peek(12)).toString('latin1', 1)
    const isMetadata = label[0] === COMMENT || (label[0] === APPLICATION && !SHOWN.has(name))
    if (!(strip && isMetadata)) yield Buffer.concat([introducer, label])
    for await (const bytes of subBlocks(reader)) if (!(strip && isMetadata)) yield bytes
  }
}

const colorTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)

async function* subBlocks(reader: ByteReader): AsyncGenerator<Buffer> {
  for (;;) {
    const size = await reader.read(1)
    yield Buffer.concat([size, await reader.read(size[0] as number)])
    if (size[0] === 0) return
  }
}
