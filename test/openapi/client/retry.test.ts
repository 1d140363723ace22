import type { RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { ApiError, createClient } from '../../../openapi/client/index.js'
import { listen, signIn, start, watch } from './helper.js'

const problem = (code: string, detail = 'Wait.') => JSON.stringify({ code, detail })

interface Step {
  status: number
  code?: string
  retryAfter?: string
  body?: string
  type?: string
}

/** A server that answers step by step, then with an empty object. */
async function answering(t: Test, steps: Step[]) {
  const seen: string[] = []
  const listener: RequestListener = ({ method, url }, reply) => {
    seen.push(`${method} ${url}`)
    const {
      status,
      code,
      retryAfter,
      body = code ? problem(code) : '{}',
      type = 'application/json',
    } = steps.shift() ?? {
      status: 200,
    }
    reply
      .writeHead(status, { ...(type && { 'content-type': type }), ...(retryAfter && { 'retry-after': retryAfter }) })
      .end(body)
  }
  const baseUrl = await listen(t, listener)
  const connect = (retry = {}) => createClient({ baseUrl, retry: { delay: 1, ...retry } })
  return { seen, connect, baseUrl }
}

const credentials = { email: 'ada@example.com', password: 'a river runs through it' }

t.test('what may be repeated is sent again where the connection breaks, even amid the answer', async (t) => {
  let broken = 2
  const baseUrl = await listen(t, (_request, reply) => {
    reply.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 }).write('{')
    if (broken-- > 0) reply.destroy()
    else reply.end('}')
  })
  const client = createClient({ baseUrl, retry: { delay: 1 } })
  t.strictSame(await client.getLiveness(), {})
  broken = 3
  await t.rejects(client.getLiveness(), { name: 'NetworkError', code: 'NETWORK_ERROR' })
  broken = 1
  await t.rejects(client.login(credentials), { name: 'NetworkError' }, 'a sign-in may have begun')
  t.equal(broken, 0)
})

t.test('waits as long as it is told, but no longer than it may', async (t) => {
  const { seen, connect } = await answering(t, [
    { status: 429, code: 'RATE_LIMITED', retryAfter: '0' },
    { status: 429, code: 'RATE_LIMITED', retryAfter: '3600' },
  ])
  const error = await connect()
    .login(credentials)
    .catch((error: unknown) => error)
  t.ok(error instanceof ApiError)
  t.match(error, { code: 'RATE_LIMITED', status: 429, retryAfter: 3600, detail: 'Wait.', message: 'Wait.', errors: [] })
  t.equal(seen.length, 2)
})

t.test('a limit of what stands in between counts, too', async (t) => {
  const { seen, connect } = await answering(t, [{ status: 429, body: 'slow down', type: 'text/plain' }])
  t.strictSame(await connect().login(credentials), {})
  t.equal(seen.length, 2)
})

t.test('a limit that waits for a person is left to that person', async (t) => {
  const { seen, connect } = await answering(t, [{ status: 429, code: 'TOO_MANY_CODES', retryAfter: '1' }])
  await t.rejects(connect().resendCode({ challengeId: 'x' }), { code: 'TOO_MANY_CODES', retryAfter: 1 })
  t.equal(seen.length, 1)
})

t.test('a server that is overloaded or behind a broken gateway is asked again, where that is safe', async (t) => {
  const overloaded = { status: 503, code: 'OVERLOADED', retryAfter: 'Wed, 21 Oct 2026 07:28:00 GMT' }
  const gateway = { status: 502, body: '<html>', type: 'text/html' }
  const reading = await answering(t, [overloaded, gateway])
  t.strictSame(await reading.connect().getLiveness(), {})
  const writing = await answering(t, [overloaded])
  await t.rejects(writing.connect().login(credentials), { code: 'OVERLOADED', retryAfter: undefined })
  const leaving = await answering(t, [{ ...gateway, status: 504 }])
  await t.rejects(leaving.connect().logout(), { code: 'HTTP_504', detail: /not an error of Coffer/ })
  t.strictSame([reading.seen.length, writing.seen.length, leaving.seen.length], [3, 1, 1])
  const hopeless = await answering(t, Array(9).fill(overloaded))
  await t.rejects(hopeless.connect({ limit: 4, maxDelay: 2 }).getLiveness(), { code: 'OVERLOADED' })
  t.equal(hopeless.seen.length, 5)
})

