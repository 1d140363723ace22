import { HEADERS, type HeaderName, PARAMETERS } from './headers.js'
import { TAGS } from './tags.js'

/** The parts of a JSON schema that this file reads. */
interface Schema {
  $ref?: string
  title?: string
  description?: string
  type?: string
  format?: string
  contentMediaType?: string
  properties?: Record<string, Schema>
  additionalProperties?: boolean
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  'x-extensible-enum'?: unknown[]
  const?: unknown
  default?: unknown
  examples?: unknown[]
  minimum?: number
}

interface Media {
  schema: Schema
  example?: unknown
  examples?: object
  encoding?: object
}

interface Response {
  $ref?: string
  description?: string
  headers?: object
  content?: Record<string, Media>
}

interface Parameter {
  $ref?: string
  name?: string
  description?: string
  schema?: Schema
  example?: unknown
  examples?: object
}

interface Operation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, Response>
}

/** The operation of a receiver of webhooks. */
interface Receiver {
  requestBody: { content: Record<string, Media> }
}

/** The parts of an OpenAPI document that this file reads. */
export interface Document {
  components: { schemas: Record<string, Schema>; headers?: object; parameters?: object; responses?: object }
  paths: Record<string, Record<string, Operation>>
  webhooks: Record<string, { post: Receiver }>
}

/** The example of every time. */
const EXAMPLE_TIME = '2026-01-31T09:30:00.000Z'

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** The facts of a route that its operation in a generated document lacks. */
export interface RouteFacts {
  isBodyOptional: boolean
  /** The headers that its responses declare, by status. */
  headers: Record<string, HeaderName[]>
}

/** The position of each operation: operations of the first tag come first. */
const ORDER = TAGS.flatMap(({ operations }) => operations)

const position = ({ operationId }: Operation) => ORDER.indexOf(operationId)

/** Sorts the operations of each path, and the paths by their first operation. */
function inOrder(paths: Document['paths']): Document['paths'] {
  const sorted = map(paths, (methods) =>
    Object.fromEntries(Object.entries(methods).sort(([, a], [, b]) => position(a) - position(b))),
  )
  const first = (methods: Record<string, Operation>) => position(Object.values(methods)[0] as Operation)
  return Object.fromEntries(Object.entries(sorted).sort(([, a], [, b]) => first(a) - first(b)))
}

/** The name of the response to any status that an operation doesn't list. */
const UNEXPECTED = 'Unexpected'

/**
 * Completes a generated document with what follows from the rest of it: the order of the operations, a name for every object and every
 * list of values, how forms are encoded, shared responses, the headers of every response, the parameters of every conditional request,
 * and examples.
 * @param routes the facts of each route, by operationId
 */
export function complete(
  { components, paths, webhooks, ...document }: Document,
  routes: ReadonlyMap<string, RouteFacts>,
): Document {
  const schemas: Record<string, Schema> = {}

  /**
   * Moves every object and every titled list of values in a schema to the components, and returns the schema with references to them.
   * @param root whether the schema is the one that has this name already
   */
  function named(schema: Schema, name: string, { root = false, form = false } = {}): Schema {
    const { title, ...untitled } = schema
    // clients in Go share one scope for the values of all named lists, so that two sort orders would collide
    if (schema.enum && !title) return varnamed(schema)
    if (schema.enum && title) {
      // many generators send a text field of a form as JSON if its schema is a reference
      if (form) return untitled
      const { description, default: _, ...values } = untitled
      schemas[title] = values
      return { $ref: `#/components/schemas/${title}`, ...(description && { description }) }
    }
    const { properties, items } = schema
    const own: Schema = {
      ...schema,
      ...(properties && {
        properties: map(properties, (property, key) => named(property, name + pascal(key), { form })),
      }),
      ...(items && { items: named(items, `${name}Item`, { form }) }),
    }
    if (root || properties === undefined) return own
    schemas[name] = own
    return { $ref: `#/components/schemas/${name}` }
  }

  function example(schema: Schema): unknown {
    if (schema.examples) return schema.examples[0]
    if (schema.$ref) return example(schemas[schema.$ref.replace('#/components/schemas/', '')] as Schema)
    const values = schema.enum ?? schema['x-extensible-enum']
    if (values) return values[0]
    if (schema.default !== undefined) return schema.default
    if (schema.anyOf) return example(schema.anyOf[0] as Schema)
    if (schema.properties) return map(schema.properties, example)
    if (schema.items) return [example(schema.items)]
    if (schema.format === 'date-time') return EXAMPLE_TIME
    if (schema.type === 'boolean') return false
    return schema.minimum
  }

  const exemplified = (content: Record<string, Media>) =>
    map(content, (media, type) =>
      type === 'application/json' ? { ...media, example: media.example ?? example(media.schema) } : media,
    )

  function headersOf(status: string, { content }: Response, isLimited: boolean, declared: HeaderName[] = []) {
    const isRunning = 'REQUEST_IN_PROGRESS' in (content?.['application/problem+json']?.examples ?? {})
    const names: HeaderName[] = ['X-Request-Id']
    if (status === '401') names.push('WWW-Authenticate')
    if (status === '429' || status === '503' || isRunning) names.push('Retry-After')
    if (isLimited && status !== '503') names.push('RateLimit', 'RateLimit-Policy')
    return Object.fromEntries([...names, ...declared].map((name) => [name, { $ref: `#/components/headers/${name}` }]))
  }

  function bodiesOf(content: Record<string, Media>, name: string) {
    const isAlone = Object.keys(content).length === 1
    return map(content, (media, type) => {
      if (type === 'application/json') return { ...media, schema: named(media.schema, `${name}Request`) }
      // OpenAPI Generator forgets the model of a form that is an alternative to JSON
      const schema = named(media.schema, `${name}Form`, { form: true, root: !isAlone })
      return { ...media, schema, ...encodingOf(media.schema) }
    })
  }

  function completed(operation: Operation): Operation {
    const { operationId, parameters = [], requestBody, responses } = operation
    const { isBodyOptional, headers } = routes.get(operationId) as RouteFacts
    const name = pascal(operationId)
    // RFC 9110, 13: 304 and 412 are the answers to these conditions
    const conditions = [
      ...('304' in responses ? ['If-None-Match'] : []),
      ...('412' in responses ? ['If-Match'] : []),
      // openapi-python-client forgets an import for an operation with two kinds of body unless it has an optional parameter
      ...(Object.keys(requestBody?.content ?? {}).length > 1 ? ['X-Request-Id'] : []),
    ]
    const all = [
      ...parameters.map((parameter) => documented(parameter, (schema) => named(schema, name))),
      ...conditions.map((condition) => ({ $ref: `#/components/parameters/${condition}` })),
    ]
    const isLimited = '429' in responses
    return {
      ...operation,
      ...(all.length > 0 && { parameters: all }),
      ...(requestBody && {
        requestBody: {
          required: !isBodyOptional,
          content: exemplified(bodiesOf(requestBody.content, name)),
        },
      }),
      responses: {
        ...map(responses, (response, status) => ({
          ...response,
          headers: headersOf(status, response, isLimited, headers[status]),
          ...(response.content && { content: exemplified(response.content) }),
        })),
        default: { $ref: `#/components/responses/${UNEXPECTED}` },
      },
    }
  }

  for (const [name, schema] of Object.entries(components.schemas)) schemas[name] = named(schema, name, { root: true })
  const operations = map(inOrder(paths), (methods) => map(methods, completed))
  const responses = shareResponses(operations)
  const receivers = map(webhooks, ({ post: { requestBody, ...receiver } }) => ({
    post: { ...receiver, requestBody: { ...requestBody, content: exemplified(requestBody.content) } },
  }))
  return {
    ...document,
    components: { ...components, headers: HEADERS, parameters: PARAMETERS, responses, schemas: map(schemas, growing) },
    paths: operations,
    webhooks: receivers,
  }
}

