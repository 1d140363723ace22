import t from 'tap'
import { ADMIN_USER_PROPERTIES, caller, insertUsers, loginAs } from '../../../../support/admin.js'
import { build, challenge, login, newEmail, PASSWORD, post } from '../../../../support/app.js'

const URL = '/v1/admin/users'

t.test('accounts are found by role, status and the beginning of address or name', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const call = caller(test, admin)
  await insertUsers(test.app, [
    { name: 'Grace Hopper', email: 'grace@example.org' },
    { name: 'Gödel', email: 'kurt@example.org', status: 'suspended' },
    { name: '50% off (a.b)*', email: 'g.race+tag@example.org' },
    { name: 'Gone', status: 'deleting', email: undefined as never },
  ])
  const names = async (query: string) => {
    const { items } = (await call('GET', `${URL}?sort=name&${query}`)).json()
    return items.map(({ name }: { name: string }) => name)
  }
  t.same(await names(''), ['50% off (a.b)*', 'Ada Lovelace', 'Grace Hopper', 'Gödel'], 'not those in deletion')
  t.same(await names('role=admin'), ['Ada Lovelace'])
  t.same(await names('status=suspended'), ['Gödel'])
  t.same(await names('status=suspended&role=admin'), [])
  t.same(await names('q=GRA'), ['Grace Hopper'])
  t.same(await names(`q=${encodeURIComponent('GÖ')}`), ['Gödel'])
  t.same(await names('q=KURT@example'), ['Gödel'])
  t.same(await names('q=hopper'), [], 'only the beginning counts')
  t.same(await names(`q=${encodeURIComponent('g.r')}`), ['50% off (a.b)*'], 'a dot is a dot')
  t.same(await names(`q=${encodeURIComponent('50% OFF (A.B)*')}`), ['50% off (a.b)*'])
  t.same(await names(`q=${encodeURIComponent('.*')}`), [])
  t.same(await names(`q=${encodeURIComponent('^')}`), [])

  const { items } = (await call('GET', `${URL}?q=${encodeURIComponent(admin.email)}`)).json()
  t.same(Object.keys(items[0]).sort(), ADMIN_USER_PROPERTIES)
})

t.test('only who may read accounts lists them', async (t) => {
  const test = await build(t)
  t.equal((await test.app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
  const nobody = caller(test, await login(test))
  t.equal((await nobody('GET', URL)).json().code, 'FORBIDDEN')
  t.equal((await nobody('HEAD', URL)).statusCode, 403)
  t.equal((await nobody('GET', `${URL}?limit=x`)).statusCode, 403, 'before the query is looked at')
  const reader = caller(test, await loginAs(test, { permissions: ['users:read'] }))
  t.equal((await reader('GET', URL)).statusCode, 200)
})

t.test('a person is found by either Unicode form of a name, however the name was set', async (t) => {
  const test = await build(t)
  const admin = caller(test, await loginAs(test, { permissions: ['users:read'] }))
  const [composed, decomposed] = ['José', 'Jose\u0301']
  const registration = { email: newEmail(), password: PASSWORD, name: decomposed }
  const { challengeId, code } = await challenge(test, 'register', registration)
  const verified = await post(test.app, '/v1/auth/register/verify', { challengeId, code })
  t.equal(verified.json().user.name, composed)
  const renamed = await caller(test, await login(test))('PATCH', '/v1/users/me', { name: decomposed })
  t.equal(renamed.json().name, composed)
  for (const q of [composed, decomposed, decomposed.toUpperCase()]) {
    const { items } = (await admin('GET', `${URL}?${new URLSearchParams({ q })}`)).json()
    t.equal(items.length, 2, encodeURIComponent(q))
  }
})
