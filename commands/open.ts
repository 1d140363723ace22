import { resolve } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { isAlive } from '../local/database/lock.js'
import { startLocalServices } from '../local/index.js'
import audit from '../plugins/audit.js'
import configuration, { type Config, type Settings } from '../plugins/config.js'
import db from '../plugins/db.js'
import jobs from '../plugins/jobs.js'
import keys from '../plugins/keys.js'
import mailer from '../plugins/mailer/index.js'

/**
 * What of an app a command needs to change an account: the models, the audit log, and mail that is queued and that a server sends.
 * Nothing listens and no job runs. The local database is reached through the server that has it open, or opened where none runs.
 */
export async function open(settings: Settings): Promise<FastifyInstance> {
  const app = fastify()
  const { MONGODB_URI = await locate(settings, app) } = settings
  app.decorate('now', () => new Date())
  await app.register(configuration, { config: { ...settings, MONGODB_URI } as Config })
  await app.register(keys)
  await app.register(db)
  await app.register(jobs)
  await app.register(mailer)
  await app.register(audit)
  return app
}

async function locate({ DATA_DIR, LOCAL_PORT }: Settings, app: FastifyInstance): Promise<string> {
  const dataDir = resolve(DATA_DIR)
  const socket = resolve(dataDir, 'database.sock')
  if (await isAlive(socket)) return `mongodb://${encodeURIComponent(socket)}/coffer?directConnection=true`
  const local = await startLocalServices({
    services: ['database'],
    dataDir,
    host: 'localhost',
    port: LOCAL_PORT,
    threads: true,
  })
  app.addHook('onClose', local.close)
  return local.MONGODB_URI as string
}
