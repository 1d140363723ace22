/**
 * How the time of a page grows with the number of files: the same pages, in turn, on databases of 1,000 to 1,000,000 rows, half of
 * which belong to the caller. Medians in milliseconds, and as ratios to the smallest database within the same run.
 * Usage: npm run bench:lists [-- ROUNDS [LARGEST]]; on another server with BENCH_MONGODB_URI
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../app.js'
import { startLocalServices } from '../local/index.js'
import { type Config, loadSettings } from '../plugins/config.js'
import { signedIn } from './account.js'
import { fileRow } from './rows.js'

const ROUNDS = Number(process.argv[2] ?? 15)
const LARGEST = Number(process.argv[3] ?? 1_000_000)
const SIZES = [1_000, 10_000, 100_000, 1_000_000].filter((size) => size <= LARGEST)
const BATCH = 5_000
const PAGES_A_ROUND = 20

const { BENCH_MONGODB_URI } = process.env
const dataDir = mkdtempSync(join(tmpdir(), 'coffer-bench-'))
const local = await startLocalServices({
  services: BENCH_MONGODB_URI ? ['mailbox', 'cloudinary'] : ['database', 'mailbox', 'cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: true,
})
const server = new URL((BENCH_MONGODB_URI ?? local.MONGODB_URI) as string)

/** An app on a database of its own, with so many files. */
async function prepare(size: number) {
  const uri = new URL(server)
  uri.pathname = `/bench_${size}_${randomBytes(4).toString('hex')}`
  const settings = loadSettings({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATA_DIR: dataDir,
    RATE_LIMIT: '0',
    MONGODB_URI: uri.toString(),
    SMTP_URL: local.SMTP_URL,
    CLOUDINARY_URL: local.CLOUDINARY_URL,
  })
  const app = await buildApp(settings as Config)
  await app.ready()
  const { userId, bearer } = await signedIn(app)
  const begun = performance.now()
  for (let from = 0; from < size; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, size - from) }, (_, index) => fileRow(userId, from + index))
    await app.db.Asset.collection.insertMany(rows, { ordered: false })
  }
  const seconds = (performance.now() - begun) / 1000
  process.stdout.write(`${size} rows inserted in ${seconds.toFixed(1)} s\n`)
  return { app, size, headers: bearer }
}

const PAGES: Record<string, string> = {
  newest: '/v1/assets?limit=20',
  'by name': '/v1/assets?limit=20&sort=filename',
  'by size': '/v1/assets?limit=20&sort=-bytes',
  'a type': '/v1/assets?limit=20&type=application/pdf',
  'a kind of type': '/v1/assets?limit=20&type=image',
  'a tag': '/v1/assets?limit=20&tag=holiday',
  'a prefix, by name': '/v1/assets?limit=20&sort=filename&q=img%20a',
  'in the middle': '/v1/assets?limit=20',
  'everybody, newest': '/v1/admin/assets?limit=20',
}

interface Case {
  app: FastifyInstance
  size: number
  headers: Record<string, string>
}

async function read({ app, headers }: Case, url: string) {
  const response = await app.inject({ url, headers })
  if (response.statusCode !== 200) throw new Error(response.body)
  return response.json() as { items: object[]; nextCursor: string | null }
}

/** The page behind a hundred others. */
async function middle(one: Case) {
  let url = '/v1/assets?limit=100'
  for (let page = 0; page < Math.min(100, one.size / 400); page += 1) {
    const { nextCursor } = await read(one, url)
    url = `/v1/assets?limit=100&cursor=${encodeURIComponent(nextCursor as string)}`
  }
  return url.replace('limit=100', 'limit=20')
}

async function time(one: Case, url: string) {
  const begun = performance.now()
  for (let page = 0; page < PAGES_A_ROUND; page += 1) {
    const { items } = await read(one, url)
    if (items.length !== 20) throw new Error(`${items.length} items at ${url}`)
  }
  return (performance.now() - begun) / PAGES_A_ROUND
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number

const cases: Case[] = []
for (const size of SIZES) cases.push(await prepare(size))
const urls = new Map<string, string[]>()
for (const [name, url] of Object.entries(PAGES)) {
  urls.set(name, await Promise.all(cases.map((one) => (name === 'in the middle' ? middle(one) : url))))
}
const times = new Map<string, number[]>()
// the first round only warms up
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [name, of] of urls) {
    for (const [index, one] of cases.entries()) {
      const took = await time(one, of[index] as string)
      if (round > 0) times.set(`${name} ${one.size}`, [...(times.get(`${name} ${one.size}`) ?? []), took])
    }
  }
}

process.stdout.write(`\n| page of 20 | ${SIZES.map((size) => `${size.toLocaleString('en')} rows`).join(' | ')} |\n`)
process.stdout.write(`|---|${SIZES.map(() => '---').join('|')}|\n`)
for (const name of Object.keys(PAGES)) {
  const medians = SIZES.map((size) => median(times.get(`${name} ${size}`) as number[]))
  const cells = medians.map((ms) => `${ms.toFixed(2)} ms (${((medians[0] as number) / ms).toFixed(2)})`)
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`)
}

for (const { app } of cases) {
  // the local one goes with its folder
  if (BENCH_MONGODB_URI) await app.db.connection.dropDatabase()
  await app.close()
}
await local.close()
rmSync(dataDir, { recursive: true })
