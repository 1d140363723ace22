import LinkHeader from 'http-link-header'
import t from 'tap'
import { caller, insertUsers, loginAs } from '../../support/admin.js'
import { build, PASSWORD } from '../../support/app.js'

const LIST = '/v1/admin/users'

interface Row {
  id: string
  name: string
  email: string
  createdAt: string
}

t.test('a list is gone through by its cursors', async (t) => {
  const test = await build(t)
  const { app } = test
  const admin = await loginAs(test, { permissions: ['users:read'] })
  const call = caller(test, admin)
  const sameTime = new Date('2026-01-01T00:00:00Z')
  const names = ['Zoë', 'ada', 'Ada', 'ADA', 'Bob', 'bob', '李', 'Éva', '  space', '[x]']
  const users = await insertUsers(
    app,
    names.map((name, index) => ({ name, createdAt: index % 3 ? sameTime : new Date(index * 1000) })),
  )
  const ids = [...users.map(({ _id }) => _id.toString()), admin.id].sort()

  const pages = async (query: string, between: (page: number) => Promise<unknown> = async () => {}) => {
    const rows: Row[] = []
    let url: string | undefined = `${LIST}?${query}`
    for (let page = 0; url; page++) {
      const response = await call('GET', url)
      if (response.statusCode !== 200) throw new Error(response.body)
      const { items, nextCursor } = response.json()
      rows.push(...items)
      const link = response.headers.link as string | undefined
      const next = link && LinkHeader.parse(link).rel('next')[0]?.uri
      t.equal(next === undefined, nextCursor === null)
      if (next) t.equal(new URL(next, 'http://localhost').searchParams.get('cursor'), nextCursor)
      await between(page)
      url = next
    }
    return rows
  }

  await t.test('every row comes once, whatever the order, ties included', async (t) => {
    for (const sort of ['createdAt', 'email', 'name']) {
      const ascending = await pages(`limit=3&sort=${sort}`)
      t.same(ascending.map(({ id }) => id).sort(), ids)
      const descending = await pages(`limit=4&sort=-${sort}`)
      t.same(
        descending.map(({ id }) => id).reverse(),
        ascending.map(({ id }) => id),
      )
    }
    const byName = await pages('limit=2&sort=name')
    const keys = byName.map(({ name }) => Buffer.from(name.toLowerCase()))
    t.same(keys, [...keys].sort(Buffer.compare))
    const newest = await pages('limit=100')
    t.same(newest, await pages('sort=-createdAt'), 'the newest come first by default')
  })

  await t.test('nothing is repeated or skipped when rows come and go meanwhile', async (t) => {
    const seen = await pages('limit=2&sort=createdAt', async (page) => {
      if (page > 1) return
      // one before and one behind the position, and the last that was shown goes
      await insertUsers(app, [{ createdAt: new Date(1) }, { createdAt: new Date('2026-01-02') }])
      if (page === 0) await app.db.User.deleteOne({ _id: users[0]?._id })
    })
    const shown = seen.map(({ id }) => id)
    t.equal(new Set(shown).size, shown.length)
    for (const id of ids) t.ok(shown.includes(id))
    t.equal(shown.length, ids.length + 2, 'those behind the position are shown, those before it are not')
  })

  await t.test('the rows are counted only where that is asked for', async (t) => {
    t.notOk('total' in (await call('GET', `${LIST}?limit=1`)).json())
    for (const no of ['false', 'False', '0']) {
      t.notOk('total' in (await call('GET', `${LIST}?limit=1&total=${no}`)).json(), no)
    }
    for (const yes of ['True', '1']) t.ok('total' in (await call('GET', `${LIST}?limit=1&total=${yes}`)).json(), yes)
    const { total, items, nextCursor } = (await call('GET', `${LIST}?limit=1&total=true&status=active`)).json()
    t.equal(total, await app.db.User.countDocuments())
    t.equal(items.length, 1)
    const second = await call('GET', `${LIST}?limit=5&status=active&cursor=${nextCursor}`)
    t.equal(second.statusCode, 200, 'limit and total may change on the way')
    t.equal(second.json().items.length, 5)
  })

  await t.test('a cursor is refused that this list has not issued for these parameters', async (t) => {
    const { nextCursor } = (await call('GET', `${LIST}?limit=1&sort=name&role=user`)).json()
    const forged = `${nextCursor.slice(0, -4)}${nextCursor.slice(-4).split('').reverse().join('')}`
    const refused = [
      `sort=-name&role=user&cursor=${nextCursor}`,
      `sort=name&cursor=${nextCursor}`,
      `sort=name&role=user&q=a&cursor=${nextCursor}`,
      `sort=name&role=user&cursor=${forged}`,
      'sort=name&role=user&cursor=x',
    ]
    for (const query of refused) {
      const response = await call('GET', `${LIST}?${query}`)
      t.match(response.json(), { status: 400, code: 'INVALID_CURSOR' })
    }
    t.equal((await call('GET', `${LIST}?role=user&sort=name&cursor=${nextCursor}`)).statusCode, 200, 'in any order')
    const other = caller(test, await loginAs(test, { permissions: ['users:read'] }))
    t.equal((await other('GET', `${LIST}?role=user&sort=name&cursor=${nextCursor}`)).json().code, 'INVALID_CURSOR')
  })

  await t.test('a cursor can neither be read nor changed', async (t) => {
    const response = await call('GET', `${LIST}?limit=1&sort=email`)
    const { items, nextCursor } = response.json() as { items: [Row]; nextCursor: string }
    const [{ id, email }] = items
    const bytes = Buffer.from(nextCursor, 'base64url')
    const [local, domain] = email.split('@') as [string, string]
    const readings = [nextCursor, response.headers.link as string, bytes.toString('utf8'), bytes.toString('latin1')]
    for (const reading of [...readings, bytes.toString('utf16le'), decodeURIComponent(nextCursor)]) {
      for (const part of [local, domain, id]) t.notOk(reading.includes(part), part)
    }
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] as number) ^ 1
      const cursor = changed.toString('base64url')
      const refused = await call('GET', `${LIST}?limit=1&sort=email&cursor=${cursor}`)
      t.match(refused.json(), { status: 400, code: 'INVALID_CURSOR' }, `byte ${index}`)
    }
    const shorter = bytes.subarray(0, 20).toString('base64url')
    t.equal((await call('GET', `${LIST}?sort=email&cursor=${shorter}`)).json().code, 'INVALID_CURSOR')
  })

  await t.test('parameters out of range or unknown are refused', async (t) => {
    const refused = [
      'limit=0',
      'limit=101',
      'limit=x',
      'limit=0x10',
      'limit=1e1',
      'limit=%205',
      'limit=5%20',
      'limit=%2B5',
      'limit=05',
      'limit=5.0',
      'limit=',
      'limit=1&limit=2',
      'cursor=',
      'total=yes',
      'total=null',
      'sort=password',
      'x=1',
    ]
    for (const query of [...refused, 'q=%00', 'q=', 'q[$ne]=a', 'role=root', 'status=deleting']) {
      const response = await call('GET', `${LIST}?${query}`)
      t.match(response.json(), { status: 400, code: 'VALIDATION_FAILED' }, query)
    }
  })
})

t.test('the next page is linked under the path at which a proxy shows this server', async (t) => {
  const test = await build(t, { env: { PUBLIC_URL: 'https://example.com/coffer/' } })
  const admin = await loginAs(test, { permissions: ['users:read'] })
  await insertUsers(test.app, [{ name: 'Ada' }])
  const { headers } = await caller(test, admin)('GET', `${LIST}?limit=1&q=A`)
  t.match(headers.link, /^<\/coffer\/v1\/admin\/users\?limit=1&q=A&cursor=[\w-]+>; rel=next$|rel="next"$/)
  t.equal(admin.password, PASSWORD)
})
