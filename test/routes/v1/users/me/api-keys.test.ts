import bcrypt from 'bcrypt'
import { Types } from 'mongoose'
import t from 'tap'
import { SCOPES } from '../../../../../models/api-key.js'
import { overlapMs } from '../../../../../openapi/schemas/api-key-requests.js'
import { MAX_API_KEYS } from '../../../../../plugins/auth/api-key-changes.js'
import { audited, caller } from '../../../../support/admin.js'
import { createKey } from '../../../../support/api-keys.js'
import { atOnce, build, PASSWORD, type TestApp, tally } from '../../../../support/app.js'
import { storeSession } from '../../../../support/session.js'

const URL = '/v1/users/me/api-keys'
const DAY = 24 * 3_600_000
const NEW = { name: 'Backup', scopes: ['files:read'], currentPassword: PASSWORD }

const works = async ({ app }: TestApp, secret: string) => {
  const { statusCode } = await app.inject({ url: '/v1/users/me', headers: { authorization: `Bearer ${secret}` } })
  return statusCode === 200
}

t.test('a key is created with a secret that is shown once, and its owner is told', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const call = caller(test, owner)
  const expiresAt = new Date(test.clock.now().getTime() + DAY).toISOString()
  const response = await call('POST', URL, {
    ...NEW,
    name: 'A\u030a backup',
    scopes: ['users:read', 'me:read'],
    expiresAt,
    allowedNetworks: ['127.0.0.1', '10.1.2.3/8'],
  })
  t.equal(response.statusCode, 201)
  const { apiKey, secret } = response.json()
  t.match(secret, /^cof_[0-9A-Za-z]{40}$/)
  t.strictSame(apiKey, {
    id: apiKey.id,
    ownerId: owner.id,
    name: '\u00c5 backup',
    prefix: secret.slice(0, 12),
    scopes: ['me:read', 'users:read'],
    allowedNetworks: ['127.0.0.1/32', '10.0.0.0/8'],
    createdAt: apiKey.createdAt,
    expiresAt,
    lastUsedAt: null,
  })
  t.ok(await works(test, secret))
  const second = (await call('POST', URL, NEW)).json().apiKey
  t.match(second, { expiresAt: null, allowedNetworks: [] })
  const { items } = (await call('GET', URL)).json()
  t.match(items, [{ id: second.id }, { ...apiKey, lastUsedAt: String }], 'newest first, without a secret')
  const mail = await test.mail(owner.email, new RegExp(second.prefix))
  t.equal(mail.subject, 'An API key was created')
  t.match(mail.text, `Key: ${second.prefix}…`)
  t.notMatch(mail.text, secret)
  t.same(
    (await audited(test.app, owner.id)).filter((action) => action.startsWith('key.')),
    ['key.created', 'key.created'],
  )
})

t.test('a key needs the password, a name and scopes that exist', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const call = caller(test, owner)
  const { currentPassword, ...without } = NEW
  t.match((await call('POST', URL, without)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.match((await call('POST', URL, { ...NEW, currentPassword: 'wrong' })).json(), { code: 'INVALID_CREDENTIALS' })
  t.equal((await test.app.inject({ method: 'POST', url: URL, payload: NEW })).json().code, 'TOKEN_INVALID')
  const bad: object[] = [
    { name: '' },
    { name: '\u200b' },
    { name: undefined },
    { scopes: [] },
    { scopes: undefined },
    { scopes: ['me:write'] },
    { scopes: ['me:read', 'me:read'] },
    { scopes: ['__proto__'] },
    { scopes: 'me:read' },
    { expiresAt: 'tomorrow' },
    { expiresAt: null },
    { expiresAt: '2026-12-31T23:59:60Z' },
    { allowedNetworks: ['10.0.0.0/33'] },
    { allowedNetworks: [{ $ne: null }] },
    { allowedNetworks: Array(51).fill('10.0.0.1') },
    { ownerId: owner.id },
    { secret: 'cof_x' },
    { lastUsedAt: null },
  ]
  for (const wanted of bad) {
    t.match(
      (await call('POST', URL, { ...NEW, ...wanted })).json(),
      { status: 400, code: 'VALIDATION_FAILED' },
      JSON.stringify(wanted),
    )
  }
  t.equal(await test.app.db.ApiKey.countDocuments(), 0)
  t.ok(currentPassword)
})

t.test('an account has a bounded number of keys', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const ownerId = new Types.ObjectId(owner.id)
  const row = { ownerId, name: 'x', prefix: 'cof_', scopes: SCOPES, createdAt: test.app.now() }
  await test.app.db.ApiKey.insertMany(
    Array.from({ length: MAX_API_KEYS }, (_, index) => ({ ...row, secrets: [{ hash: `${index}`, until: null }] })),
  )
  t.match((await caller(test, owner)('POST', URL, NEW)).json(), {
    status: 422,
    code: 'QUOTA_EXCEEDED',
    detail: /100 API keys/,
  })
})

