import SerializerCompiler, { type Serializer, type SerializerFactory } from '@fastify/fast-json-stringify-compiler'

const createFactory = SerializerCompiler()

/**
 * Builds the serializer compiler: answers by a shared schema have one serializer in common, whatever their route and status; there are some
 * hundred problems among them. Each is compiled when it's first needed: all at once would double the time of a start.
 */
export const buildSerializer: SerializerFactory = (externalSchemas, options) => {
  const compile = createFactory(externalSchemas, options)
  const shared = new Map<string, Serializer>()
  return (route) => {
    const { $ref } = route.schema as { $ref?: string }
    const build = () => {
      const serialize = ($ref !== undefined && shared.get($ref)) || compile(route)
      if ($ref !== undefined) shared.set($ref, serialize)
      return serialize
    }
    let compiled: Serializer | undefined
    return (answer) => {
      compiled ??= build()
      return compiled(answer)
    }
  }
}
