import { rmSync } from 'node:fs'
import t from 'tap'
import { ConfigError } from '../../../plugins/config/error.js'
import type { Config } from '../../../plugins/config/index.js'
import { createMetadata } from '../../../plugins/metadata/index.js'
import { PLAN, schemaFile } from '../../support/metadata.js'

const create = (config: Partial<Config> = {}) => createMetadata({ config: config as Config })

/** Returns the errors of a check. */
function errorsOf(check: () => unknown): { pointer: string; code: string }[] {
  try {
    check()
    return []
  } catch (error) {
    return (error as { errors: { pointer: string; code: string }[] }).errors
  }
}

t.test('without a schema, any object of plain keys passes', async (t) => {
  const { check, filters } = create()
  for (const value of [
    {},
    { a: null, b: [1, 2.5, 'x', true], 'c-d_e9': { f: { g: { h: 1 } } } },
    { text: 'ä'.repeat(2000), $: undefined },
    { values: ['$where', '__proto__', 'a.b', '{{7*7}}'] },
  ].map((value) => JSON.parse(JSON.stringify(value)))) {
    t.same(check('user', value), [])
  }
  t.throws(() => filters('user', ['plan:pro']), { code: 'INVALID_FILTER', statusCode: 400 })
  t.same(filters('user'), [])
})

