import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { catalogue } from '../../openapi/errors.js'
import { TAGS } from '../../openapi/tags.js'
import { build } from '../support/helper.js'
import { newFolder, run } from '../support/process.js'

t.setTimeout(300_000)

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  security: Record<string, string[]>[]
  parameters?: { $ref?: string; description?: string }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, Response>
}

interface Response {
  description: string
  headers: Record<string, object>
  content?: Record<string, { schema: Schema; examples?: object }>
}

interface Schema {
  $ref?: string
  type?: string
  properties?: Record<string, Schema>
  additionalProperties?: boolean
  items?: Schema
  anyOf?: Schema[]
}

interface Document {
  openapi: string
  info: { version: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { examples: object; schemas: Record<string, Schema> }
}

/** The operations that work without an access token. */
const PUBLIC = [
  'forgotPassword',
  'getJwks',
  'getLiveness',
  'getReadiness',
  'login',
  'logout',
  'refreshToken',
  'register',
  'resendCode',
  'resetPassword',
  'verifyLogin',
  'verifyPasswordReset',
  'verifyRegistration',
]

/** The errors that are sent before or beside the operations. */
const UNDOCUMENTED = ['HEADERS_TOO_LARGE', 'METHOD_NOT_ALLOWED', 'REQUEST_TIMEOUT', 'URI_TOO_LONG']

const readContract = () => readFileSync(join('openapi', 'openapi.json'), 'utf8')
const contract: Document = JSON.parse(readContract())
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)

t.test('the contract is what the routes say', async (t) => {
  const { app } = await build(t)
  t.equal(`${JSON.stringify(app.swagger(), null, 2)}\n`, readContract(), 'npm run openapi writes it anew')
  t.equal(app.swagger({ yaml: true }), readFileSync(join('openapi', 'openapi.yaml'), 'utf8'))
  t.strictSame((await app.inject('/openapi.json')).json(), contract)
  const yaml = await app.inject('/openapi.yaml')
  t.match(yaml.headers['content-type'], /^application\/yaml/)
  t.equal(yaml.body, app.swagger({ yaml: true }))
})

t.test('the contract can be exported without any service', async (t) => {
  const folder = newFolder(t)
  const command = run(t, 'openapi/export.js', {}, [folder])
  t.equal(await command.exitCode(), 0, command.output.stderr)
  const generated = ['openapi/openapi.json', 'openapi/openapi.yaml', 'openapi/client/contract.ts']
  for (const path of [...generated, 'docs/errors.md', 'docs/configuration.md', '.env.example']) {
    t.equal(readFileSync(join(folder, path), 'utf8'), readFileSync(path, 'utf8'), `npm run openapi writes ${path} anew`)
  }
})

t.test('every operation says what it is, and nobody else is called so', async (t) => {
  t.equal(contract.openapi, '3.1.0')
  const tags = contract.tags.map(({ name }) => name)
  for (const { operationId, summary, description, tags: given, path, method } of operations) {
    t.ok(operationId && summary && description, `${method} ${path}`)
    t.ok(given.length === 1 && tags.includes(given[0] as string), `${operationId} has one known tag`)
  }
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length)
})

t.test('every operation stands where its tag lists it', async (t) => {
  const listed = TAGS.flatMap(({ name, operations }) => operations.map((operationId) => [operationId, name]))
  t.strictSame(
    operations.map(({ operationId, tags }) => [operationId, ...tags]),
    listed,
    'openapi/tags.ts lists every operation, and those of one path together',
  )
  t.strictSame(
    contract.tags.map(({ name }) => name),
    TAGS.map(({ name }) => name),
  )
})

t.test('every parameter is described', async (t) => {
  for (const { operationId, parameters = [] } of operations) {
    t.ok(
      parameters.every(({ $ref, description }) => $ref ?? description),
      operationId,
    )
  }
})

t.test('the contract has the version of the package', async (t) => {
  t.equal(contract.info.version, JSON.parse(readFileSync('package.json', 'utf8')).version)
})

t.test('the headers of a response are those that its route declares', async (t) => {
  const headersOf = (name: string) =>
    operations.flatMap(({ operationId, responses }) =>
      Object.entries(responses).flatMap(([status, { headers }]) =>
        name in headers ? [`${operationId} ${status}`] : [],
      ),
    )
  const pages = operations.flatMap(({ operationId, responses }) =>
    responses[200]?.content?.['application/json']?.schema.$ref?.endsWith('Page') ? [`${operationId} 200`] : [],
  )
  t.strictSame(headersOf('Link'), pages, 'every list has the URL of its next page')
  t.strictSame(headersOf('Set-Cookie'), ['verifyLogin 200', 'refreshToken 200', 'logout 204'])
  t.strictSame(headersOf('ETag'), [
    'getProfile 200',
    'getProfile 304',
    'updateProfile 200',
    'getAsset 200',
    'getAsset 304',
    'updateAsset 200',
    'adminGetUser 200',
    'adminGetUser 304',
    'adminUpdateUser 200',
    'adminGetAsset 200',
    'adminGetAsset 304',
  ])
})

t.test('only these operations work without an access token', async (t) => {
  const open = operations.filter(({ security }) => security.length === 0 || security.some((one) => !('bearer' in one)))
  t.strictSame(open.map(({ operationId }) => operationId).sort(), PUBLIC)
})

t.test('no body may have a property that nobody declared', async (t) => {
  function* objectsIn(schema: Schema): Generator<Schema> {
    if (schema.$ref) yield* objectsIn(contract.components.schemas[schema.$ref.split('/').at(-1) as string] as Schema)
    if (schema.type === 'object') yield schema
    for (const child of [...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? [])]) yield* objectsIn(child)
    if (schema.items) yield* objectsIn(schema.items)
  }
  for (const { operationId, requestBody } of operations) {
    const json = requestBody?.content['application/json']
    if (!json) continue
    const objects = [...objectsIn(json.schema)]
    t.ok(objects.length > 0 && objects.every((object) => object.additionalProperties === false), operationId)
  }
})

t.test('every object has a name of its own', async (t) => {
  const inline: string[] = []
  const search = (value: unknown, place: string, isNamed: boolean) => {
    if (typeof value !== 'object' || value === null) return
    if ((value as Schema).properties !== undefined && !isNamed) inline.push(place)
    for (const [key, child] of Object.entries(value)) {
      if (!['example', 'examples', 'properties'].includes(key)) search(child, `${place}/${key}`, false)
    }
    for (const [key, child] of Object.entries((value as Schema).properties ?? {}))
      search(child, `${place}/${key}`, false)
  }
  for (const [name, schema] of Object.entries(contract.components.schemas)) search(schema, name, true)
  search(contract.paths, '', false)
  t.strictSame(inline, [])
})

t.test('every error of the catalogue is answered by an operation, and every answer is described', async (t) => {
  const documented = Object.keys(contract.components.examples)
  const missing = Object.keys(catalogue).filter((code) => !documented.includes(code))
  t.strictSame(missing.sort(), UNDOCUMENTED)
  for (const { operationId, responses } of operations) {
    t.ok(
      Object.values(responses).every(({ description }) => description !== 'Default Response'),
      operationId,
    )
  }
})

t.test('with DOCS=off the contract is not served', async (t) => {
  const { app } = await build(t, { env: { DOCS: 'off' } })
  for (const url of ['/docs', '/openapi.json', '/openapi.yaml']) t.equal((await app.inject(url)).statusCode, 404, url)
})
