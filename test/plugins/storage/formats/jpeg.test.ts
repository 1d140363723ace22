import sharp from 'sharp'
import t from 'tap'
import { MAX_SCANS } from '../../../../plugins/storage/formats/jpeg.js'
import { displayProfile, picture, pixels, refusal, SECRET, through, withMetadata } from '../samples.js'

const EOI = Buffer.from([0xff, 0xd9])
const segment = (marker: number, content: Buffer | string) => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([head, Buffer.from(content as string, 'latin1')])
}
/** Puts segments behind the start of a JPEG. */
const insert = (jpeg: Buffer, ...segments: Buffer[]) =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])

t.test('of the metadata only orientation and colour profile stay, and no pixel changes', async (t) => {
  for (const options of [{}, { progressive: true }, { chromaSubsampling: '4:4:4', quality: 100 }]) {
    const original = await withMetadata(6).jpeg(options).toBuffer()
    const noted = insert(
      original,
      segment(0xfe, SECRET),
      segment(0xed, `Photoshop 3.0\0${SECRET}`),
      segment(0xe0, `JFXX\0${SECRET}`),
      segment(0xe2, `MPF\0${SECRET}`),
      segment(0xe1, 'Exif\0\0nothing'),
      segment(0xee, `Adobe\0\x64\0\0\0\0\0${SECRET}`),
      segment(0xe0, `JFIF\0\x01\x02\0\0\x01\0\x01\x03\x02${SECRET}`),
      segment(0xe0, `JFIF\0${SECRET}`.slice(0, 13)),
      segment(0xee, `Adobe${SECRET}`.slice(0, 11)),
    )
    for (const portion of [1, 7, 5000]) {
      const { passed, bytes, width, height } = await through(noted, 'image/jpeg', {}, portion)
      const { orientation, exif, xmp, iptc, icc } = await sharp(passed).metadata()
      t.match({ orientation, width, height, bytes }, { orientation: 6, width: 60, height: 40, bytes: passed.length })
      t.equal(exif?.length, 32, 'an EXIF block of nothing but the orientation')
      t.same([xmp, iptc], [undefined, undefined])
      t.equal(icc?.length, (await sharp(original).metadata()).icc?.length)
      t.notOk(passed.includes(SECRET))
      t.ok(passed.includes('Adobe'))
      t.same(await pixels(passed), await pixels(noted))
    }
  }
})

t.test('a JFIF header loses its thumbnail, and Adobe all behind its transform', async (t) => {
  const original = await picture().jpeg().toBuffer()
  const head = `JFIF\0\x01\x02\0\0\x01\0\x01`
  const noted = insert(
    original.subarray(18),
    segment(0xe0, `${head}\x03\x02${'rgb'.repeat(6)}`),
    segment(0xee, 'Adobe\0\x64\0\0\0\0\0\0\0'),
  )
  const { passed } = await through(Buffer.concat([original.subarray(0, 2), noted.subarray(2)]), 'image/jpeg')
  t.ok(passed.includes(segment(0xe0, `${head}\0\0`)))
  t.ok(passed.includes(segment(0xee, 'Adobe\0\x64\0\0\0\0\0')))
})

t.test('a profile keeps its colours and loses what identifies a display, in however many segments', async (t) => {
  const original = await picture().jpeg().toBuffer()
  const profile = await displayProfile()
  const pieces = [profile.subarray(0, 400), profile.subarray(400, -5), profile.subarray(-5)]
  const noted = insert(
    original,
    ...pieces.map((piece, at) =>
      segment(0xe2, Buffer.concat([Buffer.from(`ICC_PROFILE\0`), Buffer.from([at + 1, 3]), piece])),
    ),
  )
  const { passed } = await through(noted, 'image/jpeg')
  t.same((await sharp(noted).metadata()).icc, profile)
  t.same(
    (await sharp(passed).metadata()).icc,
    Buffer.from(profile).fill(0, 84, 100).fill(0, profile.indexOf(SECRET)),
    'its own checksum goes with it',
  )
  t.same(
    await sharp(passed).toColourspace('srgb').raw().toBuffer(),
    await sharp(noted).toColourspace('srgb').raw().toBuffer(),
  )
  t.same((await through(noted, 'image/jpeg', { strip: false })).passed, noted)
  const text = segment(0xe2, `ICC_PROFILE\0\x01\x01${SECRET.repeat(20)}`)
  t.same((await through(insert(original, text), 'image/jpeg')).passed, original, 'nothing stays of what is no profile')
})

t.test('an image that is not turned gets no EXIF at all', async (t) => {
  const { passed } = await through(await withMetadata(1).jpeg().toBuffer(), 'image/jpeg')
  t.equal((await sharp(passed).metadata()).exif, undefined)
})

t.test('with STRIP_METADATA=off an image is kept as it is', async (t) => {
  const original = await withMetadata().jpeg().toBuffer()
  t.same((await through(original, 'image/jpeg', { strip: false })).passed, original)
})

t.test('what follows the image, as in a motion photo, is cut off', async (t) => {
  const original = await picture().jpeg().toBuffer()
  const motion = Buffer.concat([original, Buffer.from('\0\0\0\x18ftypmp42'), Buffer.alloc(100_000, 'video')])
  for (const portion of [1000, 1e6]) {
    t.same((await through(motion, 'image/jpeg', { strip: false }, portion)).passed, original)
  }
})

