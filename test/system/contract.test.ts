import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import t, { type Test } from 'tap'
import { picture } from '../plugins/storage/samples.js'
import { form, type Part } from '../routes/v1/assets/client.js'
import { loginAs } from '../support/admin.js'
import { build, PASSWORD } from '../support/app.js'
import { contract, mismatch, type Schema } from '../support/contract.js'

t.setTimeout(300_000)

const RUNS = 25
/** Codes of queries that are understood and lead nowhere: to a page of another list, to the list of an object that doesn't exist, by metadata that the server knows nothing of. */
const POINTLESS = ['INVALID_CURSOR', 'INVALID_FILTER', 'NOT_FOUND']
/** Codes of requests that are refused for their form. */
const FORM = ['MALFORMED_REQUEST', 'VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE']
/** Strings of all characters. The same of fast-check itself, `unit: 'binary'`, takes a second to prepare. */
const anyString = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff))
  .map((points) => String.fromCodePoint(...points))
/** Every kind of character that JSON can carry, the awkward ones often. */
const text = fc
  .oneof(anyString, fc.string(), fc.constantFrom('__proto__', '$ne', '{{7*7}}', "a'b", '\r\n'))
  // as a password, a word such as a piece of `propertyIsEnumerable` is found in a log that has it for another reason
  .filter((value) => !/^[a-z]{8,}$/i.test(value))

const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)

const resolve = ({ $ref = '' }: Schema) => contract.components.schemas[nameOf($ref)] as Schema
const nameOf = ($ref: string) => $ref.replace('#/components/schemas/', '')

/** A code in some of the forms that people type. No schema can say all of them. */
const code = fc.stringMatching(/^ ?\d{3}[ -]?\d{3}$/)

/** The methods whose codes look like that. */
const method = fc.constantFrom('mail', 'totp')

/** Some addresses and networks. No schema can say all of them. */
const networks = fc.array(fc.constantFrom('10.0.0.0/8', '203.0.113.7', '2001:db8::/32'), { maxLength: 50 })

/** Some URLs of webhooks. The format of URLs is no pattern. */
const url = fc.constantFrom('https://8.8.8.8/hook?a=b', 'https://[2606:4700::1111]:8443/')

/** Properties whose values follow more rules than their schemas say. */
const GIVEN: Record<string, fc.Arbitrary<unknown>> = { code, method, allowedNetworks: networks, url }

/** Metadata, whose keys follow more rules than its schema says. */
const metadata = fc.dictionary(
  fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/).filter((key) => !['constructor', 'prototype'].includes(key)),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer(), { maxLength: 5 })),
  { maxKeys: 10 },
)

/** Metadata as a form has them: text, which no schema can say the rules of. */
const json = metadata.map((value) => JSON.stringify(value))
const isFormMetadata = (name: string, { type }: Schema) => name === 'metadata' && type === 'string'

/** Values that a schema of the contract admits. */
function valid(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.$ref) return valid(resolve(schema))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid))
  if (schema.type === 'null') return fc.constant(null)
  if (schema.type === 'boolean') return fc.boolean()
  if (schema.type === 'integer') return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e6 })
  if (schema.type === 'array') {
    const { minItems: minLength = 0, maxItems: maxLength = 20, uniqueItems } = schema
    const bounds = { minLength, maxLength: Math.min(maxLength, 20) }
    const item = valid(schema.items as Schema)
    return uniqueItems ? fc.uniqueArray(item, bounds) : fc.array(item, bounds)
  }
  if (schema.properties) {
    const { properties, required = [], minProperties = 0 } = schema
    const entries = Object.entries(properties).map(
      ([name, property]) => [name, isFormMetadata(name, property) ? json : (GIVEN[name] ?? valid(property))] as const,
    )
    return fc
      .record(Object.fromEntries(entries), { requiredKeys: required as never[] })
      .filter((value) => Object.keys(value as object).length >= minProperties)
  }
  if (schema.type === 'object') return metadata
  if (schema.format === 'date-time')
    return fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString())
  const { pattern, minLength = 0, maxLength = 300 } = schema
  const strings = pattern ? fc.stringMatching(new RegExp(pattern)) : text
  return strings.filter((value) => [...value].length >= minLength && [...value].length <= maxLength)
}