t.test('a key is changed, with effect at its next call', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const call = caller(test, owner)
  const { apiKey, bearer, secret } = await createKey(test, owner, {
    scopes: ['files:read'],
    expiresAt: '2100-01-01T00:00:00Z',
  })
  const path = `${URL}/${apiKey.id}`
  t.notOk(await works(test, secret))
  const change = { name: 'Mirror', scopes: ['me:read'], currentPassword: PASSWORD }
  t.match((await call('PATCH', path, change)).json(), {
    ...apiKey,
    name: 'Mirror',
    scopes: ['me:read'],
    lastUsedAt: String,
  })
  t.ok(await works(test, secret))
  const networks = await call('PATCH', path, { allowedNetworks: ['203.0.113.0/24'], currentPassword: PASSWORD })
  t.match(networks.json(), { name: 'Mirror', allowedNetworks: ['203.0.113.0/24'] })
  t.notOk(await works(test, secret))
  t.match((await call('PATCH', path, { allowedNetworks: [], expiresAt: null, currentPassword: PASSWORD })).json(), {
    allowedNetworks: [],
    expiresAt: null,
  })
  t.ok(await works(test, secret))
  const over = await call('PATCH', path, { expiresAt: '2020-01-01T00:00:00+01:00', currentPassword: PASSWORD })
  t.equal(over.json().expiresAt, '2019-12-31T23:00:00.000Z')
  t.notOk(await works(test, secret))

  t.match((await call('PATCH', path, { name: 'x' })).json(), { code: 'STEP_UP_REQUIRED' })
  t.match((await call('PATCH', path, {})).json(), { code: 'VALIDATION_FAILED' })
  t.match((await caller(test, { bearer })('PATCH', path, change)).json(), { code: 'API_KEY_INVALID' })
  await test.app.audit.idle()
  const events = await test.app.db.AuditEvent.find({ action: 'key.updated' }).sort({ at: 1, _id: 1 }).lean()
  t.match(
    events.map(({ actorId, targetId, details }) => ({ actorId, targetId, details })),
    [
      {
        actorId: owner.id,
        targetId: owner.id,
        details: { apiKeyId: apiKey.id, changed: ['name', 'scopes'], scopes: ['me:read'] },
      },
      { details: { changed: ['allowedNetworks'] } },
      { details: { changed: ['expiresAt', 'allowedNetworks'] } },
      { details: { changed: ['expiresAt'] } },
    ],
  )
})

t.test('a rotation gives another secret; the previous one ends at once, or after its overlap', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const { apiKey, secret: first } = await createKey(test, owner)
  const rotate = async (wanted: object = {}) => {
    const response = await caller(test, owner)('POST', `${URL}/${apiKey.id}/rotate`, {
      currentPassword: PASSWORD,
      ...wanted,
    })
    t.equal(response.statusCode, 200)
    t.strictSame({ ...response.json().apiKey, prefix: '', lastUsedAt: null }, { ...apiKey, prefix: '' })
    return response.json().secret as string
  }
  t.ok(await works(test, first))
  const second = await rotate()
  t.notOk(await works(test, first))
  t.ok(await works(test, second))
  const third = await rotate({ overlap: '10m' })
  t.ok((await works(test, second)) && (await works(test, third)))
  const fourth = await rotate({ overlap: '600s' })
  t.notOk(await works(test, second), 'one previous secret at most')
  t.ok((await works(test, third)) && (await works(test, fourth)))
  test.clock.advance(10 * 60_000)
  t.notOk(await works(test, third))
  t.ok(await works(test, fourth))

  const call = caller(test, owner)
  t.match((await call('POST', `${URL}/${apiKey.id}/rotate`)).json(), { code: 'STEP_UP_REQUIRED' })
  for (const overlap of ['8d', '169h', '10081m', '604801s', '1w', '-1s', '1.5h', 's', '', 10]) {
    const refused = await call('POST', `${URL}/${apiKey.id}/rotate`, { overlap, currentPassword: PASSWORD })
    t.match(refused.json(), { code: 'VALIDATION_FAILED' }, `${overlap}`)
  }
  for (const overlap of ['7d', '168h', '10080m', '604800s']) t.equal(overlapMs(overlap), 7 * DAY)
  t.same((await audited(test.app, owner.id)).filter((action) => action === 'key.rotated').length, 3)
})

