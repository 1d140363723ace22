import fp from 'fastify-plugin'
import mongoose, { type Connection } from 'mongoose'
import { administratorsModel } from '../../models/administrators.js'
import { apiKeyModel } from '../../models/api-key.js'
import { assetModel } from '../../models/asset.js'
import { auditEventModel } from '../../models/audit-event.js'
import { budgetModel } from '../../models/budget.js'
import { challengeModel } from '../../models/challenge.js'
import { idempotencyKeyModel } from '../../models/idempotency-key.js'
import { instanceModel } from '../../models/instance.js'
import { invitationModel } from '../../models/invitation.js'
import { jobModel } from '../../models/job.js'
import { userModel } from '../../models/user.js'
import { webhookModel } from '../../models/webhook.js'
import { watchHeartbeats } from './heartbeats.js'
import { inspectIndexes, LACKING, lacking, makeIndexes } from './indexes.js'

declare module 'fastify' {
  interface FastifyInstance {
    db: Database
  }
}

export type Database = ReturnType<typeof bindModels> & { connection: Connection }

const bindModels = (connection: Connection) => ({
  Administrators: administratorsModel(connection),
  ApiKey: apiKeyModel(connection),
  Asset: assetModel(connection),
  AuditEvent: auditEventModel(connection),
  Budget: budgetModel(connection),
  Challenge: challengeModel(connection),
  IdempotencyKey: idempotencyKeyModel(connection),
  Instance: instanceModel(connection),
  Invitation: invitationModel(connection),
  Job: jobModel(connection),
  User: userModel(connection),
  Webhook: webhookModel(connection),
})

/** Times that a request waits. The URI can override them. */
const PATIENCE = {
  connectTimeoutMS: 5_000,
  maxPoolSize: 100,
  serverSelectionTimeoutMS: 4_000,
  socketTimeoutMS: 30_000,
  waitQueueTimeoutMS: 4_000,
}

/**
 * Settings that the URI can't override. A write is acknowledged when a majority has it on disk, so that a failover loses nothing that
 * was answered. A read returns, from the primary, only data that can't be rolled back, because files are destroyed and mail is sent by
 * it. A conditional update sees the newest state in any case. The driver repeats once what a failover interrupts.
 */
const GUARANTEES = {
  readConcernLevel: 'majority',
  readPreference: 'primary',
  retryReads: true,
  retryWrites: true,
  // the URI has several names for one setting: without all of them the URI would win
  writeConcern: { w: 'majority', journal: true, j: true },
} as const

/** Connects to MongoDB and binds the models. A request waits at most 5 seconds for a server, then gets 503. */
export function connect(uri: string): Database {
  const unsaid = Object.entries(PATIENCE).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(uri))
  const connection = mongoose.createConnection(uri, {
    ...Object.fromEntries(unsaid),
    ...GUARANTEES,
    autoCreate: false,
    autoIndex: false,
    bufferCommands: false,
  })
  return { connection, ...bindModels(connection) }
}

/** Decorates `db`: the connection of this app and its models. When the app is ready, it is connected and its indexes were inspected. */
export default fp(
  async (app) => {
    const db = connect(app.config.MONGODB_URI)
    const { connection } = db
    app.addHook('onClose', () => connection.destroy())
    await connection.asPromise()
    const client = connection.getClient()
    // a heartbeat connects and asks, and waits that long for each
    const heartbeats = watchHeartbeats(client, 3 * client.options.connectTimeoutMS, (address) =>
      app.log.error({ address }, 'A heartbeat of MongoDB did not end: Coffer connects again'),
    )
    app.addHook('onClose', () => heartbeats.stop())
    app.decorate('db', db)
    const missing = lacking(await (app.config.makesIndexes ? makeIndexes : inspectIndexes)(connection))
    if (missing.length > 0) app.log.error({ missing }, LACKING)
  },
  { name: 'db', dependencies: ['config'] },
)
