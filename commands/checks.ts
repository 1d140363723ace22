import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { bytesOf } from '../models/bytes.js'
import type { JobDocument } from '../models/job.js'
import { pepperIdOf } from '../plugins/auth/passwords.js'
import configuration, { completed, type Settings } from '../plugins/config/index.js'
import { connect, type Database } from '../plugins/db/index.js'
import { inspectIndexes, lacking } from '../plugins/db/indexes.js'
import { connectRedis } from '../plugins/http/redis.js'
import keys from '../plugins/keys.js'
import { mailContext } from '../plugins/mailer/index.js'
import { adviceOn, createMailTransport, toJobError } from '../plugins/mailer/transport.js'
import { createStore, type Store, type StoredFile } from '../plugins/storage/cloudinary.js'
import { parseCredentials } from '../plugins/storage/credentials.js'
import { explain } from './explain.js'
import { isDatabaseServed, locate, locateFiles } from './locate.js'

/** The outcome of one check. The text of a failure says what to do. */
export interface Outcome {
  name: string
  state: 'ok' | 'failed' | 'skipped'
  text: string
}

/** Thrown by a check that has nothing to look at. */
class Skipped extends Error {}

type Tell = (outcome: Outcome) => void

const MIN_VERSION = 7
/** Mails that are decrypted, the newest first. */
const SAMPLE = 20
const FETCH_PATIENCE = 10_000

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)
const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

/**
 * Looks at every service and key of the configuration. The file store gets files of a few bytes, which are deleted again;
 * nothing else is changed.
 */
export async function runChecks(app: FastifyInstance, settings: Settings, tell: Tell): Promise<void> {
  const check = async <T>(name: string, run: () => Promise<{ text: string; result?: T }>): Promise<T | undefined> => {
    try {
      const { text, result } = await run()
      tell({ name, state: 'ok', text })
      return result
    } catch (error) {
      tell({ name, state: error instanceof Skipped ? 'skipped' : 'failed', text: told(error as Error) })
      return undefined
    }
  }
  const isServed = await isDatabaseServed(settings)

  const db = await check('database', () => openDatabase(app, settings))
  await check('indexes', () => checkIndexes(present(db), settings))
  await check('keys', () => checkKeys(app, present(db), settings))
  await check('redis', () => checkRedis(settings))
  await check('mail', () => checkMail(settings))
  await check('mail texts', () => checkMailTexts(settings))

  const store = await check('files', () => openStore(app, settings, isServed))
  await check('image', () => checkImage(present(store)))
  await check('private image', () => checkPrivateImage(present(store)))
  await check('pdf', () => checkPdf(present(store), settings))
}

/** Returns why a check failed, with the cause of a Problem of the file store. */
function told(error: Error): string {
  const { cause } = error
  return cause instanceof Error ? `${error.message} (${cause.message})` : explain(error)
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Skipped('needs a check that failed')
  return value
}

async function openDatabase(app: FastifyInstance, settings: Settings) {
  const { MONGODB_URI = await locate(settings, app) } = settings
  const db = connect(MONGODB_URI)
  app.addHook('onClose', () => db.connection.close())
  await db.connection.asPromise()
  const admin = db.connection.getClient().db().admin()
  const text = describeServer({ ...(await admin.command({ hello: 1 })), ...(await admin.buildInfo()) })
  return { text, result: db }
}

/**
 * Describes a MongoDB server by its answers to `hello` and `buildInfo`.
 * @throws Error if Coffer can't use it
 */
export function describeServer({ version, setName, msg }: { version?: string; setName?: string; msg?: string }) {
  if (Number.parseInt(`${version}`, 10) < MIN_VERSION) {
    throw new Error(`MongoDB ${version} is too old: use ${MIN_VERSION} or 8.`)
  }
  if (setName === undefined && msg !== 'isdbgrid') {
    throw new Error('The server is alone: start it as a replica set (mongod --replSet), also with one member.')
  }
  return `MongoDB ${version}, ${setName ? `replica set ${setName}` : 'sharded'}`
}

async function checkIndexes({ connection }: Database, { makesIndexes }: Settings) {
  const states = await inspectIndexes(connection)
  const missing = lacking(states)
  if (missing.length === 0) return { text: `${states.length} exist` }
  if (makesIndexes) throw new Skipped(`${missing.length} are missing: the server creates them when it starts`)
  throw new Error(`${missing.join(', ')}: run npm run migrate.`)
}

