import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import t from 'tap'
import { picture, SECRET, withMetadata } from '../../../plugins/storage/samples.js'
import { audited } from '../../../support/admin.js'
import { storeSession } from '../../../support/session.js'
import { until } from '../../../support/until.js'
import { type Asset, form, nothingIsKept, type Part, post, start, stored, usage } from './client.js'

const PDF = Buffer.from(`%PDF-1.4\n${'x'.repeat(2000)}\nstartxref\n9\n%%EOF\n`)
const png = async (name = 'a.png', size = 40): Promise<Part> => ({
  filename: name,
  type: 'image/png',
  content: await picture(size, size).png().toBuffer(),
})
const fetched = async (url: string) => Buffer.from(await (await fetch(url)).arrayBuffer())
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

t.test('several files are kept, counted and delivered as they are described', async (t) => {
  const { app, upload, user, audited } = await withAudit(t)
  const photo = { filename: 'Urlaub.JPG', type: 'image/jpeg', content: await withMetadata(6).jpeg().toBuffer() }
  const report = { filename: 'report.pdf', type: 'application/pdf', content: PDF }
  const tags = ['holiday', 'Ünïcode 🏖', 'holiday'].map((content) => ({ name: 'tags', content }))
  const { status, body } = await upload([...tags, photo, report])
  t.equal(status, 201)
  t.equal(body.items.length, 2)
  for (const asset of body.items) {
    const bytes = await fetched(asset.secureUrl)
    t.match(asset, { ownerId: user.id, bytes: bytes.length, checksum: sha256(bytes), visibility: 'public' })
    t.same(asset.tags, ['holiday', 'Ünïcode 🏖'])
    t.match(asset.publicId, /^coffer-[0-9a-f]{16}\/[0-9a-f]{32}(\.pdf)?$/)
  }
  const [image, pdf] = body.items as [Asset, Asset]
  t.match(image, { filename: 'Urlaub.JPG', contentType: 'image/jpeg', resourceType: 'image', width: 60, height: 40 })
  t.match(pdf, { filename: 'report.pdf', contentType: 'application/pdf', resourceType: 'raw', bytes: PDF.length })
  t.notOk('width' in pdf || 'thumbnailUrl' in pdf)

  const delivered = await fetched(image.secureUrl)
  t.notOk(delivered.includes(SECRET))
  t.equal((await sharp(delivered).metadata()).orientation, 6)
  const total = image.bytes + pdf.bytes
  t.same(await usage(app, user.id), { bytes: total, files: 2, reserved: 0, refunds: 0 })
  t.same((await stored(app)).map(({ publicId }) => publicId).sort(), [image.publicId, pdf.publicId].sort())
  t.same(await app.db.Asset.distinct('state'), ['ready'])
  t.same(await audited('asset.uploaded'), [image.id, pdf.id])
})

t.test('a list is read in every form that generated clients send, and a blank field is none', async (t) => {
  const { upload } = await start(t)
  const field = (name: string, content: string, type?: string): Part => ({ name, content, ...(type && { type }) })
  const forms: Record<string, Part[]> = {
    'one part for each item': [field('tags', 'black'), field('tags', 'square')],
    'brackets, as in PHP': [field('tags[]', 'black'), field('tags[]', 'square')],
    'an index, as in PHP': [field('tags[0]', 'black'), field('tags[1]', 'square')],
    'JSON, as in Java': [field('tags', '["black","square"]', 'application/json')],
    'JSON without a type, as in Rust': [field('tags', '["black","square"]')],
    'blank fields, as in HTML': [
      field('tags', ''),
      field('tags', 'black'),
      field('tags', 'square'),
      field('visibility', ''),
    ],
  }
  for (const [name, fields] of Object.entries(forms)) {
    const { body } = await upload([...fields, { ...(await png()), name: 'file[0]' }, await png()])
    t.match(body.items, [{ tags: ['black', 'square'] }, { tags: ['black', 'square'] }], name)
    t.match(body.items, [{ visibility: 'public' }, { visibility: 'public' }], name)
  }
  const texts = ['[draft]', '[1]', '["a",1]', 'a,b']
  const { body } = await upload([...texts.map((text) => field('tags', text)), await png()])
  t.strictSame(body.items[0]?.tags, texts, 'any other text is a tag')
})

