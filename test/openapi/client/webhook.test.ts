import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import t from 'tap'
import { CofferError, verifyWebhook, WebhookError } from '../../../openapi/client/index.js'
import { pdf } from '../../routes/v1/assets/client.js'
import { PASSWORD } from '../../support/app.js'
import { settle, startEndpoint } from '../../support/webhooks.js'
import { signIn, start } from './helper.js'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const OTHER = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const EVENT = { type: 'asset.created', timestamp: '2026-01-31T09:30:00.000Z', data: { assetId: 'x', name: 'thèse' } }
const BODY = JSON.stringify(EVENT)

/** The headers that the signer of Standard Webhooks gives a request. */
function signed({ body = BODY, secrets = [SECRET], at = new Date() } = {}) {
  const id = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'
  return {
    'webhook-id': id,
    'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}

t.test('the vector of the reference libraries is verified', async (t) => {
  const headers = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  }
  const request = { secret: SECRET, headers, body: '{"test": 2432232314}', tolerance: Number.POSITIVE_INFINITY }
  t.match(await verifyWebhook(request), { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', test: 2432232314 })
  t.match(await verifyWebhook({ ...request, secret: SECRET.slice('whsec_'.length) }), { test: 2432232314 })
})

t.test('what the standardwebhooks package signs is verified, with headers and bodies of each kind', async (t) => {
  const headers = signed()
  const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
  for (const [name, given] of Object.entries({ plain: headers, upper, fetch: new Headers(headers) })) {
    const event = await verifyWebhook({ secret: SECRET, headers: given, body: BODY })
    t.strictSame(event, { ...EVENT, id: headers['webhook-id'] }, name)
  }
  const bytes = new TextEncoder().encode(BODY)
  for (const body of [bytes, bytes.buffer as ArrayBuffer, Buffer.from(BODY)]) {
    t.match(await verifyWebhook({ secret: SECRET, headers, body }), EVENT)
  }
})

t.test('a request that Node.js receives is verified as it came', async (t) => {
  const received = new Promise<{ headers: IncomingHttpHeaders; body: Buffer }>((resolve) => {
    const server = createServer(async (request, response) => {
      resolve({ headers: request.headers, body: await buffer(request) })
      response.end()
    })
    t.teardown(() => server.close())
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      void fetch(`http://127.0.0.1:${port}`, { method: 'POST', headers: signed(), body: BODY })
    })
  })
  t.match(await verifyWebhook({ secret: SECRET, ...(await received) }), EVENT)
})

t.test('while a secret is being replaced, both verify; other versions are ignored', async (t) => {
  const headers = signed({ secrets: [OTHER, SECRET] })
  for (const secret of [OTHER, SECRET]) t.match(await verifyWebhook({ secret, headers, body: BODY }), EVENT)
  const signature = headers['webhook-signature']
  const mixed = { ...headers, 'webhook-signature': ['v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw', signature] }
  t.match(await verifyWebhook({ secret: SECRET, headers: mixed, body: BODY }), EVENT)
  const renamed = { ...headers, 'webhook-signature': signature.replaceAll('v1,', 'v2,') }
  await t.rejects(verifyWebhook({ secret: SECRET, headers: renamed, body: BODY }), {
    code: 'WEBHOOK_SIGNATURE_INVALID',
  })
})

t.test('nothing that was changed, and nothing of another secret, is verified', async (t) => {
  const headers = signed()
  const [id, timestamp, signature] = Object.values(headers) as [string, string, string]
  for (const [name, change] of Object.entries({
    body: { body: BODY.replace('created', 'deleted') },
    space: { body: `${BODY} ` },
    secret: { secret: OTHER },
    id: { headers: { ...headers, 'webhook-id': `${id}x` } },
    timestamp: { headers: { ...headers, 'webhook-timestamp': `${Number(timestamp) - 1}` } },
    shorter: { headers: { ...headers, 'webhook-signature': signature.slice(0, -1) } },
    longer: { headers: { ...headers, 'webhook-signature': `${signature}=` } },
    empty: { headers: { ...headers, 'webhook-signature': 'v1,' } },
  })) {
    const refused = verifyWebhook({ secret: SECRET, headers, body: BODY, ...change })
    await t.rejects(refused, { name: 'WebhookError', code: 'WEBHOOK_SIGNATURE_INVALID' }, name)
  }
})

t.test('a webhook is refused five minutes away from the clock, before its signature is computed', async (t) => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000)
  for (const at of [minutes(-4.9), minutes(4.9)]) {
    t.match(await verifyWebhook({ secret: SECRET, headers: signed({ at }), body: BODY }), EVENT)
  }
  for (const at of [minutes(-5.1), minutes(5.1)]) {
    const refused = verifyWebhook({ secret: SECRET, headers: signed({ at }), body: BODY })
    await t.rejects(refused, { code: 'WEBHOOK_TIMESTAMP_INVALID' })
  }
  const late = { secret: SECRET, headers: signed({ at: minutes(-20) }), body: BODY }
  t.match(await verifyWebhook({ ...late, tolerance: 1800 }), EVENT)
  for (const timestamp of ['soon', '-1', '1e9', '1614265330.5']) {
    const headers = { ...signed(), 'webhook-timestamp': timestamp }
    const refused = verifyWebhook({ secret: SECRET, headers, body: BODY, tolerance: Number.POSITIVE_INFINITY })
    await t.rejects(refused, { code: 'WEBHOOK_TIMESTAMP_INVALID' }, timestamp)
  }
})

