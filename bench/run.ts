/**
 * `npm run bench [-- --seconds N --rounds N]`: Coffer against bare Fastify and the bare driver, in turn, on one database in a process of its
 * own; prints a table. On another server with BENCH_MONGODB_URI.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon, { type Options, type Request, type Result } from 'autocannon'
import { buildApp } from '../app.js'
import { startLocalServices } from '../local/index.js'
import { type Config, loadSettings } from '../plugins/config.js'
import { signedIn } from './account.js'
import { LISTENING, start } from './process.js'
import { fileRow } from './rows.js'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '4' }, rounds: { type: 'string', default: '5' } },
})
const SECONDS = Number(values.seconds)
const ROUNDS = Number(values.rounds)
const CLIENTS = 32
const ROWS = 1_000

const say = (line: string) => process.stdout.write(`${line}\n`)
const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] as number

const dataDir = mkdtempSync(join(tmpdir(), 'coffer-bench-'))
const local = await startLocalServices({
  services: ['mailbox', 'cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: true,
})
const database = process.env.BENCH_MONGODB_URI
  ? undefined
  : await start('../local/database/serve.js', ['--port', '0'], { DATA_DIR: dataDir }, /MONGODB_URI=(\S+)/)
const uri = new URL((process.env.BENCH_MONGODB_URI ?? database?.url) as string)
uri.pathname = `/bench_${randomBytes(4).toString('hex')}`
const JWT_SECRET = randomBytes(32).toString('base64url')
const env = {
  DATA_DIR: dataDir,
  PORT: '0',
  JWT_SECRET,
  RATE_LIMIT: '0',
  RATE_LIMIT_AUTH: '0',
  LOGIN_MAX_FAILURES: '0',
  OTP_MAX_SENDS: '0',
  USER_QUOTA_BYTES: '1000GiB',
  USER_QUOTA_FILES: '1000000000',
  MONGODB_URI: uri.toString(),
  SMTP_URL: local.SMTP_URL as string,
  CLOUDINARY_URL: local.CLOUDINARY_URL as string,
}

// what both work on
const app = await buildApp(loadSettings({ ...env, LOG_LEVEL: 'silent' }) as Config)
await app.ready()
// at the end of a round each connection may leave two sessions behind whose newest token nobody has read
const people = await Promise.all(Array.from({ length: CLIENTS * 2 * (ROUNDS + 2) }, () => signedIn(app)))
const [owner] = people as [(typeof people)[number]]
await app.db.Asset.collection.insertMany(Array.from({ length: ROWS * 2 }, (_, index) => fileRow(owner.userId, index)))

const coffer = await start('../server.js', [], env, LISTENING)
const bare = await start('bare.js', [], { MONGODB_URI: env.MONGODB_URI, JWT_SECRET }, /on (http\S+)/)
/** A JWT (RFC 7519) of HS256, as the bare server verifies it. */
function token(sub: string): string {
  const [header, claims] = [{ alg: 'HS256', typ: 'JWT' }, { sub }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const mac = createHmac('sha256', JWT_SECRET).update(`${header}.${claims}`).digest('base64url')
  return `${header}.${claims}.${mac}`
}

interface Row {
  work: string
  coffer: number[]
  bare: number[]
  unit: string
  goal: string
  more?: string
}
const table: Row[] = []
const cannon = (options: Options) => autocannon({ connections: CLIENTS, duration: SECONDS, ...options })

/** Both in turn, after one round each that only warms up. */
async function compare(work: string, goal: string, load: { coffer: Options; bare: Options }) {
  const row: Row = { work, coffer: [], bare: [], unit: 'requests/s', goal }
  const latencies: Record<string, number[]> = { coffer: [], bare: [] }
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const side of ['coffer', 'bare'] as const) {
      const result: Result = await cannon({ ...load[side], ...(round === 0 && { duration: 2 }) })
      if (result.non2xx > 0 || result.errors > 0)
        throw new Error(`${work}, ${side}: ${result.non2xx} refused, ${result.errors} broken`)
      if (round === 0) continue
      row[side].push(result['2xx'] / result.duration)
      latencies[side]?.push(result.latency.p99)
    }
  }
  row.more = `p99 ${median(latencies.coffer as number[])} against ${median(latencies.bare as number[])} ms`
  table.push(row)
  say(line(row))
}

const ratio = ({ coffer, bare }: Row) => median(coffer) / median(bare)
const spread = (numbers: number[]) => `${Math.min(...numbers).toFixed(0)} to ${Math.max(...numbers).toFixed(0)}`
const line = (row: Row) =>
  `| ${row.work} | ${median(row.coffer).toFixed(1)} (${spread(row.coffer)}) | ${median(row.bare).toFixed(1)} (${spread(row.bare)}) | ${row.unit} | **${ratio(row).toFixed(2)}** | ${row.goal} | ${row.more ?? ''} |`

const HEAD =
  '| work | Coffer: median (range) | against: median (range) | | ratio | goal | |\n|---|---|---|---|---|---|---|'
say(HEAD)

await compare('profile read', 'at least 0.80', {
  coffer: { url: `${coffer.url}/v1/users/me`, headers: owner.bearer },
  bare: { url: `${bare.url}/profile`, headers: { authorization: `Bearer ${token(owner.userId.toString())}` } },
})

await compare('list of 20 files', 'at least 0.80', {
  coffer: { url: `${coffer.url}/v1/assets`, headers: owner.bearer },
  bare: { url: `${bare.url}/list`, headers: { authorization: `Bearer ${token(owner.userId.toString())}` } },
})

const unused = () => people.map(({ userId, refreshToken }) => ({ userId: userId.toString(), refreshToken, hash: 0 }))
type Idle = ReturnType<typeof unused>[number]
await app.db.User.collection.updateMany({}, { $set: { bench: { hash: 0, counter: 0 } } })
/** Each request takes a session that no other uses at present, and gives it back with its newest token. */
const turns = (
  path: string,
  body: (session: Idle) => object,
  after: (session: Idle, text: string) => void,
): Request[] => {
  const idle = unused()
  return [
    {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      setupRequest(request, context) {
        const session = idle.shift() as Idle
        Object.assign(context, { session })
        return { ...request, body: JSON.stringify(body(session)) }
      },
      onResponse(_status, text, context) {
        const { session } = context as { session: Idle }
        after(session, text)
        idle.push(session)
      },
    },
  ]
}
await compare('token refresh', 'at least 0.75', {
  coffer: {
    url: coffer.url,
    requests: turns(
      '/v1/auth/refresh-token',
      ({ refreshToken }) => ({ refreshToken }),
      (session, text) => {
        session.refreshToken = JSON.parse(text).refreshToken
      },
    ),
  },
  bare: {
    url: bare.url,
    requests: turns(
      '/refresh',
      ({ userId, hash }) => ({ userId, hash, next: hash + 1 }),
      (session) => {
        session.hash += 1
      },
    ),
  },
})
await app.db.connection.dropDatabase()
for (const one of [coffer, bare]) await one.stop()
await app.close()
await database?.stop()
await local.close()
rmSync(dataDir, { recursive: true, force: true })
