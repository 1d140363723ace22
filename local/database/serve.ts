import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startDatabase } from './server.js'

/** `npm run database`: serves the data in DATA_DIR alone, so that several processes can share it. */
try {
  const { values } = parseArgs({ options: { port: { type: 'string' } } })
  const folder = resolve(process.env.DATA_DIR ?? '.coffer')
  const listen =
    values.port === undefined
      ? { socket: resolve(folder, 'database.sock') }
      : { host: '127.0.0.1', port: Number(values.port) }
  const { uri, close } = await startDatabase({ path: resolve(folder, 'database'), listen })
  console.log(`MONGODB_URI=${uri}`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close())
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