t.test('tags may follow the files, as many generated clients send them', async (t) => {
  const { app, upload, user } = await start(t)
  const tag = (content: string): Part => ({ name: 'tags', content })
  const { body } = await upload([tag('first'), await png(), tag('black'), await png(), tag('["square","black"]')])
  const tags = ['first', 'black', 'square']
  t.match(body.items, [{ tags }, { tags }])
  const rows = await app.db.Asset.find({ ownerId: user.id }).lean()
  t.strictSame(
    rows.map((row) => row.tags),
    [tags, tags],
  )
  t.match(await audited(app, body.items[0]?.id as string), ['asset.uploaded'], 'the upload is one event')
})

t.test('a private file has no address of its own', async (t) => {
  const { upload, app } = await start(t)
  const { body } = await upload([{ name: 'visibility', content: 'private' }, await png()])
  const [asset] = body.items
  t.match(asset, { visibility: 'private', secureUrl: null })
  t.notOk('thumbnailUrl' in (asset as object))
  t.match(await stored(app), [{ visibility: 'private' }])
})

t.test('files are private without a word where that is configured', async (t) => {
  const { upload } = await start(t, { env: { ASSET_VISIBILITY: 'private' } })
  t.match((await upload([await png()])).body.items, [{ visibility: 'private' }])
})

t.test('names are only shown: cleaned, and no part of where the file is', async (t) => {
  const { keep } = await start(t)
  const names = [
    '../../etc/x.png',
    'a\u202egnp.png',
    `${'n'.repeat(300)}.png`,
    '%00%0d%0a.png',
    'ein Käfer 🐞.png',
    'blob',
  ]
  for (const name of names) {
    const [asset] = await keep(await png(name))
    t.ok(
      asset && !/[/\\\u202e\r\n]/.test(asset.filename) && Buffer.byteLength(asset.filename) <= 255,
      `${asset?.filename}`,
    )
    t.notMatch(asset?.publicId, /etc|gnp|nnn|Käfer/)
  }
})

t.test('a name or a tag reaches the store in no way, so that it can set no parameter there', async (t) => {
  const { keep, requests } = await start(t)
  const [asset] = await keep(
    { name: 'tags', content: 'a&overwrite=true|b=c' },
    { name: 'tags', content: 'http://169.254.169.254/' },
    await png('a&overwrite=true|http://169.254.169.254/.png'),
  )
  t.same(asset?.tags, ['a&overwrite=true|b=c', 'http://169.254.169.254/'])
  t.notMatch(JSON.stringify((await requests()).at(-1)), /169\.254|overwrite=true/)
})

