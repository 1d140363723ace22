import t from 'tap'
import { caller, loginAs } from '../support/admin.js'
import { build, challenge, login, newEmail, PASSWORD, post, register, withMail } from '../support/app.js'
import { contract, type Schema } from '../support/contract.js'

t.setTimeout(120_000)

const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase() as 'POST',
    ...operation,
  })),
)
const ID = '66f2a1b7c3d4e5f60718293a'

/** The properties of a body that hold text, and a body that is valid except for one of them. */
function textsOf(schema: Schema | undefined): string[] {
  const { properties = {} } = contract.components.schemas[schema?.$ref?.split('/').at(-1) ?? ''] ?? {}
  return Object.entries(properties).flatMap(([name, { type }]) => (type === 'string' ? [name] : []))
}

t.test('no operator, no object and no other type gets where a text belongs, in any operation', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '0', OTP_MAX_SENDS: '0' } })
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  const intruders = [
    { $ne: null },
    { $gt: '' },
    { $where: '1' },
    { $nor: [] },
    { $expr: {} },
    { 'a.b': 1 },
    { _bsontype: 'ObjectId' },
    { $oid: ID },
    ['a@b.c'],
    5,
    null,
    true,
  ]
  let tried = 0
  for (const { path, method, operationId, requestBody } of operations) {
    const media = requestBody?.content['application/json']
    for (const name of textsOf(media?.schema)) {
      const ask = async (intruder: unknown) => {
        const url = path.replaceAll(/\{\w+\}/g, ID)
        const response = await call(method, url, { ...(media?.example as object), [name]: intruder })
        tried += 1
        if (response.statusCode !== 400) t.fail(`${operationId} ${name} ${JSON.stringify(intruder)}: ${response.body}`)
      }
      await Promise.all(intruders.map(ask))
    }
  }
  t.ok(tried > 300, `${tried} requests`)
})

t.test('an operator in a path names nothing, and in a cookie no session', async (t) => {
  const test = await build(t)
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  for (const { path, method, operationId, requestBody } of operations) {
    if (!path.includes('{')) continue
    const ids = ['{"$ne":null}', '[object Object]', '$where', '__proto__', 'constructor', '%00', '../..']
    const payload = requestBody?.content['application/json']?.example as object | undefined
    const ask = async (id: string) => {
      const url = path.replaceAll(/\{\w+\}/g, encodeURIComponent(id))
      t.equal((await call(method, url, payload)).statusCode, 404, `${operationId} ${id}`)
    }
    await Promise.all(ids.map(ask))
  }
  const headers = { cookie: '__Host-refresh={"$ne":null}', origin: test.config.PUBLIC_URL }
  const refused = await test.app.inject({ method: 'POST', url: '/v1/auth/refresh-token', headers })
  t.match({ status: refused.statusCode, ...refused.json() }, { status: 401, code: 'INVALID_REFRESH_TOKEN' })
})

t.test('a reset takes its token and its code as text alone', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const { challengeId } = await challenge(test, 'password/forgot', { email })
  for (const intruder of [{ $ne: null }, { $regex: '.*' }, ['x'], true]) {
    for (const [path, payload] of [
      ['forgot/verify', { challengeId, code: intruder }],
      ['forgot/verify', { challengeId: intruder, code: '000000' }],
      ['reset', { resetToken: intruder, newPassword: 'another river altogether' }],
    ] as const) {
      t.equal((await post(test.app, `/v1/auth/password/${path}`, payload)).statusCode, 400)
    }
  }
})

t.test('no prototype is reached by a body, a query, a form or a header', async (t) => {
  const test = await build(t)
  const { bearer } = await login(test)
  const names = ['__proto__', 'constructor', '__proto__.admin', 'constructor.prototype.admin', 'toString']
  for (const name of names) {
    const json = `{"name":"Ada","${name}":{"admin":true}}`
    const headers = { ...bearer, 'content-type': 'application/json' }
    const patch = await test.app.inject({ method: 'PATCH', url: '/v1/users/me', payload: json, headers })
    t.equal(patch.statusCode, 400, `${name} in a body`)
    const query = await test.app.inject({ url: `/v1/assets?${name}=1`, headers: bearer })
    t.equal(query.statusCode, 400, `${name} in a query`)
    const form = `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n--b--\r\n`
    const type = { 'content-type': 'multipart/form-data; boundary=b' }
    const upload = await test.app.inject({
      method: 'POST',
      url: '/v1/assets',
      payload: form,
      headers: { ...bearer, ...type },
    })
    t.equal(upload.statusCode, 400, `${name} in a form`)
    const header = await test.app.inject({ url: '/v1/users/me', headers: { ...bearer, [name]: 'x' } })
    t.equal(header.statusCode, 200, `${name} in a header`)
  }
  t.notOk('admin' in {})
})

