import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { CommandStartedEvent } from 'mongodb'
import t from 'tap'
import { connect } from '../../../plugins/db/index.js'
import { build, login, services } from '../../support/app.js'
import { makeCertificate } from '../../support/certificate.js'

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
