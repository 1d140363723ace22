import t from 'tap'
import { MAX_WEBHOOKS } from '../../../../../plugins/webhooks/index.js'
import { audited, caller, loginAs } from '../../../../support/admin.js'
import { createKey } from '../../../../support/api-keys.js'
import { build, PASSWORD } from '../../../../support/app.js'
import { createWebhook, settle, startEndpoint, startWithAdmin } from '../../../../support/webhooks.js'

const URL = '/v1/admin/webhooks'
const TARGET = 'http://127.0.0.1:4000/hook?token=hidden-in-the-url'

t.setTimeout(300_000)

t.test('a webhook is created, read, changed and deleted', async (t) => {
  const { test, admin, call, app } = await startWithAdmin(t)
  const wanted = { url: TARGET, events: ['user.created', 'user.deleted'], description: 'Mailing list' }
  const created = await call('POST', URL, { ...wanted, currentPassword: PASSWORD })
  t.equal(created.statusCode, 201, created.body)
  const { webhook, secret } = created.json()
  t.match(webhook, { ...wanted, enabled: true, disabledReason: null })
  t.match(secret, /^whsec_[\w+/]{43}=$/)
  const path = `${URL}/${webhook.id}`
  t.strictSame((await call('GET', path)).json(), webhook)
  t.strictSame((await call('GET', URL)).json(), { items: [webhook], nextCursor: null })
  t.notMatch((await call('GET', URL)).body, secret)

  const change = { url: 'http://127.0.0.1:4001/', events: ['*'], description: '', enabled: false }
  const changed = await call('PATCH', path, change)
  t.match(changed.json(), { ...change, disabledReason: 'administrator', id: webhook.id })
  t.match((await call('PATCH', path, { enabled: true })).json(), { ...change, enabled: true, disabledReason: null })
  t.equal((await call('PATCH', path, {})).statusCode, 400)
  t.equal((await call('PATCH', path, { events: [] })).statusCode, 400)
  t.equal((await call('PATCH', path, { events: ['user.exploded'] })).statusCode, 400)
  const rotated = await call('POST', `${path}/rotate-secret`, { currentPassword: PASSWORD })
  t.equal(rotated.json().webhook.id, webhook.id)
  t.not(rotated.json().secret, secret)
  t.equal((await call('DELETE', path)).statusCode, 204)
  for (const [method, suffix, body] of [
    ['GET', ''],
    ['PATCH', '', { enabled: true }],
    ['DELETE', ''],
    ['POST', '/test'],
    ['POST', '/rotate-secret', { currentPassword: PASSWORD }],
    ['GET', '/deliveries'],
    ['POST', '/deliveries/x/redeliver'],
  ] as const) {
    t.match(
      (await call(method, `${path}${suffix}`, body)).json(),
      { status: 404, code: 'NOT_FOUND' },
      `${method} ${suffix}`,
    )
  }
  t.strictSame(await audited(app, webhook.id), [
    'admin.webhook-created',
    'admin.webhook-updated',
    'admin.webhook-updated',
    'admin.webhook-secret-rotated',
    'admin.webhook-deleted',
  ])
  const events = await app.db.AuditEvent.find({ targetId: webhook.id }).lean()
  t.notMatch(JSON.stringify(events), /token|127\.0\.0\.1:4|whsec/, 'no URL and no secret')
  t.equal(
    events.every(({ actorId }) => actorId === admin.id),
    true,
  )
  t.notMatch(test.logs.join(''), 'hidden-in-the-url')
  for (const id of ['x', '%00', '66f2a1b7c3d4e5f60718293a'])
    t.equal((await call('GET', `${URL}/${id}`)).statusCode, 404)
})

t.test('a URL that must not be called is refused', async (t) => {
  const { test, call, admin } = await startWithAdmin(t)
  const create = (url: string, as = call) => as('POST', URL, { url, events: ['*'], currentPassword: PASSWORD })
  const refused = [
    'ftp://example.com/',
    'http://user:secret-of-url@127.0.0.1:4000/',
    'http://user@127.0.0.1:4000/',
    'http://127.0.0.2:4000/',
    'http://10.0.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[::1]:4000/',
    'http://[::ffff:10.0.0.1]/',
    'http://2130706434/',
    'http://0x7f.0.0.2/',
    'http://127.0.0.1:22/',
    'http://127.0.0.1:25/',
    'http://127.0.0.1:6667/',
    'http://127.0.0.1:2049/',
    'http://exa mple.com/'.replace(' ', '%20'),
  ]
  for (const url of refused) {
    t.match((await create(url)).json(), { status: 422, code: 'WEBHOOK_URL_NOT_ALLOWED' }, url)
  }
  t.match((await create('no URL')).json(), { status: 400, code: 'VALIDATION_FAILED' })
  t.match((await create(`http://127.0.0.1:4000/${'x'.repeat(2048)}`)).json(), { status: 400 })
  for (const url of [
    'http://127.0.0.1/',
    'http://127.0.0.1:443/',
    'http://localhost:4000/',
    'http://2130706433:1024/',
  ]) {
    t.equal((await create(url)).statusCode, 201, url)
  }
  const { webhook } = await createWebhook(test, admin, TARGET)
  const change = await call('PATCH', `${URL}/${webhook.id}`, { url: 'http://10.0.0.1/' })
  t.match(change.json(), { status: 422, code: 'WEBHOOK_URL_NOT_ALLOWED' })
  t.equal((await call('GET', `${URL}/${webhook.id}`)).json().url, TARGET)
})

