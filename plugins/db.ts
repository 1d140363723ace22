import fp from 'fastify-plugin'
import mongoose, { type Connection } from 'mongoose'
import { administratorsModel } from '../models/administrators.js'
import { assetModel } from '../models/asset.js'
import { auditEventModel } from '../models/audit-event.js'
import { budgetModel } from '../models/budget.js'
import { challengeModel } from '../models/challenge.js'
import { idempotencyKeyModel } from '../models/idempotency-key.js'
import { instanceModel } from '../models/instance.js'
import { jobModel } from '../models/job.js'
import { userModel } from '../models/user.js'

declare module 'fastify' {
  interface FastifyInstance {
    db: Database
  }
}

export type Database = ReturnType<typeof bindModels> & { connection: Connection }

const bindModels = (connection: Connection) => ({
  Administrators: administratorsModel(connection),
  Asset: assetModel(connection),
  AuditEvent: auditEventModel(connection),
  Budget: budgetModel(connection),
  Challenge: challengeModel(connection),
  IdempotencyKey: idempotencyKeyModel(connection),
  Instance: instanceModel(connection),
  Job: jobModel(connection),
  User: userModel(connection),
})

const DEFAULTS = {
  connectTimeoutMS: 5_000,
  maxPoolSize: 100,
  serverSelectionTimeoutMS: 4_000,
  socketTimeoutMS: 30_000,
  waitQueueTimeoutMS: 4_000,
}

/**
 * Connects to MongoDB; a request waits at most 5 seconds for a server, then 503. What the URI says of these limits wins.
 * Acknowledged is what a majority has on disk, so that a failover loses nothing that was answered.
 */
export function connect(uri: string): Connection {
  const unsaid = Object.entries(DEFAULTS).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(uri))
  return mongoose.createConnection(uri, {
    ...Object.fromEntries(unsaid),
    autoCreate: false,
    autoIndex: false,
    bufferCommands: false,
    writeConcern: { w: 'majority', journal: true },
  })
}

/** Creates every collection's indexes; those that exist already cost one command each. */
export async function createIndexes(connection: Connection): Promise<void> {
  for (const model of Object.values(bindModels(connection))) await model.createIndexes()
}

/** Decorates `db`: the app's own connection and the models bound to it. Connected when ready. */
export default fp(
  async (app) => {
    const connection = connect(app.config.MONGODB_URI)
    app.addHook('onClose', () => connection.close())
    await connection.asPromise()
    app.decorate('db', { connection, ...bindModels(connection) })
    await createIndexes(connection)
  },
  { name: 'db', dependencies: ['config'] },
)
