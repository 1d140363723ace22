import { Readable } from 'node:stream'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { atOnce, build, login, newEmail, PASSWORD, post, type TestApp, tally } from '../../../../support/app.js'

const ME = '/v1/users/me'
type Headers = NonNullable<InjectOptions['headers']>

const patch = (test: TestApp, headers: Headers, payload: object) =>
  test.app.inject({ method: 'PATCH', url: ME, headers, payload })

t.test('the name is changed and kept as it was typed', async (t) => {
  const test = await build(t)
  const { bearer, id } = await login(test)
  const before = await test.app.inject({ url: ME, headers: bearer })
  test.clock.advance(1_000)
  const name = '  <b>Ada</b> “$where” \u202e\r\nBcc: x  '
  const response = await patch(test, bearer, { name })
  t.equal(response.statusCode, 200)
  t.equal(response.json().name, name)
  t.ok(response.json().updatedAt > before.json().updatedAt)
  t.not(response.headers.etag, before.headers.etag)
  const shown = await test.app.inject({ url: ME, headers: bearer })
  t.same(shown.json(), response.json())
  t.equal(shown.headers.etag, response.headers.etag)
  await test.app.audit.idle()
  t.match(await test.app.db.AuditEvent.findOne({ action: 'account.updated' }), { actorId: id, targetId: id })
})

t.test('If-Match guards against a change made meanwhile', async (t) => {
  const test = await build(t)
  const { bearer } = await login(test)
  const etag = (await test.app.inject({ url: ME, headers: bearer })).headers.etag as string
  const answers = await atOnce(10, (i) => patch(test, { ...bearer, 'if-match': etag }, { name: `Ada ${i}` }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 412: 9 })
  const late = await patch(test, { ...bearer, 'if-match': etag }, { name: 'Ada' })
  t.match({ status: late.statusCode, ...late.json() }, { status: 412, code: 'PRECONDITION_FAILED' })
  t.equal((await patch(test, { ...bearer, 'if-match': '*' }, { name: 'Ada' })).statusCode, 200)
})

t.test('nothing else can be changed, and nothing at all is no change', async (t) => {
  const test = await build(t)
  const { bearer, email } = await login(test)
  const refused = [
    {},
    { name: '' },
    { name: 'x'.repeat(101) },
    { name: null },
    { name: ['Ada'] },
    { name: { $set: 'x' } },
    ...['', 'EN', 'de-AT', 'ja', null, ['de'], { $ne: 'de' }].map((locale) => ({ locale })),
    ...['role', 'permissions', 'status', 'email', 'password', '_id', 'id', '__v', 'sessions', '$set', 'a.b'].map(
      (property) => ({ name: 'Ada', [property]: 'admin' }),
    ),
    { email: 'other@example.com' },
  ]
  for (const payload of refused) {
    const response = await patch(test, bearer, payload)
    t.match({ status: response.statusCode, ...response.json() }, { status: 400, code: 'VALIDATION_FAILED' })
  }
  t.match(await test.app.db.User.findOne({ email }), { role: 'user', revision: 0, permissions: [] })
})

t.test('an account that is suspended while the request arrives is not changed', async (t) => {
  const test = await build(t)
  const { bearer, email } = await login(test)
  const response = await test.app.inject({
    method: 'PATCH',
    url: ME,
    headers: { ...bearer, 'content-type': 'application/json' },
    // the guard has run when the body is read
    payload: Readable.from(
      (async function* () {
        await test.app.db.User.updateOne({ email }, { $set: { status: 'suspended' } })
        yield JSON.stringify({ name: 'Eve' })
      })(),
      { objectMode: false },
    ),
  })
  t.match({ status: response.statusCode, ...response.json() }, { status: 401, code: 'TOKEN_INVALID' })
  t.match(await test.app.db.User.findOne({ email }), { name: 'Ada Lovelace' })
})

t.test('a name without a visible character is refused', async (t) => {
  const test = await build(t)
  const { bearer } = await login(test)
  const unseen = [
    ' ',
    '\n',
    '\u0000',
    '\u00a0\u3000',
    '\u200b',
    '\u202e',
    '\u2066\u2069',
    '\ufeff',
    '\u00ad',
    '\u0085 \u2028',
  ]
  for (const name of unseen) {
    const response = await patch(test, bearer, { name })
    t.match({ status: response.statusCode, ...response.json() }, { status: 400, code: 'VALIDATION_FAILED' })
    t.equal(
      (await post(test.app, '/v1/auth/register', { email: newEmail(), password: PASSWORD, name })).statusCode,
      400,
      encodeURIComponent(name),
    )
  }
  for (const name of ['.', '0', '李', '🦄', ' x ', "\u202eO'Brien"]) {
    t.equal((await patch(test, bearer, { name })).json().name, name)
  }
})

t.test('the language is changed by itself or with the name, and an account without one has English', async (t) => {
  const test = await build(t)
  const { bearer, email } = await login(test)
  await test.app.db.User.updateOne({ email }, { $unset: { locale: 1 } })
  const before = await test.app.inject({ url: ME, headers: bearer })
  t.equal(before.json().locale, 'en')
  const changed = await patch(test, bearer, { locale: 'de' })
  t.match(changed.json(), { locale: 'de', name: 'Ada Lovelace' })
  t.not(changed.headers.etag, before.headers.etag)
  t.match((await patch(test, bearer, { name: 'Ada', locale: 'it' })).json(), { locale: 'it', name: 'Ada' })
  await test.app.audit.idle()
  const events = await test.app.db.AuditEvent.find({ action: 'account.updated' }).sort({ _id: 1 }).lean()
  t.same(
    events.map(({ details }) => details.changed),
    [['locale'], ['name', 'locale']],
  )
})