/** Values that strangers send and most schemas refuse. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, 5, -1, true, [], {}, ['a@b.c'], { $ne: null }, { $oid: 'x' }, '', 'x'.repeat(5000)),
  text,
)

/** Bodies that no schema excludes in a way that generators understand: of these properties, an operation takes exactly one. */
const EITHER: Record<string, string[]> = {
  adminBulkDeleteAssets: ['ids', 'ownerId'],
  verifyLogin: ['code', 'response'],
}
/** Operations that take one of several sets of properties. */
const ALTERNATIVES: Record<string, string[][]> = {
  stepUp: [['currentPassword'], ['code', 'method'], ['challengeId', 'response']],
}
function admitted(operationId: string, schema: Schema) {
  const { properties = {}, ...others } = resolve(schema)
  const only = (names: string[]) => ({
    ...others,
    properties: Object.fromEntries(names.map((name) => [name, properties[name] as Schema])),
    required: names,
  })
  const alternatives = ALTERNATIVES[operationId]
  // a mailed code steps nothing up
  if (alternatives) {
    return fc
      .oneof(...alternatives.map((names) => valid(only(names))))
      .filter((body) => (body as { method?: string }).method !== 'mail')
  }
  return valid(schema).filter((body) => {
    const names = EITHER[operationId]
    return !names || names.filter((name) => name in (body as object)).length === 1
  })
}

/** Values that differ from an admitted one in one place. */
const spoilt = (schema: Schema) =>
  fc.tuple(valid(schema), fc.nat(), odd, text).map(([value, at, other, name]) => {
    const object = { ...(value as Record<string, unknown>) }
    const names = Object.keys(object)
    const chosen = names[at % names.length]
    if (at % 7 === 0 || chosen === undefined) return other
    if (at % 7 === 1) return Object.defineProperty(object, name, { value: other, enumerable: true })
    if (at % 7 === 2) return Object.fromEntries(Object.entries(object).filter(([key]) => key !== chosen))
    return { ...object, [chosen]: other }
  })

/** An administrator, who is signed in anew whenever a request has ended the session. */
async function caller(t: Test) {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '0', OTP_MAX_SENDS: '0', OTP_RESEND_COOLDOWN: '0s' } })
  let admin = await loginAs(test, { role: 'admin' })
  return async (options: InjectOptions) => {
    const call = () => test.app.inject({ ...options, headers: { ...options.headers, ...admin.bearer } })
    const answer = await call()
    if (answer.statusCode !== 401 || answer.json().code !== 'TOKEN_INVALID') return answer
    admin = await loginAs(test, { role: 'admin' })
    return call()
  }
}

/** The fields that hold a file, and fields that no form admits. */
const FORMS = {
  files: ['file', 'avatar'],
  fields: [
    { ownerId: 'x' },
    { __proto__x: '1' },
    { visibility: 'secret' },
    { visibility: ['public', 'public'] },
    { tags: Array(21).fill('t') },
    { role: 'admin' },
  ],
}

const ID = '66f2a1b7c3d4e5f60718293a'
const ids = fc.oneof(
  fc.constant(ID),
  text.filter((value) => !['', '.', '..'].includes(value)),
)
const pathOf = (path: string, id: string) => path.replaceAll(/\{\w+\}/g, encodeURIComponent(id))
const runs = { numRuns: RUNS }

t.test('every body that the contract admits is taken, and no other', async (t) => {
  const send = await caller(t)
  let taken = 0
  let refused = 0
  for (const { path, method, operationId, requestBody } of operations) {
    const schema = requestBody?.content['application/json']?.schema
    if (!schema) continue
    const call = (id: string, payload: unknown) =>
      send({
        method: method as 'post',
        url: pathOf(path, id),
        headers: { 'content-type': 'application/json' },
        payload: JSON.stringify(payload),
      })
    await fc.assert(
      fc.asyncProperty(ids, admitted(operationId, schema), async (id, body) => {
        const { statusCode, body: answer } = await call(id, body)
        taken += 1
        if (statusCode >= 500 || (statusCode >= 400 && FORM.includes(JSON.parse(answer).code))) throw new Error(answer)
      }),
      runs,
    )
    await fc.assert(
      fc.asyncProperty(spoilt(schema), async (body) => {
        fc.pre((await mismatch(['components', 'schemas', nameOf(schema.$ref as string)], body)) !== undefined)
        const { statusCode, body: answer } = await call(ID, body)
        refused += 1
        if (statusCode !== 400) throw new Error(`${statusCode} ${answer}`)
      }),
      runs,
    )
    t.pass(operationId)
  }
  t.comment(`${taken} admitted bodies, ${refused} others`)
})

