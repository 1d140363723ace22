import { Types } from 'mongoose'
import t from 'tap'
import { audited, caller } from '../../../../support/admin.js'
import { createKey } from '../../../../support/api-keys.js'
import { build, login } from '../../../../support/app.js'

const URL = '/v1/users/me/export'

t.test('all that is stored of an account is exported, without its secrets', async (t) => {
  const test = await build(t)
  const { app } = test
  const owner = await login(test)
  const stranger = await login(test)
  const now = app.now()
  const asset = (ownerId: string, index: number, more = {}) => ({
    ownerId: new Types.ObjectId(ownerId),
    purpose: 'file',
    state: 'ready',
    stateAt: now,
    uploadId: 'u',
    filename: `${index}.pdf`,
    filenameKey: `${index}.pdf`,
    contentType: 'application/pdf',
    resourceType: 'raw',
    visibility: 'public',
    bytes: index,
    checksum: 'c0ffee',
    publicId: `${index}-${ownerId}`,
    secureUrl: 'https://files.example.com/a.pdf',
    createdAt: new Date(now.getTime() - index),
    updatedAt: now,
    ...more,
  })
  await app.db.Asset.insertMany([
    ...Array.from({ length: 150 }, (_, index) => asset(owner.id, index)),
    asset(owner.id, 150, { purpose: 'avatar' }),
    asset(owner.id, 151, { state: 'deleting' }),
    asset(stranger.id, 152),
  ])
  const { apiKey, secret: keySecret } = await createKey(test, owner, { scopes: ['me:read', 'files:read'] })
  await createKey(test, stranger)
  await app.audit.idle()
  const response = await caller(test, owner)('GET', URL)
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], 'application/json; charset=utf-8')
  t.match(response.headers['content-disposition'], /^attachment/)
  const { user, sessions, assets, apiKeys, invitations, factors, trustedDevices, activity, ...rest } = response.json()
  t.same(rest, { externalId: null })
  t.same(invitations, [])
  t.same(factors, [])
  t.same(trustedDevices, [])
  t.match(user, { id: owner.id, email: owner.email, name: 'Ada Lovelace' })
  t.match(sessions, [{ current: true }])
  t.strictSame(apiKeys, [apiKey])
  t.same(
    assets.map(({ bytes }: { bytes: number }) => bytes),
    Array.from({ length: 151 }, (_, index) => index),
  )
  t.same(activity.map(({ action }: { action: string }) => action).sort(), [
    'account.exported',
    'account.registered',
    'key.created',
    'login.succeeded',
  ])
  const { password } = (await app.db.User.findById(owner.id).lean()) as { password: { hash: string } }
  for (const secret of [
    password.hash,
    'tokenHash',
    'knownOrigins',
    'password',
    'outbox',
    'secret',
    'hash',
    keySecret,
    owner.refreshToken,
  ]) {
    t.notOk(response.body.includes(`"${secret}`), secret)
  }
  t.ok((await audited(app, owner.id)).includes('account.exported'))
})

t.test('an API key exports the account of its owner, and none of the sessions is its own', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const { bearer } = await createKey(test, owner, { scopes: ['me:read'] })
  const { user, sessions } = (await caller(test, { bearer })('GET', URL)).json()
  t.match(user, { id: owner.id })
  t.match(sessions, [{ current: false }])
})

t.test('an account without files exports none', async (t) => {
  const test = await build(t)
  const { assets } = (await caller(test, await login(test))('GET', URL)).json()
  t.same(assets, [])
  t.equal((await test.app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
})
