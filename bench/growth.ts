import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Collection, Types } from 'mongoose'
import { connect } from '../plugins/db/index.js'
import { makeIndexes } from '../plugins/db/indexes.js'
import { signedIn } from './account.js'
import { databaseOn, dropDatabase } from './database.js'
import { load, median, send, type Target } from './load.js'
import type { Process } from './process.js'
import { BARE, bareBearer } from './reads.js'
import { atLeast, type Figures, inTurn, type Row, type Side } from './row.js'
import { fileRow } from './rows.js'
import { type Growth, startBare, startCoffer, type Testbed, withApp } from './testbed.js'

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
const BATCH = 5_000
/** The time of one side's pages in a round, in milliseconds; the number of pages has bounds. */
const ROUND_MS = 200
const MOST_PAGES = 20
/** Connections to one server. More would ask a database that sorts a million rows for too many at once. */
const PARALLEL = 4

/** The schema of the metadata in the rows. */
const METADATA = { type: 'object', properties: { trip: { type: 'string', maxLength: 20, 'x-filter': true } } }

const PAGES: Record<string, string> = {
  newest: '/v1/assets?limit=20',
  'by name': '/v1/assets?limit=20&sort=filename',
  'by size': '/v1/assets?limit=20&sort=-bytes',
  'a type': '/v1/assets?limit=20&type=application/pdf',
  'a kind of type': '/v1/assets?limit=20&type=image',
  'a tag': '/v1/assets?limit=20&tag=holiday',
  'a value of the metadata': '/v1/assets?limit=20&metadata=trip:lake',
  'a prefix, by name': '/v1/assets?limit=20&sort=filename&q=img%20a',
  'in the middle': '/v1/assets?limit=20',
  'everybody, newest': '/v1/admin/assets?limit=20',
}

/** Starts Coffer on a database of its own with `size` files, half of which belong to the caller. */
interface Grown extends Process {
  size: number
  uri: string
  userId: Types.ObjectId
  headers: Record<string, string>
}

async function insert(assets: Collection, userId: Types.ObjectId, size: number) {
  for (let from = 0; from < size; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, size - from) }, (_, index) => fileRow(userId, from + index))
    await assets.insertMany(rows, { ordered: false })
  }
}

async function grow({ dataDir, env, server, isLocal, notes }: Testbed, size: number): Promise<Grown> {
  const begun = performance.now()
  const uri = databaseOn(server, String(size))
  const userId = new Types.ObjectId()
  // Indexes built last cost less than row by row. Building one may take longer than a request may, and the local
  // database would answer nothing else meanwhile.
  const { connection } = connect(`${uri}&socketTimeoutMS=0`)
  await connection.asPromise()
  if (isLocal) await makeIndexes(connection)
  await insert(connection.collection('assets'), userId, size)
  await makeIndexes(connection)
  await connection.close()
  const seconds = Math.round((performance.now() - begun) / 1000)
  // Data that is still on its way to the disk would delay the reads.
  execFileSync('sync')
  if (seconds > 60) notes.push(`It took ${seconds} s to make the database of ${size.toLocaleString('en')} rows.`)
  const ASSET_METADATA_SCHEMA = join(dataDir, 'metadata.json')
  writeFileSync(ASSET_METADATA_SCHEMA, JSON.stringify(METADATA))
  const here = { ...env, MONGODB_URI: uri, ASSET_METADATA_SCHEMA }
  const { bearer } = await withApp(here, (app) => signedIn(app, undefined, userId))
  return { ...(await startCoffer(here)), size, uri, userId, headers: bearer }
}

/** Returns the page after twenty others. */
async function middle({ url, size, headers }: Grown): Promise<string> {
  let path = '/v1/assets?limit=100'
  for (let page = 0; page < Math.min(20, size / 400); page += 1) {
    const { nextCursor } = JSON.parse(await send({ url: `${url}${path}`, headers }))
    path = `/v1/assets?limit=100&cursor=${encodeURIComponent(nextCursor)}`
  }
  return path.replace('limit=100', 'limit=20')
}

/** Prepares a page, and requests it once to check that it is full. */
async function target(one: Grown, name: string): Promise<Target> {
  const path = name === 'in the middle' ? await middle(one) : PAGES[name]
  const page = { url: `${one.url}${path}`, headers: one.headers }
  const { items } = JSON.parse(await send(page))
  if (items.length !== 20) throw new Error(`${items.length} items at ${page.url}`)
  return page
}

/** Requests all pages on all databases in turn, one request at a time. */
async function measure(all: Grown[], rounds: number): Promise<Growth> {
  const cases: { name: string; page: Target; amount: number; latencies: number[] }[] = []
  for (const name of Object.keys(PAGES)) {
    for (const one of all) cases.push({ name, page: await target(one, name), amount: 1, latencies: [] })
  }
  // The first round only warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const one of cases) {
      const { p50 } = await load({ ...one.page, connections: 1, amount: one.amount })
      if (round > 0) one.latencies.push(p50)
      else one.amount = Math.max(1, Math.min(MOST_PAGES, Math.floor(ROUND_MS / p50)))
    }
  }
  return {
    sizes: all.map(({ size }) => size),
    pages: Object.keys(PAGES).map((name) => ({
      name,
      medians: cases.filter((one) => one.name === name).map(({ latencies }) => median(latencies)),
    })),
  }
}

/** Compares the newest page in the smallest and the largest database, through Coffer and by the bare driver. */
async function* ends(testbed: Testbed, { pages }: Growth, all: Grown[]): AsyncGenerator<Row> {
  const { rounds, seconds, env } = testbed
  const newest = pages.find(({ name }) => name === 'newest')?.medians as number[]
  const sides: Side[] = []
  const servers: Process[] = []
  for (const at of [all.length - 1, 0]) {
    const { url, uri, headers, size, userId, memory } = all[at] as Grown
    const bare = await startBare({ ...env, MONGODB_URI: uri })
    servers.push(bare)
    const amount = PARALLEL * Math.max(1, Math.floor((seconds * 1000) / (newest[at] as number)))
    const rows = `${size.toLocaleString('en')} rows`
    sides.push(
      { name: `Coffer, ${rows}`, memory, load: { url: `${url}${PAGES.newest}`, headers, amount } },
      {
        ...bare,
        name: `${BARE}, ${rows}`,
        load: { url: `${bare.url}/list`, headers: bareBearer(env, { userId }), amount },
      },
    )
  }
  const [coffer, bare, small, smallBare] = (await inTurn(sides, rounds, { connections: PARALLEL })) as [
    Figures,
    Figures,
    Figures,
    Figures,
  ]
  for (const server of servers) await server.stop()
  const work = `list of 20 files, ${all.at(-1)?.size.toLocaleString('en')} rows`
  yield { work, unit: 'requests/s', coffer, against: small, goal: atLeast(0.85) }
  yield { work, unit: 'requests/s', coffer, against: bare }
  yield { work: `${work}, by ${BARE}`, unit: 'requests/s', coffer: bare, against: smallBare }
}

export async function* growth(testbed: Testbed): AsyncGenerator<Row> {
  const all: Grown[] = []
  try {
    for (const size of SIZES.filter((size) => size <= testbed.rows)) all.push(await grow(testbed, size))
    testbed.growth = await measure(all, testbed.rounds)
    yield* ends(testbed, testbed.growth, all)
  } finally {
    for (const { stop, uri } of all) {
      await stop()
      await dropDatabase(uri)
    }
  }
}