t.test('what is refused leaves nothing, be it alone or behind others', async (t) => {
  const { app, upload, user } = await start(t, { env: { UPLOAD_MAX_BYTES: '20KiB', UPLOAD_MAX_FILES: '3' } })
  const good = await png()
  const content = good.content as Buffer
  const big = await png('big.png', 200)
  const header = Buffer.from(content)
  header.writeUInt32BE(65_535, 16)
  header.writeUInt32BE(65_535, 20)
  const cases: [string, number, string, Part[]][] = [
    ['no file', 400, 'FILE_MISSING', [{ name: 'tags', content: 'a' }]],
    ['a file without a name', 400, 'FILE_MISSING', [{ ...good, filename: '' }]],
    ['a text where the file belongs', 400, 'VALIDATION_FAILED', [{ name: 'file', content: 'x' }]],
    ['a file under another name', 400, 'VALIDATION_FAILED', [{ ...good, name: 'avatar' }]],
    ['an unknown field', 400, 'VALIDATION_FAILED', [{ name: 'ownerId', content: 'x' }, good]],
    ['a visibility behind the file', 400, 'VALIDATION_FAILED', [good, { name: 'visibility', content: 'private' }]],
    ['a bad tag behind the file', 400, 'VALIDATION_FAILED', [good, { name: 'tags', content: 'a\0b' }]],
    ['an unknown field behind the file', 400, 'VALIDATION_FAILED', [good, { name: 'ownerId', content: 'x' }]],
    ['an unknown visibility', 400, 'VALIDATION_FAILED', [{ name: 'visibility', content: 'secret' }, good]],
    [
      'two visibilities',
      400,
      'VALIDATION_FAILED',
      [...['public', 'private'].map((content) => ({ name: 'visibility', content })), good],
    ],
    [
      'too many tags',
      400,
      'VALIDATION_FAILED',
      [...Array.from({ length: 21 }, (_, n) => ({ name: 'tags', content: `${n}` })), good],
    ],
    ['a tag too long', 400, 'VALIDATION_FAILED', [{ name: 'tags', content: 'x'.repeat(51) }, good]],
    ['a tag with a control', 400, 'VALIDATION_FAILED', [{ name: 'tags', content: 'a\0b' }, good]],
    [
      'a field that is an object',
      400,
      'VALIDATION_FAILED',
      [{ name: 'tags', type: 'application/json', content: '{"$ne":null}' }, good],
    ],
    ['a field too large', 413, 'PAYLOAD_TOO_LARGE', [{ name: 'tags', content: 'x'.repeat(9000) }, good]],
    ['a list that is none', 400, 'VALIDATION_FAILED', [{ name: 'visibility[]', content: 'public' }, good]],
    [
      'JSON of other items',
      400,
      'VALIDATION_FAILED',
      [{ name: 'tags', type: 'application/json', content: '[1]' }, good],
    ],
    ['a blank field that is unknown', 400, 'VALIDATION_FAILED', [{ name: 'ownerId', content: '' }, good]],
    ['too many fields', 413, 'PAYLOAD_TOO_LARGE', Array.from({ length: 1001 }, () => ({ name: 'tags', content: 'a' }))],
    ['a prototype', 400, 'MALFORMED_REQUEST', [{ name: '__proto__', content: 'x' }, good]],
    ['a prototype of a file', 400, 'MALFORMED_REQUEST', [{ ...good, name: '__proto__' }]],
    ['another type than declared', 415, 'UNSUPPORTED_MEDIA_TYPE', [good, { ...good, type: 'image/jpeg' }]],
    ['an extension of another type', 415, 'UNSUPPORTED_MEDIA_TYPE', [{ ...good, filename: 'a.jpg' }]],
    ['HTML', 415, 'UNSUPPORTED_MEDIA_TYPE', [{ ...good, content: '<html><script>alert(1)</script></html>' }]],
    [
      'a type that is not accepted',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      [{ filename: 'a.svg', type: 'image/svg+xml', content: '<svg/>' }],
    ],
    ['an image cut off', 415, 'UNSUPPORTED_MEDIA_TYPE', [good, { ...good, content: content.subarray(0, -20) }]],
    ['an empty file', 415, 'UNSUPPORTED_MEDIA_TYPE', [{ ...good, content: '' }]],
    ['too many pixels', 422, 'TOO_MANY_PIXELS', [good, { ...good, content: header }]],
    ['a file too large', 413, 'PAYLOAD_TOO_LARGE', [good, big]],
    ['too many files', 413, 'PAYLOAD_TOO_LARGE', [good, good, good, good]],
  ]
  for (const [name, status, code, parts] of cases) {
    const { body, headers, ...response } = await upload(parts)
    t.match({ ...response, code: body.code }, { status, code }, name)
    t.match(headers.get('content-type'), 'application/problem+json')
    await nothingIsKept(t, app, user.id)
  }
  t.equal((await upload([good])).status, 201, 'the process is alive')
})

t.test('a part without a type is what its bytes say, under any name', async (t) => {
  const { keep } = await start(t)
  const { content } = await png()
  for (const type of [undefined, 'application/octet-stream']) {
    const [asset] = await keep({ filename: 'Foto 3.8.2026', content, ...(type && { type }) })
    t.match(asset, { contentType: 'image/png', filename: 'Foto 3.8.2026' })
  }
})

t.test('an archive behind an image is not delivered', async (t) => {
  const { keep } = await start(t)
  const good = await png()
  const [clean] = await keep(good)
  const [asset] = await keep({ ...good, content: Buffer.concat([good.content as Buffer, Buffer.from('PK\x05\x06')]) })
  t.match(asset, { bytes: clean?.bytes, checksum: clean?.checksum })
  const delivered = Buffer.from(await (await fetch(asset?.secureUrl as string)).arrayBuffer())
  t.same(delivered, good.content)
})

t.test('bodies that are no form are refused', async (t) => {
  const { app, base, user } = await start(t)
  const { body, headers } = form([await png()])
  const types = { 'application/json': '{}', 'text/plain': 'x', 'multipart/form-dataX': body, 'multipart/mixed': body }
  for (const [type, body] of Object.entries(types)) {
    const response = await post(base, user.bearer, { body, headers: { 'content-type': type } })
    t.match(response, { status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } }, type)
  }
  const without = await app.inject({ method: 'POST', url: '/v1/assets', headers: user.bearer })
  t.equal(without.statusCode, 415)
  const noBoundary = await post(base, user.bearer, { body, headers: { 'content-type': 'multipart/form-data' } })
  t.match(noBoundary, { status: 400, body: { code: 'MALFORMED_REQUEST' } })
  for (const length of [body.length - 30, 300, 80, 10]) {
    const cut = await post(base, user.bearer, { body: body.subarray(0, length), headers })
    t.match(cut, { status: 400, body: { code: /MALFORMED_REQUEST|FILE_MISSING/ } }, `${length} bytes of the form`)
  }
  const empty = await post(base, user.bearer, { body: Buffer.alloc(0), headers })
  t.equal(empty.status, 400)
  await nothingIsKept(t, app, user.id)
})

