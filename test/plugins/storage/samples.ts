import { Readable } from 'node:stream'
import sharp from 'sharp'
import type { Problem } from '../../../openapi/errors.js'
import { inspect, type Rules } from '../../../plugins/storage/inspect.js'

export const SECRET = 'taken at home'

/** A picture of noise, so that its compressed data holds every byte. */
export function picture(width = 60, height = 40) {
  const pixels = Buffer.alloc(width * height * 3)
  for (let at = 0, state = 1; at < pixels.length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    pixels[at] = state >> 16
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

/** A picture with everything that a camera writes into it; `orientation` 6 says that it's to be turned by 90 degrees. */
export const withMetadata = (orientation = 6) =>
  picture()
    .withExif({ IFD0: { Copyright: SECRET }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' } })
    .withXmp(
      `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${SECRET}</a></x:xmpmeta>`,
    )
    .withIccProfile('p3')
    .withMetadata({ orientation })

/** A colour profile as macOS makes it for a display: with the maker's serial number, here {@link SECRET}, beside its colours. */
export async function displayProfile(): Promise<Buffer> {
  const { icc } = await sharp(await picture().withIccProfile('p3').png().toBuffer()).metadata()
  const profile = icc as Buffer
  const tag = Buffer.from(`mmod\0\0\0\0${SECRET}\0\0\0`)
  const entry = Buffer.from('mmod\0\0\0\0\0\0\0\0')
  const table = Buffer.from(profile.subarray(132, 132 + 12 * profile.readUInt32BE(128)))
  for (let at = 4; at < table.length; at += 12) table.writeUInt32BE(table.readUInt32BE(at) + entry.length, at)
  entry.writeUInt32BE(profile.length + entry.length, 4)
  entry.writeUInt32BE(tag.length, 8)
  const head = Buffer.from(profile.subarray(0, 132))
  head.writeUInt32BE(profile.length + entry.length + tag.length)
  head.writeUInt32BE(head.readUInt32BE(128) + 1, 128)
  head.fill('checksum', 84, 100)
  return Buffer.concat([head, table, entry, profile.subarray(132 + table.length), tag])
}

export const RULES: Rules = {
  types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf', 'video/mp4'],
  maxBytes: 10 * 2 ** 20,
  maxPixels: 50_000_000,
  strip: true,
}

/** Sends bytes through the inspection in portions of `portion` bytes. */
export async function through(bytes: Buffer, contentType: string, rules: Partial<Rules> = {}, portion = 1000) {
  const inspected = await inspect(portions(bytes, portion), { filename: 'x', contentType }, { ...RULES, ...rules })
  const passed = Buffer.concat(await Readable.from(inspected.content).toArray())
  return { passed, ...inspected.facts() }
}

/** As a socket gives them, each in memory of its own. */
export async function* portions(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size)
    yield Buffer.from(Uint8Array.from(bytes.subarray(at, at + size)).buffer)
}

/** Decoded pixels: what must not change. */
export const pixels = (bytes: Buffer) => sharp(bytes, { animated: true, failOn: 'error' }).raw().toBuffer()

/** Returns the code with which the inspection refuses a file. */
export const refusal = async (...of: Parameters<typeof through>) => {
  const [bytes, contentType, rules, portion] = of
  try {
    await through(bytes, contentType, rules, portion)
  } catch (error) {
    return (error as Problem).code ?? error
  }
  return 'none'
}
