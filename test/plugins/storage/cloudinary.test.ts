import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import sharp from 'sharp'
import t from 'tap'
import { storeAgents } from '../../../plugins/storage/agent.js'
import { createStore, type StoredFile } from '../../../plugins/storage/cloudinary.js'
import { parseCredentials } from '../../../plugins/storage/credentials.js'
import { picture, portions } from './samples.js'
import { all, foreign, image, store } from './store.js'

const bytes = (of: Buffer) => portions(of, 64 * 1024)
const raw = (publicId: string, visibility: StoredFile['visibility'] = 'public'): StoredFile => ({
  publicId,
  resourceType: 'raw',
  visibility,
})
const received = async (request: IncomingMessage) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

t.test('a public file is delivered to anybody, with a thumbnail that fits into 320 pixels', async (t) => {
  const { files } = await store(t)
  const original = await picture(700, 350).png().toBuffer()
  const { secureUrl, thumbnailUrl, ...size } = await files.upload(bytes(original), image('it/a'))
  t.same(size, { width: 700, height: 350 })
  t.same(Buffer.from(await (await fetch(secureUrl as string)).arrayBuffer()), original)
  const thumbnail = await (await fetch(thumbnailUrl as string)).arrayBuffer()
  t.match(await sharp(thumbnail).metadata(), { width: 320, height: 160 })
  t.match(await all(files.list('it/', image(''))), [{ ...image('it/a'), bytes: original.length, createdAt: Date }])
})

t.test('a file that is no image is kept as it is, and has no thumbnail', async (t) => {
  const { files } = await store(t)
  const { secureUrl, ...rest } = await files.upload(bytes(Buffer.from('%PDF-1.4')), raw('it/a.pdf'))
  t.same(rest, { thumbnailUrl: null, width: null, height: null })
  const response = await fetch(secureUrl as string)
  t.equal(await response.text(), '%PDF-1.4')
  t.equal(response.headers.get('content-type'), 'application/pdf')
})

t.test('a private file has no URL but a signed one, which expires', async (t) => {
  const { files, credentials } = await store(t)
  const original = await picture().png().toBuffer()
  for (const file of [image('it/secret', 'private'), raw('it/secret.pdf', 'private')]) {
    const { secureUrl, thumbnailUrl } = await files.upload(bytes(original), file)
    t.same([secureUrl, thumbnailUrl], [null, null])
    for (const path of [
      'upload',
      'private',
      'authenticated',
      'upload/c_limit,h_320,w_320',
      'authenticated/c_limit,h_320,w_320',
    ]) {
      const url = `${credentials.uploadPrefix}/${credentials.cloudName}/${file.resourceType}/${path}/${file.publicId}`
      t.notOk((await fetch(url)).ok, path)
    }
    const format = file.resourceType === 'image' ? 'png' : ''
    const url = await files.signedUrl(file, format, new Date(Date.now() + 60_000))
    t.same(Buffer.from(await (await fetch(url)).arrayBuffer()), original)
    t.match(await fetch(await files.signedUrl(file, format, new Date(Date.now() - 1000))), { status: 401 })
    t.match(await fetch(url.replace(/expires_at=(\d+)/, 'expires_at=9999999999')), { status: 401 })
  }
})

t.test('what is destroyed is gone, and once more destroying it is no error', async (t) => {
  const { files } = await store(t)
  const { secureUrl } = await files.upload(bytes(await picture().png().toBuffer()), image('it/a'))
  await files.destroy(image('it/a'))
  await files.destroy(image('it/a'))
  t.match(await fetch(secureUrl as string), { status: 404 })
})

t.test('many files go by few requests, and each result is told', async (t) => {
  const { files, fail, requests } = await store(t)
  const names = Array.from({ length: 230 }, (_, index) => raw(`it/${index}.pdf`))
  await Promise.all(names.slice(0, 5).map((file) => files.upload(bytes(Buffer.from('x')), file)))
  await files.upload(bytes(await picture().png().toBuffer()), image('it/p', 'private'))
  await fail('bulk-delete', 500)
  const results = await all(files.destroyMany([...names, image('it/p', 'private')]))
  t.same(
    results.filter(({ files }) => files.length > 0).map(({ files, problem }) => [files.length, problem?.code]),
    [
      [100, 'STORAGE_FAILED'],
      [100, undefined],
      [30, undefined],
      [1, undefined],
    ],
  )
  t.equal((await requests()).filter(({ operation }) => operation === 'bulk-delete').length, 4)
  t.same(await all(files.list('it/', image('', 'private'))), [])
  t.equal((await all(files.list('it/', raw('')))).length, 5, 'what failed is still there')
})

