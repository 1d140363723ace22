import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openWithFiles } from '../../commands/open.js'
import { startLocalServices } from '../../local/index.js'
import { GRACE } from '../../plugins/assets/reconcile/run.js'
import { loadSettings } from '../../plugins/config/index.js'
import { coverage, SHORT_LIVED } from '../support/process.js'
import { below, PASSWORD, randomOf, signIn, type Target, work } from './client.js'
import { differences } from './compare.js'
import { deliverRest, RECEIVER_NETWORK, startReceiver, subscribe, undelivered } from './webhooks.js'

const CLIENTS = 4
/** The longest time from the start of a server until it is killed. */
const LIFE_MS = 1_200
/**
 * The lead of the clock of a reconciler that runs beside the server, so that it takes over work older than 5 seconds.
 */
const BESIDE_MS = GRACE - 5_000
/** The lead at the end: everything is old, the claims of a killed reconciler by its own clock included. */
const AFTER_MS = [3 * GRACE, 5 * GRACE]

/**
 * Kills a real server, and reconcilers beside it, at random moments while several clients upload and delete; the
 * stand-ins keep running. Then it reconciles, and compares everything stored, and what a webhook was told, with the answers.
 */
export async function crash(kills: number, seed: number, say: (line: string) => void) {
  const dataDir = mkdtempSync(join(tmpdir(), 'coffer-crash-'))
  const local = await startLocalServices({
    services: ['database', 'mailbox', 'cloudinary'],
    dataDir,
    host: 'localhost',
    port: 0,
    threads: true,
  })
  const env = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'fatal',
    DATA_DIR: dataDir,
    PORT: '0',
    BCRYPT_ROUNDS: '4',
    RATE_LIMIT: '0',
    RATE_LIMIT_AUTH: '0',
    ACCESS_TOKEN_TTL: '1d',
    USER_QUOTA_BYTES: '100MiB',
    USER_QUOTA_FILES: '1000',
    WEBHOOK_ALLOWED_NETWORKS: RECEIVER_NETWORK,
    MONGODB_URI: local.MONGODB_URI as string,
    SMTP_URL: local.SMTP_URL as string,
    CLOUDINARY_URL: local.CLOUDINARY_URL as string,
  }
  const children = new Set<ChildProcess>()
  /** Starts a process, and resolves once its output matches. */
  async function start(file: string, pattern: RegExp, args: string[] = []) {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
    const child = spawn(process.execPath, [...SHORT_LIVED, path, ...args], {
      env: { PATH: process.env.PATH, ...coverage, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.add(child)
    const ended = once(child, 'exit').finally(() => children.delete(child))
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    for (;;) {
      const match = pattern.exec(output)
      if (match) return { child, ended, match, output: () => output }
      const isOver = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)])
      if (isOver && !pattern.test(output)) throw new Error(`${file} ended: ${output}`)
    }
  }
  const startServer = () => start('server.js', /API +(http:\/\/localhost:\d+)/)
  const kill = async ({ child, ended }: Awaited<ReturnType<typeof start>>) => {
    child.kill('SIGKILL')
    await ended
  }

  const random = randomOf(seed)
  const stopping = new AbortController()
  const receiver = await startReceiver()
  let reconcilers = 0
  try {
    let server = await startServer()
    const up = Promise.resolve()
    const target: Target = { base: server.match[1] as string, up, mailbox: local.urls.mailbox as string }
    const sessions = await Promise.all(Array.from({ length: CLIENTS }, () => signIn(target)))
    const administration = await openWithFiles(loadSettings(env))
    const [first] = sessions as [(typeof sessions)[number]]
    const webhookId = await subscribe(administration, target.base, first, PASSWORD, receiver.url)
    await administration.close()
    const clients = sessions.map((session, index) => work(target, session, randomOf(seed + index + 1), stopping.signal))
    for (let killed = 1; killed <= kills; killed += 1) {
      if (killed % 4 === 3) {
        const reconciler = await start('test/crash/reconciler.js', /begun/, [`${BESIDE_MS}`])
        await delay(below(random, 150))
        if (reconciler.child.exitCode === null) reconcilers += 1
        await kill(reconciler)
      }
      await delay(below(random, LIFE_MS))
      let isUp = () => {}
      target.up = new Promise((resolve) => {
        isUp = resolve
      })
      await kill(server)
      if (killed % 25 === 0) say(`${killed} kills`)
      server = await startServer()
      target.base = server.match[1] as string
      isUp()
    }
    await delay(500)
    stopping.abort()
    const ledgers = await Promise.all(clients)
    server.child.kill('SIGTERM')
    await server.ended

    const found: string[] = []
    for (const ahead of AFTER_MS) {
      const reconciler = await start('test/crash/reconciler.js', /begun/, [`${ahead}`])
      await reconciler.ended
      const [...lines] = reconciler.output().matchAll(/found (.*)/g)
      const counts = new Map<string, number>()
      for (const [, finding = ''] of lines) counts.set(finding, (counts.get(finding) ?? 0) + 1)
      say(`reconciled: ${[...counts].map(([finding, count]) => `${finding} ${count}`).join(', ') || 'all agrees'}`)
      if (ahead === AFTER_MS.at(-1) && lines.length > 0) found.push('a second reconciliation found something')
      if (counts.has('file-missing')) found.push('a file is missing')
    }
    await deliverRest(env)
    const app = await openWithFiles(loadSettings(env))
    const compared = await differences(app, ledgers)
    const told = await undelivered(app, webhookId, receiver.received, ledgers)
    await app.close()
    found.push(...compared.found, ...told.found)

    const uploads = ledgers.flatMap((ledger) => [...ledger.uploads.values()])
    const statuses: Record<string, number> = {}
    for (const ledger of ledgers) {
      for (const [status, count] of Object.entries(ledger.statuses)) statuses[status] = (statuses[status] ?? 0) + count
    }
    return {
      seed,
      kills,
      reconcilersKilled: reconcilers,
      answers: statuses,
      uploadsAcknowledged: uploads.filter(({ ids }) => ids !== null).length,
      uploadsCutOff: uploads.filter(({ ids }) => ids === null).length,
      deletionsAcknowledged: ledgers.flatMap(({ deletions }) => [...deletions.values()]).filter(Boolean).length,
      rows: compared.rows,
      files: compared.files,
      eventsDelivered: told.events,
      eventsRepeated: told.repeated,
      differences: found,
    }
  } finally {
    stopping.abort()
    for (const child of children) child.kill('SIGKILL')
    receiver.close()
    await local.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
