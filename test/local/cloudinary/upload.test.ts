import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import http from 'node:http'
import { join } from 'node:path'
import { v2 } from 'cloudinary'
import sharp from 'sharp'
import t from 'tap'
import { until } from '../../support/until.js'
import { form, jpeg, sign, startStore } from './helper.js'

const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

t.test('an upload is answered with what its bytes are, and verifies in the SDK', async (t) => {
  const { upload, account, base } = await startStore(t)
  const bytes = await jpeg()
  const result = await upload(bytes, {
    public_id: 'coffer/a/b',
    tags: ['one', 'two & three'],
    context: { alt: 'a=b|c', caption: 'd' },
    filename: 'holiday.final.jpg',
  })
  t.match(result, {
    asset_id: /^[0-9a-f]{32}$/,
    public_id: 'coffer/a/b',
    format: 'jpg',
    resource_type: 'image',
    type: 'upload',
    width: 640,
    height: 480,
    bytes: bytes.length,
    etag: createHash('md5').update(bytes).digest('hex'),
    created_at: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    tags: ['one', 'two & three'],
    context: { custom: { alt: 'a=b|c', caption: 'd' } },
    original_filename: 'holiday.final',
    placeholder: false,
    access_mode: 'public',
  })
  t.equal(result.secure_url, `${base}/local/image/upload/v${result.version}/coffer/a/b.jpg`)
  t.equal(result.url, result.secure_url)
  t.equal(result.signature, sign({ public_id: 'coffer/a/b', version: result.version }, account.api_secret, 'sha1', 1))
})

t.test('both algorithms and both versions of the string to sign are accepted', async (t) => {
  const { upload, account } = await startStore(t)
  for (const signature_algorithm of ['sha1', 'sha256'] as const) {
    for (const signature_version of [1, 2]) {
      const result = await upload(pdf, { tags: ['a', 'b&c'], signature_algorithm, signature_version })
      const { public_id, version } = result
      t.match(public_id, /^[0-9a-f]{20}$/)
      t.equal(result.signature, sign({ public_id, version }, account.api_secret, signature_algorithm, 1))
    }
  }
})

t.test('the resource type comes from the bytes', async (t) => {
  const { upload, base } = await startStore(t)
  const png = await sharp({ create: { width: 2, height: 3, channels: 4, background: '#0000' } })
    .png()
    .toBuffer()
  t.match(await upload(png, { resource_type: 'auto' }), { resource_type: 'image', format: 'png', width: 2, height: 3 })
  const document = await upload(pdf, { resource_type: 'auto' })
  t.match(document, { resource_type: 'image', format: 'pdf' })
  t.notOk('width' in document)
  t.match(await upload(Buffer.from('just text'), { resource_type: 'auto' }), { resource_type: 'raw' })
  const raw = await upload(png, { resource_type: 'raw', public_id: 'data.bin' })
  t.equal(raw.resource_type, 'raw')
  t.notOk('format' in raw)
  t.equal(raw.secure_url, `${base}/local/raw/upload/v${raw.version}/data.bin`)
  const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypisom\0\0\x02\0isomiso2'), Buffer.alloc(64)])
  t.match(await upload(mp4, { resource_type: 'video' }), { resource_type: 'video', format: 'mp4' })

  await t.rejects(upload(Buffer.from('just text')), { message: 'Invalid image file', http_code: 400 })
  await t.rejects(upload(png, { resource_type: 'video' }), { message: 'Invalid video file', http_code: 400 })
  await t.rejects(upload(Buffer.concat([png.subarray(0, 20), Buffer.alloc(20)])), { message: 'Invalid image file' })
})

t.test('an existing asset is kept with overwrite=false, and replaced without it', async (t) => {
  const { upload, dataDir } = await startStore(t)
  const first = await upload(await jpeg(10, 10), { public_id: 'same' })
  t.notOk('existing' in first || 'overwritten' in first)
  const kept = await upload(await jpeg(20, 20), { public_id: 'same', overwrite: false })
  t.match(kept, { existing: true, width: 10, version: first.version })
  const replaced = await upload(await jpeg(30, 30), { public_id: 'same', overwrite: true, invalidate: true })
  t.match(replaced, { overwritten: true, width: 30, asset_id: first.asset_id })
  t.ok(replaced.version > first.version)
  t.equal((await fetch(replaced.secure_url)).headers.get('content-length'), String(replaced.bytes))
  t.equal((await readdir(join(dataDir, 'cloudinary/assets'))).length, 2, 'nothing of the older ones is left')
})

t.test('of parallel uploads under one id with overwrite=false, one is kept', async (t) => {
  const { upload, dataDir } = await startStore(t)
  const sizes = [11, 12, 13, 14, 15, 16]
  const results = await Promise.all(
    sizes.map(async (size) => upload(await jpeg(size, size), { public_id: 'race', overwrite: false })),
  )
  t.equal(results.filter((result) => !result.existing).length, 1)
  t.equal(new Set(results.map(({ etag }) => etag)).size, 1)
  t.equal((await readdir(join(dataDir, 'cloudinary/assets'))).length, 2)
})

