import sharp from 'sharp'
import t from 'tap'
import { displayProfile, picture, pixels, refusal, SECRET, through, withMetadata } from '../samples.js'

const chunk = (type: string, content: Buffer | string) => {
  const bytes = Buffer.from(content as string)
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1')
  head.writeUInt32LE(bytes.length, 4)
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length % 2)])
}
const riff = (...chunks: Buffer[]) => {
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  const body = Buffer.concat(chunks)
  head.writeUInt32LE(body.length + 4, 4)
  return Buffer.concat([head, body])
}
const canvas = (size: number, flags = 0) => {
  const content = Buffer.alloc(10)
  content[0] = flags
  content.writeUIntLE(size - 1, 4, 3)
  content.writeUIntLE(size - 1, 7, 3)
  return chunk('VP8X', content)
}
const LOSSY = (size: number) => chunk('VP8 ', Buffer.from([0, 0, 0, 0x9d, 0x01, 0x2a, size, size, size, size, 1]))

t.test('metadata is blanked, orientation and colour profile stay, and no pixel changes', async (t) => {
  for (const options of [{ lossless: true }, { quality: 80 }]) {
    const original = await withMetadata(6).webp(options).toBuffer()
    const noted = riff(original.subarray(12), chunk('C2PA', `${SECRET}.`))
    for (const portion of [1, 7, 5000]) {
      const { passed, width, height } = await through(noted, 'image/webp', {}, portion)
      const { orientation, xmp, icc } = await sharp(passed).metadata()
      t.match({ orientation, width, height }, { orientation: 6, width: 60, height: 40 })
      t.equal(xmp, undefined)
      t.ok(icc)
      t.notOk(passed.includes(SECRET))
      t.notOk(passed.includes('GPS'))
      t.equal(passed.length, noted.length)
      t.same(await pixels(passed), await pixels(noted))
    }
  }
})

t.test('EXIF with or without its name before it is read; where no orientation fits, nothing of it stays', async (t) => {
  const original = await picture().webp().toBuffer()
  const body = original.subarray(12)
  const size = canvas(1, 0x0c)
  const { exif } = await sharp(await withMetadata(8).webp().toBuffer()).metadata()
  const bare = (exif as Buffer).subarray((exif as Buffer).indexOf('II*'))
  for (const content of [bare, Buffer.concat([Buffer.from('Exif\0\0'), bare])]) {
    const { passed } = await through(riff(size, body, chunk('EXIF', content)), 'image/webp')
    t.equal(passed.readUInt16BE(passed.lastIndexOf('MM\0*') + 18), 8)
  }
  const { passed } = await through(riff(size, body, chunk('EXIF', SECRET)), 'image/webp')
  t.same(passed.subarray(-22), chunk('EXIF', Buffer.alloc(13)), 'announced, it stays, empty')
  const { passed: plain } = await through(riff(size, body, chunk('EXIF', SECRET.repeat(5))), 'image/webp')
  t.equal(
    plain.readUInt16BE(plain.lastIndexOf('MM\0*') + 18),
    1,
    'the announced EXIF says that nothing is to be turned',
  )
})

t.test('with STRIP_METADATA=off an image is kept as it is', async (t) => {
  const original = await withMetadata().webp().toBuffer()
  t.same((await through(original, 'image/webp', { strip: false })).passed, original)
})

t.test('an animation is passed on', async (t) => {
  const frames = ['red', 'blue'].map((background) => ({
    create: { width: 8, height: 8, channels: 3 as const, background },
  }))
  const original = await sharp(frames as unknown as string[], { join: { animated: true } })
    .webp()
    .toBuffer()
  const { passed } = await through(original, 'image/webp')
  t.same(await pixels(passed), await pixels(original))
  t.equal((await sharp(passed).metadata()).pages, 2)
})

