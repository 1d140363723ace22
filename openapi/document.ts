import { TAGS } from './tags.js'

/** The parts of a JSON schema that this file reads. */
interface Schema {
  $ref?: string
  title?: string
  type?: string
  format?: string
  contentMediaType?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  enum?: unknown[]
  default?: unknown
  examples?: unknown[]
  minimum?: number
}

interface Media {
  schema: Schema
  example?: unknown
  examples?: object
}

interface Response {
  content?: Record<string, Media>
}

interface Parameter {
  $ref?: string
  schema?: Schema
}

interface Operation {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, Response>
}

/** The parts of an OpenAPI document that this file reads. */
export interface Document {
  components: { schemas: Record<string, Schema>; headers?: object; parameters?: object }
  paths: Record<string, Record<string, Operation>>
}

const HEADERS = {
  'X-Request-Id': {
    description: 'Identifies this request in the logs. If the request has a well-formed `X-Request-Id`, it is kept.',
    required: true,
    schema: { type: 'string', examples: ['0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'] },
  },
  'Retry-After': {
    description: 'The seconds to wait before a retry.',
    required: true,
    schema: { type: 'integer', minimum: 0, examples: [30] },
  },
  ETag: {
    description: 'Identifies the state of the object, for `If-None-Match` and `If-Match`.',
    required: true,
    schema: { type: 'string', examples: ['"3"'] },
  },
  Link: {
    description: 'The URL of the next page, with `rel="next"`; absent on the last page.',
    schema: { type: 'string', examples: ['<https://coffer.example.com/v1/assets?cursor=eyJ2IjoxfQ>; rel="next"'] },
  },
  RateLimit: {
    description: 'What is left of the rate limit, if one is set (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"default";r=599;t=60'] },
  },
  'RateLimit-Policy': {
    description: 'The rate limit, if one is set (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"default";q=600;w=60'] },
  },
  'Set-Cookie': {
    description: 'The cookie `__Host-refresh`, if the session uses the cookie.',
    schema: { type: 'string', examples: ['__Host-refresh=…; Path=/; HttpOnly; Secure; SameSite=Strict'] },
  },
} as const

export type HeaderName = keyof typeof HEADERS

const PARAMETERS = {
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'An ETag. If the object still has it, the response is 304 without a body.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'An ETag. If the object has a different one by now, nothing is changed and the response is 412.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  'X-Request-Id': {
    name: 'X-Request-Id',
    in: 'header',
    description: 'Identifies this request in the logs. Every operation accepts it.',
    schema: { type: 'string', examples: ['0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'] },
  },
} as const

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

/**
 * Completes a generated document with what follows from the rest of it: the order of the operations, a name for every object, the
 * headers of every response, the parameters of every conditional request, and examples.
 * @param routes the facts of each route, by operationId
 */
export function complete(
  { components, paths, ...document }: Document,
  routes: ReadonlyMap<string, RouteFacts>,
): Document {
  const schemas: Record<string, Schema> = {}

  /** Moves every object in a schema to the components, and returns the schema with references to them. */
  function named(schema: Schema, name: string, isNamed = false): Schema {
    const { properties, items, anyOf } = schema
    const own: Schema = {
      ...schema,
      ...(properties && { properties: map(properties, (property, key) => named(property, name + pascal(key))) }),
      ...(items && { items: named(items, `${name}Item`) }),
      ...(anyOf && { anyOf: anyOf.map((one, index) => named(one, one.title ?? `${name}${index + 1}`)) }),
    }
    if (isNamed || (properties === undefined && !anyOf?.every(({ type }) => type === 'object'))) return own
    schemas[name] = own
    return { $ref: `#/components/schemas/${name}` }
  }

  function example(schema: Schema): unknown {
    if (schema.$ref) return example(schemas[schema.$ref.replace('#/components/schemas/', '')] as Schema)
    if (schema.examples) return schema.examples[0]
    if (schema.enum) return schema.enum[0]
    if (schema.default !== undefined) return schema.default
    if (schema.anyOf) return example(schema.anyOf[0] as Schema)
    if (schema.properties) return map(schema.properties, example)
    if (schema.items) return [example(schema.items)]
    if (schema.format === 'date-time') return EXAMPLE_TIME
    if (schema.type === 'boolean') return false
    return schema.minimum
  }

  const exemplified = (content: Record<string, Media>) =>
    map(content, (media, type) => (type === 'application/json' ? { ...media, example: example(media.schema) } : media))

  function headersOf(status: string, responses: Operation['responses'], declared: HeaderName[] = []) {
    const isLimited = '429' in responses && status !== '503'
    const names: HeaderName[] = ['X-Request-Id']
    if (status === '429' || status === '503') names.push('Retry-After')
    if (isLimited) names.push('RateLimit', 'RateLimit-Policy')
    return Object.fromEntries([...names, ...declared].map((name) => [name, { $ref: `#/components/headers/${name}` }]))
  }

  function completed(operation: Operation): Operation {
    const { operationId, parameters = [], requestBody, responses } = operation
    const { isBodyOptional, headers } = routes.get(operationId) as RouteFacts
    // RFC 9110, 13: 304 and 412 are the answers to these conditions
    const conditions = [
      ...('304' in responses ? ['If-None-Match'] : []),
      ...('412' in responses ? ['If-Match'] : []),
      // openapi-python-client forgets an import for an operation with two kinds of body unless it has an optional parameter
      ...(Object.keys(requestBody?.content ?? {}).length > 1 ? ['X-Request-Id'] : []),
    ]
    const all = [
      ...parameters.map(varnamed),
      ...conditions.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ]
    const name = pascal(operationId)
    const bodies = (content: Record<string, Media>) =>
      map(content, (media, type) => {
        const suffix = type === 'application/json' ? 'Request' : 'Form'
        return { ...media, schema: named(media.schema, `${name}${suffix}`) }
      })
    return {
      ...operation,
      ...(all.length > 0 && { parameters: all }),
      ...(requestBody && {
        requestBody: { required: !isBodyOptional, content: exemplified(bodies(requestBody.content)) },
      }),
      responses: map(responses, (response, status) => ({
        ...response,
        headers: headersOf(status, responses, headers[status]),
        ...(response.content && { content: exemplified(response.content) }),
      })),
    }
  }

  for (const [name, schema] of Object.entries(components.schemas)) schemas[name] = named(schema, name, true)
  const operations = map(inOrder(paths), (methods) => map(methods, completed))
  return {
    ...document,
    components: { ...components, headers: HEADERS, parameters: PARAMETERS, schemas },
    paths: operations,
  }
}

/** Names the values of a sort order, since generators would give `createdAt` and `-createdAt` the same name. */
function varnamed(parameter: Parameter): Parameter {
  const values = parameter.schema?.enum as string[] | undefined
  if (!values?.some((value) => value.startsWith('-'))) return parameter
  const constant = (value: string) => value.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  const names = values.map((value) => (value.startsWith('-') ? `${constant(value.slice(1))}_DESC` : constant(value)))
  return { ...parameter, schema: { ...parameter.schema, 'x-enum-varnames': names } as Schema }
}

const map = <T, U>(entries: Record<string, T>, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value, key)]))
