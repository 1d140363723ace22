import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { mongo } from 'mongoose'
import { buildApp } from '../app.js'
import { completed, loadSettings } from '../plugins/config/index.js'
import { type Account, signedIn } from './account.js'
import { databaseOn } from './database.js'
import { type Peer, peers } from './peers/index.js'
import { LISTENING, type Process, start } from './process.js'
import { fileRow } from './rows.js'

/** Connections of a load, enough to saturate each server. */
export const CLIENTS = 32
/** Fewer connections: less arrives in one turn of the event loop, so that fewer requests share a command. */
export const FEW_CLIENTS = 8
/** Files of each user who lists; as many belong to others. */
const ROWS = 1_000
/** Users who list. */
const LISTERS = 8
/**
 * Linux, tmpfs(5). Uploads go there, since a real store has its own disk, and writing to this machine's would delay
 * the database.
 */
const MEMORY = '/dev/shm'
/** The cost of Parse Server, which can't be changed. */
export const PEERS_COST = 10

/** Median latencies of pages, in milliseconds, in databases of several sizes. */
export interface Growth {
  sizes: number[]
  pages: { name: string; medians: number[] }[]
}

export interface Options {
  /** The seconds of a round that doesn't count requests. */
  seconds: number
  rounds: number
  /** The largest number of rows to which a list grows. */
  rows: number
  /** True to start the peers. */
  withPeers: boolean
}

/** The servers, users and settings that all measurements share. */
export interface Testbed extends Options {
  dataDir: string
  /** The folder of the stores' uploads. */
  filesDir: string
  /** The server of the databases. */
  server: string
  /** True if that server is the local database. */
  isLocal: boolean
  env: Record<string, string>
  /** Coffer's database, by the bare driver. */
  database: mongo.Db
  /** Users with a session each. */
  accounts: [Account, ...Account[]]
  /** The users who have files. */
  listers: Account[]
  coffer: Process
  bare: Process
  /** The bare server with the guarantees that Coffer gives for every request. */
  guarded: Process
  peers: Peer[]
  /** The measurements that were not possible, each with its reason. */
  notes: string[]
  growth?: Growth
  close(): Promise<void>
}

const secret = () => randomBytes(32).toString('base64url')

/**
 * Runs the app in this process while `use` prepares the database, and then closes it, since it would take Coffer's
 * jobs.
 */
export async function withApp<T>(env: Record<string, string>, use: (app: FastifyInstance) => Promise<T>): Promise<T> {
  // This creates the indexes.
  const app = await buildApp(completed(loadSettings({ ...env, NODE_ENV: 'test', LOG_LEVEL: 'silent' })))
  await app.ready()
  const result = await use(app)
  await app.close()
  return result
}

export const startCoffer = (env: Record<string, string>) => start('../server.js', [], env, LISTENING)

export const startBare = ({ MONGODB_URI, JWT_SECRET, CLOUDINARY_URL, SMTP_URL, GUARDED }: Record<string, string>) =>
  start(
    'bare.js',
    [],
    { NODE_ENV: 'production', MONGODB_URI, JWT_SECRET, CLOUDINARY_URL, SMTP_URL, GUARDED },
    /on (http\S+)/,
  )

/** Starts every server except the peers that can't run. `given` names another server than the local database. */
export async function openTestbed(options: Options, given = process.env.BENCH_MONGODB_URI): Promise<Testbed> {
  const dataDir = mkdtempSync(join(tmpdir(), 'coffer-bench-'))
  const filesDir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'coffer-bench-'))
  process.on('exit', () => {
    for (const folder of [dataDir, filesDir]) rmSync(folder, { recursive: true, force: true })
  })
  const standIns = await start('stand-ins.js', [], { DATA_DIR: filesDir }, /(\{.*\})\n/)
  const local = given
    ? undefined
    : await start('../commands/database.js', ['--port', '0'], { DATA_DIR: dataDir }, /MONGODB_URI=(\S+)/)
  const services = JSON.parse(standIns.url)
  const server = (given ?? local?.url) as string
  const MONGODB_URI = databaseOn(server, 'coffer')
  const env: Record<string, string> = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: '0',
    PUBLIC_URL: 'http://localhost:3000',
    DATA_DIR: dataDir,
    JWT_SECRET: secret(),
    CODE_KEY: secret(),
    DATA_KEY: secret(),
    PASSWORD_PEPPER: secret(),
    MAIL_FROM: 'coffer@example.com',
    // The load comes from one address, and each user does a day's work.
    RATE_LIMIT: '0',
    RATE_LIMIT_AUTH: '0',
    LOGIN_MAX_FAILURES: '0',
    OTP_MAX_SENDS: '0',
    USER_QUOTA_BYTES: '1000GiB',
    USER_QUOTA_FILES: '1000000000',
    MONGODB_URI,
    ...services,
  }
  const accounts = await withApp(env, async (app) => {
    // At the end of a round each connection may leave two sessions whose newest token was not read.
    const people = Array.from({ length: CLIENTS * 2 * (options.rounds + 2) }, () => signedIn(app))
    const all = (await Promise.all(people)) as [Account, ...Account[]]
    for (const [lister, { userId }] of all.slice(0, LISTERS).entries()) {
      const files = Array.from({ length: ROWS * 2 }, (_, index) => fileRow(userId, lister * ROWS * 2 + index))
      await app.db.Asset.collection.insertMany(files)
    }
    return all
  })
  const client = await new mongo.MongoClient(MONGODB_URI).connect()
  const notes: string[] = []
  const running: Peer[] = []
  const { ready, absent } = peers({
    dataDir,
    filesDir,
    services,
    mongodbUri: MONGODB_URI,
    rows: ROWS,
    bcryptCost: PEERS_COST,
  })
  if (options.withPeers) notes.push(...absent)
  for (const [name, startPeer] of Object.entries(options.withPeers ? ready : {})) {
    await startPeer().then(
      (peer) => running.push(peer),
      (error) => notes.push(`${name} did not start: ${error.message}`),
    )
  }
  const coffer = await startCoffer(env)
  const bare = await startBare(env)
  const guarded = await startBare({ ...env, GUARDED: '1' })
  return {
    ...options,
    dataDir,
    filesDir,
    server,
    isLocal: local !== undefined,
    env,
    database: client.db(),
    accounts,
    listers: accounts.slice(0, LISTERS),
    coffer,
    bare,
    guarded,
    peers: running,
    notes,
    async close() {
      for (const one of [coffer, bare, guarded, ...running]) await one.stop()
      await client.db().dropDatabase()
      await client.close()
      await standIns.stop()
      await local?.stop()
    },
  }
}
