import { deserialize, Int32, Long, serialize } from 'bson'
import { MongoError, notImplemented } from './errors.js'

/** A decoded document. Its values keep their BSON types: numbers are Int32, Long, Double or Decimal128 objects. */
export type Doc = Record<string, unknown>

/** Reads a document with every type preserved. */
export const decode = (bytes: Uint8Array): Doc =>
  deserialize(bytes, {
    promoteValues: false,
    promoteLongs: false,
    promoteBuffers: false,
    bsonRegExp: true,
    validation: { utf8: false },
  })

/**
 * Encodes a document.
 * @throws MongoError with `code` if it is larger than MongoDB's 16 MiB
 */
export function encode(doc: Doc, code = 10334): Buffer {
  const bytes = serialize(doc, { ignoreUndefined: true })
  if (bytes.length > MAX_DOCUMENT) throw new MongoError(code, `BSONObj size: ${bytes.length} is invalid`)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

export const MAX_DOCUMENT = 16 * 1024 * 1024

/** The positions of the types in MongoDB's order. Each is also the first byte of an encoded key. */
export const ORDER = {
  minKey: 1,
  emptyArray: 2,
  null: 3,
  number: 4,
  string: 5,
  object: 6,
  array: 7,
  binary: 8,
  objectId: 9,
  boolean: 10,
  date: 11,
  timestamp: 12,
  regex: 13,
  code: 15,
  maxKey: 127,
}

const BSON_ORDER: Record<string, number> = {
  Int32: ORDER.number,
  Double: ORDER.number,
  Long: ORDER.number,
  Decimal128: ORDER.number,
  ObjectId: ORDER.objectId,
  Binary: ORDER.binary,
  BSONRegExp: ORDER.regex,
  Timestamp: ORDER.timestamp,
  BSONSymbol: ORDER.string,
  Code: ORDER.code,
  MinKey: ORDER.minKey,
  MaxKey: ORDER.maxKey,
}

/** Returns the position of a value's type in MongoDB's order. A missing value counts as null. */
export function typeOrder(value: unknown): number {
  if (value === undefined || value === null) return ORDER.null
  if (typeof value === 'string') return ORDER.string
  if (typeof value === 'boolean') return ORDER.boolean
  if (Array.isArray(value)) return ORDER.array
  if (value instanceof Date) return ORDER.date
  const bsonType = (value as { _bsontype?: string })._bsontype
  if (bsonType === undefined) return ORDER.object
  const order = BSON_ORDER[bsonType]
  if (order === undefined) throw notImplemented(`a value of type ${bsonType}`)
  return order
}

export const isNumber = (value: unknown): boolean => typeOrder(value) === ORDER.number

export const isObject = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && typeOrder(value) === ORDER.object

const BSON_TYPES: Record<string, [number, string]> = {
  Int32: [16, 'int'],
  Double: [1, 'double'],
  Long: [18, 'long'],
  Decimal128: [19, 'decimal'],
  ObjectId: [7, 'objectId'],
  Binary: [5, 'binData'],
  BSONRegExp: [11, 'regex'],
  Timestamp: [17, 'timestamp'],
  BSONSymbol: [14, 'symbol'],
  Code: [13, 'javascript'],
  MinKey: [-1, 'minKey'],
  MaxKey: [127, 'maxKey'],
}

/** Returns the BSON type of a value that is not missing, as number and as alias. */
export function bsonType(value: unknown): [number, string] {
  if (value === null) return [10, 'null']
  if (typeof value === 'string') return [2, 'string']
  if (typeof value === 'boolean') return [8, 'bool']
  if (Array.isArray(value)) return [4, 'array']
  if (value instanceof Date) return [9, 'date']
  return BSON_TYPES[(value as { _bsontype: string })._bsontype] ?? [3, 'object']
}

/** Returns the alias of the BSON type of a value that is not missing, such as `binData`. */
export const typeName = (value: unknown): string => bsonType(value)[1]

/** Tests for a missing value and null, which most expressions treat alike. */
export const isNil = (value: unknown): value is null | undefined => value === null || value === undefined

/** Tests if a part of a path can be the index of an array. */
export const isIndex = (part: string): boolean => /^(0|[1-9]\d*)$/.test(part)

/** Converts a number of any BSON type to a JavaScript number, rounded if necessary. */
export const toNumber = (value: unknown): number => {
  const bson = value as { _bsontype: string; value: number }
  return bson._bsontype === 'Int32' || bson._bsontype === 'Double' ? bson.value : Number(String(value))
}

/** Sets a field, even if its name is `__proto__`. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(doc, name, { value, enumerable: true, configurable: true, writable: true })
  else doc[name] = value
}

/** Returns the value of a document's own field. */
export const getField = (doc: Doc, name: string): unknown => (Object.hasOwn(doc, name) ? doc[name] : undefined)

/** MongoDB's limit for the depth of documents. */
const MAX_DEPTH = 180

/** @throws MongoError 15 if documents and arrays are nested too deep to be stored */
export function checkDepth(value: unknown, left = MAX_DEPTH): void {
  if (left < 0) throw new MongoError(15, `document has more than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) for (const element of value) checkDepth(element, left - 1)
  else if (isPlain(value)) for (const field of Object.values(value)) checkDepth(field, left - 1)
}

const isPlain = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && !(value instanceof Date) && !('_bsontype' in value)

/** Converts an integer to the smallest BSON type that holds it. */
export const int = (value: number): Int32 | Long => (value === (value | 0) ? new Int32(value) : Long.fromNumber(value))
