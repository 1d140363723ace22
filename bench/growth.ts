import { type Collection, mongo, Types } from 'mongoose'
import { connect } from '../plugins/db.js'
import { makeIndexes } from '../plugins/indexes.js'
import { signedIn } from './account.js'
import { load, median, send, type Target } from './load.js'
import type { Process } from './process.js'
import { atLeast, type Figures, inTurn, type Row } from './row.js'
import { fileRow } from './rows.js'
import { CLIENTS, databaseOn, startCoffer, type Testbed, withApp } from './testbed.js'

/** Median latencies of pages, in milliseconds, in databases of some sizes. */
export interface Growth {
  sizes: number[]
  pages: { name: string; medians: number[] }[]
}

const SIZES = [1_000, 10_000, 100_000, 1_000_000]
const BATCH = 5_000
const PAGES_A_ROUND = 20

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

/** Coffer on a database of its own with so many files, half of which belong to the caller. */
interface Grown extends Process {
  size: number
  uri: string
  headers: Record<string, string>
}

async function insert(assets: Collection, userId: Types.ObjectId, size: number) {
  for (let from = 0; from < size; from += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, size - from) }, (_, index) => fileRow(userId, from + index))
    await assets.insertMany(rows, { ordered: false })
  }
}

async function grow({ env, server }: Testbed, size: number): Promise<Grown> {
  const uri = databaseOn(server, String(size))
  const userId = new Types.ObjectId()
  // an index over all rows takes longer than any request may; made last, it takes less than row by row
  const { connection } = connect(`${uri}&socketTimeoutMS=0`)
  await connection.asPromise()
  await insert(connection.collection('assets'), userId, size)
  await makeIndexes(connection)
  await connection.close()
  const here = { ...env, MONGODB_URI: uri }
  const { bearer } = await withApp(here, (app) => signedIn(app, undefined, userId))
  return { ...(await startCoffer(here)), size, uri, headers: bearer }
}

/** The page behind a hundred others. */
async function middle({ url, size, headers }: Grown): Promise<string> {
  let path = '/v1/assets?limit=100'
  for (let page = 0; page < Math.min(100, size / 400); page += 1) {
    const { nextCursor } = JSON.parse(await send({ url: `${url}${path}`, headers }))
    path = `/v1/assets?limit=100&cursor=${encodeURIComponent(nextCursor)}`
  }
  return path.replace('limit=100', 'limit=20')
}

/** A page, asked for once to see that it's full. */
async function target(one: Grown, name: string): Promise<Target> {
  const path = name === 'in the middle' ? await middle(one) : PAGES[name]
  const page = { url: `${one.url}${path}`, headers: one.headers }
  const { items } = JSON.parse(await send(page))
  if (items.length !== PAGES_A_ROUND) throw new Error(`${items.length} items at ${page.url}`)
  return page
}

/** All pages on all databases in turn, one request at a time. */
async function measure(all: Grown[], rounds: number): Promise<Growth> {
  const cases = await Promise.all(
    Object.keys(PAGES).flatMap((name) =>
      all.map(async (one) => ({ name, latencies: [] as number[], page: await target(one, name) })),
    ),
  )
  // the first round only warms up
  for (let round = 0; round <= rounds; round += 1) {
    for (const { page, latencies } of cases) {
      const { p50 } = await load({ ...page, connections: 1, amount: PAGES_A_ROUND })
      if (round > 0) latencies.push(p50)
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

export async function* growth(testbed: Testbed): AsyncGenerator<Row> {
  const all: Grown[] = []
  for (const size of SIZES.filter((size) => size <= testbed.rows)) {
    const begun = performance.now()
    all.push(await grow(testbed, size))
    const seconds = (performance.now() - begun) / 1000
    if (seconds > 60)
      testbed.notes.push(`It took ${seconds.toFixed(0)} s to make the database of ${size.toLocaleString('en')} rows.`)
  }
  testbed.growth = await measure(all, testbed.rounds)
  const nameOf = ({ size }: Grown) => `${size.toLocaleString('en')} rows`
  const sides = [all.at(-1), all[0]].map((one) => {
    const { headers, url, memory } = one as Grown
    return { name: `Coffer with ${nameOf(one as Grown)}`, memory, load: { url: `${url}${PAGES.newest}`, headers } }
  })
  const { rounds, seconds } = testbed
  const [coffer, against] = await inTurn(sides, rounds, { connections: CLIENTS, duration: seconds })
  const work = `list of 20 files, ${nameOf(all.at(-1) as Grown)}`
  yield { work, unit: 'requests/s', coffer: coffer as Figures, against, goal: atLeast(0.85) }
  for (const { stop, uri } of all) {
    await stop()
    const client = await new mongo.MongoClient(uri).connect()
    await client.db().dropDatabase()
    await client.close()
  }
}
