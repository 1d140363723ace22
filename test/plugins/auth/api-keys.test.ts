import { Types } from 'mongoose'
import t, { type Test } from 'tap'
import { SCOPES } from '../../../models/api-key.js'
import { newSecret } from '../../../plugins/auth/api-key-secret.js'
import { SITE_FACTOR } from '../../../plugins/http/rate-limit.js'
import { sha256 } from '../../../plugins/keys.js'
import { audited, caller, insertUsers, loginAs } from '../../support/admin.js'
import { createKey } from '../../support/api-keys.js'
import { atOnce, build, login, newDatabase, PASSWORD, post, type TestApp, tally } from '../../support/app.js'
import { storeSession } from '../../support/session.js'

const MINUTE = 60_000
const DAY = 24 * 3_600_000
const ME = '/v1/users/me'
const KEYS = '/v1/users/me/api-keys'

const get = ({ app }: TestApp, bearer: Record<string, string>, url = ME, remoteAddress = '127.0.0.1') =>
  app.inject({ url, headers: bearer, remoteAddress })

/** An app whose driver reports its commands. */
async function buildMonitored(t: Test, env: Record<string, string> = {}) {
  const uri = new URL(await newDatabase())
  uri.searchParams.set('monitorCommands', 'true')
  return build(t, { env: { MONGODB_URI: uri.href, ...env } })
}

/** The commands that the driver sent to a collection while something ran. */
async function commandsTo(test: TestApp, collection: string, act: () => Promise<unknown>) {
  const seen: string[] = []
  const note = ({ command, commandName }: { command: Record<string, unknown>; commandName: string }) => {
    if (command[commandName] === collection) seen.push(commandName)
  }
  const client = test.app.db.connection.getClient()
  client.on('commandStarted', note)
  await act()
  client.off('commandStarted', note)
  return seen
}

t.test('a key acts for its owner within its scopes', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const { bearer } = await createKey(test, owner, { scopes: ['me:read'] })
  t.match((await get(test, bearer)).json(), { id: owner.id, email: owner.email })
  t.match((await get(test, bearer, '/v1/assets')).json(), { status: 403, code: 'SCOPE_MISSING' })
  t.match((await get(test, bearer, '/v1/admin/users')).json(), { status: 403, code: 'SCOPE_MISSING' })
  t.match((await get(test, bearer, '/v1/users/me/sessions')).json(), { status: 403, code: 'SESSION_REQUIRED' })
  t.equal((await test.app.inject({ method: 'HEAD', url: '/v1/assets', headers: bearer })).statusCode, 403)
  const all = await createKey(test, owner)
  t.match((await get(test, all.bearer, '/v1/admin/users')).json(), { status: 403, code: 'FORBIDDEN' })
  await test.app.audit.idle()
  const events = await test.app.db.AuditEvent.find({ action: 'access.denied' }).sort({ at: 1, _id: 1 }).lean()
  t.match(
    events.map(({ details }) => details),
    [{ scope: 'files:read' }, { scope: 'users:read' }, {}, { scope: 'files:read' }, { permission: 'users:read' }],
  )
  t.ok(events.every(({ actorId, details }) => actorId === owner.id && details.apiKeyId))
})

t.test(
  'a key that is unknown, malformed or half of one is refused, and no other credential is taken for one',
  async (t) => {
    const test = await buildMonitored(t)
    const owner = await storeSession(test)
    const { secret, bearer } = await createKey(test, owner)
    const secrets = [
      newSecret(),
      secret.slice(0, 43),
      `${secret}0`,
      secret.slice(0, 12),
      'cof_',
      `cof_${'0'.repeat(40)}`,
    ]
    for (const other of secrets) {
      const response = await get(test, { authorization: `Bearer ${other}` })
      t.match(response.json(), { status: 401, code: 'API_KEY_INVALID' }, other)
      t.equal(response.headers['www-authenticate'], 'Bearer error="invalid_token"')
    }
    const { secrets: stored } = (await test.app.db.ApiKey.findOne().lean()) as { secrets: { hash: string }[] }
    const hash = stored[0]?.hash as string
    t.equal(hash, sha256(secret))
    for (const header of [`Basic ${secret}`, secret, `Bearer ${hash}`, `Bearer  ${secret}`, `Bearer ${secret} x`]) {
      t.match((await get(test, { authorization: header })).json(), { status: 401, code: 'TOKEN_INVALID' }, header)
    }
    t.equal((await get(test, { authorization: `bearer ${secret}` })).statusCode, 200, 'the scheme has no case')
    t.equal((await get(test, { ...bearer, cookie: '__Host-refresh=x' })).statusCode, 200)
    const commands = await commandsTo(test, 'apikeys', () => get(test, { authorization: `Bearer ${secret}0` }))
    t.same(commands, [], 'what has no checksum is not searched for')
  },
)

