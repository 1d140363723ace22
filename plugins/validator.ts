import AjvCompiler, { type BuildCompilerFromPool } from '@fastify/ajv-compiler'

const createFactory = AjvCompiler()

/**
 * Builds the validator compilers: nothing in a body is coerced or dropped; a query or path holds only strings, so that there numbers
 * and booleans are read from them.
 */
export const buildValidator: BuildCompilerFromPool = (externalSchemas, options) => {
  const compilerFor = (customOptions: object) =>
    createFactory(externalSchemas, {
      ...options,
      customOptions: { ...options?.customOptions, removeAdditional: false, allErrors: true, ...customOptions },
    } as typeof options)
  const forBody = compilerFor({ coerceTypes: false })
  const forStrings = compilerFor({ coerceTypes: true })
  return (route) => ((route as { httpPart?: string }).httpPart === 'body' ? forBody : forStrings)(route)
}