t.test('the answer to an upload may be lost, and the file is there once', async (t) => {
  const test = await start(t)
  const lose = ['POST /v1/assets']
  const keys: (string | null)[] = []
  const { fetch, sent } = watch(async (send, route) => {
    const response = await send()
    if (lose.includes(route) && keys.length === 1) throw new TypeError('connection reset')
    return response
  })
  const client = test.connect({
    fetch: (url, init) => {
      if (init.method === 'POST') keys.push(new Headers(init.headers).get('idempotency-key'))
      return fetch(url, init)
    },
  })
  await signIn(test, client)
  keys.length = sent.length = 0
  const file = new File([Buffer.from(PIXEL, 'base64')], 'pixel.gif', { type: 'image/gif' })
  await client.uploadAssets({ file: [file] })
  t.strictSame(sent, ['POST /v1/assets', 'POST /v1/assets'])
  t.match(keys[0], /^[\da-f]{32}$/)
  t.equal(keys[0], keys[1])
  t.equal((await client.listAssets({ total: true })).total, 1)
  await client.uploadAssets({ file: [file] }, { idempotencyKey: 'my-own-key' })
  t.equal(keys[2], 'my-own-key')
})

t.test('an upload whose first request still runs is asked for again', async (t) => {
  const { connect, seen } = await answering(t, [
    { status: 409, code: 'REQUEST_IN_PROGRESS', retryAfter: '0' },
    { status: 201, body: '{"items":[]}' },
  ])
  const { data } = await connect().api.POST('/v1/assets', { body: { file: [] } })
  t.strictSame(data, { items: [] })
  t.strictSame(seen.length, 2)
  const other = await answering(t, [{ status: 409, code: 'EMAIL_TAKEN' }])
  await t.rejects(other.connect().verifyRegistration({ challengeId: 'x', code: '123456' }), { code: 'EMAIL_TAKEN' })
})

t.test('a call that takes too long, and one that is given up, are told apart', async (t) => {
  const baseUrl = await listen(t, () => {})
  const client = createClient({ baseUrl, timeout: 20, retry: { limit: 1, delay: 1 } })
  await t.rejects(client.getLiveness(), { name: 'NetworkError', code: 'TIMEOUT' })
  const controller = new AbortController()
  const call = client.getLiveness({}, { signal: controller.signal, timeout: 0 })
  const reason = new Error('the page was left')
  controller.abort(reason)
  t.equal(await call.catch((error: unknown) => error), reason)
  await t.rejects(client.getLiveness({}, { signal: AbortSignal.abort() }), { name: 'AbortError' })
})

t.test('giving up ends a wait, too', async (t) => {
  const { connect, seen } = await answering(t, [{ status: 503, retryAfter: '9' }])
  const controller = new AbortController()
  const call = connect({ delay: 10_000 }).getLiveness({}, { signal: controller.signal })
  setImmediate(function check() {
    if (seen.length === 1) controller.abort()
    else setImmediate(check)
  })
  await t.rejects(call, { name: 'AbortError' })
  t.equal(seen.length, 1)
})

t.test('no redirect is followed, with credentials least of all', async (t) => {
  const stolen: unknown[] = []
  const elsewhere = await listen(t, ({ headers }, reply) => {
    stolen.push(headers)
    reply.end('{}')
  })
  const baseUrl = await listen(t, (_request, reply) => {
    reply.writeHead(307, { location: `${elsewhere}/v1/auth/login` }).end()
  })
  const client = createClient({ baseUrl, retry: { delay: 1 } })
  await t.rejects(client.login(credentials), { code: 'NETWORK_ERROR' })
  t.strictSame(stolen, [])
})

t.test('a page instead of an answer says that the base URL may be wrong', async (t) => {
  const page = { status: 200, body: '<!doctype html>', type: 'text/html' }
  const { connect } = await answering(t, [page, page, { status: 200, body: 'x', type: '' }])
  const client = connect()
  await t.rejects(client.getLiveness(), { code: 'UNEXPECTED_ANSWER', detail: /text\/html.*is baseUrl right/ })
  await t.rejects(client.login(credentials), { code: 'UNEXPECTED_ANSWER' })
  await t.rejects(client.getLiveness(), { code: 'UNEXPECTED_ANSWER', detail: /text\/plain/ })
})

t.test('the API may have a prefix, and requests headers of their own', async (t) => {
  const seen: unknown[] = []
  const origin = await listen(t, ({ url, headers }, reply) => {
    seen.push([url, headers['user-agent'], headers['x-request-id'], headers.authorization])
    reply.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const client = createClient({ baseUrl: `${origin}/coffer//`, headers: { 'user-agent': 'Photos/1.2' } })
  await client.getProfile({}, { headers: { 'x-request-id': 'request-1' } })
  t.strictSame(seen, [['/coffer/v1/users/me', 'Photos/1.2', 'request-1', undefined]])
  t.throws(() => createClient({ baseUrl: 'no url' }), { name: 'TypeError' })
})

const PIXEL = 'R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=='