t.test('every file of a kind under a prefix is listed, over pages', async (t) => {
  const { files } = await foreign(t, (request, response) => {
    const { searchParams } = new URL(`${request.url}`, 'http://x')
    const page = searchParams.get('next_cursor') ?? 'first'
    const resources = [
      { public_id: 'other/x', bytes: 7, created_at: '2026-01-01T00:00:00Z' },
      { public_id: `${searchParams.get('prefix')}${page}`, bytes: 7, created_at: '2026-01-01T00:00:00Z' },
    ]
    response.end(JSON.stringify({ resources, ...(page === 'first' && { next_cursor: 'last' }) }))
  })
  t.match(await all(files.list('it/', image(''))), [
    { publicId: 'it/first', bytes: 7, createdAt: new Date('2026-01-01'), resourceType: 'image', visibility: 'public' },
    { publicId: 'it/last' },
  ])
})

t.test('a connection serves one call after the other', async (t) => {
  const sockets = new Set()
  const { files } = await foreign(t, async (request, response) => {
    sockets.add(request.socket)
    await received(request)
    const answer = { public_id: 'a', secure_url: `http://${request.headers.host}/a`, result: 'ok', status: 'ok' }
    response.end(JSON.stringify(answer))
  })
  await files.upload(bytes(Buffer.from('x')), image('a'))
  await files.destroy(image('a'))
  await files.ping()
  t.equal(sockets.size, 1)
})

t.test('a connection that the store closes at the moment of its reuse costs nobody anything', async (t) => {
  const served = new Map<object, number>()
  let cut = 0
  const { files, server } = await foreign(t, async (request, response) => {
    await received(request)
    response.end(JSON.stringify({ public_id: 'a', secure_url: `http://${request.headers.host}/a`, result: 'ok' }))
  })
  // the first byte of a second request finds the connection closed
  server.on('connection', (socket) => {
    socket.on('data', () => {
      if (!served.has(socket)) return
      cut++
      socket.resetAndDestroy()
    })
  })
  server.on('request', ({ socket }, response) => response.once('finish', () => served.set(socket, 1)))
  for (let times = 0; times < 20; times++) {
    await files.upload(bytes(Buffer.alloc(times)), image('a'))
    await files.destroy(image('a'))
  }
  t.ok(cut > 10, `${cut} connections were closed under a request`)
  const before = cut
  for (let times = 0; times < 5; times++) {
    await files.upload(portions(Buffer.alloc(2 ** 20), 2 ** 14), image('a'))
  }
  t.equal(cut, before, 'what cannot be repeated goes over a connection of its own')
})

t.test('what a new connection cuts is not repeated', async (t) => {
  let requests = 0
  const { files } = await foreign(t, ({ socket }) => {
    requests++
    socket.destroy()
  })
  await t.rejects(files.upload(bytes(Buffer.from('x')), image('a')), { code: 'STORAGE_FAILED' })
  await t.rejects(files.ping(), { code: 'STORAGE_FAILED' })
  t.equal(requests, 2)
})

t.test('a connection is not used for longer than the store announces', async (t) => {
  for (const [timeout, connections] of [
    [1_000, 2],
    [5_000, 1],
  ] as const) {
    const sockets = new Set()
    const { files, server } = await foreign(t, ({ socket }, response) => {
      sockets.add(socket)
      response.end('{"status":"ok"}')
    })
    server.keepAliveTimeout = timeout
    await files.ping()
    await files.ping()
    t.equal(sockets.size, connections, `Keep-Alive: timeout=${timeout / 1_000}`)
  }
  const { kept } = storeAgents('http://localhost')
  const socket = new Socket()
  kept.keepSocketAlive(socket)
  t.equal(socket.timeout, 3_000, 'nor for longer than 3 s')
})

t.test('signatures are SHA-256, and nothing is sent but what the store needs', async (t) => {
  let body = ''
  const { files } = await foreign(t, async (request, response) => {
    body = await received(request)
    response.end(JSON.stringify({ public_id: 'it/a', secure_url: `http://${request.headers.host}/a` }))
  })
  await files.upload(bytes(Buffer.from('content')), image('it/a'))
  t.match(body, /name="signature"\r\n\r\n[0-9a-f]{64}\r\n/)
  const names = [...body.matchAll(/; name="(\w+)"/g)].map(([, name]) => name)
  t.same(names.sort(), ['api_key', 'file', 'overwrite', 'public_id', 'signature', 'timestamp', 'type'])
  t.notMatch(body, /s3cr3t/)
})

t.test(
  'where the source breaks, the request is aborted, nothing is stored, and the error is the source’s',
  async (t) => {
    const { files, requests } = await store(t)
    const broken = (async function* () {
      yield* portions(Buffer.alloc(200_000), 10_000)
      throw new Error('the client is gone')
    })()
    await t.rejects(files.upload(broken, image('it/a')), { message: 'the client is gone' })
    t.same(await all(files.list('it/', image(''))), [])
    for (;;) {
      const [upload] = await requests()
      if (!upload?.closed) continue
      t.match(upload, { operation: 'upload', status: null })
      break
    }
  },
)

