import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startDatabase } from '../local/database/server.js'
import { loadDatabaseSettings } from '../plugins/config/index.js'
import { explain } from './explain.js'

/** `npm run database -- [--port PORT]`: serves the local database in DATA_DIR alone, for several Coffer processes. */
try {
  const { values } = parseArgs({ options: { port: { type: 'string' } } })
  const folder = resolve(loadDatabaseSettings().DATA_DIR)
  const listen =
    values.port === undefined
      ? { socket: resolve(folder, 'database.sock') }
      : { host: '127.0.0.1', port: Number(values.port) }
  const { uri, close } = await startDatabase({ path: resolve(folder, 'database'), listen })
  process.stdout.write(`MONGODB_URI=${uri}\n`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close())
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}
