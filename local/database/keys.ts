import { MongoError } from './errors.js'
import { EMPTY_ARRAY, encodeKey } from './key-encoding.js'
import { type Doc, getField, isIndex, isObject } from './values.js'

/** The fields of an index or a sort: their paths in order, and which of them descend. */
export type KeyPattern = { paths: string[]; parts: string[][]; descending: boolean[] }

export function keyPattern(fields: [string, boolean][]): KeyPattern {
  const paths = fields.map(([path]) => path)
  return { paths, parts: paths.map((path) => path.split('.')), descending: fields.map(([, down]) => down) }
}

/** A key of a document: the values that an error shows, and their ordered bytes. */
export type Key = { values: unknown[]; bytes: Buffer }

type Found = { value: unknown } | { array: unknown[]; prefix: string; rest: string[] }

/** Walks to the value of a path, or to the first array on the way. */
function follow(value: unknown, parts: string[], prefix: string): Found {
  let current = value
  let where = prefix
  for (let i = 0; ; i++) {
    const part = parts[i]
    if (Array.isArray(current)) {
      if (part === undefined || !isIndex(part)) return { array: current, prefix: where, rest: parts.slice(i) }
      // The part may be an index or a field of the elements, so MongoDB refuses it.
      if (current.some((element) => isObject(element) && Object.hasOwn(element, part)))
        throw new MongoError(16746, `Ambiguous field name found in array: '${part}'`)
      current = current[Number(part)]
    } else if (part === undefined) return { value: current }
    else current = isObject(current) ? getField(current, part) : undefined
    where += `.${part}`
  }
}

/**
 * Returns the value of one element of an array at the rest of a path. At the end of the path an inner array isn't
 * opened.
 */
function element(value: unknown, rest: string[], prefix: string): Found {
  if (rest.length === 0 || !isObject(value)) return { value: rest.length === 0 ? value : undefined }
  return follow(value, rest, prefix)
}

function expand(found: Found[], onArray: (field: number) => void): unknown[][] {
  const first = found.find((field) => 'array' in field)
  if (!first || !('array' in first)) return [found.map((field) => (field as { value: unknown }).value)]
  const shared = found.map((field, i) => {
    if (!('array' in field)) return false
    if (field.prefix !== first.prefix) throw new MongoError(171, 'cannot index parallel arrays')
    onArray(i)
    return true
  })
  const elements = first.array.length === 0 ? [EMPTY_ARRAY] : first.array
  return elements.flatMap((value) =>
    expand(
      found.map((field, i) =>
        shared[i] && 'array' in field
          ? value === EMPTY_ARRAY
            ? { value: field.rest.length === 0 ? EMPTY_ARRAY : undefined }
            : element(value, field.rest, field.prefix)
          : field,
      ),
      onArray,
    ),
  )
}

/**
 * Returns all keys of a document in an index: one for each element of an array on a path. `multikey` is a bit mask of
 * the fields that met an array.
 * @throws MongoError 171 if two different arrays meet
 */
export function keysOf(doc: Doc, pattern: KeyPattern): { keys: Key[]; multikey: number } {
  let multikey = 0
  const combinations = expand(
    pattern.parts.map((parts) => follow(doc, parts, '')),
    (field) => {
      multikey |= 1 << field
    },
  )
  const keys = new Map<string, Key>()
  for (const values of combinations) {
    const bytes = encodeKey(values, pattern.descending)
    if (combinations.length === 1) return { keys: [{ values, bytes }], multikey }
    keys.set(bytes.toString('latin1'), { values, bytes })
  }
  return { keys: [...keys.values()], multikey }
}

/** Returns the key by which a document sorts: the first of its keys. */
export function sortKey(doc: Doc, pattern: KeyPattern): Buffer {
  let keys: Key[]
  try {
    keys = keysOf(doc, pattern).keys
  } catch (error) {
    if ((error as MongoError).code !== 171) throw error
    throw new MongoError(2, 'cannot sort with keys that are parallel arrays')
  }
  return keys.reduce((least, { bytes }) => (Buffer.compare(bytes, least) < 0 ? bytes : least), (keys[0] as Key).bytes)
}