t.test('the file name can be replaced or left out, and formats can be allowed', async (t) => {
  const { upload } = await startStore(t)
  const bytes = await jpeg(5, 5)
  t.equal((await upload(bytes, { filename_override: 'other.png' })).original_filename, 'other')
  t.notOk('original_filename' in (await upload(bytes, { discard_original_filename: true })))
  t.equal((await upload(bytes, { allowed_formats: ['png', 'jpg'] })).format, 'jpg')
  await t.rejects(upload(bytes, { allowed_formats: ['png'] }), { message: /format jpg not allowed/, http_code: 400 })
  await t.rejects(upload(bytes, { resource_type: 'raw', allowed_formats: ['png'] }), {
    message: /format raw not allowed/,
  })
})

t.test('text beyond ASCII arrives unharmed, in an answer of ASCII alone', async (t) => {
  const { upload, account } = await startStore(t)
  const result = await upload(await jpeg(5, 5), { public_id: 'tür/日本', tags: ['☕️'] })
  t.match(result, { public_id: 'tür/日本', tags: ['☕️'] })
  t.match(result.secure_url, /t%C3%BCr\/%E6%97%A5%E6%9C%AC\.jpg$/)
  t.equal((await fetch(result.secure_url)).status, 200)
  const response = await fetch(`${account.upload_prefix}/v1_1/local/resources/image?tags=true`, {
    headers: { authorization: `Basic ${btoa(`${account.api_key}:${account.api_secret}`)}` },
  })
  t.match(await response.text(), /^[\x20-\x7e]+$/)
})

