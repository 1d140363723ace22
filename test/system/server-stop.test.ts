import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, request as send } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import mongoose from 'mongoose'
import t, { type Test } from 'tap'
import { newFolder, run } from '../support/process.js'
import { until } from '../support/until.js'

// the time that a stop leaves to what is being answered is waited for in full
t.setTimeout(300_000)

const PASSWORD = 'a river runs through it'
const EMAIL = 'ada@example.com'

async function start(t: Test, DATA_DIR: string) {
  const server = run(t, 'server.js', { PORT: '0', LOCAL_PORT: '0', BCRYPT_ROUNDS: '4', DATA_DIR })
  const url = async (name: string) =>
    (await server.printed(new RegExp(`${name} +(http://localhost:\\d+\\S*)`)))[1] as string
  return { ...server, api: await url('API'), mailbox: await url('Mailbox') }
}

type Server = Awaited<ReturnType<typeof start>>

const post = async (url: string, body: object) => {
  const headers = { 'content-type': 'application/json' }
  return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Record<
    string,
    string
  >
}

async function code({ mailbox }: Server, subject: RegExp): Promise<string> {
  for (;;) {
    const { items } = (await (await fetch(`${mailbox}/messages?to=${EMAIL}`)).json()) as {
      items: { subject: string; text: string }[]
    }
    const mail = items.find((item) => subject.test(item.subject))
    if (mail) return /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1] as string
  }
}

async function signIn(server: Server): Promise<string> {
  const auth = `${server.api}/v1/auth`
  const registration = await post(`${auth}/register`, { email: EMAIL, password: PASSWORD, name: 'Ada' })
  await post(`${auth}/register/verify`, {
    challengeId: registration.challengeId,
    code: await code(server, /registration/),
  })
  const { challengeId } = await post(`${auth}/login`, { email: EMAIL, password: PASSWORD })
  const tokens = await post(`${auth}/login/verify`, {
    challengeId,
    code: await code(server, /sign-in code/),
    delivery: 'body',
  })
  return tokens.accessToken as string
}

const HEAD =
  '--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n'
const TAIL = 'startxref\n9\n%%EOF\n\r\n--x--\r\n'
const FILL = 'x'.repeat(200_000)

/** An upload of which as much has arrived that its row is written and its bytes are on their way to the store. */
async function begin({ api }: Server, token: string, folder: string): Promise<ClientRequest> {
  const upload = send(`${api}/v1/assets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'multipart/form-data; boundary=x' },
  })
  upload.on('error', () => {})
  upload.write(HEAD + FILL)
  await withDatabase(folder, async (db) => {
    await until(async () => (await db.collection('assets').countDocuments({ state: 'pending' })) > 0)
  })
  return upload
}

/** Reads the local database in a folder, which a process has open. */
async function withDatabase<T>(folder: string, read: (db: mongoose.mongo.Db) => Promise<T>): Promise<T> {
  const uri = `mongodb://${encodeURIComponent(join(folder, 'database.sock'))}/?directConnection=true`
  const client = await mongoose.mongo.MongoClient.connect(uri)
  try {
    return await read(client.db('coffer'))
  } finally {
    await client.close()
  }
}

const kept = (folder: string) =>
  withDatabase(folder, async (db) => {
    const { usage, reservations } = (await db.collection('users').findOne()) as mongoose.mongo.BSON.Document
    const states = (await db.collection('assets').find().toArray()).map(({ state }) => state)
    const files = readdirSync(join(folder, 'cloudinary', 'assets')).filter((name) => name.endsWith('.json'))
    return { states, files: files.length, usage, reservations: reservations.length }
  })

const isUp = ({ api }: Server) =>
  fetch(`${api}/health/live`)
    .then(({ ok }) => ok)
    .catch(() => false)

/** A server that was told to stop while an upload is on its way. */
async function stopInUpload(t: Test) {
  const folder = newFolder(t)
  const server = await start(t, folder)
  const upload = await begin(server, await signIn(server), folder)
  server.kill('SIGTERM')
  return { folder, server, upload, isOver: new Promise((resolve) => upload.once('close', resolve)) }
}

/** Opens the database of a server that has stopped, and returns what it and the file store have kept. */
async function openKept(t: Test, DATA_DIR: string) {
  const database = run(t, 'commands/database.js', { DATA_DIR })
  await database.printed(/MONGODB_URI/)
  return { database, found: await kept(DATA_DIR) }
}

t.test('two servers are told to stop, each while an upload is on its way', async (t) => {
  // so that the time of a stop is waited for once
  const [ending, endless] = await Promise.all([stopInUpload(t), stopInUpload(t)])

  await t.test('an upload that ends within the time of a stop is answered and kept', async (t) => {
    const { folder, server, upload } = ending
    await until(async () => !(await isUp(server)))
    // a second one cuts nothing short
    server.kill('SIGTERM')
    upload.end(FILL + TAIL)
    const [answer] = (await once(upload, 'response')) as [IncomingMessage]
    t.equal(answer.statusCode, 201)
    t.equal(answer.headers.connection, 'close')
    const { items } = (await json(answer)) as { items: { bytes: number }[] }
    t.equal(await server.exitCode(), 0)
    t.equal(server.output.stderr, '')

    const { database, found } = await openKept(t, folder)
    const bytes = items[0]?.bytes
    t.match(found, { states: ['ready'], files: 1, usage: { bytes, files: 1 }, reservations: 0 })
    database.kill('SIGTERM')
    t.equal(await database.exitCode(), 0)
  })

  await t.test('one that does not is taken back, whole, before the process ends', async (t) => {
    const { folder, server, isOver } = endless
    await isOver
    t.equal(await server.exitCode(), 0)
    t.equal(server.output.stderr, '')
    t.match(server.output.stdout, /"route":"\/v1\/assets",.*"outcome":"aborted"/)
    t.notMatch(server.output.stdout, /reconciler|"level":50/)

    const { database, found } = await openKept(t, folder)
    t.match(found, { states: [], files: 0, usage: { bytes: 0, files: 0 }, reservations: 0 })
    database.kill('SIGTERM')
    t.equal(await database.exitCode(), 0)
  })
})