t.test('a key ends with its expiry, and at once with its revocation and with the state of its owner', async (t) => {
  const test = await build(t)
  const { clock, app } = test
  const owner = await storeSession(test)
  const status = async (bearer: Record<string, string>) => (await get(test, bearer)).statusCode
  const expiring = await createKey(test, owner, {
    expiresAt: new Date(clock.now().getTime() + 10 * MINUTE).toISOString(),
  })
  const { apiKey, bearer } = await createKey(test, owner)
  clock.advance(10 * MINUTE - 1000)
  t.equal(await status(expiring.bearer), 200)
  clock.advance(2000)
  t.match((await get(test, expiring.bearer)).json(), { status: 401, code: 'API_KEY_INVALID' })
  t.equal(await status(bearer), 200)

  for (const state of ['suspended', 'deleting'] as const) {
    await app.db.User.updateOne({ _id: owner.id }, { $set: { status: state } })
    t.match((await get(test, bearer)).json(), { status: 401, code: 'API_KEY_INVALID' }, state)
    await app.db.User.updateOne({ _id: owner.id }, { $set: { status: 'active' } })
    t.equal(await status(bearer), 200)
  }
  await app.db.User.updateOne({ _id: owner.id }, { $set: { sessions: [] } })
  t.equal(await status(bearer), 200, 'a key needs no session')
  const again = await login(test, owner)
  t.equal((await caller(test, again)('DELETE', `${KEYS}/${apiKey.id}`)).statusCode, 204)
  t.equal(await status(bearer), 401)
})

t.test('a key never has more rights than its owner has at the call', async (t) => {
  const test = await build(t)
  const owner = await loginAs(test, { role: 'admin' })
  const { bearer } = await createKey(test, owner, { scopes: ['users:read', 'users:write', 'assets:delete'] })
  const list = () => get(test, bearer, '/v1/admin/users')
  const become = (change: object) => test.app.db.User.updateOne({ _id: owner.id }, { $set: change })
  t.equal((await list()).statusCode, 200)
  t.equal((await get(test, bearer, '/v1/admin/statistics')).statusCode, 200)
  t.equal((await get(test, bearer, '/v1/admin/assets')).json().code, 'SCOPE_MISSING', 'nor more than its scopes')
  await become({ role: 'user' })
  t.equal((await list()).json().code, 'FORBIDDEN')
  await become({ permissions: ['users:read'] })
  t.equal((await list()).statusCode, 200)
})

t.test('what needs a session or a password is closed to keys', async (t) => {
  const test = await build(t)
  const owner = await loginAs(test, { role: 'admin' })
  const other = await storeSession(test)
  const { bearer } = await createKey(test, owner)
  const call = caller(test, { bearer })
  const suspended = { status: 'suspended', currentPassword: PASSWORD }
  const closed = [
    await call('PATCH', `/v1/admin/users/${other.id}`, suspended),
    await call('DELETE', `/v1/admin/users/${other.id}`, { currentPassword: PASSWORD }),
    await call('POST', '/v1/admin/assets/bulk-delete', { ownerId: other.id, currentPassword: PASSWORD }),
    await call('PATCH', ME, { name: 'Eve' }),
    await call('DELETE', ME, { currentPassword: PASSWORD }),
    await call('POST', KEYS, { name: 'x', scopes: SCOPES, currentPassword: PASSWORD }),
    await call('POST', '/v1/auth/logout'),
    await call('POST', '/v1/auth/logout-all'),
  ]
  for (const response of closed) t.match(response.json(), { status: 403, code: 'SESSION_REQUIRED' })
  t.equal(
    (await post(test.app, '/v1/auth/logout', undefined, { headers: { authorization: `Bearer ${newSecret()}` } }))
      .statusCode,
    204,
  )
  t.equal((await call('PATCH', `/v1/admin/users/${other.id}`, { unlock: true })).statusCode, 200, 'the rest is open')
  t.equal((await caller(test, owner)('GET', ME)).statusCode, 200, 'the session of the owner goes on')
  t.equal((await test.app.db.User.findById(other.id).lean())?.status, 'active')
})

