import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { caller, loginAs } from './admin.js'
import { type BuildOptions, build, PASSWORD, type TestApp } from './app.js'

/** A request that an endpoint got. */
export interface Received {
  headers: IncomingHttpHeaders
  body: string
  event: { type: string; timestamp: string; data: Record<string, unknown> }
}

type Respond = (response: ServerResponse, request: IncomingMessage) => void

const ok: Respond = (response) => response.writeHead(204).end()

/** An endpoint on 127.0.0.1 that keeps what it gets, and answers as it is told; 204 by default. */
export async function startEndpoint(
  t: Test,
  {
    respond = ok,
    tls,
    host = '127.0.0.1',
  }: { respond?: Respond; tls?: { key: string; cert: string }; host?: string } = {},
) {
  const received: Received[] = []
  const endpoint = { received, respond }
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      received.push({ headers: request.headers, body, event: JSON.parse(body) })
      endpoint.respond(response, request)
    })
  }
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener)
  server.listen(0, host)
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(endpoint, {
    port,
    url: `${tls ? 'https' : 'http'}://${host}:${port}/hook?token=hidden-in-the-url`,
  })
}

/** A name server (RFC 1035) that knows only what `lookup` says of a name: its IPv4 addresses, or null if it doesn't exist. */
export async function startNameServer(t: Test, lookup: (name: string) => string[] | null) {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) => {
    const labels: string[] = []
    let at = 12
    for (let length = query[at] as number; length > 0; length = query[at] as number) {
      labels.push(query.subarray(at + 1, at + 1 + length).toString())
      at += 1 + length
    }
    const question = query.subarray(12, at + 5)
    const isIPv4 = query.readUInt16BE(at + 1) === 1
    const found = isIPv4 ? lookup(labels.join('.')) : []
    const answers = (found ?? []).map((ip) =>
      Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...ip.split('.').map(Number)]),
    )
    const header = Buffer.from(query.subarray(0, 12))
    header.writeUInt16BE(found ? 0x8180 : 0x8183, 2)
    header.writeUInt16BE(answers.length, 6)
    header.fill(0, 8, 12)
    socket.send(Buffer.concat([header, question, ...answers]), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  return `127.0.0.1:${socket.address().port}`
}

/** Sessions last through all attempts at a delivery. */
const LASTING = { ACCESS_TOKEN_TTL: '30d', REFRESH_IDLE_TTL: '90d', REFRESH_TOKEN_TTL: '90d' }

/** An app that may deliver to 127.0.0.1, with an administrator. */
export async function startWithAdmin(t: Test, { env = {}, ...options }: BuildOptions = {}) {
  const test = await build(t, { env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1', ...LASTING, ...env }, ...options })
  const admin = await loginAs(test, { role: 'admin' })
  return { ...test, test, admin, call: caller(test, admin) }
}

export interface ShownWebhook {
  id: string
  url: string
  events: string[]
  description: string
  enabled: boolean
  disabledReason: string | null
  createdAt: string
  updatedAt: string
}

/** A webhook, created by a full request. */
export async function createWebhook(
  test: TestApp,
  admin: { bearer: Record<string, string> },
  url: string,
  events: string[] = ['webhook.test'],
) {
  const payload = { url, events, currentPassword: PASSWORD }
  const response = await caller(test, admin)('POST', '/v1/admin/webhooks', payload)
  if (response.statusCode !== 201) throw new Error(response.body)
  return response.json() as { webhook: ShownWebhook; secret: string }
}

/** Runs all that is due, until nothing is. */
export async function settle({ app }: Pick<TestApp, 'app'>) {
  await app.audit.idle()
  await app.jobs.drain()
  await app.audit.idle()
}
