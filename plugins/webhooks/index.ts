import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import { Counter } from 'prom-client'
import type { JobDocument } from '../../models/job.js'
import { type DeliveryData, type DisabledReason, WEBHOOK_KIND, type WebhookDocument } from '../../models/webhook.js'
import { JobError } from '../jobs/handler.js'
import { reencryptAsKeysChange } from '../re-encryption.js'
import { deliveryOf, KEEP_MS } from './expand.js'
import { createNetworks } from './networks.js'
import { createWebhookSecrets } from './secrets.js'
import { ANSWER_MS, type Answer, send } from './send.js'
import { toEndpoint } from './url.js'

declare module 'fastify' {
  interface FastifyInstance {
    webhooks: ReturnType<typeof createWebhooks>
  }
}

export interface WebhookOptions {
  /** Name servers instead of those of the system. */
  nameServers?: string[]
  /** Certificates that are trusted instead of those of Node.js. */
  ca?: string
}

/** Webhooks of one database, at most: their enabled ones are read at each poll. */
export const MAX_WEBHOOKS = 50
/** Deliveries that one process makes to one webhook at once. */
export const CONCURRENCY = 5
/** Time for which the previous secret still signs. */
export const OVERLAP_MS = 24 * 3_600_000
/** The longest `Retry-After` that is honoured. */
export const MAX_RETRY_AFTER_MS = 24 * 3_600_000

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** Delays before the second attempt and those after it: the schedule that Standard Webhooks suggests, some three days. */
export const SCHEDULE = [
  5_000,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const

/** A tenth more at most, so that deliveries that failed together don't run together again. */
const JITTER = 0.1

const backoff = (attempts: number) => (SCHEDULE[attempts - 1] as number) * (1 + JITTER * Math.random())

/** Returns the milliseconds that a `Retry-After` asks for (RFC 9110, 10.2.3): a number of seconds or a date. */
export function retryAfterMs(value: string | undefined, now: Date): number {
  if (value === undefined) return 0
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : new Date(value).getTime() - now.getTime()
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS)
}

const outcomeOf = ({ status }: Answer) => (status >= 200 && status < 300 ? 'delivered' : 'refused')