t.test('a prefix to search for is compared character by character', async (t) => {
  const test = await build(t)
  const call = caller(test, await loginAs(test, { role: 'admin' }))
  const found = async (q: string) => (await call('GET', `/v1/admin/users?q=${encodeURIComponent(q)}`)).json().items
  t.equal((await found('ada')).length, 1)
  for (const pattern of ['(a+)+$', '.*', '^a', 'a|b', '[a-z]', 'ad.', '\\w', '$ne', 'ada('])
    t.strictSame(await found(pattern), [], pattern)
  t.equal((await call('GET', `/v1/admin/users?q=${'a'.repeat(10_000)}`)).statusCode, 400, 'ten thousand characters')
})

t.test('text that means something to a page, a template or a terminal stays data', async (t) => {
  const test = await build(t)
  const { bearer } = await login(test)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of others, as text
  const name = '</script><img src=x onerror=alert(1)> \u2028 {{7*7}} ${7*7} %s%o \u001b[31m'
  const changed = await test.app.inject({ method: 'PATCH', url: '/v1/users/me', headers: bearer, payload: { name } })
  t.equal(changed.json().name, name, 'returned as it was given')
  t.match(changed.headers['content-type'], /^application\/json; charset=utf-8$/)
  t.equal(changed.headers['x-content-type-options'], 'nosniff')
})

t.test('what a client calls itself is one value of one line of the log, and of an audit event', async (t) => {
  const test = await build(t)
  const agent = '%s %o %d \u001b[31m {"level":60} \\n'
  const headers = { 'user-agent': agent, 'x-request-id': 'a\\nb{"level":60}' }
  const { bearer } = await login(test, undefined, headers)
  for (const line of test.logs) t.equal(line.trimEnd().split('\n').length, 1)
  for (const line of test.logs) t.ok(JSON.parse(line).level < 60)
  await test.app.audit.idle()
  const events = (await test.app.inject({ url: '/v1/users/me/activity', headers: bearer })).json().items
  t.ok(events.some((event: { userAgent: string | null }) => event.userAgent === agent))
})

t.test('neither a forged Host nor an unknown field changes a mail', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }
  const { mail } = await withMail(test, email, /reset code/, () =>
    post(test.app, '/v1/auth/password/forgot', { email }, { headers: forged }),
  )
  t.notMatch(mail.text + mail.html + mail.subject, /evil/)
  for (const more of [{ redirectTo: 'https://evil.example' }, { url: 'x' }, { email2: newEmail() }])
    t.equal((await post(test.app, '/v1/auth/password/forgot', { email, ...more })).statusCode, 400)
})

t.test('a parameter that comes twice, or comes as another one would be nested, is refused', async (t) => {
  const test = await build(t)
  const { bearer } = await login(test)
  for (const query of ['q=a&q=b', 'limit=1&limit=2', 'q[]=a', 'q[$ne]=a', 'q.x=a', 'sort=bytes&sort=filename'])
    t.equal((await test.app.inject({ url: `/v1/assets?${query}`, headers: bearer })).statusCode, 400, query)
  const body = { email: newEmail(), password: PASSWORD }
  const both = await post(test.app, `/v1/auth/login?email=${newEmail()}`, body)
  t.equal(both.statusCode, 401, 'what the query says of the body counts for nothing')
})

t.test('no operation takes a secret or an address in its path or query', async (t) => {
  for (const { operationId, parameters = [] } of operations) {
    for (const one of parameters) {
      if (!('name' in one) || one.in === 'header') continue
      t.notMatch(one.name, /token|password|code|secret|email|challenge/i, `${operationId} ${one.name}`)
    }
  }
})
