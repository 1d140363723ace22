import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { catalogue } from '../../openapi/errors.js'
import { TAGS } from '../../openapi/tags.js'
import { build } from '../support/app.js'
import { newFolder, run } from '../support/process.js'

t.setTimeout(300_000)

interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description: string
  security: Record<string, string[]>[]
  parameters?: { $ref?: string; description?: string; schema?: object }[]
  requestBody?: { content: Record<string, { schema: Schema; encoding?: Record<string, object> }> }
  responses: Record<string, Response>
}

interface Response {
  $ref?: string
  description: string
  headers: Record<string, object>
  content?: Record<string, { schema: Schema; examples?: object }>
}

interface Schema {
  $ref?: string
  description?: string
  type?: string
  format?: string
  enum?: string[]
  maxItems?: number
  properties?: Record<string, Schema>
  additionalProperties?: boolean
  items?: Schema
  anyOf?: Schema[]
}

interface Document {
  openapi: string
  info: { version: string; description: string }
  servers: { url: string }[]
  externalDocs: { url: string }
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { examples: object; schemas: Record<string, Schema>; responses: Record<string, Response> }
}

/** The operations that work without an access token. */
const PUBLIC = [
  'acceptInvitation',
  'beginPasskeyLogin',
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
  'verifyPasskeyLogin',
  'verifyPasswordReset',
  'verifyRegistration',
]

/** The errors that are sent before or beside the operations. */
const UNDOCUMENTED = ['HEADERS_TOO_LARGE', 'METHOD_NOT_ALLOWED', 'REQUEST_TIMEOUT', 'URI_TOO_LONG']

const readContract = () => readFileSync(join('openapi', 'openapi.json'), 'utf8')
const contract: Document = JSON.parse(readContract())
/** The response itself, if it is a reference to a shared one. */
const resolved = (response: Response) =>
  contract.components.responses[response.$ref?.replace('#/components/responses/', '') ?? ''] ?? response
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([
      method,
      {
        responses: { default: _, ...responses },
        ...operation
      },
    ]) => ({
      path,
      method,
      ...operation,
      responses: Object.fromEntries(Object.entries(responses).map(([status, one]) => [status, resolved(one)])),
    }),
  ),
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
  const documents = ['openapi/openapi.json', 'openapi/openapi.yaml', 'openapi/openapi-3.0.json']
  const generated = [...documents, 'openapi/client/contract.ts']
  for (const path of [...generated, 'docs/errors.md', 'docs/configuration.md', '.env.example']) {
    t.equal(readFileSync(join(folder, path), 'utf8'), readFileSync(path, 'utf8'), `npm run openapi writes ${path} anew`)
  }
})

t.test('the served contract names its server and can be cached', async (t) => {
  const { app } = await build(t, { env: { PUBLIC_URL: 'https://example.org/coffer/' } })
  for (const url of ['/openapi.json', '/openapi.yaml']) {
    const { headers, body } = await app.inject(url)
    t.match(headers, { etag: /^"[\w-]{43}"$/, 'cache-control': 'no-cache' })
    t.match(body, 'https://example.org/coffer')
    const again = await app.inject({ url, headers: { 'if-none-match': headers.etag as string } })
    t.match(again, { statusCode: 304, body: '' })
  }
  const { servers, externalDocs, paths }: Document = (await app.inject('/openapi.json')).json()
  t.equal(servers[0]?.url, 'https://example.org/coffer')
  t.equal(externalDocs.url, 'https://example.org/coffer/docs')
  t.ok('/v1/assets' in paths, 'the prefix of a proxy is no part of the paths')
})

