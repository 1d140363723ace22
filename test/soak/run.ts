/**
 * `npm run soak -- [--minutes 10]`: runs one server under a mix of all requests, with a flood of refused ones in the
 * second half. Prints memory and open files at the start and the end, every status, and the latency of honest reads
 * with and without the flood. Reads memory and open files from Linux's /proc.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startLocalServices } from '../../local/index.js'
import { hurry, live, newAddress, type World } from '../failover/people.js'
import { freePort, killAll, node } from '../failover/processes.js'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const MINUTES = Number(values.minutes)
const PEOPLE = 8
const FLOOD = 10

const say = (line: string) => process.stdout.write(`${line}\n`)
const dataDir = mkdtempSync(join(tmpdir(), 'coffer-soak-'))
const local = await startLocalServices({
  services: ['database', 'mailbox', 'cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: true,
})
const port = await freePort()
const env = {
  LOG_LEVEL: 'error',
  DATA_DIR: dataDir,
  PORT: `${port}`,
  BCRYPT_ROUNDS: '10',
  TRUST_PROXY: '127.0.0.1',
  OTP_MAX_SENDS: '0',
  MONGODB_URI: local.MONGODB_URI as string,
  SMTP_URL: local.SMTP_URL as string,
  CLOUDINARY_URL: local.CLOUDINARY_URL as string,
}
const server = node('coffer', 'server.js', [], env, /API +http/)
await server.start()

const world = (): World => ({
  url: `http://127.0.0.1:${port}`,
  mailbox: local.urls.mailbox as string,
  signal: stopping.signal,
  statuses: {},
  surprises: [],
  reads: [],
})
const stopping = new AbortController()
const honest = world()
const refused = world()

/** Returns the resident memory in MiB and the open files of the server. */
function state() {
  const folder = `/proc/${server.pid()}`
  const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1]) / 1024
  return { memory, handles: readdirSync(`${folder}/fd`).length }
}

const percentile = (values: number[], part: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] as number

const people = Promise.all(Array.from({ length: PEOPLE }, () => live(honest)))
await delay(Math.min(60_000, MINUTES * 6_000))
const first = state()
const samples = [first.memory]
const sampler = setInterval(() => samples.push(state().memory), 5_000)
honest.reads.length = 0
await delay(MINUTES * 30_000)
const calm = honest.reads.splice(0)
const address = newAddress()
const flood = Promise.all(Array.from({ length: FLOOD }, () => hurry(refused, address)))
await delay(MINUTES * 30_000)
const flooded = honest.reads
stopping.abort()
await Promise.all([people, flood])
clearInterval(sampler)
await delay(5_000)
const last = state()

const quarter = Math.ceil(samples.length / 4)
const mean = (part: number[]) => part.reduce((sum, one) => sum + one, 0) / part.length
say(`${MINUTES} minutes, ${PEOPLE} people, then ${FLOOD} that are refused`)
say(`answers to people: ${JSON.stringify(honest.statuses)}`)
say(`answers to the flood: ${JSON.stringify(refused.statuses)}`)
say(
  `memory: ${first.memory.toFixed(0)} MiB at first, ${mean(samples.slice(0, quarter)).toFixed(0)} MiB in the first quarter, ` +
    `${mean(samples.slice(-quarter)).toFixed(0)} MiB in the last, ${last.memory.toFixed(0)} MiB at the end, ${Math.max(...samples).toFixed(0)} MiB at most`,
)
say(`handles: ${first.handles} at first, ${last.handles} at the end`)
say(
  `a read of a profile, p50 and p99: ${percentile(calm, 0.5).toFixed(1)} and ${percentile(calm, 0.99).toFixed(1)} ms calm, ` +
    `${percentile(flooded, 0.5).toFixed(1)} and ${percentile(flooded, 0.99).toFixed(1)} ms flooded`,
)
const failures = Object.entries({ ...honest.statuses }).filter(([status]) => status === 'cut' || Number(status) >= 500)
say(
  `unexpected: ${JSON.stringify([...new Set([...honest.surprises, ...refused.surprises])])}, failures: ${JSON.stringify(failures)}`,
)
killAll()
await local.close()
rmSync(dataDir, { recursive: true, force: true })
process.exit(failures.length + honest.surprises.length + refused.surprises.length > 0 ? 1 : 0)
