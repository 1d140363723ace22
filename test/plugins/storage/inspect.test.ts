import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import fc from 'fast-check'
import t from 'tap'
import { imageFormat, inspect, unsupportedTypes } from '../../../plugins/storage/inspect.js'
import { picture, portions, RULES, refusal, through } from './samples.js'

const refusalOf = (filename: string, contentType: string, bytes: Buffer) =>
  inspect(portions(bytes, 100), { filename, contentType }, RULES).then(
    () => 'none',
    ({ code }) => code,
  )

const MP4 = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), Buffer.alloc(9000, 'x')])

t.test('count and checksum are those of what is passed on', async (t) => {
  const { passed, ...facts } = await through(await picture(30, 20).png().toBuffer(), 'image/png')
  const checksum = createHash('sha256').update(passed).digest('hex')
  t.same(facts, { bytes: passed.length, checksum, width: 30, height: 20 })
})

t.test('declared type, extension and bytes must agree', async (t) => {
  const png = await picture().png().toBuffer()
  const jpeg = await picture().jpeg().toBuffer()
  for (const name of ['a.png', 'A.PNG', 'blob', '2026.01.01.png', 'www.example.com.png']) {
    t.equal(await refusalOf(name, 'image/png', png), 'none', name)
  }
  for (const type of ['image/apng', 'image/x-png', 'image/vnd.mozilla.apng']) {
    t.equal(await refusalOf('a.apng', type, png), 'none', type)
  }
  for (const name of ['a.jpg', 'a.JPE', 'a.jfif', 'a.pjp', 'a.pjpeg', 'a.jpg_large', 'a.jpg~']) {
    t.equal(await refusalOf(name, 'image/jpg', jpeg), 'none', name)
  }
  t.equal(await refusalOf('a.jpg', 'IMAGE/JPEG; charset=binary', jpeg), 'none', 'parameters and case do not matter')
  const refused: [string, string, Buffer][] = [
    ['a.png', 'image/png', jpeg],
    ['a.png', 'image/jpeg', png],
    ['a.jpg', 'image/png', png],
    ['a.pdf', 'image/png', png],
    ['a.pdf\u200b', 'image/png', png],
    ['a.jpg', 'application/octet-stream', png],
    ['a.png', '__proto__', png],
    ['a.png', 'constructor', png],
    ['a.png', 'application/octet-stream', Buffer.from('PK\x03\x04', 'latin1')],
    ['a.png', '', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a.png', 'image/png', Buffer.from('<html><script>alert(1)</script></html>')],
    ['a.png', 'image/png', Buffer.from('\x7fELF\x02\x01\x01', 'latin1')],
    ['a.png', 'image/png', Buffer.from('PK\x03\x04', 'latin1')],
    ['a.png', 'image/png', Buffer.alloc(0)],
    ['a.svg', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a.html', 'text/html', Buffer.from('<html>')],
    ['a.zip', 'application/zip', Buffer.from('PK\x03\x04', 'latin1')],
    ['a.gz', 'application/gzip', Buffer.from('\x1f\x8b', 'latin1')],
  ]
  for (const [name, type, bytes] of refused) {
    t.equal(await refusalOf(name, type, bytes), 'UNSUPPORTED_MEDIA_TYPE', `${name} as ${type}`)
  }
})

t.test('a file that is declared as nothing in particular is what its bytes say', async (t) => {
  const files = {
    'image/png': await picture().png().toBuffer(),
    'image/jpeg': await picture().jpeg().toBuffer(),
    'image/webp': await picture().webp().toBuffer(),
    'image/gif': await picture().gif().toBuffer(),
    'application/pdf': Buffer.from('%PDF-1.4\nstartxref\n9\n%%EOF\n'),
    'video/mp4': MP4,
  }
  for (const [type, bytes] of Object.entries(files)) {
    for (const declared of ['', 'text/plain', 'application/octet-stream', 'Binary/Octet-Stream; x=y']) {
      const { contentType } = await inspect(portions(bytes, 100), { filename: 'x', contentType: declared }, RULES)
      t.equal(contentType, type, declared)
    }
    const rules = { ...RULES, types: RULES.types.filter((accepted) => accepted !== type) }
    await t.rejects(inspect(portions(bytes, 100), { filename: 'x', contentType: '' }, rules), {
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: `Files of the type ${type} are not accepted.`,
    })
  }
})

t.test('a name is a label, whatever it holds', async (t) => {
  const png = await picture().png().toBuffer()
  const names = [
    'a.png.',
    'a.png.html',
    'a.php.png',
    'a.php\0.png',
    'Flag.svg.png',
    'Foto 3.8.2026',
    'Dr. Smith',
    'a.exe',
  ]
  for (const name of names) t.equal(await refusalOf(name, 'image/png', png), 'none', name)
})

t.test('a video is known by its first bytes and passed on as it is', async (t) => {
  t.same((await through(MP4, 'video/mp4')).passed, MP4)
  t.equal(await refusalOf('a.mp4', 'video/mp4', Buffer.alloc(100)), 'UNSUPPORTED_MEDIA_TYPE')
  t.equal(await refusalOf('a.jpg', 'video/mp4', MP4), 'UNSUPPORTED_MEDIA_TYPE')
  t.match(await inspect(portions(MP4, 10), { filename: 'a', contentType: 'video/mp4' }, RULES), {
    resourceType: 'video',
    extension: 'mp4',
  })
})

t.test('a type that is recognised but not accepted is refused', async (t) => {
  t.equal(
    await refusal(await picture().gif().toBuffer(), 'image/gif', { types: ['image/png'] }),
    'UNSUPPORTED_MEDIA_TYPE',
  )
})

t.test('the limit is exact, counts what is received, and cuts in the middle', async (t) => {
  const jpeg = await picture().jpeg().toBuffer()
  t.equal(await refusal(jpeg, 'image/jpeg', { maxBytes: jpeg.length }), 'none')
  t.equal(await refusal(jpeg, 'image/jpeg', { maxBytes: jpeg.length - 1 }), 'PAYLOAD_TOO_LARGE')
  const trailed = Buffer.concat([jpeg, Buffer.alloc(1000)])
  t.equal(
    await refusal(trailed, 'image/jpeg', { maxBytes: jpeg.length }),
    'PAYLOAD_TOO_LARGE',
    'what is cut off counts too',
  )

  let read = 0
  const endless = (async function* () {
    for (;;) {
      read += 1000
      yield read === 1000 ? MP4.subarray(0, 1000) : Buffer.alloc(1000)
    }
  })()
  const { content } = await inspect(
    endless,
    { filename: 'x', contentType: 'video/mp4' },
    { ...RULES, maxBytes: 50_000 },
  )
  await t.rejects(Readable.from(content).resume().toArray(), { code: 'PAYLOAD_TOO_LARGE' })
  t.equal(read, 51_000, 'nothing is read beyond')
})

t.test('nothing is read ahead of who takes it', async (t) => {
  let read = 0
  const source = (async function* () {
    for await (const bytes of portions(MP4, 100)) {
      read += bytes.length
      yield bytes
    }
  })()
  const { content } = await inspect(source, { filename: 'x', contentType: 'video/mp4' }, RULES)
  t.equal(read, 4100)
  await content.next()
  t.equal(read, 4200)
})

t.test('what came in one piece is passed on in one, however many pieces the format has', async (t) => {
  const image = await picture(400, 200).png({ compressionLevel: 0 }).toBuffer()
  t.ok(image.toString('latin1').split('IDAT').length > 20, 'the image has many')
  const { content, facts } = await inspect(portions(image, 2 ** 16), { filename: 'x', contentType: 'image/png' }, RULES)
  const passed = await Readable.from(content).toArray()
  t.ok(passed.length <= 2 * Math.ceil(image.length / 2 ** 16), `${passed.length} pieces`)
  t.same(Buffer.concat(passed), image)
  t.equal(facts().checksum, createHash('sha256').update(image).digest('hex'))
})

t.test('no mutilation of a file is passed on as another error than a refusal', async () => {
  const files = {
    'image/jpeg': await picture().jpeg().toBuffer(),
    'image/png': await picture().png().toBuffer(),
    'image/gif': await picture().gif().toBuffer(),
    'image/webp': await picture().withIccProfile('p3').webp().toBuffer(),
  }
  const codes = ['none', 'UNSUPPORTED_MEDIA_TYPE', 'TOO_MANY_PIXELS']
  for (const [type, bytes] of Object.entries(files)) {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 17), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 3000 }),
        async (changes, portion) => {
          const mutilated = Buffer.from(bytes)
          for (const [at, value] of changes) mutilated[at + 16] = value
          return codes.includes(await refusal(mutilated, type, {}, portion))
        },
      ),
      { numRuns: 100 },
    )
  }
})

t.test('only types that can be told from the bytes and hold no scripts or archives can be accepted', async (t) => {
  t.same(await unsupportedTypes(RULES.types), [])
  const types = [
    'video/webm',
    'audio/mpeg',
    'image/svg+xml',
    'text/html',
    'application/zip',
    'image/heic',
    'video/nothing',
  ]
  t.same(await unsupportedTypes(types), types.slice(2))
  t.equal(imageFormat('image/jpeg'), 'jpg')
  t.same(['video/mp4', 'application/pdf'].map(imageFormat), ['', ''])
})
