import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import t from 'tap'
import { displayProfile, picture, pixels, refusal, SECRET, through, withMetadata } from '../samples.js'

const chunk = (type: string, content: Buffer | string = '') => {
  const typed = Buffer.concat([Buffer.from(type), Buffer.from(content as string)])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(typed.length - 4)
  typed.copy(framed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}
const START = 8 + 25
/** Puts chunks behind the header of a PNG. */
const insert = (png: Buffer, ...chunks: Buffer[]) =>
  Buffer.concat([png.subarray(0, START), ...chunks, png.subarray(START)])
const header = (width: number, height: number) => {
  const content = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  content.writeUInt32BE(width)
  content.writeUInt32BE(height, 4)
  return chunk('IHDR', content)
}
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

t.test('of the metadata only orientation and what tells how to show it stay, and no pixel changes', async (t) => {
  const original = await withMetadata(6).png().toBuffer()
  const noted = insert(
    original,
    chunk('tEXt', `Comment\0${SECRET}`),
    chunk('zTXt', `Comment\0\0${SECRET}`),
    chunk('iTXt', `Comment\0\0\0\0\0${SECRET}`),
    chunk('tIME', Buffer.alloc(7)),
    chunk('caBX', SECRET),
    chunk('prIv', SECRET),
    chunk('sPLT', `${SECRET}\0\x08`),
    chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f])),
    chunk('gAMA', SECRET.slice(0, 4)),
    chunk('sBIT', SECRET),
  )
  for (const portion of [1, 7, 5000]) {
    const { passed, width, height, bytes } = await through(noted, 'image/png', {}, portion)
    const { orientation, exif, xmp, icc, comments } = await sharp(passed).metadata()
    t.match({ orientation, width, height, bytes }, { orientation: 6, width: 60, height: 40, bytes: passed.length })
    t.equal(exif?.length, 26)
    t.same([xmp, comments], [undefined, undefined])
    t.ok(icc)
    t.ok(passed.includes('gAMA'))
    for (const gone of [SECRET, SECRET.slice(0, 4), 'tIME', 'sBIT']) t.notOk(passed.includes(gone))
    t.same(await pixels(passed), await pixels(noted))
  }
})

t.test('an image that is not turned gets no EXIF at all, and an endless one is not held in memory', async (t) => {
  const { passed } = await through(await withMetadata(1).png().toBuffer(), 'image/png')
  t.notOk(passed.includes('eXIf'))
  const large = insert(await picture().png().toBuffer(), chunk('eXIf', Buffer.alloc(3 * 2 ** 20)))
  t.notOk((await through(large, 'image/png')).passed.includes('eXIf'))
})

t.test('with STRIP_METADATA=off an image is kept as it is', async (t) => {
  const original = await withMetadata().png().toBuffer()
  t.same((await through(original, 'image/png', { strip: false })).passed, original)
})

t.test('an image whose first kilobytes hold no pixel is one', async (t) => {
  const late = insert(await picture().png().toBuffer(), chunk('iTXt', Buffer.alloc(200_000)))
  t.equal(await refusal(late, 'image/png'), 'none')
})

t.test('what follows the image is dropped', async (t) => {
  const original = await picture().png().toBuffer()
  for (const behind of ['\n', 'PK', original]) {
    for (const strip of [true, false]) {
      const bytes = Buffer.concat([original, Buffer.from(behind as string)])
      t.same((await through(bytes, 'image/png', { strip })).passed, original)
    }
  }
})

t.test('a profile keeps its colours and loses its name and what identifies a display', async (t) => {
  const original = await picture().png().toBuffer()
  const profile = await displayProfile()
  const content = (bytes: Buffer) => Buffer.concat([Buffer.from(`${SECRET}\0\0`), bytes])
  const noted = insert(original, chunk('iCCP', content(Buffer.concat([deflateSync(profile), Buffer.from(SECRET)]))))
  const { passed } = await through(noted, 'image/png', {}, 50)
  t.notOk(passed.includes(SECRET))
  t.same((await sharp(noted).metadata()).icc, profile)
  t.same((await sharp(passed).metadata()).icc, Buffer.from(profile).fill(0, 84, 100).fill(0, profile.indexOf(SECRET)))
  const unsealed = insert(original, chunk('iCCP', content(deflateSync(profile).subarray(0, -4))))
  t.same((await through(unsealed, 'image/png')).passed, passed, 'without the checksum of its compression too')
  const unreadable = {
    'no profile': content(deflateSync(Buffer.from(SECRET.repeat(99)))),
    'not compressed': content(profile),
    'too much of it': content(deflateSync(Buffer.alloc(2 ** 22 + 1))),
    'no name': Buffer.from(SECRET),
  }
  for (const [name, bytes] of Object.entries(unreadable)) {
    t.same((await through(insert(original, chunk('iCCP', bytes)), 'image/png')).passed, original, name)
  }
})

