/**
 * The peers that `npm run bench` measures Coffer against. Each runs in a process of its own, set up as its
 * documentation says, and is used through its HTTP API. Their packages are no part of the project: `npm ci --prefix
 * bench/peers` installs them.
 */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Options, Request } from 'autocannon'
import { Types } from 'mongoose'
import { databaseOn, dropDatabase } from '../database.js'
import { type Load, signInsInTurn } from '../load.js'
import { picture } from '../picture.js'
import { start } from '../process.js'
import { fileRow } from '../rows.js'

const FOLDER = resolve('bench/peers')
const USERS = 64
const PASSWORD = 'a river runs through it'
const LISTENING = /listening on (http:\S+)/

export interface Peer {
  /** The name, with the versions of its parts. */
  name: string
  /** Resident memory of its own process in bytes, without a database in another process. */
  memory(field: 'VmRSS' | 'VmHWM'): number
  /** The ids of its own process and of the processes that it started, such as its database. */
  pids(): number[]
  stop(): Promise<void>
  /** Sign-ins with e-mail and password, each of the next user. */
  signIn?: Load
  /** The same up to a mailed code, as Coffer does it. */
  signInWithCode?: Load
  /** Reads the user of the request's session. */
  profile?: Options
  /** Lists the 20 newest of a user's 1,000 files, beside as many of others. */
  list?: Options
  /** Uploads one file of 10 MiB. */
  upload?: Options
}

export interface PeerSettings {
  /**
   * The folder of their data. If the benchmark runs as root, other users may enter it, since PostgreSQL runs as one.
   */
  dataDir: string
  /** The folder of uploads. */
  filesDir: string
  /** The store and the mail server that all of them use. */
  services: { CLOUDINARY_URL: string; SMTP_URL: string }
  /** A server on which a peer creates a database of its own, and drops it when it stops. */
  mongodbUri: string
  /** Rows of the user who lists, and as many of others. */
  rows: number
  /** Cost of bcrypt, for peers that let it be chosen; Parse Server's is always 10. */
  bcryptCost: number
}

/** Starts the peers that can run here, by name; for the others it returns the reason. */
export function peers(settings: PeerSettings): { ready: Record<string, () => Promise<Peer>>; absent: string[] } {
  if (!existsSync(join(FOLDER, 'node_modules')))
    return { ready: {}, absent: ['better-auth and Parse Server are measured after: npm ci --prefix bench/peers'] }
  const bin = postgresBin()
  return {
    ready: {
      'better-auth, SQLite': () => betterAuth('sqlite', settings),
      'better-auth, MongoDB': () => betterAuth('mongodb', settings),
      ...(bin && {
        'Parse Server, PostgreSQL': () => parseServer(bin, settings),
        'Parse Server, same store': () => parseServerWithStore(bin, settings),
      }),
    },
    absent: bin
      ? []
      : ['Parse Server is measured where PostgreSQL is installed; BENCH_POSTGRES is the folder of its programs'],
  }
}

/** The newest PostgreSQL of Debian, unless BENCH_POSTGRES names another. */
function postgresBin(): string | undefined {
  const { BENCH_POSTGRES } = process.env
  const debian = '/usr/lib/postgresql'
  const folders = BENCH_POSTGRES
    ? [BENCH_POSTGRES]
    : (existsSync(debian) ? readdirSync(debian) : [])
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => join(debian, version, 'bin'))
  return folders.find((folder) => existsSync(join(folder, 'initdb')))
}

const postgresVersion = (bin: string) =>
  /\d[\d.]*/.exec(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }))?.[0]

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join(FOLDER, 'node_modules', name, 'package.json'), 'utf8')).version

/** Returns a file of this folder in the source, since it is not compiled. */
const serve = (file: string, env: NodeJS.ProcessEnv) =>
  start(pathToFileURL(join(FOLDER, file)).href, [], { NODE_ENV: 'production', ...env }, LISTENING)

