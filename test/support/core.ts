import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import fastify, { type FastifyInstance } from 'fastify'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import type { Test } from 'tap'
import { completed, loadSettings } from '../../plugins/config/index.js'
import { registerCore } from '../../plugins/core.js'
import type { GmailEndpoints } from '../../plugins/mailer/transport.js'
import { Clock } from './app.js'

interface BuildOptions {
  uri: string
  clock?: Clock
  env?: Record<string, string>
  gmail?: GmailEndpoints
  /** Called before the app is ready, as plugins and routes are. */
  prepare?(app: FastifyInstance): void
  stopMs?: number
}

const key = () => randomBytes(32).toString('base64url')

// apps of one test share their keys, as the processes of one service do
const KEYS = { JWT_SECRET: key(), CODE_KEY: key(), DATA_KEY: key(), PASSWORD_PEPPER: key() }

/** A clock that stands still until a test moves it. */
export const stoppedClock = () => new Clock(new Date('2026-11-22T14:00:00Z'))

/** The queue, the mailer and the audit log of one process, its clock, and what it logs. */
export async function buildCore(
  t: Test,
  { uri, clock = stoppedClock(), env = {}, gmail, prepare, stopMs }: BuildOptions,
) {
  const lines: Record<string, unknown>[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  const settings = loadSettings({
    ...KEYS,
    MONGODB_URI: uri,
    CLOUDINARY_URL: 'cloudinary://key:secret@cloud',
    ...(!env.GMAIL_USER && { SMTP_URL: 'smtp://127.0.0.1:9' }),
    ...env,
  })
  const app = fastify({ logger: { stream, level: 'info' } })
  t.teardown(() => app.close())
  await registerCore(app, completed(settings), { now: clock.now, gmail, stopMs })
  prepare?.(app)
  await app.ready()
  return { app, clock, lines, logged: (msg: string) => lines.filter((line) => line.msg === msg) }
}

export interface Received {
  mail: ParsedMail
  raw: string
  envelope: { from: string; to: string[] }
}

/** An SMTP server that keeps what it is sent. */
export async function startSmtp(t: Test, options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    onData(data, session, callback) {
      const chunks: Buffer[] = []
      data.on('data', (chunk) => chunks.push(chunk))
      data.on('end', async () => {
        const raw = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          mail: await simpleParser(raw),
          raw: raw.toString(),
          envelope: { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) },
        })
        callback()
      })
    },
    ...options,
  })
  // connections that tests end on purpose
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  t.teardown(() => new Promise<void>((resolve) => server.close(resolve)))
  const { port } = server.server.address() as AddressInfo
  return { received, port, url: `smtp://127.0.0.1:${port}` }
}
