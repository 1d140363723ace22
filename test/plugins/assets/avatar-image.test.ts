import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import t from 'tap'
import {
  avatarReceiver,
  MAX_HELD_BYTES,
  MAX_UPLOAD_BYTES,
  MAX_WAITING_DECODES,
  MAX_WHOLE_PIXELS,
} from '../../../plugins/assets/avatar-image.js'
import { picture, portions, SECRET, withMetadata } from '../storage/samples.js'

const LIMITS = { maxBytes: 10 * 2 ** 20, maxPixels: 50_000_000 }
const receiving = (receive: ReturnType<typeof avatarReceiver>, bytes: Buffer, contentType: string) =>
  receive(portions(bytes, 50_000), { filename: 'me', contentType })

async function encode(bytes: Buffer, contentType: string, limits = LIMITS) {
  const image = await receiving(avatarReceiver(limits), bytes, contentType)
  try {
    return await image.encode()
  } finally {
    image.release()
  }
}

const chunk = (type: string, content: Buffer) => {
  const bytes = Buffer.alloc(12 + content.length)
  bytes.writeUInt32BE(content.length)
  bytes.write(type, 4)
  content.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), 8 + content.length)
  return bytes
}
/** Puts a chunk behind the header of a PNG. */
const insert = (png: Buffer, ...chunks: Buffer[]) => Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)])

t.test('an avatar is a small upright WebP without metadata', async (t) => {
  const photo = await encode(await withMetadata(6).jpeg().toBuffer(), 'image/jpeg')
  t.match(await sharp(photo).metadata(), { format: 'webp', width: 40, height: 60 })
  t.same((await sharp(photo).metadata()).exif, undefined)
  t.notOk(photo.includes(SECRET))
  const large = await encode(await picture(900, 600).png().toBuffer(), 'image/png')
  t.match(await sharp(large).metadata(), { width: 512, height: 341 })
  t.ok(large.length <= 100 * 1024, `${large.length} bytes of noise`)
  const square = await encode(await picture(900, 900).png().toBuffer(), 'image/png')
  t.ok(square.length <= 100 * 1024, `${square.length} bytes of noise`)
})

t.test('what is no image, or too large a one, is refused', async (t) => {
  const png = await picture(100, 100).png().toBuffer()
  const broken = Buffer.concat([png.subarray(0, 33), chunk('IDAT', Buffer.from('no pixels')), png.subarray(-12)])
  const code = 'UNSUPPORTED_MEDIA_TYPE'
  await t.rejects(encode(Buffer.from('%PDF-1.4'), 'application/pdf'), { code })
  await t.rejects(encode(png, 'image/jpeg'), { code })
  await t.rejects(encode(broken, 'image/png'), { code })
  await t.rejects(encode(png, 'image/png', { ...LIMITS, maxPixels: 9999 }), { code: 'TOO_MANY_PIXELS' })
  await t.rejects(encode(png, 'image/png', { ...LIMITS, maxBytes: 1000 }), { code: 'PAYLOAD_TOO_LARGE' })
  const long = insert(png, chunk('tEXt', Buffer.alloc(MAX_UPLOAD_BYTES)))
  await t.rejects(encode(long, 'image/png'), { code: 'PAYLOAD_TOO_LARGE' }, 'whatever a file may have')
})

t.test('colours are those that viewers show', async (t) => {
  const pixels = (bytes: Buffer) => sharp(bytes).raw().toBuffer()
  const checks = Buffer.from(Array.from({ length: 256 }, (_, at) => (at % 2 ? [255, 0, 0] : [0, 0, 255])).flat())
  const tiny = await sharp(checks, { raw: { width: 16, height: 16, channels: 3 } })
    .png()
    .toBuffer()
  t.same(await pixels(await encode(tiny, 'image/png')), checks, 'a tiny one is kept exactly')

  const grey = (channels: 3 | 4) =>
    sharp({ create: { width: 8, height: 8, channels, background: { r: 55, g: 55, b: 55, alpha: 0.5 } } }).png()
  const linear = chunk('gAMA', Buffer.from([0, 1, 0x86, 0xa0]))
  for (const channels of [3, 4] as const) {
    const image = insert(await grey(channels).toBuffer(), linear)
    const [red, , , alpha] = await pixels(await encode(image, 'image/png'))
    t.equal(red, 127, 'gamma is applied')
    if (channels === 4) t.equal(alpha, 128, 'but not to transparency')
    const sRGB = insert(image, chunk('sRGB', Buffer.from([0])))
    t.equal((await pixels(await encode(sRGB, 'image/png')))[0], 55, 'unless the colours are known')
    const none = insert(await grey(channels).toBuffer(), chunk('gAMA', Buffer.alloc(4)))
    t.equal((await pixels(await encode(none, 'image/png')))[0], 55, 'a gamma of zero is none')
  }
  const deep = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#8040c0' } })
    .toColourspace('rgb16')
    .png()
    .toBuffer()
  t.same([...(await pixels(await encode(deep, 'image/png'))).subarray(0, 3)], [0x80, 0x40, 0xc0], '16 bits')
  const bright = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#777777' } })
    .toColourspace('b-w')
    .jpeg()
    .toBuffer()
  t.same([...(await pixels(await encode(bright, 'image/jpeg'))).subarray(0, 3)], [0x77, 0x77, 0x77], 'grey')
})

