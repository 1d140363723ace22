import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { pdf, start } from '../../routes/v1/assets/client.js'
import { build, login, newDatabase, serve } from '../../support/app.js'
import { startProxy, throughProxy } from '../../support/proxy.js'
import { until } from '../../support/until.js'

const open = async (base: string): Promise<Socket> => {
  const { port, hostname } = new URL(base)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  return socket.on('error', () => {})
}

const PROBLEM = /\r\ncontent-type: application\/problem\+json; charset=utf-8\r\n.*"code":"REQUEST_TIMEOUT"/is

t.test('what arrives too slowly is answered 408, whatever part of it', async (t) => {
  const limits = { headersTimeout: 300, bodyTimeout: 300, avatarTimeout: 300, requestTimeout: 600, timeoutInterval: 50 }
  const { base, user } = await start(t, { limits })
  const slow: Record<string, string> = {
    nothing: '',
    'a request line': 'GET /health/live',
    headers: 'GET /health/live HTTP/1.1\r\nHost: a\r\n',
    'a body': 'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    'a form with an image':
      'POST /v1/auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999\r\n\r\n' +
      '--x\r\nContent-Disposition: form-data; name="avatar"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89',
    'an upload': `POST /v1/assets HTTP/1.1\r\nHost: a\r\nAuthorization: ${user.bearer.authorization}\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 999\r\n\r\n--x\r\n`,
  }
  for (const [part, bytes] of Object.entries(slow)) {
    const socket = await open(base)
    socket.write(bytes)
    const started = performance.now()
    const answer = await text(socket)
    t.match(answer, /^HTTP\/1.1 408 Request Timeout\r\n/, part)
    t.match(answer, PROBLEM, part)
    t.match(answer, /\r\nconnection: close\r\n/i, part)
    t.ok(performance.now() - started >= 250, part)
    socket.destroy()
  }
})

t.test('a form that stops arriving is answered 408, and leaves nothing', async (t) => {
  const { app, base, user } = await start(t, { limits: { idleTimeout: 300 } })
  const file = (bytes: string) => `--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n${bytes}`
  const stalled = {
    'in front of a part': '--x\r\n',
    'at the start of a file': file('%PDF'),
    'in a file': file(`%PDF-1.4\n${'x'.repeat(200_000)}`),
    'behind a file': file(`${pdf().content}\r\n--x\r\nContent-Disposition`),
  }
  for (const [place, bytes] of Object.entries(stalled)) {
    const socket = await open(base)
    socket.write(
      `POST /v1/assets HTTP/1.1\r\nHost: a\r\nAuthorization: ${user.bearer.authorization}\r\n` +
        `Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 999999\r\n\r\n${bytes}`,
    )
    const answer = await text(socket)
    t.match(answer, /^HTTP\/1.1 408 Request Timeout\r\n/, place)
    t.match(answer, PROBLEM, place)
    t.match(answer, /\r\nconnection: close\r\n/i, place)
    socket.destroy()
    await app.requests.idle()
    t.equal(await app.db.Asset.countDocuments(), 0, place)
  }
})

