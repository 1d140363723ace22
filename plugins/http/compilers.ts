import AjvCompiler from '@fastify/ajv-compiler'
import SerializerCompiler, { type Serializer } from '@fastify/fast-json-stringify-compiler'
import type { FastifySchema } from 'fastify'
import fp from 'fastify-plugin'

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
    app.setValidatorCompiler<FastifySchema>(({ schema, httpPart }) =>
      (httpPart === 'body' ? compileBody : compileStrings)({ schema }),
    )

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
