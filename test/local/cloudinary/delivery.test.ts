import { setTimeout } from 'node:timers/promises'
import { v2 } from 'cloudinary'
import sharp from 'sharp'
import t from 'tap'
import { jpeg, startStore } from './helper.js'

const pdf = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

async function image(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers })
  const { format, width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
  return { type: response.headers.get('content-type'), format, width, height }
}

async function refusal(url: string) {
  const response = await fetch(url)
  const { error } = (await response.json()) as { error: { message: string } }
  return [response.status, response.headers.get('x-cld-error'), error.message]
}

t.test('a file is delivered as it was uploaded, to be cached for good', async (t) => {
  const { upload } = await startStore(t)
  const bytes = await jpeg()
  const { secure_url, etag } = await upload(bytes, { public_id: 'a/b c' })
  const response = await fetch(`${secure_url}?_a=BAMAK1`)
  t.equal(response.status, 200)
  t.match(Object.fromEntries(response.headers), {
    'content-type': 'image/jpeg',
    'content-length': String(bytes.length),
    'cache-control': 'public, no-transform, immutable, max-age=2592000',
    etag: `"${etag}"`,
    'last-modified': /GMT$/,
    'accept-ranges': 'bytes',
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  })
  t.ok(Buffer.from(await response.arrayBuffer()).equals(bytes))

  const head = await fetch(secure_url, { method: 'HEAD' })
  t.equal(head.headers.get('content-length'), String(bytes.length))
  t.equal(head.headers.get('etag'), `"${etag}"`)
  t.equal((await head.arrayBuffer()).byteLength, 0)

  t.equal((await fetch(secure_url.replace(/\.jpg$/, ''))).headers.get('content-type'), 'image/jpeg')
  t.equal((await fetch(secure_url.replace(/v\d+\//, ''))).status, 200)
})

t.test('an animated PNG is a PNG, and a slightly damaged JPEG has a thumbnail', async (t) => {
  const { upload } = await startStore(t)
  const png = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const control = Buffer.from('000000086163544c0000000100000000b92d09c1', 'hex')
  const animated = Buffer.concat([png.subarray(0, 33), control, png.subarray(33)])
  const { secure_url, format } = await upload(animated, { public_id: 'animated' })
  t.equal(format, 'png')
  t.equal((await fetch(secure_url)).headers.get('content-type'), 'image/png')

  const original = await jpeg()
  const damaged = Buffer.concat([original.subarray(0, -2), Buffer.from([0, 0, 0xff, 0xd0, 0]), original.subarray(-2)])
  const { secure_url: url } = await upload(damaged, { public_id: 'damaged' })
  t.equal((await fetch(url.replace('/upload/', '/upload/c_limit,h_5,w_5/'))).status, 200)
})

t.test('a raw file is delivered under its own extension, and nothing that a browser would run', async (t) => {
  const { upload } = await startStore(t)
  const types = {
    'a.txt': 'text/plain; charset=utf-8',
    'a.CSV': 'text/plain; charset=utf-8',
    'a.pdf': 'application/pdf',
    'a.jpeg': 'image/jpeg',
    'a.html': 'application/octet-stream',
    'a.svg': 'application/octet-stream',
    'a.js': 'application/octet-stream',
    a: 'application/octet-stream',
  }
  for (const [public_id, type] of Object.entries(types)) {
    const { secure_url } = await upload(Buffer.from('<script>'), { resource_type: 'raw', public_id })
    t.equal((await fetch(secure_url)).headers.get('content-type'), type, public_id)
  }
})

t.test('conditional requests are answered without the file', async (t) => {
  const { upload } = await startStore(t)
  const { secure_url, etag, version } = await upload(await jpeg(), { public_id: 'a' })
  const status = async (headers: Record<string, string>) => (await fetch(secure_url, { headers })).status
  t.equal(await status({ 'if-none-match': `"${etag}"` }), 304)
  t.equal(await status({ 'if-none-match': `"x", W/"${etag}"` }), 304)
  t.equal(await status({ 'if-none-match': '*' }), 304)
  t.equal(await status({ 'if-none-match': '"x"' }), 200)
  const modified = new Date(version * 1000).toUTCString()
  t.equal(await status({ 'if-modified-since': modified }), 304)
  t.equal(await status({ 'if-modified-since': new Date((version - 1) * 1000).toUTCString() }), 200)
  t.equal(await status({ 'if-none-match': '"x"', 'if-modified-since': modified }), 200)
})

t.test('one range of bytes is delivered where it is asked for', async (t) => {
  const { upload } = await startStore(t)
  const { secure_url, etag } = await upload(Buffer.from('0123456789'), { resource_type: 'raw', public_id: 'a.txt' })
  const get = async (headers: Record<string, string>) => {
    const response = await fetch(secure_url, { headers })
    return [response.status, response.headers.get('content-range'), await response.text()]
  }
  t.same(await get({ range: 'bytes=2-4' }), [206, 'bytes 2-4/10', '234'])
  t.same(await get({ range: 'bytes=7-' }), [206, 'bytes 7-9/10', '789'])
  t.same(await get({ range: 'bytes=-3' }), [206, 'bytes 7-9/10', '789'])
  t.same(await get({ range: 'bytes=-30' }), [206, 'bytes 0-9/10', '0123456789'])
  t.same(await get({ range: 'bytes=8-99' }), [206, 'bytes 8-9/10', '89'])
  t.same(await get({ range: 'bytes=10-' }), [416, 'bytes */10', ''])
  for (const range of ['bytes=0-1,3-4', 'bytes=-', 'lines=1-2']) t.same(await get({ range }), [200, null, '0123456789'])
  t.same(await get({ range: 'bytes=0-0', 'if-range': `"${etag}"` }), [206, 'bytes 0-0/10', '0'])
  t.same(await get({ range: 'bytes=0-0', 'if-range': '"x"' }), [200, null, '0123456789'])
  t.equal(
    (await fetch(secure_url, { method: 'HEAD', headers: { range: 'bytes=0-0' } })).headers.get('content-length'),
    '1',
  )
})

t.test('thumbnails are made to measure', async (t) => {
  const { upload } = await startStore(t)
  const { secure_url } = await upload(await jpeg(640, 480), { public_id: 'a' })
  const small = (await upload(await jpeg(64, 48), { public_id: 'b' })).secure_url
  const sized = async (url: string, transformation: string) => {
    const { width, height } = await image(url.replace('/upload/', `/upload/${transformation}/`))
    return [width, height]
  }
  t.same(await sized(secure_url, 'c_limit,h_320,w_320'), [320, 240])
  t.same(await sized(small, 'c_limit,h_320,w_320'), [64, 48])
  t.same(await sized(small, 'c_fit,h_320,w_320'), [320, 240])
  t.same(await sized(secure_url, 'c_fill,h_512,w_512'), [512, 512])
  t.same(await sized(small, 'c_thumb,h_100,w_100'), [100, 100])
  t.same(await sized(secure_url, 'c_scale,h_100,w_300'), [300, 100])
  t.same(await sized(secure_url, 'w_320'), [320, 240])
  t.same(await sized(small, 'c_fill,h_96'), [128, 96])
  t.same(await sized(small, 'c_limit,h_96'), [64, 48])
  t.same(await sized(secure_url, 'c_fit,h_120/q_50,f_png'), [160, 120])
  t.same(await sized(secure_url, 'q_auto'), [640, 480])
  const head = await fetch(secure_url.replace('/upload/', '/upload/c_limit,h_320,w_320/'), { method: 'HEAD' })
  t.ok(Number(head.headers.get('content-length')) > 100)
  const etag = `${head.headers.get('etag')}`
  const again = await fetch(secure_url.replace('/upload/', '/upload/c_limit,h_320,w_320/'), {
    headers: { 'if-none-match': `"x", ${etag}` },
  })
  t.equal(again.status, 304)
  const part = await fetch(secure_url.replace('/upload/', '/upload/c_limit,h_320,w_320/'), {
    headers: { range: 'bytes=0-1' },
  })
  t.same([...new Uint8Array(await part.arrayBuffer())], [0xff, 0xd8])
})

t.test('a thumbnail stands upright, has no metadata, and no black where there was nothing', async (t) => {
  const { upload } = await startStore(t)
  const turned = await sharp(await jpeg(40, 20))
    .withMetadata({ orientation: 6, exif: { IFD0: { Artist: 'me' } } })
    .toBuffer()
  const uploaded = await upload(turned, { public_id: 'turned' })
  t.match(uploaded, { width: 40, height: 20 })
  const response = await fetch(uploaded.secure_url.replace('/upload/', '/upload/c_limit,h_40,w_40/'))
  const metadata = await sharp(Buffer.from(await response.arrayBuffer())).metadata()
  t.match([metadata.width, metadata.height, metadata.exif], [20, 40, undefined])

  const clear = sharp({ create: { width: 4, height: 4, channels: 4, background: '#0000' } })
  const { secure_url } = await upload(await clear.png().toBuffer(), { public_id: 'clear' })
  const flat = await fetch(secure_url.replace(/png$/, 'jpg'))
  const { dominant } = await sharp(Buffer.from(await flat.arrayBuffer())).stats()
  t.ok(dominant.r > 200)
})

t.test('an image is converted by extension or by f, f_auto by what is accepted', async (t) => {
  const { upload } = await startStore(t)
  const { secure_url } = await upload(await jpeg(20, 10), { public_id: 'a' })
  t.match(await image(secure_url.replace(/jpg$/, 'webp')), { type: 'image/webp', format: 'webp', width: 20 })
  t.match(await image(secure_url.replace('/upload/', '/upload/f_png/')), { type: 'image/png', format: 'png' })
  const auto = secure_url.replace('/upload/', '/upload/f_auto,q_80/')
  t.match(await image(auto, { accept: 'image/avif,image/webp,*/*' }), { type: 'image/webp', format: 'webp' })
  t.match(await image(auto), { type: 'image/jpeg', format: 'jpeg' })
  t.match(await image(auto.replace(/\.jpg$/, '')), { type: 'image/jpeg', format: 'jpeg' })
  t.equal((await fetch(auto)).headers.get('vary'), 'Accept')
  t.match(await image(secure_url.replace('/upload/', '/upload/w_10/').replace(/\.jpg$/, '')), {
    format: 'jpeg',
    width: 10,
  })
})

t.test('a moving picture keeps moving', async (t) => {
  const { upload } = await startStore(t)
  const frames = await Promise.all([
    jpeg(8, 8),
    sharp(await jpeg(8, 8))
      .negate()
      .toBuffer(),
  ])
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
  const { secure_url } = await upload(gif, { public_id: 'moving' })
  const response = await fetch(secure_url.replace('/upload/', '/upload/c_limit,h_4,w_4/'))
  t.match(await sharp(Buffer.from(await response.arrayBuffer()), { animated: true }).metadata(), {
    pages: 2,
    width: 4,
    pageHeight: 4,
  })
})

t.test('any other transformation is refused by name', async (t) => {
  const { upload } = await startStore(t)
  const { secure_url } = await upload(await jpeg(20, 10), { public_id: 'a' })
  const document = (await upload(pdf, { public_id: 'b' })).secure_url
  const raw = (await upload(pdf, { public_id: 'b', resource_type: 'raw' })).secure_url
  const broken = (await upload((await jpeg(640, 480)).subarray(0, 700), { public_id: 'c' })).secure_url
  const refuses = async (transformation: string, message: RegExp, url = secure_url) => {
    const [status, header, text] = await refusal(url.replace('/upload/', `/upload/${transformation}/`))
    t.match([status, header, text], [400, message, message], transformation)
  }
  await refuses('e_blur', /implement e_blur in a transformation/)
  await refuses('c_crop,w_5', /implement the crop mode crop/)
  await refuses('c_fill', /Must supply either width or height/)
  await refuses('c_fill,g_face,w_5', /implement g_face/)
  await refuses('c_fill,w_0', /Invalid width in transformation: 0/)
  await refuses('c_fill,h_0.5', /Invalid height in transformation: 0.5/)
  await refuses('w_8193', /Invalid width in transformation: 8193/)
  await refuses('q_0', /implement q_0/)
  await refuses('q_101', /implement q_101/)
  await refuses('f_bmp', /implement f_bmp/)
  await refuses('w_5,w_6', /implement two values of w/)
  await refuses('c_fill,w_5/c_fit,w_6', /implement two/)
  await refuses('w_5/c_fit,h_6', /implement two steps of resizing/)
  await refuses('w_5', /implement transformations of pdf files/, document)
  await refuses('w_5', /implement transformations of raw files/, raw)
  await refuses('w_5', /Invalid image file/, broken)
  t.match(await refusal(secure_url.replace(/jpg$/, 'bmp')), [400, /implement a transformation to bmp/])
})

t.test('what is not there is not found', async (t) => {
  const { upload, base } = await startStore(t)
  const { secure_url } = await upload(await jpeg(5, 5), { public_id: 'a/b' })
  t.same(await refusal(secure_url.replace('a/b', 'a/c')), [404, ...Array(2).fill('Resource not found - a/c.jpg')])
  for (const [from, to] of [
    ['/local/', '/other/'],
    ['/upload/', '/fetch/'],
    ['/image/', '/video/'],
  ] as const) {
    t.equal((await refusal(secure_url.replace(from, to)))[0], 404)
  }
  t.equal((await fetch(`${base}/local/image/upload/`)).status, 404)
  t.match(await refusal(`${base}/anything`), [400, /implement GET \/cloudinary\/anything/])
})

t.test('an authenticated file and its thumbnails need a signed URL', async (t) => {
  const { upload, base, account } = await startStore(t)
  const { secure_url, version } = await upload(await jpeg(), { public_id: 'a/ü', type: 'authenticated' })
  const response = await fetch(secure_url)
  t.equal(response.status, 200)
  t.match(response.headers.get('cache-control'), /^private/)
  const unsigned = secure_url.replace(/s--.*--\//, '')
  t.match(await refusal(unsigned), [401, /signed URL/])
  t.match(await refusal(unsigned.replace('/v', '/c_limit,w_9/v')), [401, /signed URL/])
  t.match(await refusal(secure_url.replace(/s--.*--/, 's--AAAAAAAA--')), [401, 'Invalid signature AAAAAAAA'])
  t.equal((await refusal(secure_url.replace('/v', '/c_limit,w_9/v')))[0], 401)
  t.equal((await refusal(secure_url.replace('.jpg', '.png')))[0], 401)

  const { cloud_name, api_secret } = account
  const local = { cloud_name, api_secret, secure: false, cname: new URL(base).host + new URL(base).pathname }
  for (const more of [{}, { signature_algorithm: 'sha256' }, { long_url_signature: true }]) {
    const options = { ...local, ...more, type: 'authenticated', format: 'jpg', version, sign_url: true }
    t.equal((await fetch(v2.url('a/ü', options))).status, 200)
    t.equal((await image(v2.url('a/ü', { ...options, width: 32, height: 32, crop: 'fill' }))).width, 32)
  }
})

t.test('a private file needs a signed URL, its thumbnails do not', async (t) => {
  const { upload } = await startStore(t)
  const { secure_url } = await upload(await jpeg(), { public_id: 'a', type: 'private' })
  t.equal((await fetch(secure_url)).status, 200)
  const unsigned = secure_url.replace(/s--.*--\//, '')
  t.equal((await fetch(unsigned)).status, 401)
  t.equal((await fetch(unsigned.replace('/v', '/c_limit,w_9/v'))).status, 200)
})

t.test('a wrong signature is refused on a public file too', async (t) => {
  const { upload } = await startStore(t)
  const { secure_url } = await upload(await jpeg(5, 5), { public_id: 'a' })
  t.equal((await refusal(secure_url.replace('/v', '/s--AAAAAAAA--/v')))[0], 401)
})

t.test('a signed download works until it expires', async (t) => {
  const { upload, account } = await startStore(t)
  const bytes = await jpeg()
  await upload(bytes, { public_id: 'a/ü', type: 'authenticated' })
  await upload(pdf, { public_id: 'b', resource_type: 'raw' })
  const now = Math.floor(Date.now() / 1000)
  const url = (options: object, publicId = 'a/ü', format = 'jpg') =>
    v2.utils.private_download_url(publicId, format, { ...account, type: 'authenticated', ...options })
  const response = await fetch(url({ expires_at: now + 60 }))
  t.equal(response.status, 200)
  t.match(Object.fromEntries(response.headers), { 'content-type': 'image/jpeg', 'cache-control': 'private, no-store' })
  t.ok(Buffer.from(await response.arrayBuffer()).equals(bytes))
  t.equal((await fetch(url({}))).status, 200)
  t.equal((await fetch(url({ resource_type: 'raw', type: undefined }, 'b', ''))).status, 200)
  const attached = await fetch(url({ attachment: true }))
  t.equal(attached.headers.get('content-disposition'), "attachment; filename*=UTF-8''%C3%BC.jpg")
  const raw = await fetch(url({ resource_type: 'raw', type: 'upload', attachment: true }, 'b', ''))
  t.equal(raw.headers.get('content-disposition'), "attachment; filename*=UTF-8''b")

  const soon = url({ expires_at: now + 1 })
  t.match(await refusal(url({ expires_at: now - 1 })), [401, /the link expired at/])
  t.match(await refusal(url({ timestamp: now - 3700 })), [400, /^Stale request/])
  t.equal((await fetch(url({ timestamp: now - 3700, expires_at: now + 60 }))).status, 200)
  t.match(await refusal(soon.replace(/expires_at=\d+/, `expires_at=${now + 9}`)), [401, /^Invalid Signature/])
  t.match(await refusal(url({ expires_at: now + 60 }, 'none')), [404, 'Resource not found - none'])
  t.equal((await refusal(url({ type: 'upload' })))[0], 404)
  t.equal((await refusal(url({}, '')))[0], 404)
  t.match(await refusal(url({}, 'a/ü', 'png')), [400, /implement a download converted to png/])
  t.match(await refusal(url({ attachment: 'x.jpg' })), [400, /implement attachment=x.jpg/])
  while (Date.now() / 1000 < now + 1) await setTimeout(20)
  t.equal((await fetch(soon)).status, 401)
})

t.test('a file that is being delivered is delivered to its end, though it is deleted', async (t) => {
  const { upload, destroy } = await startStore(t)
  const bytes = Buffer.alloc(20_000_000, 'x')
  const { secure_url } = await upload(bytes, { resource_type: 'raw', public_id: 'big' })
  const response = await fetch(secure_url)
  t.same(await destroy('big', { resource_type: 'raw' }), { result: 'ok' })
  t.equal((await response.arrayBuffer()).byteLength, bytes.length)
  t.equal((await fetch(secure_url)).status, 404)
})