t.test('a profile keeps its colours and loses what identifies a display', async (t) => {
  const original = await picture().webp().toBuffer()
  const profile = await displayProfile()
  const noted = riff(canvas(1, 0x20), chunk('ICCP', profile), original.subarray(12))
  for (const portion of [7, 5000]) {
    const { passed } = await through(noted, 'image/webp', {}, portion)
    const blank = Buffer.from(profile).fill(0, 84, 100).fill(0, profile.indexOf(SECRET))
    t.same(passed, riff(canvas(1, 0x20), chunk('ICCP', blank), original.subarray(12)))
  }
  const text = riff(canvas(1, 0x20), chunk('ICCP', SECRET.repeat(20)), original.subarray(12))
  t.notOk((await through(text, 'image/webp')).passed.includes(SECRET), 'nothing stays of what is no profile')
})

t.test('metadata in the frames of an animation and behind the last of its chunks is blanked', async (t) => {
  const image = (await picture(8, 8).webp().toBuffer()).subarray(12)
  const head = Buffer.alloc(16)
  head.writeUIntLE(7, 6, 3)
  head.writeUIntLE(7, 9, 3)
  const file = (note: Buffer, rest: string) =>
    riff(
      canvas(8, 0x02),
      chunk('ANIM', Buffer.alloc(6)),
      chunk('ANMF', Buffer.concat([head, image, note])),
      Buffer.from(rest),
    )
  for (const portion of [1, 5000]) {
    const { passed } = await through(file(chunk('NOTE', SECRET), 'GPS'), 'image/webp', {}, portion)
    t.same(passed, file(chunk('JUNK', Buffer.alloc(SECRET.length)), '\0\0\0'))
  }
  const nested = riff(
    canvas(8, 0x02),
    chunk('ANMF', Buffer.concat([head, chunk('ANMF', Buffer.concat([head, image]))])),
  )
  t.equal(await refusal(nested, 'image/webp'), 'UNSUPPORTED_MEDIA_TYPE')
})

t.test('what follows the image is dropped', async (t) => {
  const original = await picture().webp().toBuffer()
  for (const behind of ['\n', 'PK']) {
    for (const strip of [true, false]) {
      const { passed } = await through(Buffer.concat([original, Buffer.from(behind)]), 'image/webp', { strip })
      t.same(passed, original)
    }
  }
})

t.test('a file that is cut short anywhere is refused', async (t) => {
  const original = await withMetadata().webp().toBuffer()
  const seen = new Set()
  for (let length = 12; length < original.length; length += 17) {
    seen.add(await refusal(original.subarray(0, length), 'image/webp'))
  }
  t.same([...seen], ['UNSUPPORTED_MEDIA_TYPE'])
})

t.test('what only begins as a WebP is refused', async (t) => {
  const cases = {
    'no image': riff(canvas(1)),
    'nothing at all': riff(),
    'a chunk beyond the end': Buffer.concat([riff(canvas(1)), chunk('VP8 ', 'x')]).fill(200, 16, 17),
    'a canvas cut short': riff(chunk('VP8X', 'x')),
    'a frame cut short': riff(canvas(1), chunk('ANMF', 'x')),
    'a lossy image without its mark': riff(chunk('VP8 ', 'no mark of an image')),
    'a lossy image cut short': riff(chunk('VP8 ', 'x')),
    'a lossless image without its mark': riff(chunk('VP8L', 'no mark')),
    'a lossless image cut short': riff(chunk('VP8L', '/x')),
  }
  for (const [name, bytes] of Object.entries(cases))
    t.equal(await refusal(bytes, 'image/webp'), 'UNSUPPORTED_MEDIA_TYPE', name)
})

t.test('too many pixels are refused, of the canvas as of an image or a frame on it', async (t) => {
  const frame = Buffer.alloc(16, 0xff)
  const bombs = {
    canvas: riff(canvas(65_535)),
    lossy: riff(canvas(1), LOSSY(0xff)),
    lossless: riff(canvas(1), chunk('VP8L', Buffer.from([0x2f, 0xff, 0xff, 0xff, 0x0f]))),
    frame: riff(canvas(1), chunk('ANMF', frame)),
  }
  for (const [name, bytes] of Object.entries(bombs))
    t.equal(await refusal(bytes, 'image/webp'), 'TOO_MANY_PIXELS', name)
})