t.test('the introduction says what holds for every operation', async (t) => {
  const headings = [...contract.info.description.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
  t.strictSame(headings, [
    'Sign-in',
    'Tokens',
    'Step-up',
    'API keys',
    'Errors',
    'Paging',
    'Retries',
    'Limits',
    'Compatibility',
  ])
})

/** Every object in a value, with its place. */
function* objectsOf(value: unknown, place = ''): Generator<[string, Schema]> {
  if (typeof value !== 'object' || value === null) return
  yield [place, value]
  for (const [key, child] of Object.entries(value)) {
    if (!['example', 'examples'].includes(key)) yield* objectsOf(child, `${place}/${key}`)
  }
}

t.test('every integer has the width that its largest value needs', async (t) => {
  const integers = [...objectsOf(contract)].filter(([, { type }]) => type === 'integer')
  t.ok(integers.length > 20)
  // sizes and numbers of things add up; the others are bounded
  const isSum = (place: string) => /(bytes|count|total|active|suspended|waiting|failed|sessions|attempts)$/i.test(place)
  for (const [place, { format }] of integers) t.equal(format, isSum(place) ? 'int64' : 'int32', place)
})

t.test('a form says how its lists and files are sent', async (t) => {
  const forms = operations.flatMap(({ operationId, requestBody }) => {
    const form = requestBody?.content['multipart/form-data']
    return form ? [[operationId, form.encoding]] : []
  })
  const list = { style: 'form', explode: true }
  t.strictSame(Object.fromEntries(forms), {
    register: undefined,
    putAvatar: undefined,
    uploadAssets: { tags: list, file: list },
  })
  const files = [...objectsOf(contract)].filter(([, { format, items }]) => (items?.format ?? format) === 'binary')
  t.ok(files.length > 2)
  for (const [place, { description }] of files.filter(([place]) => !place.endsWith('items'))) {
    t.match(description, /bytes.* types image\/jpeg, image\/png, image\/webp, image\/gif/, place)
  }
})

t.test('no value of a parameter is sent unless the caller gives it', async (t) => {
  for (const { operationId, parameters = [] } of operations) {
    for (const parameter of parameters) {
      t.notOk('example' in parameter || 'examples' in parameter, `${operationId}: Swagger UI would fill it in`)
      t.notOk('default' in (parameter.schema ?? {}), `${operationId}: some generators would send it`)
    }
  }
})

t.test('what is answered may grow', async (t) => {
  const { schemas } = contract.components
  const nameOf = ({ $ref }: Schema) => $ref?.split('/').at(-1) as string
  const bodies = operations.flatMap(({ requestBody }) => Object.values(requestBody?.content ?? {}))
  const requests = new Set(bodies.map(({ schema }) => nameOf(schema)))
  const answers = Object.entries(schemas).filter(([name, { enum: values }]) => !requests.has(name) && !values)
  t.ok(answers.length > 20)
  for (const [place, object] of answers.flatMap(([name, schema]) => [...objectsOf(schema, name)])) {
    t.ok(!object.properties || object.additionalProperties, `${place} may have more properties`)
    const { enum: values = [] } = object.$ref ? (schemas[nameOf(object)] as Schema) : object
    t.ok(values.length < 2, `${place} may have more values`)
  }
})

t.test('every list of values in a request has a name, and there is one of each', async (t) => {
  const { schemas } = contract.components
  const names = Object.keys(schemas).filter((name) => schemas[name]?.enum)
  t.strictSame(names.sort(), [
    'AuditAction',
    'CodeMethod',
    'CredentialType',
    'Locale',
    'MailState',
    'Permission',
    'Role',
    'Status',
    'TokenDelivery',
  ])
  const values = names.flatMap((name) => schemas[name]?.enum ?? [])
  t.equal(new Set(values).size, values.length, 'clients in Go share one scope for all of them')
  const unnamed = [...objectsOf({ ...contract.components, ...contract.paths })]
    .filter(([place, { enum: list }]) => (list?.length ?? 0) > 1 && !names.includes(place.split('/').at(-1) as string))
    .map(([place]) => place.replace(/parameters\/\d+/, 'parameters/SORT'))
  t.strictSame(unnamed, [
    // in a form a reference would become JSON
    '/schemas/UploadAssetsForm/properties/visibility',
    // the sort orders
    ...['/v1/assets/get', '/v1/admin/users/get', '/v1/admin/assets/get'].map(
      (path) => `/${path}/parameters/SORT/schema`,
    ),
  ])
})

t.test('every page has a bound, and every URL says that it is one', async (t) => {
  const { schemas } = contract.components
  for (const name of Object.keys(schemas).filter((name) => name.endsWith('Page'))) {
    t.equal(schemas[name]?.properties?.items?.maxItems, 100, name)
  }
  const urls = [...objectsOf(schemas)].filter(([place]) => /properties\/(\w*Url|url)$/.test(place))
  t.ok(urls.length > 3)
  for (const [place, { format, anyOf }] of urls) t.equal(format ?? anyOf?.[0]?.format, 'uri', place)
})

t.test('any status that an operation does not list is a problem, too', async (t) => {
  for (const methods of Object.values(contract.paths)) {
    for (const { operationId, responses } of Object.values(methods)) {
      t.strictSame(responses.default, { $ref: '#/components/responses/Unexpected' }, operationId)
    }
  }
  const shared = Object.entries(contract.components.responses)
  for (const [name, { content }] of shared) t.ok(content?.['application/problem+json'], name)
  t.equal(new Set(shared.map(([, response]) => JSON.stringify(response))).size, shared.length)
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
  const with401 = operations.flatMap(({ operationId, responses }) => (401 in responses ? [`${operationId} 401`] : []))
  t.strictSame(headersOf('WWW-Authenticate'), with401)
  const others = headersOf('Retry-After').filter((name) => !/ (429|503)$/.test(name))
  t.strictSame(others, ['uploadAssets 409'])
  t.strictSame(headersOf('Set-Cookie'), ['verifyLogin 200', 'verifyPasskeyLogin 200', 'refreshToken 200', 'logout 204'])
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
    for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
      const answer = contract.components.schemas[schema.$ref?.split('/').at(-1) as string]?.properties?.response
      // browsers may add properties to the answer of a passkey
      // metadata is the product's own: its keys are checked by the handler
      const { UserMetadata, AdminMetadata, AssetMetadata } = contract.components.schemas
      const open = new Set([...(answer ? objectsIn(answer) : []), UserMetadata, AdminMetadata, AssetMetadata])
      const objects = [...objectsIn(schema)].filter((object) => !open.has(object))
      t.ok(
        objects.length > 0 && objects.every((object) => object.additionalProperties === false),
        `${operationId} ${type}`,
      )
    }
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
  // OpenAPI Generator forgets the model of a form that is an alternative to JSON
  t.strictSame(inline, ['//v1/auth/register/post/requestBody/content/multipart/form-data/schema'])
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
