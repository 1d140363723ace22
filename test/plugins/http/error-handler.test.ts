import { PassThrough, Writable } from 'node:stream'
import t from 'tap'
import { catalogue, Problem } from '../../../openapi/errors.js'
import { answerClientError, toProblem } from '../../../plugins/http/error-handler.js'
import { build, login, newDatabase, post } from '../../support/app.js'
import { startProxy, throughProxy } from '../../support/proxy.js'
import { until } from '../../support/until.js'

t.test('a database that is away is 503 with Retry-After, and heals without a restart', async (t) => {
  const { upstream, through } = throughProxy(await newDatabase())
  const proxy = await startProxy(t, upstream)
  const MONGODB_URI = through(proxy.port, 'serverSelectionTimeoutMS=1500&heartbeatFrequencyMS=500')
  const test = await build(t, { env: { MONGODB_URI } })
  const { bearer, refreshToken } = await login(test)
  const profile = () => test.app.inject({ url: '/v1/users/me', headers: bearer })
  t.equal((await profile()).statusCode, 200)

  proxy.cut()
  for (const response of [await profile(), await post(test.app, '/v1/auth/refresh-token', { refreshToken })]) {
    t.match({ ...response.json(), status: response.statusCode }, { status: 503, code: 'DATABASE_UNAVAILABLE' })
    t.equal(response.headers['retry-after'], '5')
    t.notMatch(response.body, /mongo|127\.0\.0\.1|stack|\/plugins\//i, 'nothing of the cause is shown')
  }
  const unset = { updateMany: { filter: {}, update: { $unset: { none: 1 } } } }
  const error = await test.app.db.User.collection.bulkWrite([unset]).catch((error: Error) => error)
  t.equal(toProblem(error as Error).code, 'DATABASE_UNAVAILABLE', 'bulk writes hide it in an error of their own')
  t.equal((await test.app.inject('/health/live')).statusCode, 200)

  proxy.restore()
  await until(async () => (await profile()).statusCode === 200)
  t.equal((await post(test.app, '/v1/auth/refresh-token', { refreshToken })).statusCode, 200)
})

t.test('an error that nobody foresaw is 500, logged whole and shown not at all', async (t) => {
  const test = await build(t)
  const { bearer } = await login(test)
  const { collection } = test.app.db.User
  // a document as no Coffer writes it
  await collection.updateMany({}, { $unset: { createdAt: '' } })
  const response = await test.app.inject({ url: '/v1/users/me', headers: bearer })
  t.match(
    { ...response.json(), status: response.statusCode },
    { status: 500, code: 'INTERNAL_ERROR', detail: catalogue.INTERNAL_ERROR.detail },
  )
  t.notMatch(response.body, /TypeError|toISOString|models/)
  const line = test.logs.find((entry) => entry.includes(response.json().requestId) && entry.includes('TypeError'))
  t.match(JSON.parse(line as string), { level: 50, code: 'INTERNAL_ERROR', reqId: response.json().requestId })
})

t.test('what the framework throws becomes a code of the catalogue', async (t) => {
  const error = (properties: object) => Object.assign(new Error('x'), properties)
  t.equal(toProblem(error({ code: 'FST_REQ_FILE_TOO_LARGE', statusCode: 413 })).code, 'PAYLOAD_TOO_LARGE')
  t.equal(toProblem(error({ statusCode: 400 })).code, 'MALFORMED_REQUEST')
  t.equal(toProblem(error({ statusCode: 503 })).code, 'INTERNAL_ERROR')
  t.equal(toProblem(error({ validation: [], validationContext: 'params' })).code, 'NOT_FOUND')
  const problem = new Problem('NOT_FOUND')
  t.equal(toProblem(problem), problem)
})

t.test('a broken connection gets no answer', async (t) => {
  const answer = answerClientError([]) as unknown as (error: Error, socket: never) => void
  const reset = new PassThrough()
  answer(Object.assign(new Error(), { code: 'ECONNRESET' }), reset as never)
  t.ok(reset.destroyed)
  const closed = new Writable()
  closed.end()
  answer(new Error('late'), closed as never)
  t.ok(closed.destroyed)
  const slow = new PassThrough()
  answer(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), slow as never)
  t.match(String(slow.read()), /^HTTP\/1\.1 408 Request Timeout\r\n.*"code":"REQUEST_TIMEOUT"/s)
})