async function checkKeys(app: FastifyInstance, { Job, User }: Database, settings: Settings) {
  await app.register(configuration, { config: completed(settings, {}, []) })
  await app.register(keys)
  const sealed = await Job.find({ kind: 'mail', content: { $ne: null } }, { content: 1 })
    .sort({ createdAt: -1 })
    .limit(SAMPLE)
    .lean()
  const isReadable = ({ _id, content }: Pick<JobDocument, '_id' | 'content'>) => {
    try {
      app.keys.decrypt(bytesOf(content as Buffer), mailContext(_id))
      return true
    } catch {
      return false
    }
  }
  const unreadable = sealed.filter((job) => !isReadable(job)).length
  if (unreadable > 0) {
    throw new Error(
      `DATA_KEY doesn't decrypt ${unreadable} of ${sealed.length} mails: add the old key behind the new one.`,
    )
  }
  const known = [null, ...settings.PASSWORD_PEPPER.map(pepperIdOf)]
  const locked = await User.exists({ 'password.pepperId': { $exists: true, $nin: known } })
  if (locked) {
    throw new Error('PASSWORD_PEPPER lacks the pepper of some passwords: add the old one behind the new one.')
  }
  return { text: `${sealed.length} stored mails and every password can be read` }
}

async function checkRedis({ REDIS_URL }: Settings) {
  if (REDIS_URL === undefined) throw new Skipped('REDIS_URL is not set: each process counts requests alone')
  const { client } = await connectRedis(REDIS_URL, () => {})
  client.disconnect()
  return { text: 'answers and runs scripts' }
}

async function checkMail(settings: Settings) {
  if (settings.standIns.includes('mailbox')) {
    throw new Skipped('no mail service is configured: npm start shows all mail in its mailbox')
  }
  const transport = await createMailTransport(completed(settings, {}, []))
  const failure = await transport.verify().then(() => null, toJobError)
  transport.close()
  if (failure) throw new Error(`${failure.message}: ${adviceOn(failure.message, settings)}.`)
  return { text: 'accepts the sign-in; npm run mail -- EMAIL sends a mail' }
}

async function checkMailTexts(settings: Settings) {
  const { MAIL_TEMPLATES } = settings
  if (MAIL_TEMPLATES === undefined) throw new Skipped('MAIL_TEMPLATES is not set: mail has the texts of Coffer')
  const { loadOwnTexts } = await import('../plugins/mailer/own-texts.js')
  loadOwnTexts(MAIL_TEMPLATES, settings)
  return { text: `${MAIL_TEMPLATES} has no mistakes` }
}

async function openStore(app: FastifyInstance, settings: Settings, isServed: boolean) {
  const { CLOUDINARY_URL = await locateFiles(settings, app, isServed) } = settings
  const store = createStore({ credentials: parseCredentials(CLOUDINARY_URL) })
  app.addHook('onClose', async () => store.close())
  await store.ping()
  return { text: 'the store answers and accepts the credentials', result: store }
}

/** Uploads a file, calls `look`, and deletes the file. */
async function withFile(
  store: Store,
  file: Omit<StoredFile, 'publicId'>,
  content: Buffer,
  look: (file: StoredFile, urls: { secureUrl: string | null; thumbnailUrl: string | null }) => Promise<void>,
) {
  const suffix = file.resourceType === 'raw' ? '.pdf' : ''
  const stored = { ...file, publicId: `coffer-check-${randomUUID()}${suffix}` }
  try {
    await look(stored, await store.upload(Readable.from([content]), stored))
  } finally {
    await store.destroy(stored)
  }
}

/** @throws Error that begins with the answer and ends with `advice` */
async function deliver(url: string | null, advice: string) {
  const { ok, status, headers } = await fetch(url as string, { signal: AbortSignal.timeout(FETCH_PATIENCE) })
  if (ok) return
  const answer = [status, headers.get('x-cld-error')].filter(Boolean).join(', ')
  throw new Error(`The store delivers it with ${answer}: ${advice}`)
}

const SETTINGS = 'in the security settings of Cloudinary'

async function checkImage(store: Store) {
  await withFile(store, { resourceType: 'image', visibility: 'public' }, PNG, async (_file, urls) => {
    await deliver(urls.secureUrl, `allow public images ${SETTINGS}.`)
    await deliver(urls.thumbnailUrl, `thumbnails are refused; turn off strict transformations ${SETTINGS}.`)
  })
  return { text: 'uploaded, delivered, with a thumbnail, and deleted' }
}

async function checkPrivateImage(store: Store) {
  await withFile(store, { resourceType: 'image', visibility: 'private' }, PNG, async (file) => {
    const url = await store.signedUrl(file, 'png', new Date(Date.now() + 60_000))
    await deliver(url, `allow signed downloads ${SETTINGS}.`)
  })
  return { text: 'uploaded, delivered by a signed link, and deleted' }
}

async function checkPdf(store: Store, { UPLOAD_TYPES }: Settings) {
  if (!UPLOAD_TYPES.includes('application/pdf')) throw new Skipped('UPLOAD_TYPES has no application/pdf')
  await withFile(store, { resourceType: 'raw', visibility: 'public' }, PDF, async (_file, urls) => {
    await deliver(urls.secureUrl, `allow delivery of PDF and ZIP files ${SETTINGS}.`)
  })
  return { text: 'uploaded, delivered and deleted' }
}