t.test('what Coffer sends is verified, with the secret before a rotation and the one after it', async (t) => {
  const test = await start(t, { env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' } })
  const endpoint = await startEndpoint(t)
  const person = test.connect()
  const { user } = await signIn(test, person)
  await test.app.db.User.updateOne({ _id: user.id }, { $set: { role: 'admin' } })
  const { webhook, secret } = await person.adminCreateWebhook({
    url: endpoint.url,
    events: ['asset.created'],
    currentPassword: PASSWORD,
  })
  const { id: webhookId } = webhook
  const rotated = await person.adminRotateWebhookSecret({ webhookId, currentPassword: PASSWORD })
  const key = await person.createApiKey({ name: 'Job', scopes: ['files:write'], currentPassword: PASSWORD })
  const file = new File([pdf().content], 'a.pdf', { type: 'application/pdf' })
  const { items } = await test.connect({ apiKey: key.secret }).uploadAssets({ file: [file] })
  await settle(test)
  const [received] = endpoint.received
  for (const known of [secret, rotated.secret]) {
    const event = await verifyWebhook({ secret: known, headers: received?.headers ?? {}, body: received?.body ?? '' })
    if (event.type !== 'asset.created') return t.fail(event.type)
    t.match(event.data, { assetId: items[0]?.id, ownerId: user.id, bytes: items[0]?.bytes })
  }
})

t.test('a request without one of the headers is no webhook', async (t) => {
  for (const name of Object.keys(signed())) {
    const headers = { ...signed(), [name]: undefined }
    const refused = verifyWebhook({ secret: SECRET, headers, body: BODY })
    await t.rejects(refused, { code: 'WEBHOOK_HEADER_MISSING', message: `The header ${name} is missing.` })
  }
  const error = await verifyWebhook({ secret: SECRET, headers: new Headers(), body: BODY }).catch((reason) => reason)
  t.ok(error instanceof WebhookError && error instanceof CofferError)
})

t.test(
  'a signed body that is not JSON has an error of its own, and a wrong secret is a mistake of the receiver',
  async (t) => {
    const headers = signed({ body: 'type=x' })
    const refused = verifyWebhook({ secret: SECRET, headers, body: 'type=x' })
    await t.rejects(refused, { code: 'WEBHOOK_BODY_INVALID', cause: { name: 'SyntaxError' } })
    for (const secret of ['', 'whsec_', 'whsec_?']) {
      await t.rejects(verifyWebhook({ secret, headers: signed(), body: BODY }), { name: 'TypeError' }, secret)
    }
  },
)
