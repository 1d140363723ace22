import { type Binary, Double, Int32, Long } from 'bson'
import * as admin from './admin.js'
import type { Command, Request, Server } from './context.js'
import { embed } from './cursors.js'
import { MongoError, notImplemented } from './errors.js'
import { explainCommand } from './explain.js'
import { MAX_MESSAGE } from './message.js'
import * as read from './read.js'
import { type Doc, decode, encode, int, MAX_DOCUMENT } from './values.js'
import * as write from './write.js'

/** The version of MongoDB that this server behaves like. */
const VERSION = '7.0.0'
const WIRE_VERSION = 21
export const SESSION_MINUTES = 30
const OK = { ok: new Double(1) }

const hello: Command = ({ name }, { address }) => ({
  helloOk: true,
  [name === 'hello' ? 'isWritablePrimary' : 'ismaster']: true,
  // Drivers send retryable writes only to members of a replica set.
  setName: 'coffer',
  setVersion: int(1),
  secondary: false,
  hosts: [address],
  primary: address,
  me: address,
  maxBsonObjectSize: int(MAX_DOCUMENT),
  maxMessageSizeBytes: int(MAX_MESSAGE),
  maxWriteBatchSize: int(100_000),
  localTime: new Date(),
  logicalSessionTimeoutMinutes: int(SESSION_MINUTES),
  connectionId: int(1),
  minWireVersion: new Int32(0),
  maxWireVersion: int(WIRE_VERSION),
  readOnly: false,
  ...OK,
})

const endSessions: Command = ({ command }, { storage }) => {
  for (const session of command.endSessions as Doc[]) storage.removeSession(sessionId(session))
  return OK
}

const buildInfo: Command = () => ({
  version: VERSION,
  versionArray: VERSION.split('.')
    .concat('0')
    .map((part) => int(Number(part))),
  gitVersion: 'none',
  modules: [],
  bits: int(64),
  maxBsonObjectSize: int(MAX_DOCUMENT),
  ...OK,
})

const READS: Record<string, Command> = {
  hello,
  ismaster: hello,
  isMaster: hello,
  ping: () => OK,
  buildInfo,
  buildinfo: buildInfo,
  serverStatus: (_, { started, cursors }) => ({
    host: 'coffer',
    version: VERSION,
    process: 'local/database',
    uptime: new Double((Date.now() - started) / 1000),
    localTime: new Date(),
    metrics: { cursor: { open: { total: cursors.count() } } },
    ...OK,
  }),
  find: read.findCommand,
  getMore: read.getMoreCommand,
  killCursors: read.killCursorsCommand,
  count: read.countCommand,
  distinct: read.distinctCommand,
  aggregate: read.aggregateCommand,
  explain: explainCommand,
  listIndexes: admin.listIndexesCommand,
  listCollections: admin.listCollectionsCommand,
  listDatabases: admin.listDatabasesCommand,
}

/** The commands that write. Each runs inside one transaction. */
const WRITES: Record<string, Command> = {
  insert: write.insertCommand,
  update: write.updateCommand,
  delete: write.deleteCommand,
  findAndModify: write.findAndModifyCommand,
  findandmodify: write.findAndModifyCommand,
  createIndexes: admin.createIndexesCommand,
  dropIndexes: admin.dropIndexesCommand,
  create: admin.createCommand,
  drop: admin.dropCommand,
  dropDatabase: admin.dropDatabaseCommand,
  endSessions,
}

const KNOWN_TO_MONGODB = new Set(
  `bulkWrite collMod collStats compact connPoolStats convertToCapped createUser currentOp dbStats fsync getParameter mapReduce
  renameCollection saslStart setParameter validate watch`.split(/\s+/),
)

const sessionId = (lsid: Doc): Buffer => Buffer.from((lsid.id as Binary).buffer.subarray(0, 16))

function refuseTransaction({ name, command }: Request): void {
  if (command.startTransaction !== undefined || command.autocommit !== undefined || name.endsWith('Transaction'))
    throw new MongoError(263, 'Multi-document transactions are not supported by this server')
  const { readConcern } = command as { readConcern?: Doc }
  if (readConcern?.level === 'snapshot') throw notImplemented('read concern "snapshot"')
}

/** Runs a retryable write once. A repetition under the same number gets the first reply. */
function once(request: Request, server: Server, run: () => Doc): Buffer {
  const { lsid, txnNumber } = request.command
  if (!(txnNumber instanceof Long)) return encode(run())
  if (!lsid) throw new MongoError(72, 'Transaction numbers need a session')
  const { storage } = server
  const id = sessionId(lsid as Doc)
  const record = storage.session(id)
  if (record) {
    const last = decode(record) as { number: Long; reply: Binary }
    if (txnNumber.lessThan(last.number))
      throw new MongoError(
        225,
        `Cannot start transaction ${txnNumber}: a newer one, ${last.number}, has already started`,
      )
    if (txnNumber.equals(last.number)) return Buffer.from(last.reply.buffer.subarray(0, last.reply.position))
  }
  const reply = encode(run())
  // A reply of findAndModify may be as large as a document, so this record may be larger than `encode` allows.
  const binary = Buffer.concat([Buffer.alloc(4), Buffer.of(0), reply])
  binary.writeInt32LE(reply.length)
  storage.putSession(id, embed(encode({ number: txnNumber, at: new Date() }), 0x05, 'reply', binary))
  return reply
}

/** Deletes the sessions that drivers no longer use. Call it inside the storage's `write`. */
export function sweepSessions({ storage }: Server, now = Date.now()): void {
  for (const { id, record } of storage.sessions())
    if (now - (decode(record).at as Date).getTime() > SESSION_MINUTES * 60_000) storage.removeSession(id)
}

/** Runs a command and returns its encoded reply; rejects with a MongoError. */
export async function execute(request: Request, server: Server): Promise<Buffer> {
  refuseTransaction(request)
  const { name } = request
  const reading = Object.hasOwn(READS, name) ? READS[name] : undefined
  if (reading) {
    const reply = await reading(request, server)
    return Buffer.isBuffer(reply) ? reply : encode(reply)
  }
  const writing = Object.hasOwn(WRITES, name) ? WRITES[name] : undefined
  if (!writing)
    throw KNOWN_TO_MONGODB.has(name) ? notImplemented(name) : new MongoError(59, `no such command: '${name}'`)
  const { storage } = server
  return storage.write(() => once(request, server, () => writing(request, server) as Doc))
}
