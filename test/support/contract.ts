import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { registerSchema, validate } from '@hyperjump/json-schema/openapi-3-1'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'

export interface Schema {
  $ref?: string
  type?: string
  format?: string
  properties?: Record<string, Schema>
  required?: string[]
  minProperties?: number
  items?: Schema
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  anyOf?: Schema[]
  enum?: unknown[]
  minimum?: number
  maximum?: number
  pattern?: string
  minLength?: number
  maxLength?: number
  contentMediaType?: string
}

interface Content {
  schema: Schema
  example?: unknown
  examples?: Record<string, unknown>
}

interface Response {
  $ref?: string
  headers: Record<string, object>
  content?: Record<string, Content>
}

export interface Operation {
  operationId: string
  parameters?: ({ name: string; in: 'path' | 'query' | 'header'; schema: Schema } | { $ref: string })[]
  requestBody?: { required: boolean; content: Record<string, Content> }
  responses: Record<string, Response>
}

export interface Contract {
  components: {
    schemas: Record<string, Schema>
    headers: Record<string, { required?: boolean }>
    responses: Record<string, Response>
  }
  paths: Record<string, Record<string, Operation>>
}

const URI = 'https://coffer.test/openapi'
/** Answered before an operation is found. */
const BEFORE_ROUTING = [405, 408, 414, 431]

/**
 * Makes the contract as narrow as the server is today: every shared response in its place, and no value and no property of a response but the
 * declared ones.
 */
function narrowed({ components, paths, ...document }: Contract): Contract {
  const narrow = (schema: object): object => {
    if (Array.isArray(schema)) return schema.map(narrow)
    if (typeof schema !== 'object' || schema === null) return schema
    const { 'x-extensible-enum': values, ...own } = schema as { 'x-extensible-enum'?: unknown[]; properties?: object }
    return {
      ...Object.fromEntries(Object.entries(own).map(([key, value]) => [key, narrow(value)])),
      ...(Object.keys(own.properties ?? {}).length > 0 && { additionalProperties: false }),
      ...(values && { enum: values }),
    }
  }
  const all = Object.values(paths).flatMap((methods) => Object.values(methods))
  for (const operation of all) {
    const { default: _, ...responses } = operation.responses
    operation.responses = Object.fromEntries(
      Object.entries(responses).map(([status, response]) => [
        status,
        components.responses[response.$ref?.replace('#/components/responses/', '') ?? ''] ?? response,
      ]),
    )
  }
  return { ...document, paths, components: { ...components, schemas: narrow(components.schemas) as never } }
}

export const contract = narrowed(JSON.parse(readFileSync('openapi/openapi.json', 'utf8')))
// what the contract of a server that trusts devices has besides
const { login, verifyLogin } = Object.fromEntries(
  Object.values(contract.paths).flatMap((methods) => Object.values(methods).map((one) => [one.operationId, one])),
) as Record<'login' | 'verifyLogin', Operation>
login.responses['200'] = verifyLogin.responses['200'] as Response
registerSchema(contract as never, URI, 'https://spec.openapis.org/oas/3.1/schema-base')

const validators = new Map<string, ReturnType<typeof validate>>()

/** Returns how a value violates the schema at a place of the contract; undefined if it doesn't. */
export async function mismatch(place: string[], value: unknown): Promise<string | undefined> {
  const pointer = place.map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).map(encodeURIComponent)
  const uri = `${URI}#/${pointer.join('/')}`
  const compiled = validators.get(uri) ?? validate(uri)
  validators.set(uri, compiled)
  const output = (await compiled)(value as never, 'BASIC')
  if (output.valid) return undefined
  const { errors = [] } = output as { errors?: { instanceLocation: string; keyword: string }[] }
  return errors.map(({ instanceLocation, keyword }) => `${instanceLocation} ${keyword}`).join(', ')
}

const routes = Object.keys(contract.paths)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`) }))
  // a literal segment beats a parameter
  .sort((a, b) => a.path.split('{').length - b.path.split('{').length)

interface Exchange {
  method: string
  url: string
  status: number
  headers: Record<string, unknown>
  body: string
}

/** Returns how an answer differs from the contract; undefined if it doesn't. */
async function surprise({ method, url, status, headers, body }: Exchange): Promise<string | undefined> {
  const [pathname] = url.split('?', 1) as [string]
  const path = routes.find(({ pattern }) => pattern.test(pathname))?.path
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
  const operation = path && contract.paths[path]?.[verb]
  if (!operation || BEFORE_ROUTING.includes(status)) return undefined
  const response = operation.responses[status]
  if (!response) return `the status ${status}`
  const absent = Object.keys(response.headers).find(
    (name) => contract.components.headers[name]?.required && !(name.toLowerCase() in headers),
  )
  if (absent) return `an answer ${status} without ${absent}`
  if (method === 'HEAD') return undefined
  if (!response.content) return body === '' ? undefined : `a body with ${status}`
  const [type] = `${headers['content-type']}`.split(';', 1) as [string]
  const content = response.content[type]
  if (!content) return `${type} with ${status}`
  const value = /[/+]json$/.test(type) ? JSON.parse(body) : body
  if (type === 'application/problem+json' && !(value.code in (content.examples ?? {}))) {
    return `the code ${value.code} with ${status}`
  }
  return mismatch(['paths', path, verb, 'responses', `${status}`, 'content', type, 'schema'], value)
}

/**
 * Compares every answer of an app with the contract, whether it was injected or went over a socket.
 * @returns waits for what was compared since its last call, and throws where the contract says otherwise
 */
export function compareAnswers(app: FastifyInstance): () => Promise<void> {
  const surprises: Promise<string | undefined>[] = []
  const note = (exchange: Exchange) =>
    surprises.push(
      surprise(exchange).then((what) => what && `${exchange.method} ${exchange.url}: ${what} is not in the contract`),
    )

  const inject = app.inject.bind(app) as (options: InjectOptions | string) => Promise<LightMyRequestResponse>
  app.inject = (async (options: InjectOptions | string) => {
    const response = await inject(options)
    const { method = 'GET', url } = typeof options === 'string' ? { url: options } : options
    const { statusCode: status, headers, body } = response
    if (typeof url === 'string') note({ method, url, status, headers, body })
    return response
  }) as FastifyInstance['inject']

  app.server.prependListener('request', ({ method = '', url = '' }: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for (const name of ['write', 'end'] as const) {
      const original = response[name].bind(response) as (...args: unknown[]) => never
      response[name] = ((chunk: unknown, ...others: unknown[]) => {
        if (typeof chunk === 'string' || Buffer.isBuffer(chunk)) chunks.push(Buffer.from(chunk as string))
        return original(chunk, ...others)
      }) as never
    }
    response.on('finish', () =>
      note({
        method,
        url,
        status: response.statusCode,
        headers: response.getHeaders(),
        body: Buffer.concat(chunks).toString(),
      }),
    )
  })

  return async () => {
    const found = (await Promise.all(surprises.splice(0))).filter((what) => what !== undefined)
    if (found.length > 0) throw new Error([...new Set(found)].join('\n'))
  }
}