t.test('keys, depth, size and values that a database or a parser could misread are refused', async (t) => {
  const { check } = create()
  for (const key of [
    '$set',
    'a.b',
    '',
    '_id',
    '__proto__',
    'constructor',
    'prototype',
    '_bsontype',
    '1a',
    'a b',
    'ä',
    'a\u0000',
    'x'.repeat(65),
    'a/b~c',
  ]) {
    const text = `{${JSON.stringify(key)}:1}`
    const pointer = `/metadata/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    t.match(
      errorsOf(() => check('user', JSON.parse(text))),
      [{ pointer, code: 'propertyNames' }],
      key,
    )
    t.match(
      errorsOf(() => check('user', JSON.parse(`{"a":[{"b":${text}}]}`))),
      [{ code: 'propertyNames' }],
      key,
    )
  }
  const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`)
  t.same(
    errorsOf(() => check('user', nested(5))),
    [],
  )
  t.match(
    errorsOf(() => check('user', nested(6))),
    [{ pointer: '/metadata/a/a/a/a/a', code: 'depth' }],
  )
  t.match(
    errorsOf(() => check('user', { a: JSON.parse(`${'['.repeat(30_000)}${']'.repeat(30_000)}`) })),
    [{ code: 'depth' }],
  )
  t.same(
    errorsOf(() => check('user', { a: 'x'.repeat(4096 - 8) })),
    [],
  )
  t.match(
    errorsOf(() => check('user', { a: 'x'.repeat(4096 - 7) })),
    [{ pointer: '/metadata', code: 'maxBytes' }],
  )
  t.match(
    errorsOf(() => check('user', { a: 'ä'.repeat(2045) })),
    [{ code: 'maxBytes' }],
    'bytes, not characters',
  )
  t.match(
    errorsOf(() => check('user', JSON.parse('{"a":1e999}'))),
    [{ pointer: '/metadata/a', code: 'number' }],
  )
  t.match(
    errorsOf(() => check('user', JSON.parse('{"a":["\\ud800"]}'))),
    [{ pointer: '/metadata/a/0', code: 'unicode' }],
  )
  t.equal(
    errorsOf(() => check('user', Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}`, 1])))).length,
    50,
  )
})

t.test('a schema of the operator is checked as well, and yields what lists can be filtered by', async (t) => {
  const { check, filters, components } = create({
    USER_METADATA_SCHEMA: schemaFile(t, PLAN),
    ADMIN_METADATA_SCHEMA: schemaFile(t, { ...PLAN, required: ['plan'] }),
  })
  t.same(check('user', { plan: 'pro', seats: 5, beta: false, team: 'a:b', site: 'https://example.com' }), [
    'plan:pro',
    'seats:5',
    'beta:false',
    'team:a:b',
  ])
  t.same(check('user', {}), [])
  t.same(check('asset', { anything: 1 }), [])
  t.same(
    errorsOf(() => check('user', { plan: 'gold', seats: 0, color: 'red', site: 'no' }))
      .map(({ pointer, code }) => `${pointer} ${code}`)
      .sort(),
    ['/metadata/color additionalProperties', '/metadata/plan enum', '/metadata/seats minimum', '/metadata/site format'],
  )
  t.match(
    errorsOf(() => check('admin', {})),
    [{ pointer: '/adminMetadata/plan', code: 'required' }],
  )
  t.same(filters('user', ['plan:pro', 'team:a:b']), ['plan:pro', 'team:a:b'])
  for (const wrong of ['site:https://example.com', 'color:red', '__proto__:x', 'plan']) {
    t.throws(() => filters('user', [wrong]), { code: 'INVALID_FILTER', message: /plan, seats, beta, team/ }, wrong)
  }
  t.match(components, { UserMetadata: { $id: 'urn:coffer:UserMetadata', properties: PLAN.properties } })
  t.same(Object.keys(components), ['UserMetadata', 'AdminMetadata'])
})

t.test('a schema of draft 7 is read as such', async (t) => {
  const draft7 = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    definitions: { short: { type: 'string', maxLength: 3, pattern: '^[a-z]+$' } },
    properties: {
      a: { $ref: '#/definitions/short' },
      list: { type: 'array', items: [{ type: 'integer' }], additionalItems: false, minItems: 1 },
    },
    patternProperties: { '^x-': { type: 'integer' } },
  }
  const { check } = create({
    ASSET_METADATA_SCHEMA: schemaFile(t, { ...draft7, properties: { a: draft7.properties.a } }),
  })
  t.same(check('asset', { a: 'abc', b: 1, 'x-a': 1 }), [])
  t.match(
    errorsOf(() => check('asset', { a: 'AB', 'x-a': 'b' })),
    [{ code: 'pattern' }, { code: 'type' }],
  )
})

t.test('a schema that cannot be used stops the start, with the file and the reason', async (t) => {
  const object = (others: object) => ({ type: 'object', ...others })
  const wrong: [unknown, RegExp][] = [
    ['{', /JSON/],
    ['[]', /must have the type object/],
    [{}, /must have the type object/],
    [object({ type: ['object', 'null'] }), /must have the type object/],
    [object({ $async: true }), /\$async/],
    [object({ properties: { a: { type: 'text' } } }), /type/],
    [object({ unknownKeyword: 1 }), /unknown keyword/],
    [object({ properties: { a: { type: 'string', format: 'regex' } } }), /unknown format/],
    [object({ properties: { a: { $ref: 'https://example.com/schema.json' } } }), /can't resolve reference/],
    [object({ properties: { a: { $ref: 'file:///etc/passwd' } } }), /can't resolve reference/],
    [object({ $schema: 'https://json-schema.org/draft/2019-09/schema' }), /no schema with key or ref/],
    [object({ properties: { a: { type: 'string', pattern: '^(a+)+$', maxLength: 9 } } }), /must not repeat a group/],
    [object({ properties: { a: { anyOf: [{ type: 'string', pattern: '^a$' }] } } }), /pattern needs maxLength/],
    [object({ patternProperties: { '^(a+)+$': {} } }), /must not repeat a group/],
    [object({ properties: { a: { type: 'string', 'x-filter': true } } }), /a can't have x-filter/],
    [object({ properties: { a: { type: 'number', 'x-filter': true } } }), /a can't have x-filter/],
    [
      object({
        properties: Object.fromEntries(
          Array.from({ length: 11 }, (_, i) => [`a${i}`, { type: 'boolean', 'x-filter': true }]),
        ),
      }),
      /at most 10/,
    ],
    [object({ description: 'x'.repeat(2 ** 16) }), /larger than 64 KiB/],
  ]
  for (const [schema, reason] of wrong) {
    const file = schemaFile(t, schema)
    try {
      create({ USER_METADATA_SCHEMA: file })
      t.fail(`${reason}`)
    } catch (error) {
      t.ok(error instanceof ConfigError)
      const [problem = ''] = (error as ConfigError).problems
      t.ok(problem.startsWith(`USER_METADATA_SCHEMA=${file} can't be used: `), problem)
      t.match(problem, reason)
    }
  }
  const gone = schemaFile(t, PLAN)
  rmSync(gone)
  t.throws(
    () => create({ USER_METADATA_SCHEMA: gone, ASSET_METADATA_SCHEMA: gone }),
    /USER_METADATA.*\n.*ASSET_METADATA/,
  )
  t.doesNotThrow(() =>
    create({
      USER_METADATA_SCHEMA: schemaFile(t, object({ properties: { pattern: { const: { pattern: '(a+)+' } } } })),
    }),
  )
})

t.test('a form says metadata as text', async (t) => {
  const { parse } = create()
  t.same(parse('{"a":1}'), { a: 1 })
  for (const text of ['', '1', 'null', '[]', '{', '"a"']) {
    t.match(
      errorsOf(() => parse(text)),
      [{ pointer: '/metadata', code: 'type' }],
      text,
    )
  }
})

t.test('formats take little time for the longest text', async (t) => {
  const schema = {
    type: 'object',
    properties: Object.fromEntries(
      ['date', 'date-time', 'email', 'uri', 'uuid'].map((format) => [
        format.replace('-', ''),
        { type: 'string', format },
      ]),
    ),
  }
  const { check } = create({ USER_METADATA_SCHEMA: schemaFile(t, schema) })
  for (const key of Object.keys(schema.properties)) {
    for (const text of [
      'a'.repeat(4000),
      `a@${'a.'.repeat(1999)}`,
      `http://${'a:'.repeat(1999)}`,
      `${'1'.repeat(4000)}-`,
      `${'%20'.repeat(1300)}`,
    ]) {
      const started = process.cpuUsage()
      errorsOf(() => check('user', { [key]: text }))
      t.ok(process.cpuUsage(started).user < 500_000, `${key} ${text.slice(0, 10)}`)
    }
  }
})
