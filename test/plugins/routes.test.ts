import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { HTTPMethods } from 'fastify'
import t from 'tap'
import { build, login, serve } from '../support/app.js'

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']

t.test('every path of the contract answers 405 with Allow to the methods that it lacks', async (t) => {
  const { app } = await build(t)
  const { paths } = app.swagger() as unknown as { paths: Record<string, Record<string, unknown>> }
  t.ok(Object.keys(paths).length > 10)
  for (const [path, operations] of Object.entries(paths)) {
    const has = Object.keys(operations).map((method) => method.toUpperCase())
    if (has.includes('GET')) has.push('HEAD')
    for (const method of METHODS.filter((name) => !has.includes(name))) {
      const response = await app.inject({ method: method as 'GET', url: path.replaceAll(/\{\w+\}/g, 'id') })
      t.equal(response.statusCode, 405, `${method} ${path}`)
      t.same(String(response.headers.allow).split(', ').sort(), [...has].sort())
    }
  }
})

t.test('a method is refused before the body is looked at', async (t) => {
  const { app } = await build(t)
  for (const method of ['PUT', 'QUERY'] as const) {
    const response = await app.inject({
      method: method as 'PUT',
      url: '/v1/assets',
      headers: { 'content-type': 'text/x' },
      body: 'x',
    })
    t.equal(response.statusCode, 405, method)
  }
})

t.test('CONNECT is no method of this server', async (t) => {
  const { app } = await build(t)
  const { port } = new URL(await serve(app))
  const socket = connect(Number(port), '127.0.0.1')
  socket.end('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n')
  t.notMatch(await text(socket), /^HTTP\/1.1 2/)
})

t.test('a route without a declared security cannot be registered', async (t) => {
  const { app } = await build(t)
  t.throws(() => app.auth.guard({ method: 'GET', url: '/open', handler: () => {} }), /GET \/open declares no security/)
  t.throws(() => app.auth.guard({ method: 'GET', url: '/open', schema: {}, handler: () => {} }), /declares no security/)
})

t.test('HEAD is guarded as GET is, and answers what GET would', async (t) => {
  const test = await build(t)
  const head = (headers = {}) => test.app.inject({ method: 'HEAD', url: '/v1/users/me', headers })
  t.equal((await head()).statusCode, 401)
  const { bearer } = await login(test)
  const response = await head(bearer)
  t.equal(response.statusCode, 200)
  t.equal(response.body, '')
})

t.test('a path is taken literally', async (t) => {
  const { app } = await build(t)
  const url = [
    '//v1/users/me',
    '/v1//users/me',
    '/v1/users/me/',
    '/v1/users%2fme',
    '/v1/users/me/x.css',
    '/v1/users/%252e',
    '/.git/config',
    '/debug',
    '/%',
    '/%zz',
  ]
  for (const path of url) t.equal((await app.inject(path)).statusCode, 404, path)
})

t.test('what the router refuses is answered as any other problem', async (t) => {
  const { app } = await build(t)
  const long = await app.inject(`/v1/assets/${'a'.repeat(300)}`)
  t.match({ status: long.statusCode, ...long.json() }, { status: 414, code: 'URI_TOO_LONG', requestId: /./ })
  t.match(long.headers, { 'x-content-type-options': 'nosniff', 'x-request-id': long.json().requestId })
  t.equal((await app.inject('/v1/assets/%zz')).json().code, 'NOT_FOUND')
})