t.test('of rotations at once the last one holds, and one revocation ends them all', async (t) => {
  const test = await build(t)
  const other = await build(t, { shareDatabaseOf: test, clock: test.clock })
  const owner = await storeSession(test)
  const { apiKey } = await createKey(test, owner)
  const path = `${URL}/${apiKey.id}`
  const answers = await atOnce(10, (index) =>
    caller(index % 2 ? test : other, owner)('POST', `${path}/rotate`, { currentPassword: PASSWORD }),
  )
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 10 })
  const secrets = answers.map((answer) => answer.json().secret as string)
  t.equal(new Set(secrets).size, 10)
  const working = await Promise.all(secrets.map((secret) => works(other, secret)))
  t.equal(working.filter(Boolean).length, 1)

  const mixed = await atOnce(10, (index) =>
    index % 2
      ? caller(test, owner)('DELETE', path)
      : caller(other, owner)('POST', `${path}/rotate`, { currentPassword: PASSWORD }),
  )
  t.ok(mixed.every(({ statusCode }) => [200, 204, 404].includes(statusCode)))
  const all = [...secrets, ...mixed.flatMap((answer) => (answer.statusCode === 200 ? [answer.json().secret] : []))]
  t.same(
    await Promise.all(all.map((secret) => works(test, secret))),
    all.map(() => false),
  )
  t.equal((await audited(test.app, owner.id)).filter((action) => action === 'key.revoked').length, 1)
})

t.test("another account's key is not found", async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const stranger = await storeSession(test)
  const { apiKey, secret } = await createKey(test, owner)
  const call = caller(test, stranger)
  for (const id of [apiKey.id, 'f'.repeat(24), 'x', '%00', '$ne', '..%2f']) {
    t.match((await call('PATCH', `${URL}/${id}`, { name: 'x', currentPassword: PASSWORD })).json(), {
      code: 'NOT_FOUND',
    })
    t.match((await call('POST', `${URL}/${id}/rotate`, { currentPassword: PASSWORD })).json(), { code: 'NOT_FOUND' })
    t.match((await call('DELETE', `${URL}/${id}`)).json(), { code: 'NOT_FOUND' })
  }
  t.same((await call('GET', URL)).json(), { items: [] })
  t.ok(await works(test, secret))
  t.equal((await caller(test, owner)('DELETE', `${URL}/${apiKey.id}`)).statusCode, 204)
  t.notOk(await works(test, secret))
  t.equal((await caller(test, owner)('DELETE', `${URL}/${apiKey.id}`)).statusCode, 404)
})

t.test('no key is left of a deleted account, also if it is created at the same time', async (t) => {
  const test = await build(t)
  const owner = await storeSession(test)
  const { secret } = await createKey(test, owner)
  const call = caller(test, owner)
  const [deleted, ...created] = await Promise.all([
    call('DELETE', '/v1/users/me', { currentPassword: PASSWORD }),
    ...(await atOnce(5, async () => call('POST', URL, NEW))),
  ])
  t.equal(deleted.statusCode, 202)
  t.ok(created.every(({ statusCode }) => [201, 401].includes(statusCode)))
  t.notOk(await works(test, secret))
  await test.app.audit.idle()
  await test.app.jobs.drain()
  t.equal(await test.app.db.ApiKey.countDocuments(), 0)
})

t.test('a change of the credentials after the check of the password stops a change of keys', async (t) => {
  const test = await build(t)
  const { app } = test
  const owner = await storeSession(test)
  const { apiKey, secret } = await createKey(test, owner)
  const { compare } = bcrypt
  const meanwhile = (act: () => Promise<unknown>) =>
    t.intercept(bcrypt, 'compare', {
      configurable: true,
      value: async (password: string, hash: string) => {
        await act()
        return compare(password, hash)
      },
    })
  meanwhile(() => app.db.User.updateOne({ _id: owner.id }, { $inc: { authVersion: 1 } }))
  const call = caller(test, owner)
  const answers = [
    await call('POST', URL, NEW),
    await call('PATCH', `${URL}/${apiKey.id}`, { scopes: ['files:read'], currentPassword: PASSWORD }),
    await call('POST', `${URL}/${apiKey.id}/rotate`, { currentPassword: PASSWORD }),
  ]
  for (const answer of answers) t.match(answer.json(), { status: 401, code: 'TOKEN_INVALID' })
  t.equal(await app.db.ApiKey.countDocuments(), 1)
  t.ok(await works(test, secret))

  meanwhile(() => app.db.ApiKey.deleteMany())
  const change = await call('PATCH', `${URL}/${apiKey.id}`, { name: 'x', currentPassword: PASSWORD })
  t.match(change.json(), { code: 'NOT_FOUND' }, 'the key was revoked meanwhile')
})
