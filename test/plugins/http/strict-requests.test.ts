import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { loginAs } from '../../support/admin.js'
import { build, serve } from '../../support/app.js'

const LOGIN = '/v1/auth/login'
const CREDENTIALS = '{"email":"a@b.example","password":"whatever it is"}'

t.test('only well-formed JSON in UTF-8 that says each key once is read', async (t) => {
  const { app } = await build(t)
  const send = (payload: string | Buffer, contentType = 'application/json') =>
    app.inject({ method: 'POST', url: LOGIN, payload, headers: { 'content-type': contentType } })

  for (const contentType of [
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
  ]) {
    t.equal((await send(CREDENTIALS, contentType)).json().code, 'INVALID_CREDENTIALS', contentType)
  }
  const malformed: Record<string, string | Buffer> = {
    'not JSON': '{"email":',
    'a key twice': '{"email":"a@b.example","email":"c@d.example","password":"x"}',
    'a key twice with one value': '{"email":"a@b.example","email":"a@b.example","password":"x"}',
    'a key twice, once escaped': '{"email":"a@b.example","\\u0065mail":"c@d.example","password":"x"}',
    'a prototype': '{"email":"a@b.example","password":"x","__proto__":{"admin":true}}',
    "a constructor's prototype": '{"email":"a@b.example","password":"x","constructor":{"prototype":{"admin":true}}}',
    'bytes that are not UTF-8': Buffer.from('{"email":"\xff@b.example","password":"x"}', 'latin1'),
    'half a character': '{"email":"a@b.example","password":"\\ud800"}',
    'half a character in a key': '{"\\udc00":1}',
    'very deep': '['.repeat(60_000),
  }
  for (const [name, payload] of Object.entries(malformed)) {
    const response = await send(payload)
    t.match({ status: response.statusCode, ...response.json() }, { status: 400, code: 'MALFORMED_REQUEST' }, name)
  }
  t.notOk('admin' in {}, 'no prototype was changed')
  t.equal((await send('')).json().code, 'VALIDATION_FAILED', 'no body')
  for (const scalar of ['5', 'null', 'true', '"text"', '[]', '["a@b.example"]']) {
    t.equal((await send(scalar)).json().code, 'VALIDATION_FAILED', scalar)
  }

  for (const contentType of [
    'application/json; charset=utf-16',
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'text/json',
    'application/json, text/plain',
  ]) {
    t.equal((await send(CREDENTIALS, contentType)).json().code, 'UNSUPPORTED_MEDIA_TYPE', contentType)
  }
  const untyped = await app.inject({ method: 'POST', url: LOGIN, payload: Buffer.from(CREDENTIALS) })
  t.equal(untyped.json().code, 'UNSUPPORTED_MEDIA_TYPE', 'no content type')
  const zipped = await app.inject({
    method: 'POST',
    url: LOGIN,
    payload: CREDENTIALS,
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  })
  t.equal(zipped.json().code, 'UNSUPPORTED_MEDIA_TYPE', 'an encoded body')
  const large = await send(JSON.stringify({ email: 'a'.repeat(70_000) }))
  t.match({ status: large.statusCode, ...large.json() }, { status: 413, code: 'PAYLOAD_TOO_LARGE' })
})

t.test('nothing in a body is coerced or dropped', async (t) => {
  const { app } = await build(t)
  const send = async (payload: object) => (await app.inject({ method: 'POST', url: LOGIN, payload })).json()
  for (const value of [
    ['a@b.example'],
    5,
    null,
    true,
    { $ne: null },
    { $gt: '' },
    { _bsontype: 'ObjectId' },
    { $oid: 'x' },
  ]) {
    t.match(await send({ email: value, password: 'x' }), { code: 'VALIDATION_FAILED', errors: [{ pointer: '/email' }] })
    t.match(await send({ email: 'a@b.example', password: value }), { errors: [{ pointer: '/password', code: 'type' }] })
  }
  t.match(await send({ email: 'a@b.example', password: 'x', role: 'admin', 'a/b~': 1 }), {
    status: 400,
    errors: [{ pointer: '/role', code: 'additionalProperties' }, { pointer: '/a~1b~0' }],
  })
  t.match(await send({ password: 'x' }), { errors: [{ pointer: '/email', code: 'required' }] })
})

t.test('what is wrong with a value is told by example, never by a regular expression', async (t) => {
  const test = await build(t)
  const { bearer } = await loginAs(test, { role: 'admin' })
  const messageOf = async (url: string, payload?: object) => {
    const response = await test.app.inject({
      method: payload ? 'POST' : 'GET',
      url: `/v1${url}`,
      headers: bearer,
      ...(payload && { payload }),
    })
    return response.json().errors[0].message
  }
  const address = { email: 'ada@localhost', password: 'x' }
  t.equal(await messageOf('/auth/login', address), 'must look like ada@example.com')
  t.equal(await messageOf('/assets?cursor=a*b'), 'must have the documented form')
  t.equal(
    await messageOf('/admin/audit-events?from=2026-01-31T12:00:00+01:00'),
    'must be a time such as 2026-01-31T12:00:00Z; in a URL, + is written %2B',
  )
})

t.test('what the HTTP parser refuses is answered as a problem, and the connection closed', async (t) => {
  const { app } = await build(t)
  const address = new URL(await serve(app))
  const raw = async (request: string) => {
    const socket = connect(Number(address.port), address.hostname)
    socket.end(request)
    return text(socket)
  }
  const cases: Record<string, [string, RegExp]> = {
    'two hosts': ['GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', /^HTTP\/1.1 400 /],
    'length and chunks': [
      'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1.1 400 /,
    ],
    'two lengths': [
      'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n',
      /^HTTP\/1.1 400 /,
    ],
    'a bare line feed': ['GET /health/live HTTP/1.1\nHost: a\n\n', /^HTTP\/1.1 400 /],
    'a folded header': ['GET /health/live HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n', /^HTTP\/1.1 400 /],
    'no HTTP at all': ['\x16\x03\x01 hello\r\n\r\n', /^HTTP\/1.1 400 /],
    'headers over 16 KiB': [
      `GET /health/live HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1.1 431 /,
    ],
  }
  for (const [name, [request, status]] of Object.entries(cases)) {
    const answer = await raw(request)
    t.match(answer, status, name)
    t.match(answer, /\r\nconnection: close\r\n/i, name)
    t.match(answer, /\r\ncontent-type: application\/problem\+json; charset=utf-8\r\n/i, name)
    t.match(answer, /\r\nx-content-type-options: nosniff\r\n/i, name)
    t.match(answer, /\r\nstrict-transport-security: /i, name)
    t.match(answer, /\r\ncache-control: no-store\r\n/i, name)
  }
  t.match(await raw('GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), /^HTTP\/1.1 200 /)
})