/** Lists a process and its descendants. Source: Linux, proc(5). */
function tree(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
  return [pid, ...children.flatMap((child) => tree(Number(child)))]
}

const secret = () => randomBytes(32).toString('base64url')
const emails = Array.from({ length: USERS }, (_, index) => `user-${index}@example.com`)

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url}: ${await response.text()}`)
  return response
}

/** Requests the load once and checks its answer, since a peer may refuse with a status of success. */
async function checked(load: Options & { headers: Record<string, string> }, says: (answer: unknown) => boolean) {
  const answer = await (await fetch(load.url, { headers: load.headers })).json()
  if (!says(answer)) throw new Error(`${load.url}: ${JSON.stringify(answer)}`)
  return load
}

/** Returns the Cookie header that a browser sends after these cookies. */
const cookieOf = (lines: string[]) => lines.map((line) => line.split(';')[0]).join('; ')

async function betterAuth(database: 'sqlite' | 'mongodb', settings: PeerSettings): Promise<Peer> {
  const version = versionOf('better-auth')
  const uri = databaseOn(settings.mongodbUri, 'better_auth')
  const { url, pid, memory, stop } = await serve('better-auth.js', {
    DATABASE: database,
    DATA_DIR: settings.dataDir,
    MONGODB_URI: uri,
    BETTER_AUTH_SECRET: secret(),
    SMTP_URL: settings.services.SMTP_URL,
    BCRYPT_COST: String(settings.bcryptCost),
  })
  // It takes fetch for a browser, which sends its origin.
  const signUp = (email: string) =>
    post(`${url}/api/auth/sign-up/email`, { email, password: PASSWORD, name: 'Ada' }, { origin: url })
  const [first] = await Promise.all(emails.map(signUp))
  const coded = emails.map((email) => `coded-${email}`)
  for (const response of await Promise.all(coded.map(signUp))) {
    const headers = { origin: url, cookie: cookieOf(response.headers.getSetCookie()) }
    await post(`${url}/api/auth/two-factor/enable`, { password: PASSWORD }, headers)
  }
  const credentials = { email: coded[0], password: PASSWORD }
  const response = await post(`${url}/api/auth/sign-in/email`, credentials, { origin: url })
  const answer = (await response.json()) as { twoFactorRedirect?: boolean }
  if (!answer.twoFactorRedirect) throw new Error(`${url}: no code is asked for: ${JSON.stringify(answer)}`)
  const [withPassword] = signInsInTurn('/api/auth/sign-in/email', coded, PASSWORD) as [Request]
  const withCode: Request[] = [
    {
      ...withPassword,
      onResponse(_status, _body, context, headers) {
        Object.assign(context, { cookie: cookieOf([headers?.['set-cookie'] ?? headers?.['Set-Cookie'] ?? []].flat()) })
      },
    },
    {
      method: 'POST',
      path: '/api/auth/two-factor/send-otp',
      setupRequest: (made, context) => ({
        ...made,
        headers: { origin: url, 'content-type': 'application/json', cookie: (context as { cookie: string }).cookie },
        body: '{}',
      }),
    },
  ]
  const cookie = cookieOf(first?.headers.getSetCookie() ?? [])
  return {
    name: `better-auth ${version}, ${database === 'sqlite' ? 'SQLite' : 'MongoDB'}`,
    memory,
    pids: () => tree(pid),
    async stop() {
      await stop()
      if (database === 'mongodb') await dropDatabase(uri)
    },
    signIn: { url, requests: signInsInTurn('/api/auth/sign-in/email', emails, PASSWORD) },
    signInWithCode: { url, requests: withCode, steps: withCode.length },
    // Without a session the answer is null.
    profile: await checked(
      { url: `${url}/api/auth/get-session`, headers: { cookie } },
      (answer) => (answer as { user: { email: string } } | null)?.user.email === emails[0],
    ),
  }
}

interface ParseUser {
  objectId: string
  sessionToken: string
}

const application = { 'x-parse-application-id': 'bench' }

/** Starts Parse Server with the users and one upload of the first. */
async function startParse(bin: string, { filesDir }: PeerSettings, env: NodeJS.ProcessEnv) {
  const keys = { MASTER_KEY: secret(), MAINTENANCE_KEY: secret() }
  const { url, pid, memory, stop } = await serve('parse-server.js', {
    FILES_DIR: filesDir,
    POSTGRES_BIN: bin,
    PARSE_SERVER_LOGS_FOLDER: 'null',
    APP_ID: 'bench',
    ...keys,
    ...env,
  })
  const signUp = async (email: string) => {
    const body = { username: email, email, password: PASSWORD, name: 'Ada' }
    return (await post(`${url}/parse/users`, body, application)).json() as Promise<ParseUser>
  }
  const [owner, other] = (await Promise.all(emails.map(signUp))) as [ParseUser, ParseUser]
  const session = { ...application, 'x-parse-session-token': owner.sessionToken }
  const upload: Options = {
    url: `${url}/parse/files/noise.png`,
    method: 'POST',
    headers: { ...session, 'content-type': 'image/png' },
    body: await picture(),
  }
  return { url, keys, owner, other, session, peer: { memory, pids: () => tree(pid), stop, upload } }
}

/** Has a database of its own, so that its memory is only that of its own uploads. */
async function parseServerWithStore(bin: string, settings: PeerSettings): Promise<Peer> {
  const DATA_DIR = join(settings.dataDir, 'parse-server-store')
  mkdirSync(DATA_DIR)
  const { CLOUDINARY_URL } = settings.services
  const { peer } = await startParse(bin, settings, { DATA_DIR, CLOUDINARY_URL })
  return { name: `Parse Server ${versionOf('parse-server')}, same store`, ...peer }
}

async function parseServer(bin: string, settings: PeerSettings): Promise<Peer> {
  const { url, keys, owner, other, session, peer } = await startParse(bin, settings, { DATA_DIR: settings.dataDir })

  const pointer = (objectId: string) => ({ __type: 'Pointer', className: '_User', objectId })
  const date = (at: Date) => ({ __type: 'Date', iso: at.toISOString() })
  // The master key may set the time of a row's creation.
  const create = (index: number) => {
    const { _id, ownerId, stateAt, createdAt, updatedAt, ...row } = fileRow(new Types.ObjectId(), index)
    const { objectId } = index % 2 === 0 ? owner : other
    const body = {
      ...row,
      owner: pointer(objectId),
      ACL: { [objectId]: { read: true, write: true } },
      stateAt: date(stateAt),
      createdAt: date(createdAt),
      updatedAt: date(updatedAt),
    }
    return post(`${url}/parse/classes/Asset`, body, {
      ...application,
      'x-parse-maintenance-key': keys.MAINTENANCE_KEY,
    })
  }
  for (let at = 0; at < settings.rows * 2; at += 50)
    await Promise.all(Array.from({ length: 50 }, (_, index) => create(at + index)))
  const newest = new URLSearchParams({
    where: JSON.stringify({ owner: pointer(owner.objectId) }),
    order: '-createdAt',
    limit: '20',
  })
  return {
    ...peer,
    name: `Parse Server ${versionOf('parse-server')}, PostgreSQL ${postgresVersion(bin)}`,
    signIn: { url, requests: signInsInTurn('/parse/login', emails, PASSWORD, application) },
    profile: await checked(
      { url: `${url}/parse/users/me`, headers: session },
      (answer) => (answer as { email: string }).email === emails[0],
    ),
    list: await checked({ url: `${url}/parse/classes/Asset?${newest}`, headers: session }, (answer) => {
      const { results } = answer as { results: { owner: { objectId: string } }[] }
      return results.length === 20 && results.every((row) => row.owner.objectId === owner.objectId)
    }),
  }
}
