import t from 'tap'
import { connectRedis } from '../../../plugins/http/redis.js'
import { build, newDatabase, services } from '../../support/app.js'
import { newFolder, run } from '../../support/process.js'
import { startRedis } from '../../support/redis.js'
import { until } from '../../support/until.js'

const linesOf = (logs: string[]) => logs.map((line) => JSON.parse(line)).filter(({ msg }) => /Redis/.test(msg))

t.test('processes that share Redis share their limits', async (t) => {
  const { url } = await startRedis(t)
  const env = { RATE_LIMIT: '3', REDIS_URL: url }
  const [one, two] = [await build(t, { env }), await build(t, { env })]
  for (const { app } of [one, two, one]) t.equal((await app.inject('/v1/users/me')).statusCode, 401)
  t.equal((await two.app.inject('/v1/users/me')).statusCode, 429)
  t.strictSame((await one.app.inject('/health/ready')).json(), {
    status: 'ok',
    checks: { database: 'ok', mail: 'ok', storage: 'ok', redis: 'ok' },
  })
})

t.test('a Redis that is lost is told once, refuses what cannot be counted, and heals', async (t) => {
  const redis = await startRedis(t)
  const { app, clock, logs } = await build(t, { env: { RATE_LIMIT: '10', REDIS_URL: redis.url } })
  const ready = async () => {
    clock.advance(1_000)
    const answer = await app.inject('/health/ready')
    return { code: answer.statusCode, ...answer.json() }
  }
  await redis.stop()
  const refused = await app.inject('/v1/users/me')
  t.match({ ...refused.json(), status: refused.statusCode }, { status: 503, code: 'OVERLOADED' })
  t.equal(refused.headers['retry-after'], '5')
  t.equal((await app.inject('/health/live')).statusCode, 200)
  t.strictSame(await ready(), {
    code: 200,
    status: 'ok',
    checks: { database: 'ok', mail: 'ok', storage: 'ok', redis: 'unavailable' },
    reasons: { redis: 'ECONNREFUSED' },
  })
  // the client tries again and again meanwhile
  await app.inject('/v1/users/me')
  t.match(linesOf(logs), [
    { level: 50, reason: 'ECONNREFUSED', msg: 'Redis does not answer: requests are refused until it does' },
  ])
  t.equal(linesOf(logs).length, 1)
  t.notMatch(logs.join(''), /"stack"/)

  await redis.restart()
  await until(async () => !(await ready()).reasons)
  t.equal((await app.inject('/v1/users/me')).statusCode, 401)
  t.match(linesOf(logs).at(-1), { level: 30, msg: 'Redis answers again' })

  redis.answerPing('-MASTERDOWN Link with MASTER is down')
  t.match(await ready(), { reasons: { redis: 'MASTERDOWN' } })
  redis.answerPing('+PONG')
  t.notOk((await ready()).reasons)

  redis.silence()
  t.match(await ready(), { checks: { redis: 'unavailable' }, reasons: { redis: 'NO_ANSWER' } })
  t.match(linesOf(logs).at(-1), { level: 50, reason: 'NO_ANSWER' }, 'a probe tells of a Redis that hangs')
})

t.test('a Redis that cannot be used stops the start, with the variable and the cause', async (t) => {
  const { url, stop } = await startRedis(t, { password: 'right' })
  const connect = (url: string) => connectRedis(url, () => t.fail('nothing changes'))
  const { client } = await connect(url)
  client.disconnect()
  const restricted = await startRedis(t, { scripts: false })
  await t.rejects(connect(restricted.url), { message: /^Redis can't be used: NOPERM .*'eval' command\. Start it/ })
  await t.rejects(connect(url.replace('right', 'wrong')), { message: /^Redis can't be used: .*REDIS_URL\.$/ })
  await stop()
  const message = /^Redis can't be used: connect ECONNREFUSED 127\.0\.0\.1:\d+\. Start it, or correct REDIS_URL\.$/
  await t.rejects(connect(url), { message })
  const { CLOUDINARY_URL = '', SMTP_URL = '' } = await services()
  const others = { MONGODB_URI: await newDatabase(), CLOUDINARY_URL, SMTP_URL }
  const server = run(t, 'server.js', { ...others, DATA_DIR: newFolder(t), PORT: '0', REDIS_URL: url })
  t.equal(await server.exitCode(), 1)
  t.match(server.output.stderr.trim(), message)
  t.notMatch(server.output.stdout, /Coffer is up/)
})