t.test('a wrong checksum is no matter in what nobody needs, and refused in what makes the image', async (t) => {
  const original = await picture().png().toBuffer()
  const damaged = (bytes: Buffer) => {
    const copy = Buffer.from(bytes)
    copy[copy.length - 1] = (copy[copy.length - 1] as number) ^ 1
    return copy
  }
  const gamma = chunk('gAMA', Buffer.from([0, 0, 0xb1, 0x8f]))
  t.same((await through(insert(original, gamma), 'image/png')).passed, insert(original, gamma))
  t.same((await through(insert(original, damaged(gamma)), 'image/png')).passed, original)
  t.same((await through(damaged(original), 'image/png')).passed, original, 'the end has a fixed one')
  const refused = {
    'the header': Buffer.concat([SIGNATURE, damaged(header(1, 1)), chunk('IDAT', 'x'), chunk('IEND')]),
    'the palette': insert(original, damaged(chunk('PLTE', 'rgb'))),
    data: Buffer.concat([original.subarray(0, -13), Buffer.from([0]), original.subarray(-12)]),
    'a frame': insert(original, damaged(chunk('fcTL', Buffer.alloc(26)))),
  }
  for (const [name, bytes] of Object.entries(refused)) {
    t.equal(await refusal(bytes, 'image/png', {}, 50), 'UNSUPPORTED_MEDIA_TYPE', name)
  }
})

t.test('an animation keeps its frames', async (t) => {
  const data = (pixel: string) => deflateSync(Buffer.from(`\0${pixel}`))
  const control = (sequence: number) => {
    const content = Buffer.alloc(26)
    content.writeUInt32BE(sequence)
    content.writeUInt32BE(1, 4)
    content.writeUInt32BE(1, 8)
    return chunk('fcTL', content)
  }
  const animated = Buffer.concat([
    SIGNATURE,
    header(1, 1),
    chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 5])),
    control(0),
    chunk('IDAT', data('rgb')),
    control(1),
    chunk('fdAT', Buffer.concat([Buffer.from([0, 0, 0, 2]), data('bgr')])),
    chunk('IEND'),
  ])
  t.same((await through(animated, 'image/png', {}, 7)).passed, animated)
})

t.test('a file that is cut short anywhere is refused', async (t) => {
  const original = insert(await picture().png().toBuffer(), chunk('eXIf', 'x'.repeat(50)))
  const seen = new Set()
  for (let length = 8; length < original.length; length += 11) {
    seen.add(await refusal(original.subarray(0, length), 'image/png'))
  }
  t.same([...seen], ['UNSUPPORTED_MEDIA_TYPE'])
})

t.test('what only begins as a PNG is refused', async (t) => {
  const end = chunk('IEND')
  const cases = {
    'no header': [chunk('IDAT', 'x'), end],
    'a second header': [header(1, 1), header(1, 1), chunk('IDAT', 'x'), end],
    'a header too long': [chunk('IHDR', Buffer.alloc(14, 1)), chunk('IDAT', 'x'), end],
    'no size': [header(0, 1), chunk('IDAT', 'x'), end],
    'no data': [header(1, 1), end],
    'an end with content': [header(1, 1), chunk('IDAT', 'x'), chunk('IEND', 'x')],
    'a script where a chunk belongs': [header(1, 1), Buffer.from('<script>alert(1)</script>')],
    'a chunk that no viewer knows': [header(1, 1), chunk('CgBI', 'x'), chunk('IDAT', 'x'), end],
    'an endless chunk': [header(1, 1), Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.from('IDAT')],
  }
  for (const [name, parts] of Object.entries(cases)) {
    t.equal(await refusal(Buffer.concat([SIGNATURE, ...parts]), 'image/png'), 'UNSUPPORTED_MEDIA_TYPE', name)
  }
  const broken = Buffer.from('\x89PNG\r\n\x1b\n', 'latin1')
  t.equal(await refusal(Buffer.concat([broken, header(1, 1)]), 'image/png'), 'UNSUPPORTED_MEDIA_TYPE')
  t.equal(
    await refusal(Buffer.concat([SIGNATURE, header(1, 1).subarray(0, 12)]), 'image/png'),
    'UNSUPPORTED_MEDIA_TYPE',
  )
})

t.test('too many pixels are refused by the header', async (t) => {
  t.equal(await refusal(Buffer.concat([SIGNATURE, header(65_535, 65_535)]), 'image/png'), 'TOO_MANY_PIXELS')
})