t.test('nothing compressed is taken in, be it the body or a file', async (t) => {
  const { app, base, user, upload } = await start(t)
  const bomb = gzipSync(Buffer.alloc(10 * 2 ** 20))
  const docx = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(30), Buffer.from('word/document.xml')])
  const archives: [string, string, Buffer][] = [
    ['a.gz', 'application/gzip', bomb],
    ['a.svgz', 'image/svg+xml', bomb],
    ['a.png', 'image/png', bomb],
    ['a.zip', 'application/zip', docx],
    ['a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', docx],
    ['a.pdf', 'application/pdf', docx],
  ]
  for (const [filename, type, content] of archives) {
    t.match(await upload([{ filename, type, content }]), { status: 415 }, filename)
  }
  const { body, headers } = form([await png()])
  const zipped = { body: gzipSync(body), headers: { ...headers, 'content-encoding': 'gzip' } }
  t.match(await post(base, user.bearer, zipped), { status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } })
  await nothingIsKept(t, app, user.id)
})

t.test('nobody uploads without being signed in', async (t) => {
  const { app, base, user } = await start(t)
  const response = await post(base, { authorization: 'Bearer x' }, form([await png()]))
  t.match(response, { status: 401, body: { code: 'TOKEN_INVALID' } })
  await nothingIsKept(t, app, user.id)
})

t.test('a file of unknown length is cut where the limit is, and the answer is read', async (t) => {
  const { app, base, user } = await start(t, { env: { UPLOAD_MAX_BYTES: '100KiB' } })
  const { body, headers } = form([await png('big.png', 800)])
  const stream = new ReadableStream({
    start(controller) {
      for (let at = 0; at < body.length; at += 8192) controller.enqueue(body.subarray(at, at + 8192))
      controller.close()
    },
  })
  t.match(await post(base, user.bearer, { body: stream, headers }), { status: 413 })
  await nothingIsKept(t, app, user.id)
})

t.test('a client that goes away in the middle leaves nothing', async (t) => {
  const { app, base, user, requests } = await start(t)
  const { body, headers } = form([await png(), await png('b.png', 600)])
  const request = httpRequest(`${base}/v1/assets`, { method: 'POST', headers: { ...user.bearer, ...headers } })
  request.on('error', () => {})
  request.write(body.subarray(0, body.length - 5000))
  await until(
    async () => (await requests()).filter(({ operation, closed }) => operation === 'upload' && !closed).length > 0,
  )
  request.destroy()
  await until(async () => (await app.db.Asset.countDocuments()) === 0)
  await nothingIsKept(t, app, user.id)
})

t.test('of parallel uploads just as many are kept as there is room for', async (t) => {
  const content = (await png()).content as Buffer
  const limits: Record<string, string>[] = [{ USER_QUOTA_FILES: '1' }, { USER_QUOTA_BYTES: `${content.length + 100}B` }]
  for (const env of limits) {
    const { app, upload, user } = await start(t, { env })
    const results = await Promise.all(Array.from({ length: 20 }, async () => upload([await png()])))
    const kept = results.filter(({ status }) => status === 201)
    t.equal(kept.length, 1, JSON.stringify(env))
    t.ok(results.every(({ status, body }) => status === 201 || (status === 422 && body.code === 'QUOTA_EXCEEDED')))
    t.same(await usage(app, user.id), { bytes: content.length, files: 1, reserved: 0, refunds: 0 })
    t.equal((await stored(app)).length, 1)
  }
})