t.test('a slow store slows the source down', async (t) => {
  let read = 0
  let arrived: () => void = () => {}
  const full = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const { files } = await foreign(t, async (request, response) => {
    // the test sets the pace: at first the store reads nothing
    await full
    await received(request)
    response.end(JSON.stringify({ public_id: 'a', secure_url: `http://${request.headers.host}/a` }))
  })
  let last = -1
  const source = (async function* () {
    for (; read < 60 * 2 ** 20; read += 2 ** 16) yield Buffer.alloc(2 ** 16)
  })()
  const uploaded = files.upload(source, raw('a'))
  while (read !== last || read === 0) {
    last = read
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  t.ok(read < 30 * 2 ** 20, `${read} bytes were read ahead, which the sockets hold`)
  arrived()
  await uploaded
  t.equal(read, 60 * 2 ** 20)
})

t.test('what the store answers becomes a problem of ours', async (t) => {
  const { files, fail, repair } = await store(t, { patience: 1_000, uploadPatience: 1_000 })
  // what is cut on a kept connection is repeated once
  const count = 2
  const expected = {
    500: 'STORAGE_FAILED',
    502: 'STORAGE_FAILED',
    503: 'STORAGE_FAILED',
    420: 'STORAGE_UNAVAILABLE',
    429: 'STORAGE_UNAVAILABLE',
    reset: 'STORAGE_FAILED',
    redirect: 'STORAGE_FAILED',
    malformed: 'STORAGE_FAILED',
    'drop-before': 'STORAGE_FAILED',
    'drop-after': 'STORAGE_FAILED',
    hang: 'STORAGE_TIMEOUT',
  }
  for (const [name, code] of Object.entries(expected)) {
    const fault = Number(name) || name
    const png = await picture().png().toBuffer()
    await fail('upload', fault, { count })
    await t.rejects(files.upload(bytes(png), image('it/a')), { name: 'Problem', code }, `upload: ${name}`)
    await repair()
    await fail('destroy', fault, { count })
    await t.rejects(files.destroy(image('it/a')), { name: 'Problem', code }, `destroy: ${name}`)
    await repair()
    await fail('list', fault, { count })
    await t.rejects(all(files.list('it/', image(''))), { name: 'Problem', code }, `list: ${name}`)
    await repair()
    await fail('bulk-delete', fault, { count })
    t.match(await all(files.destroyMany([image('it/a')])), [{ problem: { code } }], `bulk-delete: ${name}`)
    await repair()
  }
  await fail('upload', 'foreign-url')
  await t.rejects(files.upload(bytes(await picture().png().toBuffer()), image('it/b')), { code: 'STORAGE_FAILED' })
  await fail('upload', 429)
  await t.rejects(files.upload(bytes(Buffer.alloc(9)), image('it/c')), { code: 'STORAGE_UNAVAILABLE', retryAfter: 30 })
})

t.test('a redirect is followed nowhere', async (t) => {
  const urls: unknown[] = []
  const { files } = await foreign(t, async (request, response) => {
    urls.push(request.url)
    await received(request)
    response.writeHead(302, { location: '/elsewhere' }).end('<html>')
  })
  await t.rejects(files.upload(bytes(Buffer.from('x')), image('a')), { code: 'STORAGE_FAILED' })
  await t.rejects(files.destroy(image('a')), { code: 'STORAGE_FAILED' })
  await t.rejects(files.ping(), { code: 'STORAGE_FAILED' })
  t.equal(urls.length, 3)
})

t.test('answers that make no sense are failures of the store, and end no process', async (t) => {
  let answer = ''
  const { files } = await foreign(t, async (request, response) => {
    await received(request)
    response.end(answer)
  })
  for (answer of [
    'null',
    '[]',
    '"text"',
    '',
    '{}',
    '{"public_id":"other","secure_url":"https://res.cloudinary.com/demo/a"}',
    `{"x":"${'y'.repeat(17 * 2 ** 20)}"}`,
  ]) {
    const shown = answer.slice(0, 40)
    await t.rejects(files.upload(bytes(Buffer.from('x')), image('a')), { code: 'STORAGE_FAILED' }, shown)
    await t.rejects(files.destroy(image('a')), { code: 'STORAGE_FAILED' }, shown)
    t.match(await all(files.destroyMany([image('a')])), [{}], shown)
    await t.rejects(all(files.list('it/', image(''))), { code: 'STORAGE_FAILED' }, shown)
  }
  for (answer of ['null', '', '[]']) await t.rejects(files.ping(), { code: 'STORAGE_FAILED' })
})

t.test('a letter across two chunks of an answer arrives whole', async (t) => {
  const { files } = await foreign(t, async (request, response) => {
    await received(request)
    const answer = Buffer.from(JSON.stringify({ public_id: 'grün', secure_url: `http://${request.headers.host}/grün` }))
    const middle = answer.indexOf('ü') + 1
    // two chunks of the transfer encoding
    response.write(answer.subarray(0, middle))
    response.end(answer.subarray(middle))
  })
  t.match(await files.upload(bytes(Buffer.from('x')), image('grün')), { secureUrl: /grün/ })
})

t.test('a store that answers before it has the file does not have it', async (t) => {
  const { files } = await foreign(t, (request, response) => {
    response.end(JSON.stringify({ public_id: 'a', secure_url: `http://${request.headers.host}/a` }))
  })
  let answered = false
  const source = (async function* () {
    for (let sent = 0; sent < 1000; sent += 1) {
      yield Buffer.alloc(2 ** 16)
      await new Promise((resolve) => setImmediate(resolve))
    }
    answered = true
  })()
  await t.rejects(files.upload(source, raw('a')), { code: 'STORAGE_FAILED' })
  t.notOk(answered, 'the rest was not read')
})

t.test(
  'a file that the store refuses is the client’s problem, an account or a request that it refuses is not',
  async (t) => {
    let status = 400
    let message = ''
    const { files } = await foreign(t, async (request, response) => {
      await received(request)
      response.writeHead(status).end(JSON.stringify({ error: { message } }))
    })
    const upload = () => files.upload(bytes(Buffer.from('x')), image('a'))
    const codes = {
      'Invalid image file': 'UNSUPPORTED_MEDIA_TYPE',
      'Unsupported video format or file': 'UNSUPPORTED_MEDIA_TYPE',
      'Unsupported ZIP file': 'UNSUPPORTED_MEDIA_TYPE',
      'Resource is corrupt': 'UNSUPPORTED_MEDIA_TYPE',
      'File size too large. Got 11. Maximum is 10. Upgrade your plan.': 'PAYLOAD_TOO_LARGE',
      'Video is too large to process synchronously': 'PAYLOAD_TOO_LARGE',
      'Maximum image size is 25 Megapixels. Requested 50.00 Megapixels': 'TOO_MANY_PIXELS',
      'Image dimensions are too large': 'TOO_MANY_PIXELS',
      'Invalid Signature 123. String to sign - …': 'STORAGE_FAILED',
      'Stale request - reported time is 2026-01-01': 'STORAGE_FAILED',
      'Missing required parameter - api_key': 'STORAGE_FAILED',
      'Upload preset not found': 'STORAGE_FAILED',
    }
    for (const [text, code] of Object.entries(codes)) {
      message = text
      await t.rejects(upload(), { code }, text)
    }
    const statuses = {
      401: 'STORAGE_FAILED',
      403: 'STORAGE_FAILED',
      404: 'STORAGE_FAILED',
      413: 'PAYLOAD_TOO_LARGE',
      415: 'UNSUPPORTED_MEDIA_TYPE',
      422: 'UNSUPPORTED_MEDIA_TYPE',
    }
    message = 'Refused'
    for (const [number, code] of Object.entries(statuses)) {
      status = Number(number)
      await t.rejects(upload(), { code }, number)
    }
    status = 400
    await t.rejects(files.destroy(image('a')), { code: 'STORAGE_FAILED' }, 'a deletion sends no file')
  },
)

t.test('a store that is not there is a failed one, and no error holds the secret', async (t) => {
  const { files, server } = await foreign(t, (_request, response) => {
    response.writeHead(401).end(JSON.stringify({ error: { message: 'not with s3cr3t' } }))
  })
  const refused = await files.ping().catch((problem) => problem)
  t.match(refused, { code: 'STORAGE_FAILED', cause: { message: 'Error: 401 not with ***' } })
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
  const calls = [
    () => files.upload(bytes(Buffer.from('x')), image('a')),
    () => files.destroy(image('a')),
    () => files.ping(),
  ]
  for (const call of calls) {
    const problem = await call().catch((problem) => problem)
    t.match(problem, { code: 'STORAGE_FAILED', cause: { message: /ECONNREFUSED|EPIPE|ECONNRESET/ } })
    t.notMatch(JSON.stringify([problem, problem.cause, problem.stack, problem.cause.stack]), /s3cr3t/)
  }
})

t.test('a store is reached over TLS where its address says so', async (t) => {
  const credentials = parseCredentials('cloudinary://1:2@demo?upload_prefix=https%3A%2F%2F127.0.0.1%3A1')
  const files = createStore({ credentials })
  t.teardown(files.close)
  await t.rejects(files.ping(), { code: 'STORAGE_FAILED', cause: { message: /ECONNREFUSED/ } })
})