t.test('what lies between two segments is dropped, as every decoder does', async (t) => {
  const original = await withMetadata(1).jpeg().toBuffer()
  const at = original.indexOf(Buffer.from([0xff, 0xdb]))
  const { passed: clean } = await through(original, 'image/jpeg')
  const strays = [
    '\0\0\0',
    '\xff\0',
    '?>',
    '\xff\xd0',
    '\xff\x01',
    '<script>alert(1)</script>',
    '\xff\0\xff\xff',
    '\xff\xfe\0\0',
    '\xff\xe1\0\x01',
  ]
  for (const stray of strays) {
    const stained = Buffer.concat([original.subarray(0, at), Buffer.from(stray, 'latin1'), original.subarray(at)])
    for (const portion of [1, 5000]) {
      const { passed } = await through(stained, 'image/jpeg', {}, portion)
      t.same(passed, clean, JSON.stringify(stray))
    }
    t.same(await pixels(clean), await pixels(stained))
  }
})

t.test('a FF in the data of a scan that fill bytes precede belongs to it', async (t) => {
  const original = await picture().jpeg().toBuffer()
  const at = original.lastIndexOf(Buffer.from([0xff, 0]))
  const filled = Buffer.concat([original.subarray(0, at), Buffer.from([0xff, 0xff]), original.subarray(at)])
  const { passed } = await through(filled, 'image/jpeg')
  t.same(passed, filled)
  t.same(await pixels(passed), await pixels(original))
})

t.test('as many scans as an encoder makes are taken, and no more than a hundred', async (t) => {
  const original = await picture().jpeg({ progressive: true }).toBuffer()
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0])
  const scans = original.toString('latin1').split('\xff\xda').length - 1
  const withScans = (count: number) =>
    Buffer.concat([original.subarray(0, -2), Buffer.alloc((count - scans) * scan.length, scan), EOI])
  t.equal(await refusal(withScans(MAX_SCANS), 'image/jpeg'), 'none')
  t.equal(await refusal(withScans(MAX_SCANS + 1), 'image/jpeg'), 'UNSUPPORTED_MEDIA_TYPE')
})

t.test('fill bytes before a marker and restarts within a scan are understood', async (t) => {
  const original = await picture().jpeg({ mozjpeg: false }).toBuffer()
  const filled = Buffer.concat([original.subarray(0, 2), Buffer.from([0xff, 0xff]), original.subarray(2)])
  t.same(await pixels((await through(filled, 'image/jpeg')).passed), await pixels(original))
  const restarted = Buffer.concat([original.subarray(0, -2), Buffer.from([0xff, 0xd0, 0x12, 0xff, 0xd7]), EOI])
  t.same((await through(restarted, 'image/jpeg')).passed.subarray(-7), restarted.subarray(-7))
})

t.test('a file that is cut short anywhere is refused', async (t) => {
  const original = await withMetadata().jpeg().toBuffer()
  const seen = new Set()
  for (let length = 3; length < original.length; length += 13) {
    seen.add(await refusal(original.subarray(0, length), 'image/jpeg'))
  }
  t.same([...seen], ['UNSUPPORTED_MEDIA_TYPE'])
  t.equal(await refusal(original.subarray(0, -1), 'image/jpeg', {}, 1), 'UNSUPPORTED_MEDIA_TYPE')
})

t.test('what only begins as a JPEG is refused', async (t) => {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11, 0])
  const start = Buffer.from([0xff, 0xd8])
  const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0])
  const cases = {
    'no image': [start, EOI],
    'a scan before the frame': [start, scan, EOI],
    'a frame too short': [start, Buffer.from([0xff, 0xc0, 0, 2]), scan, EOI],
    'an image of no height': [start, Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 9, 1, 1, 0x11, 0]), scan, EOI],
    'a segment of no length': [start, Buffer.from([0xff, 0xdb, 0, 1]), frame, scan, EOI],
    'a second start': [start, start, frame, scan, EOI],
    'a reserved marker': [start, Buffer.from([0xff, 0x02, 0, 2]), frame, scan, EOI],
    'nothing but a script': [start, Buffer.from('<script>alert(1)</script>')],
    'two frame headers': [start, frame, frame, scan, EOI],
    'a lossless image': [start, Buffer.from([0xff, 0xc3, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11, 0]), scan, EOI],
    'an arithmetic-coded image': [start, Buffer.from([0xff, 0xc9, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11, 0]), scan, EOI],
    'an image of 12 bits': [start, Buffer.from([0xff, 0xc1, 0, 11, 12, 0, 9, 0, 9, 1, 1, 0x11, 0]), scan, EOI],
    'a hierarchical image': [start, Buffer.from([0xff, 0xde, 0, 11, 8, 0, 9, 0, 9, 1, 1, 0x11, 0]), frame, scan, EOI],
    'a length that is cut off': [start, Buffer.from([0xff, 0xe0, 0])],
  }
  for (const [name, parts] of Object.entries(cases)) {
    t.equal(await refusal(Buffer.concat(parts), 'image/jpeg'), 'UNSUPPORTED_MEDIA_TYPE', name)
  }
  t.equal(await refusal(Buffer.concat([start, frame, scan, Buffer.from([1, 2, 3]), EOI]), 'image/jpeg'), 'none')
})

t.test('too many pixels are refused by the frame header', async (t) => {
  const huge = Buffer.from([0xff, 0xd8, 0xff, 0xc2, 0, 11, 8, 0xff, 0xff, 0xff, 0xff, 1, 1, 0x11, 0])
  t.equal(await refusal(huge, 'image/jpeg'), 'TOO_MANY_PIXELS')
})
