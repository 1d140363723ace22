import AjvCompiler from '@fastify/ajv-compiler'
import SerializerCompiler, { type Serializer } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchema } from 'fastify'
import type { FastifyValidationResult } from 'fastify/types/schema.js'
import fp from 'fastify-plugin'

/** How generated clients write a boolean in a query: PHP `1` and `0`, Python `True` and `False`. */
const BOOLEANS = new Map<unknown, boolean>([
  ['1', true],
  ['0', false],
  ['True', true],
  ['False', false],
])

/** Returns a validation that reads {@link BOOLEANS} too. */
function withBooleans(
  { properties = {} }: { properties?: Record<string, { type?: string }> },
  validate: FastifyValidationResult,
) {
  const names = Object.keys(properties).filter((name) => properties[name]?.type === 'boolean')
  if (names.length === 0) return validate
  return (query: Record<string, unknown>) => {
    for (const name of names) if (BOOLEANS.has(query[name])) query[name] = BOOLEANS.get(query[name])
    return validate(query) ? { value: query } : { error: validate.errors as never }
  }
}

/**
 * Compiles the schemas of every route before the server listens: a broken one stops the start. Nothing in a body is coerced or dropped. A query
 * and a path hold only strings, from which numbers and booleans are read.
 */
export default fp(
  async (app) => {
    const schemas = app.getSchemas() as Record<string, FastifySchema>
    const createValidators = AjvCompiler()
    const validators = (coerceTypes: boolean) =>
      createValidators(schemas, { customOptions: { removeAdditional: false, allErrors: true, coerceTypes } })
    const [compileBody, compileStrings] = [validators(false), validators(true)]
    app.setValidatorCompiler<FastifySchema>(({ schema, httpPart }) => {
      if (httpPart === 'body') return compileBody({ schema })
      const validate = compileStrings({ schema })
      return httpPart === 'querystring' ? withBooleans(schema as never, validate as FastifyValidationResult) : validate
    })

    const compileAnswer = SerializerCompiler()(schemas)
    // answers of one shape share a serializer, whatever their route and status: there are some hundred problems among them
    const serializers = new Map<string, Serializer>()
    app.setSerializerCompiler<FastifySchema>((route) => {
      const shape = JSON.stringify({ ...route.schema, description: undefined })
      const serialize = serializers.get(shape) ?? compileAnswer(route as never)
      serializers.set(shape, serialize)
      return serialize
    })
  },
  { name: 'compilers', dependencies: ['openapi'] },
)
