import t from 'tap'
import { explain } from '../../commands/explain.js'
import { makeIndexes } from '../../plugins/db/indexes.js'
import { build, services } from '../support/app.js'
import { newFolder, openDatabase, run } from '../support/process.js'

t.setTimeout(300_000)

t.test('makes the indexes, and only these, without a running server and beside one', async (t) => {
  const DATA_DIR = newFolder(t)
  const migrate = async (...args: string[]) => {
    const command = run(t, 'commands/migrate.js', { DATA_DIR }, args)
    return { code: await command.exitCode(), ...command.output }
  }
  t.match(await migrate('--dry-run'), {
    code: 0,
    stdout: /^users\.email_1 would be made$[\s\S]*^Nothing was changed: \d+ missing\.\n$/m,
    stderr: '',
  })
  t.match(await migrate(), { code: 0, stdout: /^users\.email_1 made$[\s\S]*^Done: \d+ made\.\n$/m, stderr: '' })

  const database = await openDatabase(DATA_DIR)
  t.teardown(database.close)
  t.match(await migrate(), { code: 0, stdout: /^users\.email_1 is there$[\s\S]*^Done: \d+ present\.\n$/m })

  for (const args of [['--now'], ['all']]) {
    t.match(await migrate(...args), { code: 1, stdout: '', stderr: /Usage: npm run migrate -- \[--dry-run\]\n$/ })
  }
})

t.test('a server in production waits for it, and is ready once it has run, without a restart', async (t) => {
  const { MONGODB_URI } = await services()
  const plain = await build(t, { own: true })
  const uri = `${plain.config.MONGODB_URI}${(MONGODB_URI as string).includes('?') ? '&' : '?'}tls=false`
  await plain.app.db.connection.dropDatabase()
  const { app, clock, logs } = await build(t, {
    env: {
      NODE_ENV: 'production',
      BCRYPT_ROUNDS: '10',
      PUBLIC_URL: 'https://api.example.com',
      MAIL_FROM: 'coffer@example.com',
      MONGODB_URI: uri,
      ...Object.fromEntries(
        ['JWT_SECRET', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER'].map((name) => [
          name,
          `${name} abcdefghijklmnopqrstuvwxyz`,
        ]),
      ),
    },
  })
  const line = JSON.parse(logs.find((text) => text.includes('lacks indexes')) as string)
  t.match(line, { level: 50, msg: 'The database lacks indexes: run npm run migrate' })
  t.ok(line.missing.includes('users.email_1'))
  for (const { name } of await app.db.connection.listCollections()) {
    t.equal((await app.db.connection.collection(name).indexes()).length, 1, 'the server has made nothing')
  }
  const ready = async () => {
    clock.advance(1_000)
    return (await app.inject('/health/ready')).json()
  }
  t.match(await ready(), { status: 'unavailable', reason: 'indexes-missing' })

  // of what a server needs it is given nothing but the address of the database
  const env = { NODE_ENV: 'production', MONGODB_URI: uri }
  const migrate = async () => {
    const command = run(t, 'commands/migrate.js', env)
    return { code: await command.exitCode(), ...command.output }
  }
  t.match(await migrate(), { code: 0, stderr: '' })
  t.match(await ready(), { status: 'ok' })

  await app.db.User.collection.dropIndex('email_1')
  await app.db.User.collection.createIndex({ email: 1 })
  await app.db.User.collection.createIndex({ name: 1 })
  t.match(await migrate(), {
    code: 1,
    stdout:
      /^users\.email_1 differs: it is \{.*"options":\{\}.*\} and should be \{.*"unique":true.*\}$[\s\S]*^users\.name_1 is declared by no/m,
    stderr: /^What differs is exchanged by hand: see .* in docs\/deployment\.md\.\n$/,
  })

  await app.db.User.collection.dropIndex('email_1')
  await app.db.User.collection.insertMany([{ email: 'ada@example.com' }, { email: 'ada@example.com' }])
  const error: Error = await makeIndexes(app.db.connection).then(
    () => new Error('nothing failed'),
    (error) => error,
  )
  t.match(explain(error), /^The database can't be used: .*(E11000 duplicate key|exclusion constraint).*$/)
})
