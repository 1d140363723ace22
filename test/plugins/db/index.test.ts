import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { createServer } from 'node:tls'
import type { CommandStartedEvent } from 'mongodb'
import t, { type Test } from 'tap'
import { connect } from '../../../plugins/db/index.js'
import { build, login, services } from '../../support/app.js'
import { makeCertificate } from '../../support/certificate.js'
import { startProxy, throughProxy } from '../../support/proxy.js'
import { until } from '../../support/until.js'

const MAJORITY = { w: 'majority', j: true }
const WRITES = ['insert', 'update', 'delete', 'findAndModify']
const READS = ['find', 'aggregate', 'count', 'distinct']

t.test('durability, what is read and what is repeated do not depend on the URI', async (t) => {
  const { MONGODB_URI } = await services()
  const weak =
    'w=1&journal=false&retryWrites=false&retryReads=false&readPreference=secondaryPreferred&readConcernLevel=local'
  const separator = (MONGODB_URI as string).includes('?') ? '&' : '?'
  const first = await build(t)
  const uri = `${first.config.MONGODB_URI}${separator}${weak}&monitorCommands=true`
  const test = await build(t, { env: { MONGODB_URI: uri } })
  const client = test.app.db.connection.getClient()
  t.match(client.options, { retryReads: true, retryWrites: true, readPreference: { mode: 'primary' } })
  const commands: CommandStartedEvent[] = []
  client.on('commandStarted', (event) => commands.push(event))

  const { email, bearer } = await login(test)
  const { User } = test.app.db
  for (const url of ['/v1/users/me', '/v1/assets', '/v1/users/me/export']) {
    t.equal((await test.app.inject({ url, headers: bearer })).statusCode, 200)
  }
  await User.countDocuments()
  await User.distinct('email')
  await User.deleteMany({ email: `not ${email}` })

  const seen = new Set<string>()
  for (const { commandName, command } of commands) {
    seen.add(commandName)
    const isOne = ![command.updates, command.deletes].flat().some((part) => part?.multi || part?.limit === 0)
    if (WRITES.includes(commandName)) {
      t.strictSame({ ...command.writeConcern }, MAJORITY, commandName)
      if (isOne) t.ok(command.txnNumber, `${commandName} is sent again where its answer is lost`)
    }
    if (READS.includes(commandName)) {
      t.strictSame({ ...command.readConcern }, { level: 'majority' }, commandName)
      const { mode = 'primary' } = command.$readPreference ?? {}
      t.match(mode, /^primary(Preferred)?$/, 'of one server alone the driver asks whatever it is')
    }
  }
  for (const name of ['insert', 'update', 'delete', 'findAndModify', 'find', 'aggregate', 'distinct']) {
    t.ok(seen.has(name), name)
  }
})

t.test('a certificate that nobody vouches for is refused', async (t) => {
  const server = createServer(makeCertificate(), (socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  server.on('tlsClientError', () => {})
  const { port } = server.address() as AddressInfo
  const { connection } = connect(`mongodb://127.0.0.1:${port}/coffer?tls=true&serverSelectionTimeoutMS=500`)
  t.teardown(() => connection.close())
  await t.rejects(connection.asPromise(), { message: /self-signed certificate/ })
})

/** An app that polls a database behind a proxy, and whose connections were all cut while a command was on its way. */
async function cutOff(t: Test) {
  const first = await build(t)
  const { upstream, through } = throughProxy(first.config.MONGODB_URI)
  const proxy = await startProxy(t, upstream)
  const patience = 'serverSelectionTimeoutMS=200&connectTimeoutMS=200'
  // so that a lost connection is followed by a heartbeat at once
  const polling = 'serverMonitoringMode=poll&minHeartbeatFrequencyMS=20'
  const MONGODB_URI = through(proxy.port, `${patience}&${polling}&monitorCommands=true`)
  const test = await build(t, { shareDatabaseOf: first, env: { MONGODB_URI } })
  const { bearer } = await login(test)
  const read = () => test.app.inject({ url: '/v1/users/me', headers: bearer })
  proxy.hold()
  const reading = read()
  await once(test.app.db.connection.getClient(), 'commandStarted')
  // until the command is written
  await setImmediate()
  proxy.cut()
  t.equal((await reading).statusCode, 503)
  const stuck = () => test.logs.filter((line) => line.includes('A heartbeat of MongoDB did not end')).length
  // if the driver ends such a heartbeat by itself one day, `watchHeartbeats` can go
  await until(stuck)
  return { ...test, first, proxy, read, stuck }
}

t.test('the database is found again after a command and the heartbeats lost their connections at once', async (t) => {
  const { proxy, read, stuck } = await cutOff(t)
  t.equal((await read()).statusCode, 503, 'it connects again, and there is nothing yet')
  proxy.restore()
  await until(async () => (await read()).statusCode === 200)
  t.equal(stuck(), 1)
})

t.test('an app that looks for its database stops, and looks no more', async (t) => {
  const { app, first, proxy } = await cutOff(t)
  await app.close()
  let found = 0
  app.db.connection.getClient().on('serverHeartbeatSucceeded', () => found++)
  proxy.restore()
  await login(first)
  t.equal(found, 0)
})
