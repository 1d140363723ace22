import { type Binary, type BSONRegExp, type Decimal128, deserialize, Int32, Long, type ObjectId, serialize } from 'bson'
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

/** Writes a document; throws code 10334 where it passes MongoDB's 16 MiB. */
export function encode(doc: Doc): Buffer {
  const bytes = serialize(doc, { ignoreUndefined: true })
  if (bytes.length > MAX_DOCUMENT) throw new MongoError(10334, `BSONObj size: ${bytes.length} is invalid`)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

export const MAX_DOCUMENT = 16 * 1024 * 1024

/** Places of the types in MongoDB's comparison order; the bytes with which encoded keys begin. */
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

/** The place of a value's type in MongoDB's comparison order; a missing value counts as null. */
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

/** A present value's BSON type, as number and as alias. */
export function bsonType(value: unknown): [number, string] {
  if (value === null) return [10, 'null']
  if (typeof value === 'string') return [2, 'string']
  if (typeof value === 'boolean') return [8, 'bool']
  if (Array.isArray(value)) return [4, 'array']
  if (value instanceof Date) return [9, 'date']
  return BSON_TYPES[(value as { _bsontype: string })._bsontype] ?? [3, 'object']
}

/** A number of any BSON type as a JavaScript number, rounded where it must be. */
export const toNumber = (value: unknown): number => {
  const bson = value as { _bsontype: string; value: number }
  return bson._bsontype === 'Int32' || bson._bsontype === 'Double' ? bson.value : Number(String(value))
}

/** Sets a field, also one named `__proto__`. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(doc, name, { value, enumerable: true, configurable: true, writable: true })
  else doc[name] = value
}

/** The value of a field of the document itself, nothing inherited. */
export const getField = (doc: Doc, name: string): unknown => (Object.hasOwn(doc, name) ? doc[name] : undefined)

let scratch = Buffer.allocUnsafe(1 << 16)
let at = 0

function room(bytes: number): void {
  if (at + bytes <= scratch.length) return
  const larger = Buffer.allocUnsafe(Math.max(scratch.length * 2, at + bytes))
  scratch.copy(larger, 0, 0, at)
  scratch = larger
}

function writeByte(byte: number): void {
  room(1)
  scratch[at++] = byte
}

function writeBytes(bytes: Uint8Array): void {
  room(bytes.length)
  scratch.set(bytes, at)
  at += bytes.length
}

/** Text ends with 00 00; a zero inside is 00 FF, so that a prefix sorts before its extensions. */
function writeText(text: string): void {
  const start = at
  room(text.length * 3 + 2)
  at += scratch.write(text, at, 'utf8')
  if (scratch.subarray(start, at).includes(0)) {
    const plain = Buffer.from(scratch.subarray(start, at))
    at = start
    for (const byte of plain) {
      writeByte(byte)
      if (byte === 0) writeByte(0xff)
    }
  }
  writeByte(0)
  writeByte(0)
}

function writeDouble(value: number): void {
  room(8)
  if (Number.isNaN(value)) scratch.fill(0, at, at + 8)
  else {
    scratch.writeDoubleBE(value === 0 ? 0 : value, at)
    if (value < 0) for (let i = at; i < at + 8; i++) scratch[i] = ~(scratch[i] as number)
    else scratch[at] = (scratch[at] as number) ^ 0x80
  }
  at += 8
}

const EXACT = 0x80

/** What the nearest double leaves of a number, as two more doubles: enough for 34 decimal digits. */
function writeRest(numerator: bigint, denominator: bigint): void {
  if (numerator === 0n) return writeByte(EXACT)
  writeByte(numerator < 0n ? 0x40 : 0xc0)
  const first = quotient(numerator, denominator)
  const [n, d] = fraction(first)
  writeDouble(first)
  writeDouble(quotient(numerator * d - n * denominator, denominator * d))
}

/** numerator / denominator, cut to the 53 bits of a double. */
function quotient(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0
  const size = (n: bigint) => n.toString(2).length
  const positive = numerator < 0n ? -numerator : numerator
  const shift = 54 - (size(positive) - size(denominator))
  const cut = shift >= 0 ? (positive << BigInt(shift)) / denominator : positive / (denominator << BigInt(-shift))
  const excess = size(cut) - 53
  const result = Number(cut >> BigInt(excess)) * 2 ** (excess - shift)
  return numerator < 0n ? -result : result
}

/** A finite double as an exact fraction. */
function fraction(value: number): [bigint, bigint] {
  let denominator = 1n
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    denominator *= 2n
  }
  return [BigInt(scaled), denominator]
}

