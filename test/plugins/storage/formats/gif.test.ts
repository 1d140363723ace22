import sharp from 'sharp'
import t from 'tap'
import { picture, pixels, refusal, SECRET, through } from '../samples.js'

const animation = () =>
  sharp(
    ['red', 'lime', 'blue'].map((background) => ({
      create: { width: 20, height: 10, channels: 3 as const, background },
    })) as unknown as string[],
    { join: { animated: true } },
  ).gif({ loop: 3 })

const blocks = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text), Buffer.from([0])])
const comment = Buffer.concat([Buffer.from([0x21, 0xfe]), blocks(SECRET)])
const application = (name: string) => Buffer.concat([Buffer.from([0x21, 0xff, 11]), Buffer.from(name), blocks(SECRET)])
/** Puts blocks before the end of a GIF. */
const append = (gif: Buffer, ...more: Buffer[]) => Buffer.concat([gif.subarray(0, -1), ...more, gif.subarray(-1)])

t.test('comments and XMP go, loops and colour profile stay, and no pixel changes', async (t) => {
  const original = await animation().toBuffer()
  const noted = append(
    original,
    comment,
    application('XMP DataXMP'),
    application('FOREIGN0000'),
    application('ICCRGBG1012'),
  )
  for (const portion of [1, 7, 5000]) {
    const { passed, width, height, bytes } = await through(noted, 'image/gif', {}, portion)
    t.match({ width, height, bytes }, { width: 20, height: 10, bytes: passed.length })
    t.match(await sharp(passed, { animated: true }).metadata(), { loop: 3, pages: 3 })
    t.same(passed, append(original, application('ICCRGBG1012')))
    t.same(await pixels(passed), await pixels(noted))
  }
  t.same((await through(noted, 'image/gif', { strip: false })).passed, noted)
})

t.test('what follows the image is refused', async (t) => {
  const original = await picture().gif().toBuffer()
  t.equal(await refusal(Buffer.concat([original, Buffer.from([0])]), 'image/gif'), 'UNSUPPORTED_MEDIA_TYPE')
})

t.test('a file that is cut short anywhere is refused', async (t) => {
  const original = append(await animation().toBuffer(), comment)
  const seen = new Set()
  for (let length = 6; length < original.length; length += 3) {
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