t.test('in production, only https is allowed', async (t) => {
  const { toEndpoint } = await import('../../../../../plugins/webhooks/url.js')
  const { createNetworks } = await import('../../../../../plugins/webhooks/networks.js')
  const networks = createNetworks([])
  await t.rejects(toEndpoint('http://8.8.8.8/', networks, true), { code: 'WEBHOOK_URL_NOT_ALLOWED' })
  t.equal((await toEndpoint('https://8.8.8.8/', networks, true)).href, 'https://8.8.8.8/')
  t.equal((await toEndpoint('http://8.8.8.8/', networks, false)).href, 'http://8.8.8.8/')
  const nowhere = createNetworks([], ['127.0.0.1:1'])
  t.ok(await toEndpoint('https://hook.example.com/', nowhere, true), 'a name may resolve later')
})

t.test('there are at most so many webhooks', async (t) => {
  const { test, admin, call, app } = await startWithAdmin(t)
  const { webhook } = await createWebhook(test, admin, TARGET)
  const { _id, ...row } = (await app.db.Webhook.findById(webhook.id).lean()) as object & { _id: unknown }
  await app.db.Webhook.insertMany(Array.from({ length: MAX_WEBHOOKS - 2 }, () => row))
  await createWebhook(test, admin, TARGET)
  const payload = { url: TARGET, events: ['*'], currentPassword: PASSWORD }
  t.match((await call('POST', URL, payload)).json(), { status: 422, code: 'QUOTA_EXCEEDED' })
  t.equal(await app.db.Webhook.countDocuments(), MAX_WEBHOOKS)
})

t.test('a new secret needs a session and the password, the rest a permission or a key with the scope', async (t) => {
  const test = await build(t, { env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' } })
  const endpoint = await startEndpoint(t)
  const writer = await loginAs(test, { permissions: ['webhooks:read', 'webhooks:write'] })
  const reader = await loginAs(test, { permissions: ['webhooks:read'] })
  const { webhook } = await createWebhook(test, writer, endpoint.url)
  const path = `${URL}/${webhook.id}`
  const body = { url: TARGET, events: ['*'] }
  const write = caller(test, writer)
  t.match((await write('POST', URL, body)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.match((await write('POST', `${path}/rotate-secret`)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  const read = caller(test, reader)
  t.equal((await read('GET', path)).json().url, endpoint.url, 'who may read webhooks sees the URL')
  t.equal((await read('PATCH', path, { enabled: false })).json().code, 'FORBIDDEN')
  t.equal((await read('POST', URL, { ...body, currentPassword: PASSWORD })).json().code, 'FORBIDDEN')

  const key = caller(test, await createKey(test, writer, { scopes: ['webhooks:read', 'webhooks:write'] }))
  t.equal((await key('POST', URL, { ...body, currentPassword: PASSWORD })).json().code, 'SESSION_REQUIRED')
  t.equal((await key('POST', `${path}/test`)).statusCode, 202)
  await settle(test)
  const [delivery] = (await key('GET', `${path}/deliveries`)).json().items
  t.match(delivery, { event: 'webhook.test', state: 'delivered' })
  t.equal((await key('POST', `${path}/deliveries/${delivery.id}/redeliver`)).statusCode, 202)
  await settle(test)
  t.equal(endpoint.received.length, 2)
  t.strictSame(await audited(test.app, webhook.id), [
    'admin.webhook-created',
    'admin.webhook-tested',
    'admin.webhook-redelivered',
  ])
})

t.test('deliveries are listed by their state, newest first', async (t) => {
  const endpoint = await startEndpoint(t)
  const { test, admin, call } = await startWithAdmin(t)
  const { webhook } = await createWebhook(test, admin, endpoint.url)
  const other = await createWebhook(test, admin, endpoint.url)
  const path = `${URL}/${webhook.id}`
  const statuses = [200, 500, 204]
  for (const status of statuses) {
    endpoint.respond = (response) => response.writeHead(status).end()
    await call('POST', `${path}/test`)
    await settle(test)
    test.clock.advance(1000)
  }
  const list = async (query: string) => (await call('GET', `${path}/deliveries?${query}`)).json()
  const all = await list('')
  t.match(
    all.items.map(({ lastStatus }: { lastStatus: number }) => lastStatus),
    [204, 500, 200],
  )
  t.same(Object.keys(all.items[0]).sort(), [
    ...['attempts', 'createdAt', 'event', 'id', 'lastError', 'lastStatus', 'nextAttemptAt', 'state'],
  ])
  t.match((await list('state=waiting')).items, [{ state: 'waiting', lastError: 'The endpoint answered 500.' }])
  t.equal((await list('state=delivered')).items.length, 2)
  t.equal((await list('state=failed')).items.length, 0)
  t.equal((await list('state=done')).code, 'VALIDATION_FAILED')
  const first = await list('limit=2')
  const second = await list(`limit=2&cursor=${first.nextCursor}`)
  t.equal(second.items.length, 1)
  t.equal(second.nextCursor, null)
  t.equal((await list(`state=failed&cursor=${first.nextCursor}`)).code, 'INVALID_CURSOR')
  t.equal((await call('GET', `${URL}/${other.webhook.id}/deliveries`)).json().items.length, 0)
  const [{ id }] = all.items
  const stranger = await call('POST', `${URL}/${other.webhook.id}/deliveries/${id}/redeliver`)
  t.match(stranger.json(), { status: 404 }, "another webhook's")
})

t.test('deliveries and their rows last for thirty days', async (t) => {
  const { test, admin, call, app, clock } = await startWithAdmin(t)
  const { webhook } = await createWebhook(test, admin, TARGET)
  await app.jobs.stop()
  await call('POST', `${URL}/${webhook.id}/test`)
  const [job] = await app.db.Job.find({ kind: `webhook:${webhook.id}` }).lean()
  const left = (job?.removeAt?.getTime() ?? 0) - clock.now().getTime()
  t.ok(left > 29.9 * 86_400_000 && left <= 30 * 86_400_000)
})
