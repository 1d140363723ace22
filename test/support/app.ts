import { randomBytes, randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import { type AppOptions, buildApp } from '../../app.js'
import { startDatabase } from '../../local/database/server.js'
import { type LocalServices, startLocalServices } from '../../local/index.js'
import { startSmtp } from '../../local/mailbox/smtp.js'
import type { Message } from '../../local/mailbox/store.js'
import { OUTBOX_FILLED } from '../../models/outbox.js'
import { KINDS } from '../../plugins/assets/reconcile/survey.js'
import { type Config, completed, loadSettings } from '../../plugins/config/index.js'
import type { StoredFile } from '../../plugins/storage/cloudinary.js'
import { compareAnswers } from './contract.js'
import { makeFolder } from './folder.js'
import { teardownOfProcess } from './root.js'
import { noteExchanges, noteKeys, noteMail, refuseSecrets } from './secrets.js'

export interface Mail extends Message {
  html: string
}

/** A clock that a test moves. It runs with the real time, or stands still at a given one. */
export class Clock {
  private offset = 0
  constructor(private readonly stopped?: Date) {}
  now = () => new Date((this.stopped?.getTime() ?? Date.now()) + this.offset)
  advance(ms: number) {
    this.offset += ms
  }
}

interface Services extends LocalServices {
  dataDir: string
  /** The mail to an address so far, newest first. */
  mails(to: string): Mail[]
  /** The newest mail to an address that is wanted, awaited. */
  mail(to: string, isWanted: (mail: Mail) => boolean): Promise<Mail>
}

let serving: Promise<Services> | undefined

/** The stand-ins of this test process, started at first use and shared by its apps, each of which has a database of its own. */
export function services(): Promise<Services> {
  serving ??= startServices()
  return serving
}

async function startServices(): Promise<Services> {
  const dataDir = makeFolder()
  const external = process.env.TEST_MONGODB_URI
  // in this thread: loading the sources anew in another would cost each process of tests as much as it saves
  const database = external
    ? { uri: external, close: async () => {} }
    : await startDatabase({ path: join(dataDir, 'database'), listen: { socket: join(dataDir, 'database.sock') } })
  const local = await startLocalServices({
    services: ['cloudinary'],
    dataDir,
    host: 'localhost',
    port: 0,
    threads: false,
    faults: true,
  })
  const arrivals = new EventEmitter().setMaxListeners(0)
  const byAddress = new Map<string, Mail[]>()
  const mails = (to: string) => byAddress.get(to.trim().toLowerCase()) ?? []
  const smtp = await startSmtp({
    messages: () => [...byAddress.values()].flat(),
    async add(content) {
      const message = { ...content, id: randomUUID(), date: new Date().toISOString() } as Mail
      noteMail(message)
      for (const to of message.to.toLowerCase().split(', ')) byAddress.set(to, [message, ...mails(to)])
      arrivals.emit('mail')
      return message
    },
  })
  teardownOfProcess(async () => {
    await Promise.all(idle.map((one) => close(one)))
    await Promise.all([local.close(), smtp.close()])
    await database.close()
    rmSync(dataDir, { recursive: true })
  })
  return {
    ...local,
    MONGODB_URI: database.uri,
    SMTP_URL: smtp.url,
    dataDir,
    mails,
    async mail(to, isWanted) {
      for (;;) {
        const mail = mails(to).find(isWanted)
        if (mail) return mail
        await once(arrivals, 'mail')
      }
    },
  }
}

/** The URI of a new database on the server that the tests of this process share. */
export async function newDatabase(): Promise<string> {
  const { MONGODB_URI } = await services()
  const name = `coffer_${randomBytes(6).toString('hex')}`
  return (MONGODB_URI as string).replace(/^(mongodb(?:\+srv)?:\/\/[^/]+)(?:\/[^?]*)?/, `$1/${name}`)
}

export interface TestApp {
  app: FastifyInstance
  clock: Clock
  config: Config
  /** Every line that the app logged. */
  logs: string[]
  /** The newest mail to an address whose subject or text matches, awaited. */
  mail(to: string, matching?: RegExp): Promise<Mail>
  /** All mail to an address so far, newest first. */
  mails(to: string): Promise<Mail[]>
  /** Begins anew, with an empty database and an empty store. */
  reset(): Promise<void>
}

export interface BuildOptions extends Omit<AppOptions, 'now' | 'logStream'> {
  env?: Record<string, string>
  clock?: Clock
  /** The database of another app, for two processes' worth of apps on one. */
  shareDatabaseOf?: TestApp
  /** No other test has the app, before or after: for tests of what happens once, and those that change indexes. */
  own?: true
}

interface Running extends Pick<TestApp, 'app' | 'config'> {
  /** The variables that the app was started with, as JSON. */
  settings: string
  /** The clock and the log of the test that has the app. */
  clock: Clock
  logs: string[]
  /** Throws if an answer since the last call violated the contract. */
  compared(): Promise<void>
  /** The kinds of jobs that the app has queued at its start, each as one job with the kind as its id. */
  recurring: string[]
}

async function start(
  MONGODB_URI: string,
  { env, clock = new Clock(), shareDatabaseOf: _, own: __, ...options }: BuildOptions,
): Promise<Running> {
  const local = await services()
  const settings = loadSettings({
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    DATA_DIR: local.dataDir,
    BCRYPT_ROUNDS: '4',
    RATE_LIMIT: '0',
    RATE_LIMIT_AUTH: '0',
    MONGODB_URI,
    SMTP_URL: local.SMTP_URL,
    CLOUDINARY_URL: local.CLOUDINARY_URL,
    ...env,
  })
  const config = completed(settings)
  const running: Partial<Running> = { settings: JSON.stringify(env ?? {}), config, clock, logs: [] }
  running.app = await buildApp(config, {
    ...options,
    // how busy the machine is that runs the tests is not what they are about
    limits: { eventLoopDelay: 0, ...options.limits },
    now: () => (running.clock as Clock).now(),
    logStream: { write: (line: string) => running.logs?.push(line) } as unknown as NodeJS.WritableStream,
  })
  await running.app.ready()
  running.recurring = await running.app.db.Job.distinct('kind', { $expr: { $eq: ['$_id', '$kind'] } })
  running.compared = compareAnswers(running.app)
  noteExchanges(running.app)
  noteKeys([config.JWT_SECRET, config.CODE_KEY, config.DATA_KEY, config.PASSWORD_PEPPER, config.METRICS_TOKEN])
  return running as Running
}

/** Apps that no test has, the one that had a test last at the end. Building one takes longer than most tests. */
const idle: Running[] = []
/** One that has had no test for long is closed, because it takes memory, and time at each of its beats. */
const MOST_IDLE = 8

/** Removes the files that an app has sent to the store. */
async function removeFiles({ metrics, storage, assets }: FastifyInstance): Promise<void> {
  const calls = await metrics.registry.getSingleMetric('coffer_store_calls_total')?.get()
  if (!calls?.values.length) return
  for (const kind of KINDS) {
    const files: StoredFile[] = []
    for await (const file of storage.list(assets.prefix, kind)) files.push(file)
    for await (const left of storage.destroyMany(files)) if (left.problem && left.files.length > 0) throw left.problem
  }
}

/** Empties the database and the store of an app, once all that it does is done. Returns false if anything else of the test would stay with the app. */
async function empty({ app }: Running): Promise<boolean> {
  const { Instance, connection, ...models } = app.db
  if (app.isStopping() || connection.readyState !== 1) return false
  if (connection.listenerCount(OUTBOX_FILLED) === 0) return false
  app.server.closeAllConnections()
  await app.requests.idle()
  await app.jobs.stop()
  await app.audit.idle()
  const instance = await Instance.findOne()
  // without one, another app of the test has dropped the database
  if (!instance || instance.passwordProfiles) return false
  await removeFiles(app)
  await Promise.all(Object.values(models).map(({ collection }) => collection.deleteMany()))
  return true
}

/** Lets an emptied app go on as one that has just started. */
async function resume({ app, recurring }: Running): Promise<void> {
  await app.jobs.enqueueAll(recurring.map((kind) => ({ id: kind, kind })))
  app.jobs.start()
}

async function close({ app }: Running, dropsDatabase = true): Promise<void> {
  if (dropsDatabase) await app.db.connection.dropDatabase()
  await app.close()
}

/**
 * An app as production builds it, on an empty database, with the limits by address off and cheap hashes unless `env` says otherwise. An app
 * with default settings may have served another test before.
 */
export async function build(t: Test, options: BuildOptions = {}): Promise<TestApp> {
  const { clock = new Clock(), shareDatabaseOf, env, ...others } = options
  const isShared = !shareDatabaseOf && !env?.MONGODB_URI && Object.keys(others).length === 0
  const settings = JSON.stringify(env ?? {})
  const index = isShared ? idle.findLastIndex((one) => one.settings === settings) : -1
  let [running] = index < 0 ? [] : idle.splice(index, 1)
  if (running) {
    Object.assign(running, { clock, logs: [] })
    await resume(running)
  } else running = await start(shareDatabaseOf?.config.MONGODB_URI ?? (await newDatabase()), { ...options, clock })
  const { app, config, logs, compared } = running
  t.teardown(async () => {
    let isEmpty = false
    try {
      isEmpty = isShared && (await empty(running))
    } finally {
      if (!isEmpty) await close(running, !shareDatabaseOf)
    }
    if (isEmpty) idle.push(running)
    const [unused] = idle.splice(0, idle.length - MOST_IDLE)
    if (unused) await close(unused)
    await compared()
    refuseSecrets(logs.join(''))
  })

  const local = await services()
  const mails = async (to: string) => local.mails(to)
  const mail = (to: string, matching = /./) =>
    local.mail(to, ({ subject, text }) => matching.test(subject) || matching.test(text))
  const reset = async () => {
    if (!(await empty(running))) throw new Error('The app has more than its database and its store to empty.')
    await resume(running)
  }
  return { app, clock, config, logs, mail, mails, reset }
}

/** Returns the origin at which an app listens, from its first call on. */
export async function serve(app: FastifyInstance): Promise<string> {
  if (!app.server.listening) return app.listen({ port: 0, host: '127.0.0.1' })
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
}

export const PASSWORD = 'a river runs through it'

let counter = 0
/** An address that no other test has. */
export const newEmail = () => `user${++counter}-${randomBytes(4).toString('hex')}@example.com`

export const codeIn = ({ text }: Mail) => /^\s*(\d{6})\s*$/m.exec(text)?.[1] as string

export const post = (app: FastifyInstance, url: string, payload?: object, options: InjectOptions = {}) =>
  app.inject({ method: 'POST', url, ...(payload && { payload }), ...options })

/** Registers and verifies an account by full requests. */
export async function register({ app, mail }: TestApp, email = newEmail(), password = PASSWORD) {
  const first = await post(app, '/v1/auth/register', { email, password, name: 'Ada Lovelace' })
  if (first.statusCode !== 202) throw new Error(first.body)
  const challenge = first.json()
  const code = codeIn(await mail(email, /registration/i))
  const response = await post(app, '/v1/auth/register/verify', { challengeId: challenge.challengeId, code })
  return { email, password, user: response.json().user as { id: string; email: string } }
}

/** Signs an account in by full requests; a new one unless an address is given. */
export async function login(
  test: TestApp,
  account?: { email: string; password: string },
  headers: Record<string, string> = {},
) {
  const { app } = test
  const { email, password } = account ?? (await register(test))
  const { answer, mail } = await withMail(test, email, /sign-in code/i, async () => {
    const response = await post(app, '/v1/auth/login', { email, password }, { headers })
    if (response.statusCode !== 202) throw new Error(response.body)
    return response.json()
  })
  const { challengeId } = answer
  const code = codeIn(mail)
  const response = await post(app, '/v1/auth/login/verify', { challengeId, code, delivery: 'body' }, { headers })
  if (response.statusCode !== 200)
    throw new Error(response.body + (test.logs.findLast((line) => line.includes('"level":50')) ?? ''))
  const tokens = response.json()
  return {
    email,
    password,
    id: tokens.user.id as string,
    accessToken: tokens.accessToken as string,
    refreshToken: tokens.refreshToken as string,
    deviceToken: tokens.deviceToken as string,
    bearer: { authorization: `Bearer ${tokens.accessToken}` },
  }
}

/** Returns the answer of an action and the mail that it causes. */
export async function withMail<T>({ mails }: TestApp, to: string, matching: RegExp, act: () => Promise<T>) {
  const { mail } = await services()
  const seen = new Set(await mails(to))
  const answer = await act()
  return { answer, mail: await mail(to, (one) => !seen.has(one) && matching.test(one.subject)) }
}

/** Makes a challenge by a request to `path`, and reads its code from the mail. */
export async function challenge(
  test: TestApp,
  path: 'register' | 'login' | 'password/forgot',
  payload: { email: string; password?: string; name?: string },
  options: InjectOptions = {},
) {
  const subject = { register: /registration code/, login: /sign-in code/, 'password/forgot': /reset code/ }[path]
  const { answer, mail } = await withMail(test, payload.email, subject, async () => {
    const response = await post(test.app, `/v1/auth/${path}`, payload, options)
    if (response.statusCode !== 202) throw new Error(response.body)
    return response.json() as { challengeId: string; expiresAt: string; resendAvailableAt: string }
  })
  return { ...answer, code: codeIn(mail), mail }
}

/** Another code than the right one. */
export const wrong = (code: string) => `${code.slice(0, 5)}${(Number(code[5]) + 1) % 10}`

/** Calls `act` so many times at once. */
export const atOnce = <T>(times: number, act: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, index) => act(index)))

/** Counts how often each value occurs. */
export function tally(values: (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