/** Creates the delivery of events to webhooks, and what administrators do with them. */
export function createWebhooks(app: FastifyInstance, { nameServers, ca }: WebhookOptions) {
  const { User, Webhook } = app.db
  const secrets = createWebhookSecrets(app)
  const networks = createNetworks(app.config.WEBHOOK_ALLOWED_NETWORKS, nameServers)
  const isProduction = app.config.NODE_ENV === 'production'
  const deliveries = new Counter({
    name: 'coffer_webhook_deliveries_total',
    help: 'Attempts at a delivery to a webhook: delivered, refused by the endpoint, or unanswered.',
    labelNames: ['outcome'],
    registers: [app.metrics.registry],
  })

  /** Disables a webhook that doesn't work, and tells the administrators; nothing happens if it is disabled already. */
  async function disable({ _id, description }: WebhookDocument, reason: DisabledReason): Promise<void> {
    const at = app.now()
    const administrators = await User.find(
      { role: 'admin', status: 'active', email: { $exists: true } },
      { email: 1, name: 1, locale: 1 },
    ).lean()
    const event = app.audit.entry(null, { action: 'admin.webhook-disabled', targetId: _id, details: { reason } })
    const mails = administrators.map(({ _id: userId, email, name, locale }) =>
      app.audit.mailEntry({
        template: 'webhook-disabled',
        to: email as string,
        locale,
        data: { name, at, webhook: description || _id.toString(), reason },
        userId: userId.toString(),
      }),
    )
    await Webhook.updateOne(
      { _id, enabled: true },
      {
        $set: { enabled: false, disabledReason: reason, updatedAt: at },
        $push: { outbox: { $each: [event, ...mails] } },
      },
    )
  }

  /** Makes one attempt at a delivery. */
  async function deliver(job: JobDocument, { signal }: { signal: AbortSignal }) {
    const webhook = await Webhook.findOne({ _id: job.kind.slice(WEBHOOK_KIND.length + 1), enabled: true }).lean()
    // it was deleted, or disabled until an administrator enables it again
    if (!webhook) return { isClosed: true } as const
    const { type, timestamp, data } = job.data as unknown as DeliveryData
    const body = JSON.stringify({ type, timestamp, data })
    const headers = {
      ...secrets.sign(webhook, job._id, body),
      'content-type': 'application/json',
      'user-agent': 'Coffer-Webhooks/1',
    }
    const isLast = job.attempts > SCHEDULE.length
    let answer: Answer
    try {
      answer = await send(new URL(secrets.openUrl(webhook)), headers, body, { networks, signal, ca })
    } catch (error) {
      /* c8 ignore next -- this process cut the attempt short */
      if (signal.aborted) throw error
      deliveries.inc({ outcome: 'unanswered' })
      if (isLast) await disable(webhook, 'failing')
      throw new JobError((error as JobError).message, { permanent: isLast, data: { lastStatus: null } })
    }
    const { status, retryAfter } = answer
    const outcome = outcomeOf(answer)
    deliveries.inc({ outcome })
    const known = { data: { lastStatus: status } }
    if (outcome === 'delivered') return known
    // 410: the endpoint wants no more of it
    const isGone = status === 410
    if (isGone || isLast) await disable(webhook, isGone ? 'gone' : 'failing')
    throw new JobError(`The endpoint answered ${status}.`, {
      permanent: isGone || isLast,
      retryAfterMs: retryAfterMs(retryAfter, app.now()),
      ...known,
    })
  }

  reencryptAsKeysChange(app, 'webhook-keys', secrets.reseal)
  app.jobs.handle(WEBHOOK_KIND, {
    run: deliver,
    // the answer, and the commands around it
    leaseMs: 3 * ANSWER_MS,
    maxAttempts: Number.POSITIVE_INFINITY,
    concurrency: CONCURRENCY,
    backoff,
    lanes: async () => (await Webhook.find({ enabled: true }, { _id: 1 }).lean()).map(({ _id }) => _id.toString()),
  })

  return {
    newSecret: secrets.newSecret,

    /** Returns the encrypted URL of a webhook. @throws Problem WEBHOOK_URL_NOT_ALLOWED */
    async sealUrl(webhookId: Types.ObjectId, url: string): Promise<Buffer> {
      const { href } = await toEndpoint(url, networks, isProduction)
      return secrets.sealUrl(webhookId, href)
    },

    /** Returns a webhook as administrators see it. */
    show: (webhook: WebhookDocument) => ({
      id: webhook._id.toString(),
      url: secrets.openUrl(webhook),
      events: webhook.events,
      description: webhook.description,
      enabled: webhook.enabled,
      disabledReason: webhook.disabledReason,
      createdAt: webhook.createdAt.toISOString(),
      updatedAt: webhook.updatedAt.toISOString(),
    }),

    /** Queues a test event. */
    async test(webhookId: Types.ObjectId): Promise<void> {
      const data = { webhookId: webhookId.toString() }
      const fact = { type: 'webhook.test' as const, data }
      await app.jobs.enqueue(deliveryOf(app, webhookId, `msg_${new Types.ObjectId()}`, app.now(), fact))
    },

    /** Makes a delivery due now, whatever has become of it; nothing happens while it runs. */
    async redeliver(deliveryId: string): Promise<void> {
      const removeAt = new Date(app.now().getTime() + KEEP_MS)
      await app.jobs.retry(deliveryId, ['waiting', 'done', 'failed'], removeAt)
    },
  }
}

/** Decorates `webhooks`. */
export default fp<WebhookOptions>(
  async (app, options) => {
    app.decorate('webhooks', createWebhooks(app, options))
    // what is being delivered reads the database
    app.addHook('onClose', () => app.jobs.stop())
  },
  { name: 'webhooks', dependencies: ['audit', 'clock', 'config', 'db', 'jobs', 'keys', 'metrics'] },
)
