import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import { Webhook as Signer } from 'standardwebhooks'
import { bytesOf } from '../../models/bytes.js'
import type { WebhookDocument, WebhookSecret } from '../../models/webhook.js'

/** Creates what encrypts the URLs and secrets of webhooks, and signs by the secrets. */
export function createWebhookSecrets(app: FastifyInstance) {
  const { Webhook } = app.db

  const urlContext = (webhookId: Types.ObjectId) => `webhook-url:${webhookId}`
  const secretContext = (webhookId: Types.ObjectId) => `webhook-secret:${webhookId}`

  const openUrl = ({ _id, url }: WebhookDocument) => app.keys.decrypt(bytesOf(url), urlContext(_id)).toString()
  const openSecret = (webhookId: Types.ObjectId, { sealed }: WebhookSecret) =>
    app.keys.decrypt(bytesOf(sealed), secretContext(webhookId)).toString()
  const sealUrl = (webhookId: Types.ObjectId, url: string) => app.keys.encrypt(url, urlContext(webhookId))
  const sealSecret = (webhookId: Types.ObjectId, secret: string) => app.keys.encrypt(secret, secretContext(webhookId))

  /** Returns the headers of Standard Webhooks, with a signature by each secret that is in use. */
  function sign({ _id, secrets }: WebhookDocument, id: string, body: string): Record<string, string> {
    const now = app.now()
    const signatures = secrets
      .filter(({ until }) => until === null || until > now)
      .map((secret) => new Signer(openSecret(_id, secret)).sign(id, now, body))
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': signatures.join(' '),
    }
  }

  /** Encrypts every URL and secret anew under the first key, so that the other keys can be removed. */
  async function reseal(): Promise<void> {
    for (const webhook of await Webhook.find().lean()) {
      const { _id, url, secrets } = webhook
      const [current] = secrets as [WebhookSecret]
      await Webhook.updateOne(
        { _id, url, 'secrets.0.sealed': current.sealed },
        {
          $set: {
            url: sealUrl(_id, openUrl(webhook)),
            secrets: secrets.map((secret) => ({ ...secret, sealed: sealSecret(_id, openSecret(_id, secret)) })),
          },
        },
      )
    }
  }

  return {
    openUrl,
    sealUrl,
    sign,
    reseal,

    /** Returns a new secret (Standard Webhooks: `whsec_` and the base64 of random bytes), and its encrypted form. */
    newSecret(webhookId: Types.ObjectId): { secret: string; sealed: WebhookSecret } {
      const secret = `whsec_${randomBytes(32).toString('base64')}`
      return { secret, sealed: { sealed: sealSecret(webhookId, secret), until: null } }
    },
  }
}
