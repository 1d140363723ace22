import { type Static, type TSchema, Type } from '@sinclair/typebox'

/**
 * Returns a typed `$ref` to a shared schema. Shared schemas are always referenced through this, never inlined.
 * @param description the description of a response with this schema; other references lose it in the contract
 */
export const ref = <T extends TSchema>(schema: T, description?: string) =>
  Type.Unsafe<Static<T>>({ $ref: `${schema.$id}#`, ...(description !== undefined && { description }) })

/**
 * Returns the schema of a string in a request that is one of `values`, as a plain `enum`; a union of literals becomes an `anyOf`. In the
 * contract, a `title` becomes its name.
 */
export const stringEnum = <const T extends string>(values: readonly T[], options: Record<string, unknown> = {}) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...options })

/** Returns the schema of a string in a response. More values may be added: a closed `enum` would break the clients that were generated before. */
export const openEnum = <const T extends string>(values: readonly T[], options: Record<string, unknown> = {}) =>
  Type.Unsafe<T>({ type: 'string', 'x-extensible-enum': [...values], ...options })
