import t from 'tap'
import { build } from '../../support/app.js'

t.test('is ready where the database has every index that guards something', async (t) => {
  const { app, clock, logs } = await build(t, { own: true })
  const ask = async () => {
    clock.advance(1_000)
    return app.inject('/health/ready')
  }
  const ready = await ask()
  t.equal(ready.statusCode, 200)
  t.strictSame(ready.json(), { status: 'ok', checks: { database: 'ok', mail: 'ok', storage: 'ok' } })

  const users = app.db.User.collection
  await users.dropIndex('email_1')
  const unready = await ask()
  t.equal(unready.statusCode, 503)
  t.ok(Number(unready.headers['retry-after']) > 0)
  t.strictSame(unready.json(), {
    status: 'unavailable',
    reason: 'indexes-missing',
    checks: { database: 'unavailable', mail: 'ok', storage: 'ok' },
  })
  t.match(JSON.parse(logs.findLast((line) => line.includes('lacks indexes')) as string), {
    missing: ['users.email_1'],
    msg: 'The database lacks indexes: run npm run migrate',
  })

  await users.createIndex({ email: 1 })
  t.equal((await ask()).statusCode, 503, 'the same keys, but not unique')
  await users.dropIndex('email_1')
  await app.db.User.createIndexes()
  t.equal((await ask()).statusCode, 200)

  await app.db.User.collection.dropIndex('nameKey_1__id_1')
  t.equal((await ask()).statusCode, 200, 'slower, but sound')
  await app.db.Challenge.collection.dropIndex('expiresAt_1')
  t.equal((await ask()).statusCode, 503, 'nothing would clean up')
  await app.db.Challenge.collection.drop()
  t.match((await ask()).json(), { reason: 'indexes-missing' }, 'not even the collection')
})

t.test('a flood of probes asks the database once a second', async (t) => {
  const { app, clock } = await build(t, { own: true })
  await app.inject('/health/ready')
  await app.db.User.collection.dropIndex('email_1')
  const answers = await Promise.all(Array.from({ length: 20 }, () => app.inject('/health/ready')))
  t.ok(answers.every(({ statusCode }) => statusCode === 200))
  clock.advance(1_000)
  t.equal((await app.inject('/health/ready')).statusCode, 503)
})

t.test('is not ready, without a hang, where the database is gone', async (t) => {
  const { app, clock, logs } = await build(t, { own: true })
  await app.db.connection.close()
  clock.advance(1_000)
  const answer = await app.inject('/health/ready')
  t.equal(answer.statusCode, 503)
  t.match(answer.json(), { reason: 'database-unreachable' })
  t.match(logs.join(''), /The database does not answer/)
  t.equal((await app.inject('/health/live')).statusCode, 200)
  await app.db.connection.openUri(app.config.MONGODB_URI)
})

t.test('a mail service that does not answer is told with its reason, and keeps the server ready', async (t) => {
  const { app } = await build(t, { env: { SMTP_URL: 'smtp://127.0.0.1:1' } })
  await app.mailer.verify()
  const answer = await app.inject('/health/ready')
  t.equal(answer.statusCode, 200)
  t.match(answer.json(), { checks: { mail: 'unavailable' }, reasons: { mail: 'ESOCKET ECONNREFUSED' } })
})