t.test('a file that fits exactly is kept, whether or not its length was known', async (t) => {
  const part = await png()
  const size = (part.content as Buffer).length
  const { app, base, user, upload } = await start(t, { env: { USER_QUOTA_BYTES: `${size * 2 + 100}B` } })
  t.equal((await upload([part])).status, 201)
  const { body, headers } = form([part])
  t.equal((await post(base, user.bearer, { body: new Blob([body]).stream(), headers })).status, 201)
  t.match(
    await upload([part]),
    { status: 422, body: { code: 'QUOTA_EXCEEDED' } },
    'the next is cut where the room ends',
  )
  t.same(await usage(app, user.id), { bytes: size * 2, files: 2, reserved: 0, refunds: 0 })
})

t.test('the files of one upload do not stand in each other’s way', async (t) => {
  const part = await png()
  const size = (part.content as Buffer).length
  const { app, upload, user } = await start(t, { env: { USER_QUOTA_BYTES: `${size * 3}B` } })
  t.equal((await upload([part, part, part])).status, 201)
  t.match(await usage(app, user.id), { bytes: size * 3, files: 3, reserved: 0 })
})

t.test('where the store fails, nothing is kept and the answer says how it failed', async (t) => {
  const { app, upload, user, fail, repair, logs } = await start(t)
  const statuses = {
    413: 413,
    500: 502,
    420: 503,
    429: 503,
    reset: 502,
    malformed: 502,
    'foreign-url': 502,
    redirect: 502,
    'drop-before': 502,
    'drop-after': 502,
  }
  for (const [fault, status] of Object.entries(statuses)) {
    // what is cut on a kept connection is repeated once
    await fail('upload', Number(fault) || fault, { count: 2 })
    const { headers, ...response } = await upload([await png()])
    await repair()
    t.equal(response.status, status, fault)
    t.equal(headers.get('retry-after'), status === 503 ? '30' : null)
    await nothingIsKept(t, app, user.id)
  }
  const refusals = logs.filter((line) => line.includes('The file store refused a file'))
  t.match(
    refusals.map((line) => JSON.parse(line)),
    [{ level: 40 }],
    'the fault of a file wakes nobody',
  )
})

t.test('what can not be removed at once stays marked for the reconciler, and is found by nobody', async (t) => {
  const { app, upload, user, fail, repair, call, logs } = await start(t)
  await fail('upload', 'drop-after', { count: 2 })
  await fail('destroy', 500)
  t.equal((await upload([await png()])).status, 502)
  await repair()
  t.match(await app.db.Asset.find().lean(), [{ state: 'deleting' }])
  t.equal((await stored(app)).length, 1, 'the store has it')
  t.same((await call('GET', '/assets')).json().items, [])
  t.match(await usage(app, user.id), { files: 1, reserved: 1 })
  t.ok(logs.some((line) => line.includes('left to the reconciler')))
})

t.test('an account that is deleted during an upload gets no file', async (t) => {
  const { app, base, user } = await start(t)
  const { body, headers } = form([await png()])
  const request = httpRequest(`${base}/v1/assets`, { method: 'POST', headers: { ...user.bearer, ...headers } })
  request.write(body.subarray(0, -10))
  await until(async () => (await app.db.Asset.countDocuments()) > 0)
  await app.db.User.updateOne({ _id: user.id }, { $set: { status: 'deleting', reservations: [] } })
  await app.db.Asset.deleteMany({})
  request.end(body.subarray(-10))
  const [response] = await once(request, 'response')
  t.equal(response.statusCode, 401)
  response.resume()
  t.same(await stored(app), [])
  t.equal(await app.db.Asset.countDocuments(), 0)
})

t.test('accounts do not share a quota', async (t) => {
  const { upload, user, ...test } = await start(t, { env: { USER_QUOTA_FILES: '1' } })
  const other = await storeSession(test)
  t.equal((await upload([await png()])).status, 201)
  t.equal((await upload([await png()])).status, 422)
  t.equal((await upload([await png()], other.bearer)).status, 201)
})

async function withAudit(t: Parameters<typeof start>[0]) {
  const test = await start(t)
  const audited = async (action: string) => {
    await test.app.audit.idle()
    const events = await test.app.db.AuditEvent.find({ action }).sort({ _id: 1 }).lean()
    return events.map(({ targetId }) => targetId)
  }
  return { ...test, audited }
}

t.test('where a row can not be written, nothing is kept', async (t) => {
  const { app, upload, user } = await start(t, { own: true })
  await app.db.Asset.collection.createIndex({ filename: 1 }, { unique: true })
  t.match(await upload([await png(), await png()]), { status: 500, body: { code: 'INTERNAL_ERROR' } })
  t.same(await stored(app), [])
  t.match(await usage(app, user.id), { bytes: 0, files: 0, reserved: 0 })
})
