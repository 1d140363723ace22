import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { Types } from 'mongoose'
import { type Account, signedIn } from './account.js'
import { databaseOn, dropDatabase } from './database.js'
import { median, percentile, send } from './load.js'
import { atMost, type Figures, type Row } from './row.js'
import { startCoffer, type Testbed, withApp } from './testbed.js'

/** Events of all rounds of a side. */
const EVENTS = 10_000
/** Events a second, which one webhook can take. */
const RATE = 100
/** Milliseconds until the slow endpoint answers. */
const SLOW = 2_000
/** Milliseconds for which the last deliveries of a round are waited for. */
const PATIENCE = 60_000

type Answer = (end: () => void) => void

/** An endpoint on 127.0.0.1 that keeps the milliseconds from each event to its arrival. */
async function startEndpoint(answer: Answer) {
  const latencies: number[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    latencies.push(Date.now() - Date.parse(JSON.parse(Buffer.concat(chunks).toString()).timestamp))
    answer(() => response.writeHead(204).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    latencies,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** A Coffer whose events go to a healthy endpoint and to others, each by a webhook of its own. */
async function startSide(testbed: Testbed, name: string, others: Answer[]) {
  const endpoints = await Promise.all([(end: () => void) => end(), ...others].map(startEndpoint))
  const [healthy] = endpoints as [(typeof endpoints)[number]]
  const env = {
    ...testbed.env,
    MONGODB_URI: databaseOn(testbed.server, `storm-${others.length}`),
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1',
  }
  const accounts = await withApp(env, async (app) => {
    for (const { url } of endpoints) {
      const _id = new Types.ObjectId()
      const { sealed } = app.webhooks.newSecret(_id)
      const now = app.now()
      await app.db.Webhook.create({
        _id,
        url: await app.webhooks.sealUrl(_id, url),
        events: ['user.updated'],
        enabled: true,
        secrets: [sealed],
        createdAt: now,
        updatedAt: now,
      })
    }
    return Promise.all(Array.from({ length: RATE }, () => signedIn(app)))
  })
  const coffer = await startCoffer(env)
  return {
    name,
    medians: [] as number[],
    p99s: [] as number[],
    /** Resolves with the median and the 99th percentile of the delays, once all events have arrived. */
    async round(events: number) {
      healthy.latencies.length = 0
      await emit(coffer.url, accounts, events)
      for (let waited = 0; healthy.latencies.length < events; waited += 50) {
        if (waited > PATIENCE) throw new Error(`${name}: ${healthy.latencies.length} of ${events} events arrived`)
        await delay(50)
      }
      return { median: median(healthy.latencies), p99: percentile(healthy.latencies, 0.99) }
    },
    async stop() {
      await coffer.stop()
      for (const endpoint of endpoints) endpoint.stop()
      await dropDatabase(env.MONGODB_URI)
    },
  }
}

/** Changes the names of accounts, one after another, at RATE a second. */
async function emit(url: string, accounts: Account[], events: number): Promise<void> {
  const changes: Promise<string>[] = []
  const begun = performance.now()
  for (let index = 0; index < events; index += 1) {
    await delay(Math.max(0, begun + (index * 1000) / RATE - performance.now()))
    const { bearer } = accounts[index % accounts.length] as Account
    const headers = { ...bearer, 'content-type': 'application/json' }
    const body = Buffer.from(JSON.stringify({ name: `Ada ${index}` }))
    changes.push(send({ url: `${url}/v1/users/me`, method: 'PATCH', headers, body }))
  }
  await Promise.all(changes)
}

/** Compares the delay of events to a healthy endpoint beside a dead and a slow one with the delay without them. */
export async function* webhooks(testbed: Testbed): AsyncGenerator<Row> {
  const dead = () => {}
  const slow = (end: () => void) => void setTimeout(end, SLOW)
  const sides = [
    await startSide(testbed, 'Coffer, beside a dead and a slow endpoint', [dead, slow]),
    await startSide(testbed, 'Coffer, alone', []),
  ]
  try {
    for (let round = 0; round <= testbed.rounds; round += 1) {
      for (const side of sides) {
        const { median, p99 } = await side.round(round === 0 ? RATE : EVENTS / testbed.rounds)
        // The first round only warms up.
        if (round === 0) continue
        side.medians.push(median)
        side.p99s.push(p99)
      }
    }
    const [coffer, against] = sides.map(({ name, medians, p99s }) => ({
      name,
      rounds: medians,
      p50: median(medians),
      p99: median(p99s),
    })) as [Figures, Figures]
    yield { work: 'delay of an event to a healthy webhook', unit: 'ms', coffer, against, goal: atMost(1.5) }
  } finally {
    for (const { stop } of sides) await stop()
  }
}
