import fastify, { type FastifyInstance } from 'fastify'
import { completed, type Settings } from '../plugins/config/index.js'
import { registerCore } from '../plugins/core.js'
import { isDatabaseServed, locate, locateFiles } from './locate.js'

/**
 * Opens the part of an app that a command needs to change accounts: the models, the audit log, and the queue of mail that a server sends. Nothing
 * listens and no job runs. The local database is reached through the server that has it open, or opened here if no server runs.
 */
export const open = (settings: Settings) =>
  register(async (app) => {
    const { MONGODB_URI = await locate(settings, app) } = settings
    await registerCore(app, completed(settings, { MONGODB_URI }, ['database']))
  })

/** Opens an app like {@link open}, with the file store: the local one too is reached through a server or opened here. */
export const openWithFiles = (settings: Settings) =>
  register(async (app) => {
    const isServed = await isDatabaseServed(settings)
    const { MONGODB_URI = await locate(settings, app), CLOUDINARY_URL = await locateFiles(settings, app, isServed) } =
      settings
    await registerCore(app, completed(settings, { MONGODB_URI, CLOUDINARY_URL }, ['database', 'cloudinary']))
    await app.register(import('../plugins/storage/index.js'))
    await app.register(import('../plugins/assets/index.js'))
  })

/** Creates an app with the given plugins. Closes it if one of them fails. */
async function register(plugins: (app: FastifyInstance) => Promise<void>): Promise<FastifyInstance> {
  const app = fastify()
  try {
    await plugins(app)
    return app
  } catch (error) {
    await app.close()
    throw error
  }
}
