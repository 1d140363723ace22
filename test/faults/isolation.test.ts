import t from 'tap'
import { picture } from '../plugins/storage/samples.js'
import { start } from '../routes/v1/assets/client.js'
import { createKey } from '../support/api-keys.js'
import { atOnce, challenge, login, newEmail, PASSWORD, post } from '../support/app.js'
import { contract } from '../support/contract.js'
import { storeFactor } from '../support/factors.js'
import { storeSession } from '../support/session.js'

t.setTimeout(240_000)

t.test('another user’s file gets the answer of a file that does not exist, and the store is not asked', async (t) => {
  const owner = await start(t)
  const content = await picture().png().toBuffer()
  const [asset] = await owner.keep({ filename: 'a.png', type: 'image/png', content })
  const [session] = (await owner.call('GET', '/users/me/sessions')).json().items
  const { apiKey } = await createKey(owner, owner.user)
  const factor = await storeFactor(owner, owner.user.email, { type: 'totp', step: 0 })
  const stranger = await storeSession(owner)
  await owner.forget()
  const NOBODY = '66f2a1b7c3d4e5f60718293a'
  let tried = 0
  for (const [path, methods] of Object.entries(contract.paths)) {
    if (!path.includes('{') || path.startsWith('/v1/admin')) continue
    for (const [method, { operationId, requestBody }] of Object.entries(methods)) {
      const payload = requestBody?.content['application/json']?.example as object | undefined
      const ask = async (id: string) => {
        const { statusCode, headers, body } = await owner.app.inject({
          method: method as 'get',
          url: path.replace(/\{\w+\}/, id),
          headers: { ...stranger.bearer, 'x-request-id': 'the-same-for-all' },
          ...(payload && { payload }),
        })
        const { date, ratelimit, 'content-length': length, ...others } = headers
        return { statusCode, body: body.replaceAll(id, 'ID'), others }
      }
      const ids = { sessions: session.id, 'api-keys': apiKey.id, factors: factor._id, assets: asset?.id }
      const id = ids[path.split('/').findLast((part) => part in ids) as keyof typeof ids]
      const others = await ask(id)
      t.equal(others.statusCode, 404, operationId)
      t.strictSame(others, await ask(NOBODY), operationId)
      tried += 1
    }
  }
  t.equal(tried, 10)
  const bulk = await owner.app.inject({
    method: 'POST',
    url: '/v1/assets/bulk-delete',
    headers: stranger.bearer,
    payload: { ids: [asset?.id] },
  })
  t.strictSame(bulk.json(), { deleted: [], notFound: [asset?.id], failed: [] })
  t.same(await owner.requests(), [], 'no request to the store')
  t.equal((await owner.call('GET', `/assets/${asset?.id}`)).statusCode, 200, 'the owner has it still')
})

t.test('many people at once each get what is theirs', async (t) => {
  const test = await start(t)
  const people: Awaited<ReturnType<typeof login>>[] = []
  // No more at once than may wait for a hash.
  while (people.length < 30) people.push(...(await atOnce(10, () => storeSession(test))))
  const ask = async (index: number) => {
    const person = people[index % 30] as (typeof people)[number]
    const name = `name ${index % 30}`
    const request = (method: 'GET' | 'PATCH', payload?: object) =>
      test.app.inject({ method, url: '/v1/users/me', headers: person.bearer, ...(payload && { payload }) })
    const { id, email } = person
    const responses = [await request('PATCH', { name }), await request('GET')]
    return responses.map(({ statusCode, body }) => {
      const user = JSON.parse(body)
      return user.id === id && user.email === email && user.name === name ? 'theirs' : `${statusCode} ${body}`
    })
  }
  // a hundred at once: more wait longer for the database than it may take where the machine is busy
  const answers = [await atOnce(100, ask), await atOnce(100, ask), await atOnce(100, ask)]
  t.strictSame(new Set(answers.flat(2)), new Set(['theirs']))
})

t.test('a stranger who registers an address first gets no part of the account of its owner', async (t) => {
  const test = await start(t)
  const email = newEmail()
  const attacker = { email, password: 'the password of an attacker', name: 'Eve' }
  await challenge(test, 'register', attacker)
  const owner = { email, password: PASSWORD, name: 'Ada Lovelace' }
  const { challengeId, code } = await challenge(test, 'register', owner)
  await post(test.app, '/v1/auth/register/verify', { challengeId, code })
  const { bearer } = await login(test, owner)
  t.equal((await test.app.inject({ url: '/v1/users/me', headers: bearer })).json().name, 'Ada Lovelace')
  const refused = await post(test.app, '/v1/auth/login', { email, password: attacker.password })
  t.equal(refused.statusCode, 401)
})