/**
 * Allows an object of a response to have further properties. JSON Schema does so anyway, but clients of OpenAPI Generator in Go and Java refuse
 * properties that they do not know unless the schema says it.
 */
const growing = (schema: Schema): Schema =>
  schema.properties && schema.additionalProperties === undefined ? { ...schema, additionalProperties: true } : schema

/**
 * Moves every error response that several operations have to the components, under the names of its codes.
 * @returns the shared responses
 */
function shareResponses(paths: Document['paths']): Record<string, Response> {
  const shared: Record<string, Response> = {
    [UNEXPECTED]: {
      description:
        'Any other status: `405` for a method that the path does not support, `408`, `414` and `431` for requests that are refused ' +
        'before they reach an operation, and whatever a proxy in front of the server answers.',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  }
  const all = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ responses }) => responses))
  const counts = new Map<string, number>()
  const isError = ([status]: [string, Response]) => Number(status) >= 400
  for (const [, response] of all.flatMap((responses) => Object.entries(responses).filter(isError))) {
    const text = JSON.stringify(response)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  for (const responses of all) {
    for (const [status, response] of Object.entries(responses).filter(isError)) {
      const text = JSON.stringify(response)
      const { 'application/problem+json': problem } = response.content as Record<string, Media>
      const codes = Object.keys(problem?.examples as object)
      const name = codes.map(pascalOf).join('Or')
      if (counts.get(text) === 1 || JSON.stringify(shared[name] ?? response) !== text) continue
      shared[name] = response
      responses[status] = { $ref: `#/components/responses/${name}` }
    }
  }
  return shared
}

/** Returns an error code as a name: `NOT_FOUND` as `NotFound`. */
const pascalOf = (code: string) => code.toLowerCase().split('_').map(pascal).join('')

/**
 * Returns how the lists of a form are encoded: each item as a part of its own. Without it, many clients join the items with commas. The types of
 * files are told in words: ogen refuses a document that has them here.
 */
function encodingOf({ properties = {} }: Schema) {
  const lists = Object.keys(properties).filter((name) => properties[name]?.items)
  return (
    lists.length > 0 && { encoding: Object.fromEntries(lists.map((name) => [name, { style: 'form', explode: true }])) }
  )
}

/**
 * Returns a parameter as clients should see it. Its default is told in words: some generators send it with every request. Its examples are those
 * of its schema: Swagger UI fills in the others as values.
 */
function documented(parameter: Parameter, name: (schema: Schema) => Schema): Parameter {
  const { example, examples, schema: { default: preset, ...schema } = {}, description, ...others } = parameter
  const all = examples ? Object.values(examples).map(({ value }) => value) : example === undefined ? [] : [example]
  const { description: _, ...named } = name(schema)
  return {
    ...others,
    description: preset === undefined ? description : `${description} The default is \`${preset}\`.`,
    schema: { ...named, ...(all.length > 0 && { examples: all }) },
  } as Parameter
}

/** Names the values of a sort order, since generators would give `createdAt` and `-createdAt` the same name. */
function varnamed(schema: Schema): Schema {
  const values = schema.enum as string[]
  if (!values.some((value) => value.startsWith('-'))) return schema
  const constant = (value: string) => value.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  const names = values.map((value) => (value.startsWith('-') ? `${constant(value.slice(1))}_DESC` : constant(value)))
  return { ...schema, 'x-enum-varnames': names } as Schema
}

const map = <T, U>(entries: Record<string, T>, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value, key)]))