t.test('a request that is not signed as it should be is refused as by the service', async (t) => {
  const { upload, account, base } = await startStore(t)
  const bytes = await jpeg(5, 5)
  const now = Math.floor(Date.now() / 1000)
  await t.rejects(upload(bytes, { api_secret: 'wrong', public_id: 'x&y' }), {
    http_code: 401,
    message: /^Invalid Signature [0-9a-f]{40}\. String to sign - 'public_id=x%26y&timestamp=\d+'\.$/,
  })
  await t.rejects(upload(bytes, { api_key: '1' }), { http_code: 401, message: 'Unknown API key 1' })
  await t.rejects(upload(bytes, { cloud_name: 'other' }), { http_code: 401, message: 'Invalid cloud_name other' })
  await t.rejects(upload(bytes, { timestamp: now - 3660 }), { message: /^Stale request - .* more than 1 hour ago$/ })
  await t.rejects(upload(bytes, { timestamp: now + 3660 }), { message: /^Stale request - .* more than 1 hour ahead$/ })
  t.ok(await upload(bytes, { timestamp: now - 3500 }))

  const url = `${base}/v1_1/local/image/upload`
  const file = new Blob([bytes])
  const post = async (fields: Record<string, string>) => {
    const response = await fetch(url, { method: 'POST', body: form(fields, file) })
    return [response.status, response.headers.get('x-cld-error')]
  }
  const { api_key } = account
  t.same(await post({ upload_preset: 'p' }), [400, 'Upload preset must be specified when using unsigned upload'])
  t.same(await post({ api_key, timestamp: `${now}` }), [400, 'Missing required parameter - signature'])
  t.same(await post({ signature: 'x', timestamp: `${now}` }), [400, 'Missing required parameter - api_key'])
  t.same(await post({ api_key, signature: 'x' }), [400, 'Missing required parameter - timestamp'])
  const signed = { timestamp: `${now}`, public_id: 'a', tags: '' }
  const signature = sign(signed, account.api_secret)
  t.equal((await post({ ...signed, api_key, signature }))[0], 200)
  const [status, message] = await post({ ...signed, api_key, signature, overwrite: 'false' })
  t.equal(status, 401)
  t.match(message, /String to sign - 'overwrite=false&public_id=a&/)
})

t.test('a parameter hidden in another one is signed as that other one', async (t) => {
  const { upload } = await startStore(t)
  const result = await upload(await jpeg(5, 5), {
    public_id: 'plain',
    tags: 'a&overwrite=false',
    context: 'k=v&type=raw',
  })
  t.match(result, { tags: ['a&overwrite=false'], context: { custom: { k: 'v&type=raw' } }, type: 'upload' })
})

t.test('what the stand-in does not do is refused by name', async (t) => {
  const { upload, account, base } = await startStore(t)
  const bytes = await jpeg(5, 5)
  const refuses = (promise: Promise<unknown>, what: string) =>
    t.rejects(promise, { http_code: 400, message: `The local stand-in for Cloudinary doesn't implement ${what}` })
  await refuses(upload(bytes, { eager: { width: 5, crop: 'fit' } }), 'the parameter eager')
  await refuses(upload(bytes, { folder: 'f', moderation: 'manual' }), 'the parameter folder, moderation')
  await refuses(upload(bytes, { type: 'fetch' }), 'the type fetch')
  await refuses(upload(bytes, { resource_type: 'zip' as 'raw' }), 'the resource type zip')
  await refuses(v2.uploader.upload('https://example.com/a.jpg', account), 'an upload by URL or data URI')
  await refuses(v2.uploader.rename('a', 'b', account), 'POST /cloudinary/v1_1/local/image/rename')
  await refuses(
    new Promise((_resolve, reject) => {
      v2.uploader
        .upload_chunked_stream({ ...account, chunk_size: 6_000_000 }, (error, result) => reject(error ?? result?.error))
        .end(bytes)
    }),
    'uploads in chunks',
  )
  t.ok(await upload(bytes, { use_filename: false, unique_filename: false, eager_async: false }))

  const url = `${base}/v1_1/local/image/upload`
  const text = await fetch(url, { method: 'POST', body: new URLSearchParams({ public_id: 'a' }) })
  t.match(await text.json(), { error: { message: /content type application\/x-www-form-urlencoded/ } })
})

t.test('a missing, empty, misnamed or misplaced file is refused', async (t) => {
  const { upload, account, base } = await startStore(t)
  await t.rejects(upload(Buffer.alloc(0)), { message: 'Empty file', http_code: 400 })
  const timestamp = `${Math.floor(Date.now() / 1000)}`
  const fields = { timestamp, api_key: account.api_key, signature: sign({ timestamp }, account.api_secret) }
  const url = `${base}/v1_1/local/image/upload`
  const without = await fetch(url, { method: 'POST', body: form(fields) })
  t.same(await without.json(), { error: { message: 'Missing required parameter - file' } })
  const misnamed = form(fields)
  misnamed.append('picture', new Blob(['x']), 'x')
  const other = await fetch(url, { method: 'POST', body: misnamed })
  t.same(await other.json(), { error: { message: 'Unexpected file picture' } })
})

t.test('ids and contexts that the service refuses are refused', async (t) => {
  const { upload } = await startStore(t)
  const bytes = await jpeg(5, 5)
  for (const public_id of ['a?b', 'a#b', 'a\\b', 'a%b', '<a>', '/a', 'a/', ' a', 'a\u0007', 'x'.repeat(256)]) {
    await t.rejects(upload(bytes, { public_id }), { http_code: 400, message: `public_id (${public_id}) is invalid` })
  }
  await t.rejects(upload(bytes, { context: 'without a value' }), { message: 'Invalid context without a value' })
  t.ok(await upload(bytes, { public_id: 'x'.repeat(255) }))
})

t.test('a repeated field is one value, joined by commas', async (t) => {
  const { account, base } = await startStore(t)
  const timestamp = `${Math.floor(Date.now() / 1000)}`
  const body = form({
    timestamp,
    api_key: account.api_key,
    signature: sign({ timestamp, tags: ['a', 'b'] }, account.api_secret),
  })
  body.append('tags[]', 'a')
  body.append('tags[]', 'b')
  body.append('file', new Blob([await jpeg(5, 5)]), 'x.jpg')
  const response = await fetch(`${base}/v1_1/local/image/upload`, { method: 'POST', body })
  t.match(await response.json(), { tags: ['a', 'b'] })
})

t.test('a file above the limit is refused, and nothing of it is left', async (t) => {
  const { upload, dataDir } = await startStore(t)
  await t.rejects(upload(Buffer.alloc(100 * 1024 * 1024 + 1), { resource_type: 'raw' }), {
    http_code: 400,
    message: 'File size too large. Maximum is 104857600.',
  })
  t.same(await readdir(join(dataDir, 'cloudinary/assets')), [])
})

t.test('an upload that breaks off leaves nothing behind', async (t) => {
  const { account, dataDir, control } = await startStore(t, { faults: true })
  const agent = new http.Agent()
  const failure = new Promise((resolve) => {
    const stream = v2.uploader.upload_stream({ ...account, agent, public_id: 'cut' }, resolve)
    stream.write(Buffer.alloc(300_000))
  })
  const folder = join(dataDir, 'cloudinary/assets')
  await until(async () => (await readdir(folder)).length > 0)
  agent.destroy()
  t.match(await failure, { code: 'ECONNRESET' })
  await until(async () => (await readdir(folder)).length === 0)
  const { items } = await control('GET', 'requests')
  t.match(items, [{ operation: 'upload', status: null, closed: true, body: { fields: { public_id: 'cut' } } }])
})

t.test('destroying says whether there was anything', async (t) => {
  const { upload, destroy, dataDir } = await startStore(t)
  const { secure_url } = await upload(await jpeg(5, 5), { public_id: 'd/1', type: 'private' })
  t.same(await destroy('d/1'), { result: 'not found' })
  t.same(await destroy('d/1', { type: 'private', invalidate: true }), { result: 'ok' })
  t.same(await destroy('d/1', { type: 'private' }), { result: 'not found' })
  t.equal((await fetch(secure_url)).status, 404)
  t.same(await readdir(join(dataDir, 'cloudinary/assets')), [])
  await t.rejects(destroy('d/1', { api_secret: 'wrong' }), { message: /^Invalid Signature/ })
  await t.rejects(destroy(''), { message: 'Missing required parameter - public_id' })
  await t.rejects(destroy('a', { resource_type: 'auto' }), { message: /resource type auto/ })
  await t.rejects(destroy('a', { notification_url: 'http://x' }), {
    message: /notification_url/,
  })
})
