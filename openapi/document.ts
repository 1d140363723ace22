/** A JSON schema, as far as it's looked at here. */
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
  headers?: Record<string, object>
  content?: Record<string, Media>
}

interface Parameter {
  $ref?: string
  schema?: Schema
}

export interface Operation {
  operationId: string
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, Response>
}

/** An OpenAPI document, as far as it's looked at here. */
export interface Document {
  components: { schemas: Record<string, Schema>; headers?: object; parameters?: object }
  paths: Record<string, Record<string, Operation>>
}

const HEADERS = {
  'X-Request-Id': {
    description: 'Names this request in the logs; taken from the request where it is well formed.',
    required: true,
    schema: { type: 'string', examples: ['0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'] },
  },
  'Retry-After': {
    description: 'Seconds until a retry makes sense.',
    required: true,
    schema: { type: 'integer', minimum: 0, examples: [30] },
  },
  ETag: {
    description: 'Names what the object shows, for If-None-Match and If-Match.',
    required: true,
    schema: { type: 'string', examples: ['"3"'] },
  },
  Link: {
    description: 'The next page, with `rel="next"`; absent on the last.',
    schema: { type: 'string', examples: ['<https://coffer.example.com/v1/assets?cursor=eyJ2IjoxfQ>; rel="next"'] },
  },
  RateLimit: {
    description: 'What is left of the limit, where one is set (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"default";r=599;t=60'] },
  },
  'RateLimit-Policy': {
    description: 'The limit, where one is set (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', examples: ['"default";q=600;w=60'] },
  },
  'Set-Cookie': {
    description: 'The cookie `__Host-refresh`, where the session is kept in one.',
    schema: { type: 'string', examples: ['__Host-refresh=…; Path=/; HttpOnly; Secure; SameSite=Strict'] },
  },
} as const

const PARAMETERS = {
  'If-None-Match': {
    name: 'If-None-Match',
    in: 'header',
    description: 'An ETag; where the object still has it, the answer is 304 without a body.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'An ETag; where the object has another by now, nothing is done and the answer is 412.',
    schema: { type: 'string', examples: ['"3"'] },
  },
  'X-Request-Id': {
    name: 'X-Request-Id',
    in: 'header',
    description: 'Names this request in the logs. Every operation takes it.',
    schema: { type: 'string', examples: ['0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55'] },
  },
} as const

/** Of every time. */
const TIME = '2026-01-31T09:30:00.000Z'

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/**
 * Adds to a generated document what follows from the rest of it: a name for every object, the headers of every answer, the
 * conditions of every conditional request, and examples.
 * @param optionalBodies operations whose body may be left out
 */
export function complete(
  { components, paths, ...document }: Document,
  optionalBodies: ReadonlySet<string | undefined>,
): Document {
  const schemas: Record<string, Schema> = {}

  /** The same schema with every object in it moved to the components. */
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
    if (schema.format === 'date-time') return TIME
    if (schema.type === 'boolean') return false
    return schema.minimum
  }

  const exemplified = (content: Record<string, Media>) =>
    map(content, (media, type) => (type === 'application/json' ? { ...media, example: example(media.schema) } : media))

  function headersOf(status: string, { content }: Response, { responses, security = [] }: Operation) {
    const shown = content?.['application/json']?.schema.$ref ?? ''
    const isLimited = '429' in responses && status !== '503'
    const names: (keyof typeof HEADERS)[] = ['X-Request-Id']
    if (status === '429' || status === '503') names.push('Retry-After')
    if (isLimited) names.push('RateLimit', 'RateLimit-Policy')
    const isVersioned = '304' in responses || ('412' in responses && '200' in responses)
    if (isVersioned && (status === '200' || status === '304')) names.push('ETag')
    if (shown.endsWith('Page')) names.push('Link')
    if (shown.endsWith('/Tokens') || (status === '204' && security.some((one) => 'refreshCookie' in one))) {
      names.push('Set-Cookie')
    }
    return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))
  }

  function completed(operation: Operation): Operation {
    const { operationId, parameters = [], requestBody, responses } = operation
    const headers = [
      ...('304' in responses ? ['If-None-Match'] : []),
      ...('412' in responses ? ['If-Match'] : []),
      // what openapi-python-client generates for two kinds of body lacks an import unless a parameter is optional
      ...(Object.keys(requestBody?.content ?? {}).length > 1 ? ['X-Request-Id'] : []),
    ]
    const all = [...parameters.map(varnamed), ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` }))]
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
        requestBody: { required: !optionalBodies.has(operationId), content: exemplified(bodies(requestBody.content)) },
      }),
      responses: map(responses, (response, status) => ({
        ...response,
        headers: headersOf(status, response, operation),
        ...(response.content && { content: exemplified(response.content) }),
      })),
    }
  }

  for (const [name, schema] of Object.entries(components.schemas)) schemas[name] = named(schema, name, true)
  const operations = map(paths, (methods) => map(methods, completed))
  return {
    ...document,
    components: { ...components, headers: HEADERS, parameters: PARAMETERS, schemas },
    paths: operations,
  }
}

/** Names that generated clients can tell apart: of `createdAt` and `-createdAt` they'd make one. */
function varnamed(parameter: Parameter): Parameter {
  const values = parameter.schema?.enum as string[] | undefined
  if (!values?.some((value) => value.startsWith('-'))) return parameter
  const constant = (value: string) => value.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
  const names = values.map((value) => (value.startsWith('-') ? `${constant(value.slice(1))}_DESC` : constant(value)))
  return { ...parameter, schema: { ...parameter.schema, 'x-enum-varnames': names } as Schema }
}

const map = <T, U>(entries: Record<string, T>, change: (value: T, key: string) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value, key)]))
