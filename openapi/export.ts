import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildApp } from '../app.js'
import { startLocalServices } from '../local/index.js'
import { completed, loadSettings } from '../plugins/config/index.js'
import { configurationPage, environmentExample } from './configuration-page.js'
import { errorsPage } from './errors-page.js'
import { generateClient } from './generate-client.js'
import { toOpenApi30 } from './openapi-3-0.js'

/** `npm run openapi [-- FOLDER]`: writes the contract and all that is generated from it, with an app on stand-ins of its own. */
const [folder = '.'] = process.argv.slice(2)
const dataDir = mkdtempSync(join(tmpdir(), 'coffer-openapi-'))
const settings = loadSettings({ DATA_DIR: dataDir, LOG_LEVEL: 'warn' })
const { standIns: services } = settings
const local = await startLocalServices({ services, dataDir, host: 'localhost', port: 0, threads: false })
const { close, urls, ...addresses } = local
const app = await buildApp(completed(settings, addresses))
await app.ready()

const write = (text: string, ...path: string[]) => {
  const file = join(folder, ...path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
const contract = app.swagger()
write(`${JSON.stringify(contract, null, 2)}\n`, 'openapi', 'openapi.json')
write(`${JSON.stringify(toOpenApi30(contract), null, 2)}\n`, 'openapi', 'openapi-3.0.json')
write(app.swagger({ yaml: true }), 'openapi', 'openapi.yaml')
write(await generateClient(contract), 'openapi', 'client', 'contract.ts')
write(errorsPage(contract as never), 'docs', 'errors.md')
write(configurationPage(), 'docs', 'configuration.md')
write(environmentExample(), '.env.example')

await app.close()
await close()
rmSync(dataDir, { recursive: true })
