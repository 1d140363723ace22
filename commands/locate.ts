import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openCredentials } from '../local/cloudinary/credentials.js'
import { isAlive } from '../local/database/lock.js'
import { type LocalService, startLocalServices } from '../local/index.js'
import type { Settings } from '../plugins/config/index.js'
import { createStore } from '../plugins/storage/cloudinary.js'
import { parseCredentials } from '../plugins/storage/credentials.js'

type Place = Pick<Settings, 'DATA_DIR' | 'LOCAL_PORT'>

const socketIn = ({ DATA_DIR }: Place) => resolve(DATA_DIR, 'database.sock')

/** Returns true if a server has the local database open. */
export const isDatabaseServed = (place: Place) => isAlive(socketIn(place))

/** Returns the URI of the local database: of the server that has it open, or opened here until the app closes. */
export async function locate(place: Place, app: FastifyInstance): Promise<string> {
  const socket = socketIn(place)
  if (await isAlive(socket)) return `mongodb://${encodeURIComponent(socket)}/coffer?directConnection=true`
  const local = await startStandIn('database', place, app)
  return local.MONGODB_URI as string
}

/**
 * Returns the URL of the local file store: of the server that has it open, or opened here until the app closes.
 * @throws Error if a server runs whose file store doesn't answer
 */
export async function locateFiles(settings: Settings, app: FastifyInstance, isServed: boolean): Promise<string> {
  const { DATA_DIR, LOCAL_PORT } = settings
  const folder = resolve(DATA_DIR, 'cloudinary')
  if (existsSync(folder)) {
    const { cloud, key, secret } = await openCredentials(folder)
    const prefix = encodeURIComponent(`http://localhost:${LOCAL_PORT}/cloudinary`)
    const url = `cloudinary://${key}:${secret}@${cloud}?upload_prefix=${prefix}`
    const store = createStore({ credentials: parseCredentials(url) })
    const isUp = await store.ping().then(
      () => true,
      () => false,
    )
    store.close()
    if (isUp) return url
  }
  // two processes with one folder would destroy each other's files
  if (isServed) {
    throw new Error(
      `Coffer runs, but its file store doesn't answer on port ${LOCAL_PORT}: set LOCAL_PORT as for the server.`,
    )
  }
  const local = await startStandIn('cloudinary', settings, app)
  return local.CLOUDINARY_URL as string
}

/** Starts a stand-in that stops when the app closes. */
async function startStandIn(service: LocalService, { DATA_DIR, LOCAL_PORT }: Place, app: FastifyInstance) {
  const local = await startLocalServices({
    services: [service],
    dataDir: resolve(DATA_DIR),
    host: 'localhost',
    port: LOCAL_PORT,
    threads: true,
  })
  app.addHook('onClose', local.close)
  return local
}
