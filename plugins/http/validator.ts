import AjvCompiler, { type BuildCompilerFromPool } from '@fastify/ajv-compiler'

const createFactory = AjvCompiler()

type Compile = ReturnType<BuildCompilerFromPool>
type Validate = ReturnType<Compile>

/**
 * Builds the validator compilers: nothing in a body is coerced or dropped; a query or path holds only strings, so that there numbers
 * and booleans are read from them. Each is compiled when a request first needs it: all at once would double the time of a start.
 */
export const buildValidator: BuildCompilerFromPool = (externalSchemas, options) => {
  const compilers = new Map<boolean, Compile>()
  const compilerFor = (coerceTypes: boolean) => {
    const customOptions = { ...options?.customOptions, removeAdditional: false, allErrors: true, coerceTypes }
    const compile =
      compilers.get(coerceTypes) ?? createFactory(externalSchemas, { ...options, customOptions } as typeof options)
    compilers.set(coerceTypes, compile)
    return compile
  }
  return (route) => {
    const isBody = (route as { httpPart?: string }).httpPart === 'body'
    let compiled: Validate | undefined
    const validate = ((data: unknown) => {
      compiled ??= compilerFor(!isBody)(route)
      const isValid = compiled(data)
      validate.errors = compiled.errors
      return isValid
    }) as Validate
    return validate
  }
}
