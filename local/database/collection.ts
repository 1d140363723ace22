import { MongoError } from './errors.js'
import { type KeyPattern, keyPattern } from './keys.js'
import { compileFilter, type Test } from './query.js'
import { type Doc, int, toNumber } from './values.js'

/** An index of a collection. `spec` is the document that listIndexes shows. */
export type Index = {
  id: number
  spec: Doc
  name: string
  pattern: KeyPattern
  unique: boolean
  /** Tests for the documents that the index holds; a sparse or partial index leaves out others. */
  holds: Test
  /** A bit for each field that ever met an array and so has several entries for one document. */
  multikey: number
  savedMultikey: number
  /** False until the index is committed; the planner ignores it until then. */
  ready: boolean
}

export type Collection = { id: number; db: string; name: string; options: Doc; indexes: Index[] }

/** A stored document: the ordered bytes of its _id, and its BSON. */
export type Stored = { id: Buffer; bytes: Buffer }

export const ID_INDEX = { key: { _id: int(1) }, name: '_id_' }
export const ID_PATTERN = keyPattern([['_id', false]])

export const namespace = (db: string, name: string) => `${db}\0${name}`

/** @throws MongoError 73 if MongoDB allows no collection of this name */
export function checkName(db: string, name: string): void {
  if (
    name === '' ||
    name.startsWith('system.') ||
    name.includes('$') ||
    name.includes('\0') ||
    namespace(db, name).length > 255
  )
    throw new MongoError(73, `Invalid namespace specified '${db}.${name}'`)
}

export function newIndex(id: number, spec: Doc, multikey = 0, ready = false): Index {
  const fields = Object.entries(spec.key as Doc).map(([path, way]): [string, boolean] => [path, toNumber(way) < 0])
  const anyOf = { $or: fields.map(([path]) => ({ [path]: { $exists: true } })) }
  return {
    id,
    spec,
    name: spec.name as string,
    pattern: keyPattern(fields),
    unique: spec.unique === true,
    holds: compileFilter({ $and: [spec.partialFilterExpression ?? {}, ...(spec.sparse === true ? [anyOf] : [])] }),
    multikey,
    savedMultikey: multikey,
    ready,
  }
}

/** Formats a value as MongoDB's message about a duplicate key does. */
function shown(value: unknown): string {
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'ObjectId')
    return `ObjectId('${value}')`
  return JSON.stringify(value)
}

export function duplicateKey(
  collection: Collection,
  index: Pick<Index, 'name' | 'spec' | 'pattern'>,
  values: unknown[],
) {
  const entries = index.pattern.paths.map((path, i) => [
    path,
    typeof values[i] === 'symbol' ? null : (values[i] ?? null),
  ])
  const text = entries.map(([path, value]) => `${path}: ${shown(value)}`).join(', ')
  return new MongoError(
    11000,
    `E11000 duplicate key error collection: ${collection.db}.${collection.name} index: ${index.name} dup key: { ${text} }`,
    { keyPattern: index.spec.key, keyValue: Object.fromEntries(entries) },
  )
}