t.test('a key works from its networks only; another one is audited once an hour and address', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const { apiKey, bearer } = await createKey(test, owner, { allowedNetworks: ['203.0.113.0/24', '2001:db8::7'] })
  t.same(apiKey.allowedNetworks, ['203.0.113.0/24', '2001:db8::7/128'])
  const from = async (ip: string) => (await get(test, bearer, ME, ip)).json()
  for (const ip of ['203.0.113.9', '::ffff:203.0.113.9', '2001:db8::7']) t.equal((await from(ip)).id, owner.id, ip)
  for (const ip of ['198.51.100.1', '198.51.100.1', '2001:db8::8'])
    t.match(await from(ip), { code: 'API_KEY_INVALID' }, ip)
  const refused = () => test.app.db.AuditEvent.find({ action: 'key.refused' }).sort({ at: 1 }).lean()
  t.match(await refused(), [
    { targetId: owner.id, actorId: null, outcome: 'failure', ip: '198.51.100.1', details: { apiKeyId: apiKey.id } },
    { ip: '2001:db8::8' },
  ])
  t.notMatch((await refused())[0]?._id, '198.51.100.1')
  test.clock.advance(60 * MINUTE)
  await from('198.51.100.1')
  t.equal((await refused()).length, 3)
})

t.test('the last use is exact to a minute, and few calls write it', async (t) => {
  const test = await buildMonitored(t)
  const owner = await storeSession(test)
  const { bearer } = await createKey(test, owner)
  const lastUse = async () => {
    const [key] = (await caller(test, owner)('GET', KEYS)).json().items
    return key.lastUsedAt && Date.parse(key.lastUsedAt)
  }
  t.equal(await lastUse(), null)
  const first = await commandsTo(test, 'apikeys', () => atOnce(30, () => get(test, bearer)))
  t.equal(first.filter((name) => name === 'update').length, 1)
  const use = await lastUse()
  t.ok(Math.abs(use - test.clock.now().getTime()) < 5000)
  test.clock.advance(MINUTE / 2)
  const second = await commandsTo(test, 'apikeys', () => atOnce(30, () => get(test, bearer)))
  t.notOk(second.includes('update'))
  t.equal(await lastUse(), use)
  test.clock.advance(MINUTE)
  await get(test, bearer)
  t.ok((await lastUse()) > use)
  test.clock.advance(MINUTE)
  const refused = await commandsTo(test, 'apikeys', () => get(test, { authorization: `Bearer ${newSecret()}` }))
  t.same(refused, ['find'])
})

t.test('requests at once share one read of keys and one of users, with those of sessions', async (t) => {
  const test = await buildMonitored(t)
  const owners = await atOnce(3, () => storeSession(test))
  const keys = await Promise.all(owners.map((owner) => createKey(test, owner)))
  for (const { bearer } of keys) await get(test, bearer)
  const unknown = { authorization: `Bearer ${newSecret()}` }
  const bearers = [...owners.map(({ bearer }) => bearer), ...keys.map(({ bearer }) => bearer), unknown]
  const answers = await atOnce(140, async (index) => {
    const which = index % bearers.length
    return { which, body: (await get(test, bearers[which] as typeof unknown)).json() }
  })
  for (const { which, body } of answers) {
    if (which === 6) t.match(body, { code: 'API_KEY_INVALID' })
    else t.equal(body.id, owners[which % 3]?.id)
  }
  const fresh = await createKey(test, owners[0] as (typeof owners)[0])
  for (const collection of ['apikeys', 'users']) {
    // the first time the key is unknown to the process, the second time its owner alone is read
    const commands = await commandsTo(test, collection, () => atOnce(50, () => get(test, fresh.bearer)))
    t.ok(commands.includes('find'), collection)
    t.ok(commands.length < 10, `${commands.length} commands to ${collection} for 50 requests`)
  }
})

t.test('a key that was used before is not read again while its owner has its stamp', async (t) => {
  const test = await buildMonitored(t)
  const owner = await storeSession(test)
  const { apiKey, bearer } = await createKey(test, owner, { scopes: ['me:read'] })
  const { ApiKey, User } = test.app.db
  const reads = () => commandsTo(test, 'apikeys', () => get(test, bearer))
  await get(test, bearer)
  t.same(await reads(), [])

  // a process ended between the two writes of a change
  await User.updateOne({ _id: owner.id }, { $set: { [`apiKeyStamps.${apiKey.id}`]: new Types.ObjectId() } })
  t.same(await reads(), ['find'])
  await ApiKey.updateOne({ _id: apiKey.id }, { $set: { scopes: ['files:read'] } })
  t.equal((await get(test, bearer)).statusCode, 403, 'the key is read for each request')
  const change = { scopes: ['me:read'], currentPassword: PASSWORD }
  t.equal((await caller(test, owner)('PATCH', `${KEYS}/${apiKey.id}`, change)).statusCode, 200)
  t.same(await reads(), ['find'])
  t.same(await reads(), [], 'the next change makes them equal again')
  const [user, key] = [await User.findById(owner.id).lean(), await ApiKey.findById(apiKey.id).lean()]
  t.equal(`${user?.apiKeyStamps?.[apiKey.id]}`, `${key?.stamp}`)

  // a key from before there were stamps
  await ApiKey.updateOne({ _id: apiKey.id }, { $unset: { stamp: 1 } })
  t.same(await reads(), [], 'what is remembered holds until the key changes')
  t.equal((await caller(test, owner)('PATCH', `${KEYS}/${apiKey.id}`, change)).statusCode, 200)
  await ApiKey.updateOne({ _id: apiKey.id }, { $unset: { stamp: 1 } })
  t.same(await reads(), ['find'])
  t.same(await reads(), ['find'])
  t.equal((await caller(test, owner)('DELETE', `${KEYS}/${apiKey.id}`)).statusCode, 204)
  t.same((await User.findById(owner.id).lean())?.apiKeyStamps, {})
  t.equal((await get(test, bearer)).statusCode, 401)
})