t.test('a body that keeps coming in time is read, and one that is too long is refused unread', async (t) => {
  const { app } = await build(t)
  const base = await serve(app)
  const body = '{"email":"a@b.example","password":"whatever it is"}'
  const head = (length: number) =>
    `POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
  const socket = await open(base)
  socket.write(head(body.length))
  for (const byte of body) {
    socket.write(byte)
    await new Promise(setImmediate)
  }
  t.match(await text(socket), /^HTTP\/1.1 401 /)

  const long = await open(base)
  long.write(head(10 ** 9))
  t.match(await text(long), /^HTTP\/1.1 413 /)
})

t.test('a client that goes away in the midst of its body ends the request', async (t) => {
  const { app, logs } = await build(t)
  const socket = await open(await serve(app))
  socket.write(
    'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  )
  await once(app.server, 'request')
  socket.destroy()
  await once(socket, 'close')
  await app.requests.idle()
  t.match(logs.at(-1), /"outcome":"aborted"/)
})

t.test('a thousand idle connections and a client that does not read hold nobody up, and are closed', async (t) => {
  const { app, base, upload, user } = await start(t, { limits: { idleTimeout: 1_500 } })
  const length = (await (await fetch(`${base}/openapi.json`)).text()).length
  const taken: Socket[] = []
  app.server.on('connection', (socket) => taken.push(socket))
  const reader = (await open(base)).pause()
  // more than the buffers of two sockets hold
  reader.write('GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(Math.ceil(2 ** 24 / length)))
  const idle = await Promise.all(Array.from({ length: 1_000 }, () => open(base)))
  const started = performance.now()
  t.equal((await fetch(`${base}/health/live`)).status, 200)
  t.ok(performance.now() - started < 2_000)
  t.equal((await upload([pdf()], user.bearer)).status, 201)
  await Promise.all(idle.map((socket) => socket.closed || once(socket.resume(), 'close')))
  const [unread] = taken as [Socket]
  t.ok(unread.closed || (await once(unread, 'close')), 'the one that is not read too')
  reader.destroy()
})

t.test('beyond the limit of connections none is taken', async (t) => {
  const { app } = await build(t, { limits: { connections: 1 } })
  const base = await serve(app)
  const first = await open(base)
  const second = await open(base)
  t.equal(await text(second), '')
  first.write('GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  t.match(await text(first), /^HTTP\/1.1 200 /)
})

t.test('huge, deep and many-keyed bodies are refused in no time', async (t) => {
  const { app } = await build(t)
  const keys = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":1`).join()}}`
  const hostile: [string, string | Buffer, number][] = [
    ['giant', `"${'x'.repeat(10 ** 7)}"`, 413],
    ['1e5 keys', keys(100_000), 413],
    ['as many keys as fit', keys(6_000), 400],
    ['500,000 deep', '['.repeat(500_000), 413],
    ['as deep as fits', `${'['.repeat(32_000)}${']'.repeat(32_000)}`, 400],
    ['no UTF-8', Buffer.alloc(60_000, 0xff), 400],
    ['half a character', `"${'\\ud800'.repeat(10_000)}"`, 400],
  ]
  const send = (payload: string | Buffer) =>
    app.inject({ method: 'POST', url: '/v1/auth/login', payload, headers: { 'content-type': 'application/json' } })
  await send('{}')
  for (const [name, payload, status] of hostile) {
    const started = performance.now()
    const answer = await send(payload)
    const took = performance.now() - started
    t.equal(answer.statusCode, status, name)
    t.ok(took < 500, `${name}: ${took} ms`)
    t.ok(answer.body.length < 20_000, `${name}: ${answer.body.length} bytes`)
  }
})

t.test('a database that takes every connection and answers none is 503 within the documented wait', async (t) => {
  const { upstream, through } = throughProxy(await newDatabase())
  const proxy = await startProxy(t, upstream)
  const MONGODB_URI = through(proxy.port, 'maxPoolSize=1&waitQueueTimeoutMS=500&socketTimeoutMS=1500')
  const test = await build(t, { env: { MONGODB_URI } })
  const { bearer } = await login(test)
  proxy.hold()
  const started = performance.now()
  const profiles = [1, 2, 3].map(() => test.app.inject({ url: '/v1/users/me', headers: bearer }))
  for (const answer of await Promise.all(profiles)) {
    t.match({ ...answer.json(), status: answer.statusCode }, { status: 503, code: 'DATABASE_UNAVAILABLE' })
  }
  t.ok(performance.now() - started < 5_000)
  proxy.restore()
  await until(async () => (await test.app.inject({ url: '/v1/users/me', headers: bearer })).statusCode === 200)
})

t.test('the time for an upload lets the largest form through a slow link', async (t) => {
  const { app } = await build(t, { env: { UPLOAD_MAX_BYTES: '64MiB', UPLOAD_MAX_FILES: '2' } })
  const slowest = (2 ** 20 / 8) * (app.limits.requestTimeout / 1000)
  t.ok(slowest >= 2 * 64 * 2 ** 20)
  t.equal(app.server.requestTimeout, app.limits.requestTimeout)
})
