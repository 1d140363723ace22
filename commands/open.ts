import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fastify, { type FastifyInstance } from 'fastify'
import { openCredentials } from '../local/cloudinary/credentials.js'
import { isAlive } from '../local/database/lock.js'
import { startLocalServices } from '../local/index.js'
import assets from '../plugins/assets/index.js'
import audit from '../plugins/audit.js'
import configuration, { type Config, type Settings } from '../plugins/config/index.js'
import db from '../plugins/db/index.js'
import requests from '../plugins/http/requests.js'
import jobs from '../plugins/jobs.js'
import keys from '../plugins/keys.js'
import mailer from '../plugins/mailer/index.js'
import metrics from '../plugins/metrics.js'
import { createStore } from '../plugins/storage/cloudinary.js'
import { parseCredentials } from '../plugins/storage/credentials.js'
import storage from '../plugins/storage/index.js'

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
  await app.register(requests)
  await app.register(metrics)
  await app.register(db)
  await app.register(jobs)
  await app.register(mailer)
  await app.register(audit)
  return app
}

/** As {@link open}, with the file store: the local one is reached through the server that runs, or opened where none does. */
export async function openWithFiles(settings: Settings): Promise<FastifyInstance> {
  const isServed = await isAlive(socketIn(settings))
  const app = await open(settings)
  try {
    app.config.CLOUDINARY_URL ??= await locateFiles(settings, app, isServed)
    await app.register(storage)
    await app.register(assets)
    return app
  } catch (error) {
    await app.close()
    throw error
  }
}

async function locateFiles({ DATA_DIR, LOCAL_PORT }: Settings, app: FastifyInstance, isServed: boolean) {
  const dataDir = resolve(DATA_DIR)
  if (existsSync(join(dataDir, 'cloudinary'))) {
    const { cloud, key, secret } = await openCredentials(join(dataDir, 'cloudinary'))
    const prefix = encodeURIComponent(`http://localhost:${LOCAL_PORT}/cloudinary`)
    const url = `cloudinary://${key}:${secret}@${cloud}?upload_prefix=${prefix}`
    const store = await createStore({ credentials: parseCredentials(url) })
    const isUp = await store.ping().then(
      () => true,
      () => false,
    )
    store.close()
    if (isUp) return url
  }
  // two processes on one folder would destroy each other's files
  if (isServed) {
    throw new Error(
      `Coffer runs, but its file store doesn't answer on port ${LOCAL_PORT}: set LOCAL_PORT as for the server.`,
    )
  }
  const local = await startLocalServices({
    services: ['cloudinary'],
    dataDir,
    host: 'localhost',
    port: LOCAL_PORT,
    threads: true,
  })
  app.addHook('onClose', local.close)
  return local.CLOUDINARY_URL as string
}

const socketIn = ({ DATA_DIR }: Pick<Settings, 'DATA_DIR'>) => resolve(DATA_DIR, 'database.sock')

/** The URI of the local database: of the server that has it open, or opened here until the app closes. */
export async function locate(
  { DATA_DIR, LOCAL_PORT }: Pick<Settings, 'DATA_DIR' | 'LOCAL_PORT'>,
  app: FastifyInstance,
): Promise<string> {
  const dataDir = resolve(DATA_DIR)
  const socket = socketIn({ DATA_DIR })
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