function writeDecimal(value: Decimal128): void {
  const text = value.toString()
  const nearest = Number(text)
  writeDouble(nearest)
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text)
  if (!parts) return writeByte(EXACT)
  const [, sign, whole, decimals = '', exponent = '0'] = parts
  const coefficient = BigInt(`${sign}${whole}${decimals}`)
  const power = Number(exponent) - decimals.length
  if (coefficient !== 0n && (Math.abs(nearest) > 1e300 || Math.abs(nearest) < 1e-250))
    throw notImplemented(`comparing the decimal ${text}`)
  const numerator = power > 0 ? coefficient * 10n ** BigInt(power) : coefficient
  const denominator = power < 0 ? 10n ** BigInt(-power) : 1n
  const [n, d] = fraction(nearest)
  writeRest(coefficient === 0n ? 0n : numerator * d - n * denominator, denominator * d)
}

function writeNumber(value: { _bsontype: string }): void {
  if (value._bsontype === 'Decimal128') return writeDecimal(value as Decimal128)
  if (value._bsontype === 'Long') {
    const long = (value as Long).toBigInt()
    const nearest = Number(long)
    writeDouble(nearest)
    return writeRest(long - BigInt(nearest), 1n)
  }
  writeDouble((value as Int32).value)
  writeByte(EXACT)
}

function writeLong(high: number, low: number): void {
  room(8)
  scratch.writeUInt32BE(high >>> 0, at)
  scratch.writeUInt32BE(low >>> 0, at + 4)
  at += 8
}

function writeValue(value: unknown): void {
  const order = typeOrder(value)
  writeByte(order)
  switch (order) {
    case ORDER.number:
      return writeNumber(value as Int32)
    case ORDER.string:
      return writeText(String(value))
    case ORDER.object:
      for (const [name, field] of Object.entries(value as Doc)) {
        writeByte(typeOrder(field))
        writeText(name)
        writeValue(field)
      }
      return writeByte(0)
    case ORDER.array:
      for (const element of value as unknown[]) writeValue(element)
      return writeByte(0)
    case ORDER.binary: {
      const { buffer, position, sub_type } = value as Binary
      writeLong(0, position)
      writeByte(sub_type)
      return writeBytes(buffer.subarray(0, position))
    }
    case ORDER.objectId:
      return writeBytes((value as ObjectId).id)
    case ORDER.boolean:
      return writeByte(value === true ? 1 : 0)
    case ORDER.date: {
      const long = Long.fromNumber((value as Date).getTime())
      return writeLong(long.high ^ 0x80000000, long.low)
    }
    case ORDER.timestamp:
      return writeLong((value as Long).high, (value as Long).low)
    case ORDER.regex:
      writeText((value as BSONRegExp).pattern)
      return writeText((value as BSONRegExp).options)
    case ORDER.code:
      return writeText((value as { code: string }).code)
  }
}

/**
 * Bytes whose order is MongoDB's order of the values, one after the other. Each value's bytes are no prefix of another's,
 * so inverting them turns the order of one field around. `undefined` stands for a missing value, `EMPTY_ARRAY` for the
 * entry that an empty array has in an index.
 */
export function encodeKey(values: unknown[], descending: boolean[] = []): Buffer {
  at = 0
  for (let i = 0; i < values.length; i++) {
    const start = at
    if (values[i] === EMPTY_ARRAY) writeByte(ORDER.emptyArray)
    else writeValue(values[i])
    if (descending[i]) for (let j = start; j < at; j++) scratch[j] = ~(scratch[j] as number)
  }
  return Buffer.from(scratch.subarray(0, at))
}

export const EMPTY_ARRAY: unique symbol = Symbol('the index entry of an empty array')

const isSmall = (value: { _bsontype: string }) => value._bsontype === 'Int32' || value._bsontype === 'Double'

/** MongoDB's total order over all values: negative, zero or positive. A missing value equals null. */
export function compare(a: unknown, b: unknown): number {
  const order = typeOrder(a)
  const difference = order - typeOrder(b)
  if (difference !== 0) return difference
  switch (order) {
    case ORDER.null:
    case ORDER.minKey:
    case ORDER.maxKey:
      return 0
    case ORDER.number:
      if (isSmall(a as Int32) && isSmall(b as Int32)) {
        const [x, y] = [(a as Int32).value, (b as Int32).value]
        if (x === y) return 0
        if (x < y) return -1
        if (x > y) return 1
      }
      break
    case ORDER.string:
      return a === b ? 0 : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
    case ORDER.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case ORDER.boolean:
    case ORDER.date:
      return Number(a) - Number(b)
  }
  return Buffer.compare(encodeKey([a]), encodeKey([b]))
}

/** Whether two values are equal to MongoDB: numbers by value, documents with their keys in the same order. */
export const equal = (a: unknown, b: unknown): boolean => compare(a, b) === 0

/** An integer as the smallest BSON type that holds it. */
export const int = (value: number): Int32 | Long => (value === (value | 0) ? new Int32(value) : Long.fromNumber(value))