t.test('a slightly damaged JPEG that viewers show is taken', async (t) => {
  const original = await picture().jpeg({ mozjpeg: false }).toBuffer()
  const damaged = Buffer.concat([
    original.subarray(0, -2),
    Buffer.from([0, 0, 0, 0xff, 0xd0, 0]),
    original.subarray(-2),
  ])
  t.match(await sharp(await encode(damaged, 'image/jpeg')).metadata(), { width: 60, height: 40 })
})

t.test('an image that a decoder holds as a whole may have fewer pixels', async (t) => {
  const large = { width: 5_001, height: 5_000, channels: 3 as const, background: 'red' }
  t.ok(large.width * large.height > MAX_WHOLE_PIXELS)
  const png = (progressive: boolean) => sharp({ create: large }).png({ progressive, compressionLevel: 1 }).toBuffer()
  t.match(await sharp(await encode(await png(false), 'image/png')).metadata(), { width: 512, height: 512 })
  await t.rejects(encode(await png(true), 'image/png'), { code: 'TOO_MANY_PIXELS' })
  const jpeg = await sharp({ create: large }).jpeg({ progressive: true }).toBuffer()
  await t.rejects(encode(jpeg, 'image/jpeg'), { code: 'TOO_MANY_PIXELS' })
})

t.test('uploads share a bounded memory, complete or not, and give it back', async (t) => {
  const receive = avatarReceiver(LIMITS)
  const png = await picture().png().toBuffer()
  const large = insert(png, chunk('tEXt', Buffer.alloc(MAX_UPLOAD_BYTES - png.length - 12)))
  const fitting = Math.floor(MAX_HELD_BYTES / large.length)
  for (let count = 0; count < 2 * fitting; count += 1) {
    await t.rejects(receiving(receive, large.subarray(0, -1), 'image/png'), { code: 'UNSUPPORTED_MEDIA_TYPE' })
  }
  const images = []
  for (let count = 0; count < fitting; count += 1) images.push(await receiving(receive, large, 'image/png'))
  await t.rejects(receiving(receive, large, 'image/png'), { code: 'OVERLOADED', retryAfter: 5 })
  images[0]?.release()
  images[0]?.release()
  const last = await receiving(receive, large, 'image/png')
  t.match(await sharp(await last.encode()).metadata(), { width: 60 })
})

t.test('images are decoded in turn, and only some of them may wait', async (t) => {
  const receive = avatarReceiver(LIMITS)
  const png = await picture().png().toBuffer()
  const images = await Promise.all(
    Array.from({ length: MAX_WAITING_DECODES + 4 }, () => receiving(receive, png, 'image/png')),
  )
  const outcomes = await Promise.allSettled(images.map((image) => image.encode()))
  const refused = outcomes.filter(({ status }) => status === 'rejected')
  t.ok(refused.length >= 3 && refused.length <= 4, `${refused.length} refused`)
  for (const outcome of refused) t.match(outcome, { reason: { code: 'OVERLOADED' } })
  t.match(await sharp((await images.at(-1)?.encode()) as Buffer).metadata(), { width: 60 }, 'later there is room again')
})

t.test('pixels that cannot be unpacked are no image', async (t) => {
  const png = await picture(8, 8).png().toBuffer()
  const short = Buffer.concat([png.subarray(0, 33), chunk('IDAT', deflateSync(Buffer.alloc(3))), png.subarray(-12)])
  await t.rejects(encode(short, 'image/png'), { code: 'UNSUPPORTED_MEDIA_TYPE' })
})
