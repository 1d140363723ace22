/**
 * `npm run failover -- [--rounds N] [--step-down COMMAND]`: runs three processes behind a round-robin proxy, on one
 * database and one Redis, under load, while one after the other is killed with -9 and restarted. Then it looks for
 * everything that was acknowledged. The database is the local one, unless MONGODB_URI names a replica set; then
 * COMMAND runs in place of a kill and steps its primary down. Needs `redis-server`.
 */
import { execSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openWithFiles } from '../../commands/open.js'
import { startLocalServices } from '../../local/index.js'
import { loadSettings } from '../../plugins/config/index.js'
import { guess, hurry, live, type World } from './people.js'
import { freePort, killAll, node, program, type Restartable, roundRobin, until } from './processes.js'

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, 'step-down': { type: 'string' } } })
const PEOPLE = 8
const LOGIN_MAX_FAILURES = 10
const RATE_LIMIT = 600

const say = (line: string) => process.stdout.write(`${line}\n`)
const dataDir = mkdtempSync(join(tmpdir(), 'coffer-failover-'))
const local = await startLocalServices({
  services: ['mailbox', 'cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: true,
})
const [databasePort, redisPort, ...ports] = await Promise.all(Array.from({ length: 5 }, freePort))
const stepDown = values['step-down']
const MONGODB_URI = process.env.MONGODB_URI ?? `mongodb://127.0.0.1:${databasePort}/coffer?directConnection=true`
const env = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'fatal',
  DATA_DIR: dataDir,
  BCRYPT_ROUNDS: '4',
  // The issuer of the tokens, the same for all processes.
  PUBLIC_URL: 'http://localhost:3000',
  TRUST_PROXY: '127.0.0.1',
  OTP_MAX_SENDS: '0',
  LOGIN_MAX_FAILURES: `${LOGIN_MAX_FAILURES}`,
  RATE_LIMIT: `${RATE_LIMIT}`,
  RATE_LIMIT_AUTH: '0',
  MONGODB_URI,
  REDIS_URL: `redis://127.0.0.1:${redisPort}`,
  SMTP_URL: local.SMTP_URL as string,
  CLOUDINARY_URL: local.CLOUDINARY_URL as string,
}

const database: Restartable = process.env.MONGODB_URI
  ? {
      name: 'primary',
      pid: () => undefined,
      start: async () => {},
      kill: async () => {
        if (stepDown) execSync(stepDown, { stdio: 'inherit' })
      },
    }
  : node('database', 'commands/database.js', ['--port', `${databasePort}`], { DATA_DIR: dataDir }, /MONGODB_URI=/)
// Redis writes each change to the disk before it answers, so that no count is lost.
const persistence = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', '', '--dir', dataDir]
const redis = program('redis', 'redis-server', ['--port', `${redisPort}`, ...persistence], {}, /Ready to accept/)
const servers = ports.map((port, index) =>
  node(`coffer ${index + 1}`, 'server.js', [], { ...env, PORT: `${port}` }, /API +http/),
)

const stopping = new AbortController()
const surprises: string[] = []
let failure: unknown
try {
  for (const one of [database, redis, ...servers]) await one.start()
  const proxy = await roundRobin(ports)
  const world: World = {
    url: proxy.url,
    mailbox: local.urls.mailbox as string,
    signal: stopping.signal,
    statuses: {},
    surprises,
    reads: [],
  }
  const ready = async () => (await fetch(`${proxy.url}/health/ready`)).status === 200
  const people = Promise.all(Array.from({ length: PEOPLE }, () => live(world)))
  const guesses = guess(world)
  const rush = hurry(world)

  const kills: Record<string, number> = {}
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const victim of [...servers, database, redis]) {
      await delay(3_000 + Math.random() * 2_000)
      await victim.kill()
      kills[victim.name] = (kills[victim.name] ?? 0) + 1
      await delay(500 + Math.random() * 1_500)
      await victim.start()
      await until(ready, `readiness after the death of ${victim.name}`)
    }
    say(`round ${round + 1}: ${JSON.stringify(world.statuses)}`)
  }
  await delay(3_000)
  stopping.abort()
  const ledgers = await people
  const judged = await guesses
  const most = await rush

  // One process that is not killed empties the queues.
  for (const server of servers.slice(1)) await server.kill()
  const app = await openWithFiles(loadSettings(env))
  await until(
    async () => (await app.db.Job.countDocuments({ kind: 'mail', state: 'waiting' })) === 0,
    'the end of the mail queue',
    180,
  )

  for (const { email, name, perhaps, kept, deleted, isRegistered } of ledgers) {
    const user = await app.db.User.findOne({ email }).lean()
    if (!user) {
      if (isRegistered) surprises.push(`${email} is lost`)
      continue
    }
    if (![name, ...perhaps].includes(user.name)) surprises.push(`${email} is called ${user.name}, not ${name}`)
    const rows = await app.db.Asset.find({ ownerId: user._id, state: 'ready' }).lean()
    const ids = new Map(rows.map((row) => [row._id.toString(), row]))
    for (const id of kept) {
      const row = ids.get(id)
      if (!row) surprises.push(`the file ${id} is lost`)
      else if (!(await fetch(row.secureUrl as string)).ok) surprises.push(`the file ${id} is not in the store`)
    }
    for (const id of deleted) if (ids.has(id)) surprises.push(`the file ${id} is back`)
  }

  const { items } = (await (await fetch(`${world.mailbox}/messages`)).json()) as {
    items: { to: string; subject: string; text: string }[]
  }
  const copies = new Map<string, number>()
  for (const { to, subject, text } of items) {
    const mail = `${to} ${subject} ${text}`
    copies.set(mail, (copies.get(mail) ?? 0) + 1)
  }
  const done = await app.db.Job.countDocuments({ kind: 'mail', state: 'done' })
  const failed = await app.db.Job.countDocuments({ kind: 'mail', state: 'failed' })
  const expired = await app.db.Job.countDocuments({ kind: 'mail', state: 'expired' })
  const twice = [...copies.values()].filter((count) => count === 2).length
  const often = [...copies.values()].filter((count) => count > 2).length
  if (failed > 0) surprises.push(`${failed} mails failed`)
  if (most > RATE_LIMIT) surprises.push(`${most} requests of one address within a window`)
  if (judged > LOGIN_MAX_FAILURES) surprises.push(`${judged} guesses of one password were judged`)

  say(`kills: ${JSON.stringify(kills)}`)
  say(`answers: ${JSON.stringify(world.statuses)}`)
  say(
    `people ${ledgers.length}, files kept ${ledgers.reduce((sum, { kept }) => sum + kept.size, 0)}, deleted ${ledgers.reduce((sum, { deleted }) => sum + deleted.size, 0)}`,
  )
  say(`mails: ${done} sent, ${items.length} arrived, ${twice} of them twice, ${often} more often, ${expired} expired`)
  say(
    `guesses judged: ${judged} of ${LOGIN_MAX_FAILURES}; most requests of one address in a window: ${most} of ${RATE_LIMIT}`,
  )
  await app.close()
  proxy.close()
} catch (error) {
  failure = error
}
stopping.abort()
killAll()
await local.close()
rmSync(dataDir, { recursive: true, force: true })
if (failure) throw failure
say(`surprises: ${surprises.length}`)
for (const surprise of new Set(surprises)) say(`  ${surprise}`)
process.exit(surprises.length > 0 ? 1 : 0)
