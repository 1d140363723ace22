import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { buildApp } from '../../app.js'
import { WEBHOOK_KIND } from '../../models/webhook.js'
import { factsOf } from '../../models/webhook-event.js'
import { GRACE } from '../../plugins/assets/reconcile/run.js'
import { completed, loadSettings } from '../../plugins/config/index.js'
import type { Ledger } from './client.js'

/** The network of the receiver, which the server must be allowed to deliver to. */
export const RECEIVER_NETWORK = '127.0.0.1'
/** The lead of the clock of the last deliveries: those that a reconciler with a leading clock has queued are due by it. */
const AHEAD_MS = 6 * GRACE

/** The types and the files of the events that an endpoint got, by `webhook-id`, and how often each came. */
export type Received = Map<string, { type: string; data: Record<string, unknown>; times: number }>

/** Starts an endpoint that takes every event. */
export async function startReceiver() {
  const received: Received = new Map()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const id = `${request.headers['webhook-id']}`
      const { type, data } = JSON.parse(Buffer.concat(chunks).toString())
      received.set(id, { type, data, times: (received.get(id)?.times ?? 0) + 1 })
      response.writeHead(204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { received, url: `http://127.0.0.1:${port}/`, close: () => server.close() }
}

/** Creates a webhook for every type; an account becomes an administrator for it. */
export async function subscribe(
  app: FastifyInstance,
  base: string,
  { bearer, userId }: { bearer: Record<string, string>; userId: string },
  password: string,
  url: string,
): Promise<string> {
  await app.db.User.updateOne({ _id: userId }, { $set: { role: 'admin' } })
  const response = await fetch(`${base}/v1/admin/webhooks`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: JSON.stringify({ url, events: ['*'], currentPassword: password }),
  })
  if (response.status !== 201) throw new Error(await response.text())
  const { webhook } = (await response.json()) as { webhook: { id: string } }
  return webhook.id
}

/** Delivers all that is left, by a clock that is ahead. */
export async function deliverRest(env: Record<string, string>): Promise<void> {
  const now = () => new Date(Date.now() + AHEAD_MS)
  const app = await buildApp(completed(loadSettings(env)), { now, logStream: process.stderr })
  await app.ready()
  const { Asset, Job, User } = app.db
  const isLeft = async () =>
    (await Job.exists({ kind: new RegExp(`^${WEBHOOK_KIND}:`), state: 'waiting' })) ||
    (await User.exists({ 'outbox._id': { $exists: true } })) ||
    (await Asset.exists({ 'outbox._id': { $exists: true } }))
  while (await isLeft()) {
    await app.audit.sweep()
    await delay(50)
  }
  await app.close()
}

/** Compares what an endpoint got with the audit log and with what was answered; returns one sentence for each difference. */
export async function undelivered(app: FastifyInstance, webhookId: string, received: Received, ledgers: Ledger[]) {
  const found: string[] = []
  const created = await app.db.AuditEvent.findOne({ action: 'admin.webhook-created' }).lean()
  const events = await app.db.AuditEvent.find({ at: { $gt: created?.at } }).lean()
  const due = new Set(
    events.flatMap((event) => factsOf(event).map((_fact, index) => `msg_${event._id}-${index}-${webhookId}`)),
  )
  for (const id of due) if (!received.has(id)) found.push(`${id} is audited and was not delivered`)
  for (const [id, { type }] of received) {
    // the accounts were created before the webhook was, and may have been told after it
    if (!due.has(id) && type.startsWith('asset.')) found.push(`${id} was delivered and is not audited`)
  }

  const ids = new Map<string, string>()
  for (const [id, { type, data }] of received) {
    if (!type.startsWith('asset.') || type === 'asset.updated') continue
    const fact = `${type} ${data.assetId}`
    if (ids.has(fact)) found.push(`${fact} has the ids ${ids.get(fact)} and ${id}`)
    ids.set(fact, id)
  }
  for (const { uploads, deletions } of ledgers) {
    for (const { ids: kept } of uploads.values()) {
      for (const id of kept ?? []) if (!ids.has(`asset.created ${id}`)) found.push(`the creation of ${id} was not told`)
    }
    for (const [id, isAnswered] of deletions) {
      if (isAnswered && !ids.has(`asset.deleted ${id}`)) found.push(`the deletion of ${id} was not told`)
    }
  }
  const times = [...received.values()].map(({ times }) => times)
  return { found, events: received.size, repeated: times.filter((count) => count > 1).length }
}
