import { readFileSync } from 'node:fs'
import { validate } from '@hyperjump/json-schema/openapi-3-0'
import t from 'tap'

const read = (name: string) => JSON.parse(readFileSync(`openapi/${name}.json`, 'utf8'))
const contract = read('openapi')
const older = read('openapi-3.0')

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Every object in a value, with its place. */
function* objectsOf(value: unknown, place = ''): Generator<[string, Record<string, unknown>]> {
  if (!isObject(value)) return
  yield [place, value]
  for (const [key, child] of Object.entries(value)) yield* objectsOf(child, `${place}/${key}`)
}

/** The places of the values that may be null. */
const nullable = (document: unknown, isNullable: (schema: Record<string, unknown>) => boolean) =>
  [...objectsOf(document)].filter(([, schema]) => isNullable(schema)).map(([place]) => place)

t.test('the edition for older tools is valid OpenAPI 3.0', async (t) => {
  t.equal(older.openapi, '3.0.3')
  const output = await validate('https://spec.openapis.org/oas/3.0/schema', older, 'BASIC')
  t.ok(output.valid, JSON.stringify(output))
  const newer = ['const', 'contentMediaType', 'contentEncoding', '$defs', 'patternProperties']
  const leftover = [...objectsOf(older)].filter(
    ([, object]) => newer.some((name) => name in object) || Array.isArray(object.type),
  )
  t.strictSame(leftover, [])
})

t.test('it describes the same as the contract', async (t) => {
  const shape = ({ paths, components }: typeof contract) => [
    Object.entries(paths as Record<string, Record<string, { operationId: string; responses: object }>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { operationId, responses }]) => [
          operationId,
          method,
          path,
          ...Object.keys(responses),
        ]),
    ),
    Object.entries(components.schemas as Record<string, { properties?: object; required?: string[] }>).map(
      ([name, { properties = {}, required = [] }]) => [name, Object.keys(properties), required],
    ),
    Object.keys(components.responses),
    Object.keys(components.headers),
  ]
  t.strictSame(shape(older), shape(contract))
  const nulls = nullable(contract, ({ anyOf }) => (anyOf as { type: string }[] | undefined)?.[1]?.type === 'null')
  t.ok(nulls.length > 5)
  t.strictSame(
    nullable(older, (schema) => schema.nullable === true),
    nulls,
  )
})
