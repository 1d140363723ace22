import sharp from 'sharp'
import t from 'tap'
import { displayProfile, picture, pixels, refusal, SECRET, through } from '../samples.js'

const animation = () =>
  sharp(
    ['red', 'lime', 'blue'].map((background) => ({
      create: { width: 20, height: 10, channels: 3 as const, background },
    })) as unknown as string[],
    { join: { animated: true } },
  ).gif({ loop: 3 })

const extension = (label: number, ...blocks: (Buffer | string)[]) =>
  Buffer.concat([
    Buffer.from([0x21, label]),
    ...blocks.flatMap((block) => [Buffer.from([block.length]), Buffer.from(block as string)]),
    Buffer.from([0]),
  ])
const application = (name: string, ...blocks: (Buffer | string)[]) => extension(0xff, name, ...blocks)
/** Puts blocks before the end of a GIF. */
const append = (gif: Buffer, ...more: Buffer[]) => Buffer.concat([gif.subarray(0, -1), ...more, gif.subarray(-1)])

t.test(
  'of the extensions only timing, transparency, loops and a colour profile stay, and no pixel changes',
  async (t) => {
    const original = await animation().toBuffer()
    const noted = append(
      original,
      extension(0xfe, SECRET),
      extension(0xfe),
      extension(0x01, Buffer.alloc(12), SECRET),
      extension(0xce, SECRET),
      extension(0xf9, SECRET),
      application('XMP DataXMP', SECRET),
      application('FOREIGN0000', SECRET),
      application('NETSCAPE2.0', SECRET),
      application('ICCRGBG1012', SECRET),
    )
    for (const portion of [1, 7, 5000]) {
      const { passed, width, height, bytes } = await through(noted, 'image/gif', {}, portion)
      t.match({ width, height, bytes }, { width: 20, height: 10, bytes: passed.length })
      t.match(await sharp(passed, { animated: true }).metadata(), { loop: 3, pages: 3 })
      t.same(passed, original)
      t.same(await pixels(passed), await pixels(noted))
    }
    t.same((await through(noted, 'image/gif', { strip: false })).passed, noted)
  },
)

t.test('a loop loses what is hidden behind it, a profile what identifies a display', async (t) => {
  const original = await picture().gif().toBuffer()
  const loop = Buffer.from([1, 9, 0])
  const profile = await displayProfile()
  const split = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / 255) }, (_, at) => bytes.subarray(at * 255, (at + 1) * 255))
  const noted = append(
    original,
    application('ANIMEXTS1.0', SECRET, loop, SECRET),
    application('ICCRGBG1012', ...split(profile)),
  )
  for (const portion of [1, 5000]) {
    const { passed } = await through(noted, 'image/gif', {}, portion)
    t.notOk(passed.includes(SECRET))
    const blank = Buffer.from(profile).fill(0, 84, 100).fill(0, profile.indexOf(SECRET))
    t.same(passed, append(original, application('ANIMEXTS1.0', loop), application('ICCRGBG1012', ...split(blank))))
  }
})

t.test('an extension of more than a mebibyte is not held in memory', async (t) => {
  const original = await picture().gif().toBuffer()
  const long = Array.from({ length: 5_000 }, () => Buffer.alloc(255))
  const { passed } = await through(append(original, application('ICCRGBG1012', ...long)), 'image/gif')
  t.same(passed, original)
})

t.test(
  'what follows the image and stray zeros between its blocks are dropped, a missing trailer is added',
  async (t) => {
    const original = await picture().gif().toBuffer()
    const variants = {
      zeros: Buffer.concat([original, Buffer.alloc(9)]),
      'a second trailer': Buffer.concat([original, Buffer.from(';')]),
      'an archive': Buffer.concat([original, Buffer.from('PK')]),
      'stray zeros': append(original, Buffer.alloc(3)),
      'no trailer': original.subarray(0, -1),
      'what is no block': append(original, Buffer.from('XXXX'), original.subarray(13)),
    }
    for (const [name, bytes] of Object.entries(variants)) {
      for (const strip of [true, false]) {
        for (const portion of [1, 5000]) {
          t.same((await through(bytes, 'image/gif', { strip }, portion)).passed, original, name)
        }
      }
    }
  },
)

t.test('the size is what is shown: a first frame that is larger than the screen enlarges it', async (t) => {
  const screen = (size: number) => Buffer.from([...Buffer.from('GIF89a'), size, 0, size, 0, 0, 0, 0])
  const frame = (at: number, size: number) => Buffer.from([0x2c, at, 0, 0, 0, size, 0, size, 0, 0, 2, 1, 0, 0])
  const sizeOf = async (...parts: Buffer[]) => {
    const { width, height } = await through(Buffer.concat([...parts, Buffer.from(';')]), 'image/gif')
    return [width, height]
  }
  t.same(await sizeOf(screen(9), frame(2, 3), frame(0, 20)), [9, 9], 'later frames are cut')
  t.same(await sizeOf(screen(9), frame(7, 4)), [11, 9])
  t.same(await sizeOf(screen(0), frame(0, 5)), [5, 5], 'a screen without size has that of the frame')
})

t.test('a file that is cut short anywhere is refused', async (t) => {
  const original = append(await animation().toBuffer(), extension(0xfe, SECRET))
  const seen = new Set()
  for (let length = 6; length < original.length - 1; length += 3) {
    seen.add(await refusal(original.subarray(0, length), 'image/gif'))
  }
  t.same([...seen], ['UNSUPPORTED_MEDIA_TYPE'])
})

t.test('what only begins as a GIF is refused', async (t) => {
  const head = (text: string, ...size: number[]) => Buffer.concat([Buffer.from(text), Buffer.from([...size, 0, 0, 0])])
  t.equal(
    await refusal(Buffer.from('GIF89a\x09\0=\0/*<script>alert(1)</script>*/;'), 'image/gif'),
    'UNSUPPORTED_MEDIA_TYPE',
  )
  t.equal(
    await refusal(Buffer.concat([head('GIF89a', 1, 0, 1, 0), Buffer.from([0x3b])]), 'image/gif'),
    'UNSUPPORTED_MEDIA_TYPE',
  )
})

t.test('too many pixels are refused, of the screen as of a frame on it', async (t) => {
  const screen = (width: number) => Buffer.from([...Buffer.from('GIF87a'), width, width, width, width, 0, 0, 0])
  t.equal(await refusal(screen(0xff), 'image/gif'), 'TOO_MANY_PIXELS')
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0])
  t.equal(await refusal(Buffer.concat([screen(1), frame]), 'image/gif'), 'TOO_MANY_PIXELS')
})
