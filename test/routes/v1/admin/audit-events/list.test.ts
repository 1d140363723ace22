import t from 'tap'
import { caller, loginAs } from '../../../../support/admin.js'
import { build, login, post } from '../../../../support/app.js'

const URL = '/v1/admin/audit-events'

t.test('events are found by actor, target, action and time', async (t) => {
  const test = await build(t)
  const { app, clock } = test
  const admin = await loginAs(test, { permissions: ['audit:read'] })
  const call = caller(test, admin)
  const owner = await login(test)
  await app.audit.idle()
  clock.advance(60_000)
  const later = app.now().toISOString()
  clock.advance(1000)
  await post(app, '/v1/auth/login', { email: owner.email, password: 'not it' }, { headers: { 'user-agent': 'Tool/1' } })

  const actions = async (query: string) => {
    const { items } = (await call('GET', `${URL}?${query}`)).json()
    return items.map(({ action }: { action: string }) => action)
  }
  t.same(await actions('limit=1'), ['login.failed'], 'newest first')
  t.same(await actions(`targetId=${owner.id}`), ['login.failed', 'login.succeeded', 'account.registered'])
  t.same(await actions(`actorId=${owner.id}`), ['login.succeeded', 'account.registered'])
  t.same(await actions(`actorId=${owner.id}&action=login.succeeded`), ['login.succeeded'])
  t.same(await actions(`from=${later}`), ['login.failed'])
  t.same(await actions(`targetId=${owner.id}&to=${later}`), ['login.succeeded', 'account.registered'])
  t.same(await actions(`from=${later}&to=${later}`), [])
  t.same(await actions('actorId=nobody'), [])

  const response = await call('GET', `${URL}?limit=2&targetId=${owner.id}`)
  t.match(response.headers.link, /rel="?next/)
  const { items, nextCursor } = response.json()
  t.same(Object.keys(items[0]).sort(), [
    ...['action', 'actorId', 'at', 'details', 'id', 'ip', 'outcome', 'requestId', 'targetId', 'userAgent'],
  ])
  t.match(items[0], { actorId: null, targetId: owner.id, outcome: 'failure', userAgent: 'Tool/1', ip: '127.0.0.1' })
  t.match(items[1].details, { sessionId: String })
  const next = (await call('GET', `${URL}?targetId=${owner.id}&cursor=${nextCursor}`)).json()
  t.match(next, { items: [{ action: 'account.registered' }], nextCursor: null })
  t.equal((await call('GET', `${URL}?cursor=${nextCursor}`)).json().code, 'INVALID_CURSOR')
})

t.test('what cannot be asked for is refused', async (t) => {
  const test = await build(t)
  t.equal((await test.app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
  t.equal((await caller(test, await login(test))('GET', URL)).json().code, 'FORBIDDEN')
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  for (const query of ['action=x', 'from=yesterday', 'to=1', 'ip=127.0.0.1', 'actorId[$ne]=x', 'actorId=a&actorId=b']) {
    t.equal((await call('GET', `${URL}?${query}`)).json().code, 'VALIDATION_FAILED', query)
  }
  const leap = await call('GET', `${URL}?from=2016-12-31T23:59:60Z`)
  t.match(leap.json(), { status: 400, errors: [{ pointer: '/from' }] })
})
