import { type Binary, type BSONRegExp, type Code, type Decimal128, type Int32, Long, type ObjectId } from 'bson'
import { notImplemented } from './errors.js'
import { type Doc, ORDER, typeOrder } from './values.js'

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

/** Text ends with 00 00, and a zero inside is 00 FF, so that a prefix sorts before its extensions. */
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

/** Writes the difference of a number from its nearest double as two more doubles: enough for 34 decimal digits. */
function writeRest(numerator: bigint, denominator: bigint): void {
  if (numerator === 0n) {
    writeByte(EXACT)
    return
  }
  writeByte(numerator < 0n ? 0x40 : 0xc0)
  const first = quotient(numerator, denominator)
  const [n, d] = fraction(first)
  writeDouble(first)
  writeDouble(quotient(numerator * d - n * denominator, denominator * d))
}

/** Divides, and cuts the result to the 53 bits of a double. */
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

/** Converts a finite double to an exact fraction. */
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
  if (!parts) {
    writeByte(EXACT)
    return
  }
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
  if (value._bsontype === 'Decimal128') writeDecimal(value as Decimal128)
  else if (value._bsontype === 'Long') {
    const long = (value as Long).toBigInt()
    const nearest = Number(long)
    writeDouble(nearest)
    writeRest(long - BigInt(nearest), 1n)
  } else {
    writeDouble((value as Int32).value)
    writeByte(EXACT)
  }
}

function writeLong(high: number, low: number): void {
  room(8)
  scratch.writeUInt32BE(high >>> 0, at)
  scratch.writeUInt32BE(low >>> 0, at + 4)
  at += 8
}

type Writer = (value: never) => void

/** The writers of each type's values, after the byte of the type itself. */
const WRITERS: Record<number, Writer> = {
  [ORDER.number]: writeNumber,
  [ORDER.string]: (value: unknown) => writeText(String(value)),
  [ORDER.object]: (value: Doc) => {
    for (const [name, field] of Object.entries(value)) {
      writeByte(typeOrder(field))
      writeText(name)
      writeValue(field)
    }
    writeByte(0)
  },
  [ORDER.array]: (value: unknown[]) => {
    for (const element of value) writeValue(element)
    writeByte(0)
  },
  [ORDER.binary]: ({ buffer, position, sub_type }: Binary) => {
    writeLong(0, position)
    writeByte(sub_type)
    writeBytes(buffer.subarray(0, position))
  },
  [ORDER.objectId]: (value: ObjectId) => writeBytes(value.id),
  [ORDER.boolean]: (value: boolean) => writeByte(value ? 1 : 0),
  [ORDER.date]: (value: Date) => {
    const long = Long.fromNumber(value.getTime())
    writeLong(long.high ^ 0x80000000, long.low)
  },
  [ORDER.timestamp]: (value: Long) => writeLong(value.high, value.low),
  [ORDER.regex]: (value: BSONRegExp) => {
    writeText(value.pattern)
    writeText(value.options)
  },
  [ORDER.code]: ({ code, scope }: Code) => {
    if (scope) throw notImplemented('code with a scope')
    writeText(String(code))
  },
}

function writeValue(value: unknown): void {
  const order = typeOrder(value)
  writeByte(order)
  WRITERS[order]?.(value as never)
}

/**
 * Encodes values, one after the other, to bytes that sort in MongoDB's order of the values. The bytes of one value are
 * never the prefix of another's, so inverting them reverses the order of one field. `undefined` stands for a missing
 * value, `EMPTY_ARRAY` for the index entry of an empty array.
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