t.test('every query that the contract admits is taken, and no other', async (t) => {
  const send = await caller(t)
  let taken = 0
  let refused = 0
  for (const { path, method, operationId, parameters = [] } of operations) {
    const query = parameters.flatMap((one) => ('name' in one && one.in === 'query' ? [one] : []))
    if (query.length === 0) continue
    const schema = { type: 'object', properties: Object.fromEntries(query.map((one) => [one.name, one.schema])) }
    const call = (values: Record<string, unknown>) =>
      send({
        method: method as 'get',
        url: `${path}?${new URLSearchParams(
          Object.entries(values).flatMap(([name, value]) =>
            [value].flat().map((one) => [name, `${one}`] as [string, string]),
          ),
        )}`,
      })
    await fc.assert(
      fc.asyncProperty(valid(schema), async (values) => {
        const { statusCode, body: answer } = await call(values as Record<string, unknown>)
        taken += 1
        if (statusCode !== 200 && !POINTLESS.includes(JSON.parse(answer).code)) throw new Error(answer)
      }),
      runs,
    )
    const unknown = text.filter((name) => !(name in schema.properties))
    const outOfRange = { limit: ['0', '101', '-1', '1e9', '2.5', 'x', ''], total: ['yes', ''], sort: ['passwordHash'] }
    const bad = fc.oneof(
      unknown.map((name) => ({ [name]: '1' })),
      ...Object.entries(outOfRange).flatMap(([name, values]) =>
        name in schema.properties ? [fc.constantFrom(...values).map((value) => ({ [name]: value }))] : [],
      ),
    )
    await fc.assert(
      fc.asyncProperty(bad, async (values) => {
        const { statusCode, body: answer } = await call(values)
        refused += 1
        if (statusCode !== 400) throw new Error(`${statusCode} ${answer}`)
      }),
      runs,
    )
    t.pass(operationId)
  }
  t.comment(`${taken} admitted queries, ${refused} others`)
})

t.test('every form that the contract admits is taken, and no other', async (t) => {
  const send = await caller(t)
  const png = await picture().png().toBuffer()
  const file = (name: string) => ({ name, filename: 'a.png', type: 'image/png', content: png })
  const { fields, files } = FORMS
  let count = 0
  for (const { path, method, operationId, requestBody } of operations) {
    const schema = requestBody?.content['multipart/form-data']?.schema
    if (!schema) continue
    const { properties = {}, required = [] } = schema.$ref ? resolve(schema) : schema
    const [binary] = Object.keys(properties).filter((name) => files.includes(name)) as [string]
    const { [binary]: _, ...texts } = properties
    const call = (values: Record<string, unknown>, ...others: Part[]) => {
      const parts = Object.entries(values).flatMap(([name, value]) =>
        [value].flat().map((content) => ({ name, content: content as string })),
      )
      const { body, headers } = form([...parts, ...others])
      return send({ method: method as 'post', url: path, headers, payload: body })
    }
    const admitted = valid({ properties: texts, required: required.filter((name) => name !== binary) })
    await fc.assert(
      fc.asyncProperty(admitted, async (values) => {
        const { statusCode, body } = await call(values as Record<string, unknown>, file(binary))
        count += 1
        if (statusCode >= 500 || (statusCode >= 400 && FORM.includes(JSON.parse(body).code))) throw new Error(body)
      }),
      runs,
    )
    const bad = fc.oneof(...fields.map((one) => fc.constant(one)))
    await fc.assert(
      fc.asyncProperty(admitted, bad, async (values, one) => {
        const { statusCode, body } = await call({ ...(values as Record<string, unknown>), ...one }, file(binary))
        count += 1
        if (statusCode !== 400) throw new Error(`${statusCode} ${body}`)
      }),
      runs,
    )
    t.pass(operationId)
  }
  t.comment(`${count} forms`)
})

t.test('an id of any shape that names nothing is not found', async (t) => {
  const send = await caller(t)
  for (const { path, method, operationId, requestBody } of operations) {
    if (!path.includes('{') || requestBody?.required) continue
    await fc.assert(
      fc.asyncProperty(ids, async (id) => {
        // a step-up comes first
        const payload = requestBody && { currentPassword: PASSWORD }
        const { statusCode, body } = await send({
          method: method as 'get',
          url: pathOf(path, id),
          ...(payload && { payload }),
        })
        if (![404, 414].includes(statusCode)) throw new Error(`${statusCode} ${body}`)
      }),
      runs,
    )
    t.pass(operationId)
  }
})

t.test('every example is as its schema says, and every example of a body can be sent', async (t) => {
  const send = await caller(t)
  for (const { path, method, operationId, requestBody, responses } of operations) {
    for (const [status, { content = {} }] of Object.entries(responses)) {
      const media = content['application/json']
      if (!media) continue
      const place = ['paths', path, method, 'responses', status, 'content', 'application/json', 'schema']
      t.equal(await mismatch(place, media.example), undefined, `${operationId} ${status}`)
    }
    const media = requestBody?.content['application/json']
    if (!media) continue
    t.equal(
      await mismatch(['components', 'schemas', nameOf(media.schema.$ref as string)], media.example),
      undefined,
      operationId,
    )
    const answer = await send({ method: method as 'post', url: pathOf(path, ID), payload: media.example as object })
    t.ok(answer.statusCode < 500 && answer.statusCode !== 400, `${operationId} ${answer.statusCode}`)
  }
})
