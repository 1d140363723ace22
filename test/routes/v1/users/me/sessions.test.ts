import t from 'tap'
import { caller } from '../../../../support/admin.js'
import { atOnce, build, login, post, tally } from '../../../../support/app.js'

const URL = '/v1/users/me/sessions'
const DAY = 24 * 3_600_000

t.test('the devices that are signed in are listed, newest first', async (t) => {
  const test = await build(t)
  const { clock } = test
  const phone = await login(test, undefined, { 'user-agent': 'Phone/1.0' })
  clock.advance(DAY)
  const desk = await login(test, phone, { 'user-agent': 'Desk/2.0' })
  const { items } = (await caller(test, desk)('GET', URL)).json()
  t.match(items, [
    { userAgent: 'Desk/2.0', current: true, ip: '127.0.0.1' },
    { userAgent: 'Phone/1.0', current: false },
  ])
  t.same(Object.keys(items[0]).sort(), [
    'amr',
    'createdAt',
    'current',
    'expiresAt',
    'id',
    'ip',
    'lastUsedAt',
    'userAgent',
  ])
  t.equal(Date.parse(items[0].expiresAt) - Date.parse(items[0].lastUsedAt), 7 * DAY, 'unless it is used')

  clock.advance(6.5 * DAY)
  const refreshed = (await post(test.app, '/v1/auth/refresh-token', { refreshToken: desk.refreshToken })).json()
  const bearer = { bearer: { authorization: `Bearer ${refreshed.accessToken}` } }
  const left = (await caller(test, bearer)('GET', URL)).json().items
  t.match(left, [{ userAgent: 'lightMyRequest', current: true }])
  t.equal(left.length, 1, 'one that has expired is not listed, nor can it be used')
  t.equal(left[0].id, items[0].id)
  t.ok(left[0].lastUsedAt > items[0].lastUsedAt)
  t.equal((await test.app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
})

t.test('a device is signed out at once, and only of the own ones', async (t) => {
  const test = await build(t)
  const { app } = test
  const phone = await login(test)
  const desk = await login(test, phone)
  const stranger = await login(test)
  const call = caller(test, desk)
  const [current, other] = (await call('GET', URL)).json().items
  const ofStranger = (await caller(test, stranger)('GET', URL)).json().items[0]
  const missing = await call('DELETE', `${URL}/${ofStranger.id}`)
  t.match(missing.json(), { status: 404, code: 'NOT_FOUND' })
  for (const id of ['x', '%00', '..%2f', 'a'.repeat(200), '$ne', '0'.repeat(24)]) {
    t.equal((await call('DELETE', `${URL}/${id}`)).statusCode, 404)
  }

  t.equal((await call('DELETE', `${URL}/${other.id}`)).statusCode, 204)
  t.equal((await call('DELETE', `${URL}/${other.id}`)).statusCode, 404)
  t.equal((await caller(test, phone)('GET', URL)).json().code, 'TOKEN_INVALID')
  const refreshed = await post(app, '/v1/auth/refresh-token', { refreshToken: phone.refreshToken })
  t.equal(refreshed.json().code, 'INVALID_REFRESH_TOKEN')
  t.equal((await caller(test, stranger)('GET', URL)).statusCode, 200)

  const last = await call('DELETE', `${URL}/${current.id}`)
  t.equal(last.statusCode, 204)
  t.match(last.headers['clear-site-data'], /^"storage"$/)
  t.equal((await call('GET', URL)).json().code, 'TOKEN_INVALID')
  await app.audit.idle()
  t.equal(await app.db.AuditEvent.countDocuments({ action: 'session.ended', actorId: desk.id }), 2)
})

t.test('a refresh that runs at the same time brings no session back', async (t) => {
  const test = await build(t)
  const { app } = test
  const phone = await login(test)
  const desk = await login(test, phone)
  const call = caller(test, desk)
  const other = (await call('GET', URL)).json().items.find(({ current }: { current: boolean }) => !current)
  const codes = await atOnce(10, async (index) => {
    if (index === 5) return `revoked ${(await call('DELETE', `${URL}/${other.id}`)).statusCode}`
    const response = await post(app, '/v1/auth/refresh-token', { refreshToken: phone.refreshToken })
    return String(response.statusCode)
  })
  t.equal(tally(codes)['revoked 204'], 1)
  const refreshed = await post(app, '/v1/auth/refresh-token', { refreshToken: phone.refreshToken })
  t.equal(refreshed.statusCode, 401)
  t.equal((await call('GET', URL)).json().items.length, 1)
})