t.test('a key has a rate limit of its own, whatever its address; what is no key counts for the address', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT: '3' } })
  const [owner] = await insertUsers(test.app, [{}])
  const call = (bearer: Record<string, string>, ip: string, url = ME) => get(test, bearer, url, ip)
  const create = async () => {
    const secret = newSecret()
    await test.app.db.ApiKey.create({
      ownerId: owner?._id,
      name: 'Backup',
      prefix: secret.slice(0, 12),
      secrets: [{ hash: sha256(secret), until: null }],
      scopes: ['me:read'],
      createdAt: test.app.now(),
    })
    return { authorization: `Bearer ${secret}` }
  }
  const [one, two] = [await create(), await create()]
  t.match((await call(one, '192.0.2.1')).headers, {
    ratelimit: /^"default";r=2/,
    'ratelimit-policy': '"default";q=3;w=60',
  })
  t.equal((await call(one, '192.0.2.2')).statusCode, 200)
  t.equal((await call(one, '192.0.2.3')).statusCode, 200)
  t.match((await call(one, '192.0.2.4')).json(), { status: 429, code: 'RATE_LIMITED' })
  t.equal((await call(two, '192.0.2.1')).statusCode, 200, 'another key is not limited, nor is the address')
  t.equal((await call({}, '192.0.2.1')).statusCode, 401)

  const statuses = []
  for (let index = 0; index < 5; index++) {
    statuses.push(
      (await call({ authorization: `Bearer ${newSecret()}` }, '192.0.2.9', index % 2 ? ME : '/nowhere')).statusCode,
    )
  }
  t.same(statuses, [404, 401, 404, 429, 429], 'an invented key evades nothing')
})

t.test('all keys of one network share a larger limit, before they are looked up', async (t) => {
  const test = await buildMonitored(t, { RATE_LIMIT: '1' })
  const call = () => get(test, { authorization: `Bearer ${newSecret()}` }, ME, '192.0.2.1')
  const statuses: number[] = []
  const commands = await commandsTo(test, 'apikeys', async () => {
    for (let index = 0; index < SITE_FACTOR + 5; index++) statuses.push((await call()).statusCode)
  })
  t.same(tally(statuses), { 401: 1, 429: SITE_FACTOR + 4 })
  t.equal(commands.length, SITE_FACTOR)
})

t.test('a stranger who has a key of another network uses up only the limit of the own address', async (t) => {
  const test = await build(t, { env: { RATE_LIMIT: '5' } })
  const owner = await storeSession(test)
  const { bearer } = await createKey(test, owner, { allowedNetworks: ['203.0.113.0/24'] })
  for (let index = 0; index < 8; index++) await get(test, bearer, ME, '198.51.100.1')
  t.equal((await get(test, bearer, ME, '203.0.113.1')).statusCode, 200)
})

t.test('two processes see a key and its end alike', async (t) => {
  const one = await build(t)
  const two = await build(t, { shareDatabaseOf: one, clock: one.clock })
  const owner = await storeSession(one)
  const { apiKey, bearer } = await createKey(one, owner)
  const statuses = async () => [(await get(one, bearer)).statusCode, (await get(two, bearer)).statusCode]
  t.same(await statuses(), [200, 200])
  const rotated = await caller(two, owner)('POST', `${KEYS}/${apiKey.id}/rotate`, {
    currentPassword: PASSWORD,
    overlap: '1d',
  })
  const next = { authorization: `Bearer ${rotated.json().secret}` }
  t.same(await statuses(), [200, 200], 'the old secret overlaps')
  t.equal((await get(one, next)).statusCode, 200)
  one.clock.advance(DAY + 1000)
  t.same(await statuses(), [401, 401])
  t.equal((await get(one, next)).statusCode, 200)
  const again = await login(one, owner)
  t.equal((await caller(two, again)('DELETE', `${KEYS}/${apiKey.id}`)).statusCode, 204)
  t.equal((await get(one, next)).statusCode, 401)
  t.same(
    (await audited(one.app, owner.id)).filter((action) => action.startsWith('key.')),
    ['key.created', 'key.rotated', 'key.revoked'],
  )
})
