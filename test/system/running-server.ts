import { readdirSync } from 'node:fs'
import { type ClientRequest, request as send } from 'node:http'
import { join } from 'node:path'
import mongoose from 'mongoose'
import type { Test } from 'tap'
import { run } from '../support/process.js'
import { until } from '../support/until.js'

const PASSWORD = 'a river runs through it'
const EMAIL = 'ada@example.com'

/** Ports that are free, and cheap hashes. */
export const FREE = { PORT: '0', LOCAL_PORT: '0', BCRYPT_ROUNDS: '4' }

export type Server = Awaited<ReturnType<typeof startWhole>>

/** Starts a server with all stand-ins, as one without any configuration does, and returns its addresses. */
export async function startWhole(t: Test, DATA_DIR: string) {
  const server = run(t, 'server.js', { ...FREE, DATA_DIR })
  const url = async (name: string) =>
    (await server.printed(new RegExp(`${name} +(http://localhost:\\d+\\S*)`)))[1] as string
  return { ...server, api: await url('API'), docs: await url('Docs'), mailbox: await url('Mailbox') }
}

export const isUp = ({ api }: Server) =>
  fetch(`${api}/health/live`)
    .then(({ ok }) => ok)
    .catch(() => false)

export async function mails({ mailbox }: Server) {
  const { items } = (await (await fetch(`${mailbox}/messages?to=${EMAIL}`)).json()) as {
    items: { subject: string; text: string }[]
  }
  return items
}

async function code(server: Server, subject: RegExp): Promise<string> {
  for (;;) {
    const mail = (await mails(server)).find((item) => subject.test(item.subject))
    if (mail) return /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1] as string
  }
}

const post = async (url: string, body: object) => {
  const headers = { 'content-type': 'application/json' }
  return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Record<
    string,
    string
  >
}

/** Registers a person, signs in, and returns the access token. */
export async function signIn(server: Server): Promise<string> {
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

/** Begins an upload of which as much has arrived that its row is written and its bytes are on their way to the store. */
export async function beginUpload({ api }: Server, token: string, folder: string): Promise<ClientRequest> {
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

export const endUpload = (upload: ClientRequest) => upload.end(FILL + TAIL)

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

/** Returns what the database of a folder, which a process has open, and the file store beside it have kept. */
export const kept = (folder: string) =>
  withDatabase(folder, async (db) => {
    const { usage, reservations } = (await db.collection('users').findOne()) as mongoose.mongo.BSON.Document
    const states = (await db.collection('assets').find().toArray()).map(({ state }) => state)
    const files = readdirSync(join(folder, 'cloudinary', 'assets')).filter((name) => name.endsWith('.json'))
    return { states, files: files.length, usage, reservations: reservations.length }
  })
