import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { excessOf, MAX_MATCHED } from './pattern.js'

type Schema = Record<string, unknown>

/** A schema of the operator. */
export interface CompiledSchema {
  /** The schema as the contract shows it. */
  schema: Schema
  /** The keys that lists can be filtered by. */
  filters: string[]
  /** Returns how an object violates the schema. */
  errorsOf(metadata: object): ErrorObject[]
}

const MAX_BYTES = 64 * 2 ** 10
export const MAX_FILTERS = 10
/** The longest text that a list can be filtered by. */
export const MAX_FILTER_LENGTH = 100
const FORMATS = ['date', 'date-time', 'email', 'uri', 'uuid'] as const
/** Keywords whose values are data. */
const DATA = ['const', 'enum', 'default', 'examples']

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Yields each object in a schema, data left out. */
function* subschemas(value: unknown): Generator<Schema> {
  if (Array.isArray(value)) for (const entry of value) yield* subschemas(entry)
  if (!isObject(value)) return
  yield value
  for (const [key, entry] of Object.entries(value)) if (!DATA.includes(key)) yield* subschemas(entry)
}

/** @throws Error for a pattern that could take too long */
function requireBounded(schema: Schema): void {
  for (const { pattern, maxLength, patternProperties } of subschemas(schema)) {
    const patterns = isObject(patternProperties) ? Object.keys(patternProperties) : []
    if (typeof pattern === 'string') {
      patterns.push(pattern)
      if (!(Number(maxLength) <= MAX_MATCHED)) throw new Error(`pattern needs maxLength, of at most ${MAX_MATCHED}`)
    }
    for (const one of patterns) {
      const excess = excessOf(one)
      if (excess) throw new Error(`${excess}: ${one}`)
    }
  }
}

/** @throws Error for a property that can't be filtered by */
function filtersOf({ properties }: Schema): string[] {
  const marked = Object.entries(isObject(properties) ? properties : {}).flatMap(([key, property]) =>
    isObject(property) && property['x-filter'] === true ? [{ key, property }] : [],
  )
  for (const { key, property } of marked) {
    const isShort = Array.isArray(property.enum) || Number(property.maxLength) <= MAX_FILTER_LENGTH
    const isScalar = property.type === 'integer' || property.type === 'boolean'
    if (!isScalar && !(property.type === 'string' && isShort)) {
      throw new Error(
        `${key} can't have x-filter: it must be an integer, a boolean, or a string with enum or maxLength, of at most ${MAX_FILTER_LENGTH}`,
      )
    }
  }
  if (marked.length > MAX_FILTERS) throw new Error(`at most ${MAX_FILTERS} properties can have x-filter`)
  return marked.map(({ key }) => key)
}

/**
 * Compiles the JSON Schema (2020-12, or draft-07 if it says so) in a file. References to other documents are refused, and so is
 * what the server doesn't know.
 * @throws Error that says what is wrong
 */
export function compileSchema(file: string): CompiledSchema {
  const text = readFileSync(file, 'utf8')
  if (Buffer.byteLength(text) > MAX_BYTES) throw new Error('the file is larger than 64 KiB')
  const schema: unknown = JSON.parse(text)
  if (!isObject(schema) || schema.type !== 'object') throw new Error('the schema must have the type object')
  if (schema.$async !== undefined) throw new Error('$async is not supported')
  requireBounded(schema)
  const filters = filtersOf(schema)
  const isDraft7 = `${schema.$schema}`.startsWith('http://json-schema.org/draft-07/')
  const options = { allErrors: true, strict: true, strictTypes: false, strictRequired: false, logger: false } as const
  const ajv = isDraft7 ? new Ajv(options) : new Ajv2020(options)
  formats.default(ajv, [...FORMATS])
  ajv.addVocabulary(['x-filter'])
  const validate = ajv.compile(schema)
  return { schema, filters, errorsOf: (metadata) => (validate(metadata) ? [] : (validate.errors as ErrorObject[])) }
}
