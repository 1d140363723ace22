import t from 'tap'
import { caller, loginAs } from '../../../../support/admin.js'
import { build, login, PASSWORD, post } from '../../../../support/app.js'
import { storeSession } from '../../../../support/session.js'

const URL = '/v1/users/me/activity'

interface Event {
  id: string
  at: string
  action: string
  actorId: string | null
  ip: string | null
}

t.test('who signs in sees what happened to the own account, and only to that', async (t) => {
  const test = await build(t)
  const { app } = test
  const admin = await loginAs(test, { role: 'admin' })
  const owner = await login(test)
  await post(app, '/v1/auth/login', { email: owner.email, password: 'not it' })
  await caller(test, admin)('PATCH', `/v1/admin/users/${owner.id}`, { unlock: true })
  const call = caller(test, owner)
  await call('PATCH', '/v1/users/me', { name: 'Ada King' })
  await app.audit.idle()

  const events: Event[] = []
  let cursor = ''
  do {
    const { items, nextCursor } = (await call('GET', `${URL}?limit=2${cursor && `&cursor=${cursor}`}`)).json()
    t.ok(items.length <= 2)
    events.push(...items)
    cursor = nextCursor
  } while (cursor)
  const actions = events.map(({ action }) => action)
  t.same(actions.slice(0, 3), ['account.updated', 'admin.user-unlocked', 'login.failed'], 'newest first')
  t.same([...actions].sort(), [
    ...['account.registered', 'account.updated', 'admin.user-unlocked', 'login.failed', 'login.succeeded'],
  ])
  const [updated, unlocked, failed] = events as [Event, Event, Event]
  t.match(updated, { actorId: owner.id, targetId: owner.id, outcome: 'success', ip: '127.0.0.1' })
  t.match(unlocked, { actorId: admin.id, ip: null, userAgent: null, requestId: null }, 'not where from')
  t.match(failed, { actorId: null, outcome: 'failure', ip: '127.0.0.1' })
  t.notOk('removeAt' in updated)

  const { items } = (await caller(test, admin)('GET', URL)).json()
  t.match(items[0], { action: 'admin.user-unlocked', ip: '127.0.0.1' }, 'who did it sees it too')
})

t.test('a cursor is good for nobody else, and unknown parameters are refused', async (t) => {
  const test = await build(t)
  const owner = await login(test)
  const call = caller(test, owner)
  await test.app.audit.idle()
  const { nextCursor } = (await call('GET', `${URL}?limit=1`)).json()
  const stranger = caller(test, await storeSession(test))
  t.equal((await stranger('GET', `${URL}?cursor=${nextCursor}`)).json().code, 'INVALID_CURSOR')
  for (const query of ['total=true', 'actorId=x', 'limit=0']) {
    t.equal((await call('GET', `${URL}?${query}`)).json().code, 'VALIDATION_FAILED')
  }
  t.equal((await test.app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
  t.equal(owner.password, PASSWORD)
})
