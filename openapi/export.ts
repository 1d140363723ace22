import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../app.js'
import { startLocalServices } from '../local/index.js'
import { type Config, loadSettings } from '../plugins/config.js'
import { generateClient } from './generate-client.js'

/** `npm run openapi [-- FOLDER]`: writes the contract as the app states it, built whole on stand-ins of its own. */
const [folder = 'openapi'] = process.argv.slice(2)
const dataDir = mkdtempSync(join(tmpdir(), 'coffer-openapi-'))
const settings = loadSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'warn' })
const { standIns: services } = settings
const local = await startLocalServices({ services, dataDir, host: 'localhost', port: 0, threads: false })
const { close, urls, ...addresses } = local
const app = await buildApp({ ...settings, ...addresses } as Config)
await app.ready()

writeFileSync(join(folder, 'openapi.json'), `${JSON.stringify(app.swagger(), null, 2)}\n`)
writeFileSync(join(folder, 'openapi.yaml'), app.swagger({ yaml: true }))
mkdirSync(join(folder, 'client'), { recursive: true })
writeFileSync(join(folder, 'client', 'contract.ts'), await generateClient(app.swagger()))

await app.close()
await close()
rmSync(dataDir, { recursive: true })
