import t from 'tap'
import { audited, caller, loginAs } from '../../../support/admin.js'
import { createKey } from '../../../support/api-keys.js'
import { build, PASSWORD } from '../../../support/app.js'
import { storeSession } from '../../../support/session.js'

const URL = '/v1/admin/api-keys'

t.test('keys of all accounts are listed, newest first, page by page, or those of one account', async (t) => {
  const test = await build(t)
  const reader = await loginAs(test, { permissions: ['keys:read'] })
  const owner = await storeSession(test)
  const other = await storeSession(test)
  const keys = []
  for (const session of [owner, other, owner]) {
    test.clock.advance(1000)
    keys.unshift((await createKey(test, session)).apiKey)
  }
  const call = caller(test, reader)
  t.strictSame((await call('GET', URL)).json(), { items: keys, nextCursor: null })
  const first = (await call('GET', `${URL}?limit=2`)).json()
  t.strictSame(first.items, keys.slice(0, 2))
  const rest = (await call('GET', `${URL}?limit=2&cursor=${first.nextCursor}`)).json()
  t.strictSame(rest, { items: keys.slice(2), nextCursor: null })
  t.strictSame((await call('GET', `${URL}?ownerId=${other.id}`)).json().items, [keys[1]])
  for (const ownerId of ['f'.repeat(24), 'x', '$ne']) {
    t.same((await call('GET', `${URL}?ownerId=${ownerId}`)).json().items, [], ownerId)
  }
  t.match((await call('DELETE', `${URL}/${keys[0]?.id}`)).json(), { code: 'FORBIDDEN' })
})

t.test("an account's key is revoked at once; an administrator's only by another one with a password", async (t) => {
  const test = await build(t)
  const { app } = test
  const manager = await loginAs(test, { permissions: ['keys:write'] })
  const admin = await loginAs(test, { role: 'admin' })
  const owner = await storeSession(test)
  const ofOwner = await createKey(test, owner)
  const ofAdmin = await createKey(test, admin)
  const call = caller(test, manager)
  const works = async (bearer: Record<string, string>) =>
    (await app.inject({ url: '/v1/users/me', headers: bearer })).statusCode === 200
  t.ok(await works(ofOwner.bearer))
  t.equal((await call('DELETE', `${URL}/${ofOwner.apiKey.id}`)).statusCode, 204)
  t.notOk(await works(ofOwner.bearer))
  for (const id of [ofOwner.apiKey.id, 'x', 'f'.repeat(24)])
    t.equal((await call('DELETE', `${URL}/${id}`)).statusCode, 404)
  t.ok((await audited(app, owner.id)).includes('key.revoked'), 'the owner sees it')

  const path = `${URL}/${ofAdmin.apiKey.id}`
  t.match((await call('DELETE', path, { currentPassword: PASSWORD })).json(), { code: 'FORBIDDEN' })
  t.match((await caller(test, admin)('DELETE', path)).json(), { code: 'STEP_UP_REQUIRED' })
  t.ok(await works(ofAdmin.bearer))
  t.equal((await caller(test, admin)('DELETE', path, { currentPassword: PASSWORD })).statusCode, 204)
  t.notOk(await works(ofAdmin.bearer))
})

t.test('a key with the scopes revokes keys, as a scanner of leaked secrets does', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const owner = await storeSession(test)
  const leaked = await createKey(test, owner)
  const scanner = await createKey(test, admin, { scopes: ['keys:read', 'keys:write'] })
  const call = caller(test, scanner)
  const { items } = (await call('GET', `${URL}?ownerId=${owner.id}`)).json()
  t.equal(items[0].prefix, leaked.secret.slice(0, 12))
  t.equal((await call('DELETE', `${URL}/${leaked.apiKey.id}`)).statusCode, 204)
  t.match((await call('DELETE', `${URL}/${scanner.apiKey.id}`)).json(), { code: 'SESSION_REQUIRED' })
})
