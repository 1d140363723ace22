import { type Static, type TSchema, Type } from '@sinclair/typebox'

/**
 * A `$ref` to a shared schema that keeps its type; every shared schema is referenced through this and never inlined.
 * @param description what it is in this place
 */
export const ref = <T extends TSchema>(schema: T, description?: string) =>
  Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#`, ...(description !== undefined && { description }) })

/** A string that is one of `values`: a plain JSON Schema `enum`, which a union of literals would not be. */
export const stringEnum = <const T extends string>(values: readonly T[], options: Record<string, unknown> = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...options })
