import { once } from 'node:events'
import { connect } from 'node:net'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { build, login, newEmail, post, serve } from '../../support/app.js'
import { secretsIn } from '../../support/secrets.js'

const linesOf = (logs: string[]) => logs.map((line) => JSON.parse(line))

t.test('each request is one line of JSON: who, from where, what, when in UTC, with which outcome', async (t) => {
  const test = await build(t)
  const { app, logs } = test
  const { bearer, id } = await login(test)
  const line = async (options: InjectOptions | string) => {
    logs.length = 0
    const answer = await app.inject(options)
    await app.requests.idle()
    const lines = linesOf(logs).filter(({ msg }) => msg === 'request completed')
    t.equal(lines.length, 1)
    t.equal(lines[0].reqId, answer.headers['x-request-id'])
    t.match(lines[0].time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    t.ok(Number.isInteger(lines[0].ms))
    return lines[0]
  }
  const profile = { actor: id, ip: '127.0.0.1', method: 'GET', route: '/v1/users/me', status: 200, outcome: 'ok' }
  t.match(await line({ url: '/v1/users/me', headers: bearer }), profile)
  t.match(await line('/v1/users/me'), { actor: null, status: 401, outcome: 'refused', code: 'TOKEN_INVALID' })
  t.match(await line('/v1/assets/4711?token=x'), { route: '/v1/assets/:assetId', status: 401 })
  t.match(await line('/nowhere'), { route: null, outcome: 'refused', code: 'NOT_FOUND' })
  t.match(await line(`/v1/assets/${'x'.repeat(300)}`), { route: null, status: 414, code: 'URI_TOO_LONG' })
})

t.test('what a client writes stays data in the log, and an address that an error repeats is masked', async (t) => {
  const test = await build(t)
  const { app, logs } = test
  const hostile = '%s%o\r\n{"level":60}\u001b[31m'
  const email = newEmail()
  logs.length = 0
  await post(app, '/v1/auth/login', { email: `${hostile}@x.example`, password: hostile })
  await app.inject({ url: `/v1/assets/${encodeURIComponent(hostile)}`, headers: { 'x-request-id': hostile } })
  app.log.error({ err: new Error(`E11000 dup key: { email: "${email}" }`, { cause: new Error(email) }) }, 'driver')
  app.log.error(
    { err: Object.assign(new Error('x', { cause: email }), { code: 11000, keyValue: { email } }) },
    'driver',
  )
  const req = { method: 'GET', url: '/x?token=secret', headers: { authorization: 'Bearer secret' }, ip: '::1' }
  app.log.info({ req, res: { statusCode: 500, secret: 1 } }, 'as the framework logs them')
  app.log.info({ req: { ...req, routeOptions: { url: '/:x' } } }, 'with its route')
  const lines = linesOf(logs)
  t.ok(lines.every(({ level }) => level < 60))
  t.ok(logs.every((line) => line.indexOf('\n') === line.length - 1))
  t.notMatch(logs.join(''), /secret|%s|\[31m|example\.com/)
  t.match(lines, [
    {},
    {},
    { err: { message: 'E11000 dup key: { email: "***" }', cause: { message: '***' } } },
    { err: { code: 11000 } },
    { req: { method: 'GET', route: null, ip: '::1' }, res: { statusCode: 500 } },
    { req: { route: '/:x' } },
  ])
})

t.test('a client that goes away before its answer is told as such, once, with its address', async (t) => {
  const test = await build(t)
  const { app, logs } = test
  const { bearer } = await login(test)
  const { port } = new URL(await serve(app))
  logs.length = 0
  const socket = connect(Number(port), '127.0.0.1')
  app.server.once('request', () => socket.destroy())
  socket.write(`GET /v1/users/me HTTP/1.1\r\nHost: a\r\nAuthorization: ${bearer.authorization}\r\n\r\n`)
  await once(socket, 'close')
  await app.requests.idle()
  t.match(linesOf(logs), [{ outcome: 'aborted', ip: '127.0.0.1', route: '/v1/users/me' }])
  t.equal(logs.length, 1)
})

t.test('the search of every log finds what this suite uses', async (t) => {
  const test = await build(t)
  const { email, accessToken, refreshToken, password } = await login(test)
  for (const secret of [
    email,
    accessToken,
    refreshToken,
    password,
    test.config.DATA_KEY[0] as string,
    'else@example.com',
  ]) {
    t.equal(secretsIn(`{"msg":"told ${secret}"}\n`).length, 1, secret)
  }
  t.same(secretsIn('{"pid":123456,"msg":"nothing"}\n'), [])
})
