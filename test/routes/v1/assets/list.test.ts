import t from 'tap'
import { login } from '../../../support/app.js'
import { form, pdf, pixel, post, start } from './client.js'

t.test('the own files are listed', async (t) => {
  const test = await start(t)
  const { call, keep, clock, base } = test
  const stranger = await login(test)
  const names = ['Banana.png', 'apple.png', 'cherry.pdf', 'apricot.pdf', 'date.png']
  for (const [index, name] of names.entries()) {
    clock.advance(1000)
    const part = name.endsWith('pdf') ? pdf(name, 100 * (index + 1)) : pixel(name)
    await keep(...(index % 2 ? [{ name: 'tags', content: 'odd' }] : []), part)
  }
  await post(base, stranger.bearer, form([pixel('foreign.png')]))
  const list = async (query = '') => (await call('GET', `/assets?${query}`)).json()
  const listed = async (query = '') => (await list(query)).items.map(({ filename }: { filename: string }) => filename)

  await t.test('newest first, or as it is asked for', async (t) => {
    t.same(await listed(), [...names].reverse())
    t.same(await listed('sort=createdAt'), names)
    t.same(await listed('sort=filename'), ['apple.png', 'apricot.pdf', 'Banana.png', 'cherry.pdf', 'date.png'])
    t.same((await listed('sort=-bytes')).slice(0, 2), ['apricot.pdf', 'cherry.pdf'])
    t.same(await listed('q=AP&sort=filename'), ['apple.png', 'apricot.pdf'])
    t.same(await listed('q=.*'), [])
    t.same(await listed('tag=odd&sort=filename'), ['apple.png', 'apricot.pdf'])
    t.same(await listed('type=image&sort=filename'), ['apple.png', 'Banana.png', 'date.png'])
    t.same(await listed('type=application/pdf&sort=filename'), ['apricot.pdf', 'cherry.pdf'])
    t.same(await listed('type=imag'), [])
    t.match(await list('total=true&limit=1'), { total: 5, items: [{ filename: 'date.png' }] })
    t.notOk('total' in (await list()))
  })

  await t.test('page by page, with nothing repeated or skipped while files come and go', async (t) => {
    for (const sort of ['createdAt', '-createdAt', 'filename', '-filename', 'bytes', '-bytes']) {
      const all = await listed(`sort=${sort}`)
      const seen: string[] = []
      let page = await list(`sort=${sort}&limit=2`)
      for (;;) {
        seen.push(...page.items.map(({ filename }: { filename: string }) => filename))
        if (page.nextCursor === null) break
        page = await list(`sort=${sort}&limit=2&cursor=${page.nextCursor}`)
      }
      t.same(seen, all, sort)
    }
    const first = await list('limit=2')
    await call('DELETE', `/assets/${first.items[1].id}`)
    clock.advance(1000)
    await keep(pixel('new.png'))
    t.same(await listed(`limit=2&cursor=${first.nextCursor}`), ['cherry.pdf', 'apple.png'])
  })

  await t.test('a header names the next page, and nothing the one behind the last', async (t) => {
    const response = await call('GET', '/assets?limit=2&sort=bytes')
    const [, next] = /^<([^>]+)>; rel="?next"?$/.exec(`${response.headers.link}`) ?? []
    t.equal(new URL(`${next}`, 'http://x').searchParams.get('cursor'), response.json().nextCursor)
    t.match((await call('GET', `${next?.replace('/v1', '')}`)).json(), { items: Array })
    t.equal((await call('GET', '/assets?limit=100')).headers.link, undefined)
  })

  await t.test('a cursor of another list, order or filter is refused, and one that was made up', async (t) => {
    const { nextCursor } = await list('limit=1')
    const own = await test.app.inject({ url: `/v1/assets?cursor=${nextCursor}`, headers: stranger.bearer })
    t.match(own.json(), { status: 400, code: 'INVALID_CURSOR' })
    for (const query of [
      `sort=bytes&cursor=${nextCursor}`,
      `q=a&cursor=${nextCursor}`,
      'cursor=eyJ4IjoxfQ',
      `cursor=A${nextCursor}`,
    ]) {
      t.match((await list(query)) as object, { status: 400, code: 'INVALID_CURSOR' }, query)
    }
  })

  await t.test('what is no parameter of this list is refused', async (t) => {
    for (const query of [
      'limit=0',
      'limit=101',
      'limit=x',
      'sort=ownerId',
      'sort=publicId',
      'state=deleting',
      'ownerId=x',
      'type=%24ne',
      'q[$ne]=1',
      'tag[]=a',
      'q=',
      'total=maybe',
    ]) {
      t.match(await list(query), { status: 400, code: 'VALIDATION_FAILED' }, query)
    }
  })
})

t.test('one letter in two Unicode forms is one in names, tags and searches', async (t) => {
  const { call, keep } = await start(t)
  const [composed, decomposed] = ['é', 'e\u0301']
  const tag = (content: string) => ({ name: 'tags', content })
  const [name, same] = [`${composed}t${composed}`, `${decomposed}t${decomposed}`]
  const [one] = await keep(tag(name), tag(same), pixel(`Caf${decomposed}.png`))
  t.match(one, { filename: `Caf${composed}.png`, tags: [name] })
  const [two] = await keep(pixel(`caf${composed}2.png`))
  const changed = { filename: `Caf${decomposed} 2.png`, tags: [same, name] }
  const updated = (await call('PATCH', `/assets/${two?.id}`, changed)).json()
  t.match(updated, { filename: `Caf${composed} 2.png` })
  t.same(updated.tags, [name])
  for (const query of [`q=caf${composed}`, `q=CAF${decomposed}`, `tag=${name}`, `tag=${same}`]) {
    const { items } = (await call('GET', `/assets?${new URLSearchParams(query)}`)).json()
    t.equal(items.length, 2, encodeURIComponent(query))
  }
})
