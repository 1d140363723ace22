import AjvCompiler from '@fastify/ajv-compiler'
import SerializerCompiler, { type Serializer } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'

type Validator = ReturnType<ReturnType<ReturnType<typeof AjvCompiler>>>

interface QuerySchema {
  properties: Record<string, { type?: string }>
}

const INTEGER = /^(?:0|-?[1-9]\d*)$/

/** The spellings of a boolean in a query; of generated clients, PHP writes `1` and `0`, Python `True` and `False`. */
const BOOLEANS = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
  ['True', true],
  ['False', false],
])

/** Reads the integers, booleans and lists of a query. Ajv would also take integers such as 0x10, 1e2 and ones with spaces. */
function readQuery({ properties }: QuerySchema, query: Record<string, unknown>): void {
  for (const [name, { type }] of Object.entries(properties)) {
    const text = query[name]
    if (type === 'integer' && typeof text === 'string' && INTEGER.test(text)) query[name] = Number(text)
    // a list of one value
    if (type === 'array' && typeof text === 'string') query[name] = [text]
    if (type === 'boolean' && BOOLEANS.has(text)) query[name] = BOOLEANS.get(text)
  }
}

/** Returns the shared schemas that a schema refers to, at any depth. */
function referredBy(schema: string, schemas: Record<string, FastifySchema>): Record<string, FastifySchema> {
  const idsIn = (text: string) => [...text.matchAll(/"\$ref":"([^"#]+)/g)].map((match) => match[1] as string)
  const ids = new Set(idsIn(schema))
  // the loop also reaches what is added meanwhile
  for (const id of ids) for (const other of idsIn(JSON.stringify([schemas[id]]))) ids.add(other)
  return Object.fromEntries(Object.entries(schemas).filter(([id]) => ids.has(id)))
}

/** The compilers of one set of shared schemas, and what they have compiled, by schema. */
function createCompilers(schemas: Record<string, FastifySchema>) {
  const customOptions = { removeAdditional: false, allErrors: true, coerceTypes: false, verbose: true } as const
  // optimizing the generated code takes a quarter of the time to compile it, and validates no faster
  const code = { optimize: false }
  return {
    compile: AjvCompiler()(schemas, { customOptions: { ...customOptions, code } }),
    validators: new Map<string, Validator>(),
    createSerializer: SerializerCompiler(),
    serializers: new Map<string, Serializer>(),
  }
}

/** The compilers of this process, by their shared schemas: several apps use what is compiled once. */
const cache = new Map<string, ReturnType<typeof createCompilers>>()

/**
 * Compiles the schemas of every route before the server listens: a broken one stops the start. Nothing is coerced or
 * dropped. A query holds only strings, from which integers, booleans and lists are read.
 */
export default fp(
  async (app) => {
    const schemas = app.getSchemas() as Record<string, FastifySchema>
    const shared = JSON.stringify(schemas)
    const compilers = cache.get(shared) ?? createCompilers(schemas)
    cache.set(shared, compilers)
    const { compile, validators, createSerializer, serializers } = compilers

    app.setValidatorCompiler<FastifySchema>(({ schema }) => {
      const key = JSON.stringify(schema)
      const validate = validators.get(key) ?? compile({ schema })
      validators.set(key, validate)
      return validate
    })
    app.addHook('preValidation', (request, _reply, done) => {
      const schema = request.routeOptions.schema?.querystring as QuerySchema | undefined
      if (schema) readQuery(schema, request.query as Record<string, unknown>)
      done()
    })

    // answers of one shape share a serializer, whatever their route and status: there are some hundred problems among them
    app.setSerializerCompiler<FastifySchema>((route) => {
      const shape = JSON.stringify({ ...route.schema, description: undefined })
      // each serializer checks all schemas that it is given
      const serialize = serializers.get(shape) ?? createSerializer(referredBy(shape, schemas))(route as never)
      serializers.set(shape, serialize)
      return serialize
    })
  },
  { name: 'compilers', dependencies: ['openapi'] },
)
