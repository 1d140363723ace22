import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { debuglog } from 'node:util'
import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { explain } from './commands/explain.js'
import { type LocalServices, startLocalServices } from './local/index.js'
import { completed, loadSettings, type Settings } from './plugins/config/index.js'
import { STOP_TIME } from './plugins/http/limits.js'

const NEXT = `  In another terminal:
    npm run tour             walks through all of it
    npm run admin -- EMAIL   makes a registered account an administrator
  Ctrl-C stops everything.`

let app: FastifyInstance | undefined
let local: LocalServices | undefined

/** Returns the URLs of everything, and which parts are stand-ins. */
function describe(
  { DATA_DIR, DOCS, PAGES, PUBLIC_URL, standIns }: Settings,
  urls: LocalServices['urls'],
  { port }: AddressInfo,
): string {
  const api = `http://localhost:${port}`
  const rows = PAGES ? [['Pages', api, `sign in; administrators: ${api}/console`]] : []
  rows.push(['API', api, PUBLIC_URL.startsWith('http://localhost:') ? '' : `for clients ${PUBLIC_URL}`])
  if (DOCS) rows.push(['Docs', `${api}/docs`, 'every operation, to read and to try'])
  if (urls.mailbox) rows.push(['Mailbox', urls.mailbox, 'stand-in for SMTP: all mail ends up here, the codes too'])
  if (urls.cloudinary) rows.push(['Files', urls.cloudinary, 'stand-in for Cloudinary'])
  if (standIns.includes('database')) rows.push(['Database', `${DATA_DIR}/database.sock`, 'stand-in for MongoDB'])
  rows.push(['Data', DATA_DIR, 'secrets that were made, and the data of the stand-ins'])
  const width = Math.max(...rows.map(([, where]) => (where as string).length))
  const lines = rows.map(([what, where, note]) => `  ${what?.padEnd(9)} ${where?.padEnd(width)}  ${note}`.trimEnd())
  return `\nCoffer is up.\n\n${lines.join('\n')}\n\n${NEXT}\n\n`
}

const { close } = closeWithGrace({ delay: STOP_TIME, skip: ['SIGINT', 'SIGTERM'] }, async ({ err }) => {
  if (err && app?.server.listening) app.log.fatal({ err }, 'Coffer stops because of an error')
  else if (err) {
    process.stderr.write(`${explain(err)}\n`)
    debuglog('coffer')('%s', err.stack)
  }
  await app?.close()
  await local?.close()
})

// under npm one Ctrl-C arrives twice, from the terminal and from npm; the second must not interrupt the shutdown
let isStopping = false
const stop = () => {
  if (!isStopping) close()
  isStopping = true
}
process.on('SIGINT', stop).on('SIGTERM', stop)

const settings = loadSettings()
const { BRAND_NAME, BRAND_COLOR, BRAND_LOGO_URL, SUPPORT_EMAIL, MAIL_TEMPLATES } = settings
const starting = startLocalServices({
  services: settings.standIns,
  dataDir: resolve(settings.DATA_DIR),
  // never on the network: the mailbox shows every code
  host: 'localhost',
  port: settings.LOCAL_PORT,
  threads: true,
  preview: { BRAND_NAME, BRAND_COLOR, BRAND_LOGO_URL, SUPPORT_EMAIL, MAIL_TEMPLATES },
})
// the app loads while the threads of the stand-ins start
const [{ buildApp }] = await Promise.all([import('./app.js'), starting])
local = await starting
const { urls, close: _, ...addresses } = local
app = await buildApp(completed(settings, addresses), { mailbox: urls.mailbox })
const { server, log } = app
for (const warning of settings.warnings) log.warn(warning)
if (settings.NODE_ENV === 'production') {
  if (settings.standIns.length > 0) log.warn({ standIns: settings.standIns }, 'Stand-ins serve, as LOCAL_SERVICES says')
} else {
  server.once('listening', () => process.stdout.write(describe(settings, urls, server.address() as AddressInfo)))
}
await app.listen({
  host: settings.HOST,
  port: settings.PORT,
  listenTextResolver: (address) => `Listening on ${address.replace(/127\.0\.0\.1|\[::1\]/, 'localhost')}`,
})
