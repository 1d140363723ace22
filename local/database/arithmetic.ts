import { Double, Int32, Long } from 'bson'
import { MongoError, notImplemented } from './errors.js'
import { isNumber, toNumber } from './values.js'

type Operation = { double: (a: number, b: number) => number; big: (a: bigint, b: bigint) => bigint }

export const ADD: Operation = { double: (a, b) => a + b, big: (a, b) => a + b }
export const SUBTRACT: Operation = { double: (a, b) => a - b, big: (a, b) => a - b }
export const MULTIPLY: Operation = { double: (a, b) => a * b, big: (a, b) => a * b }
/** The remainder has the sign of the dividend. */
export const MODULO: Operation = { double: (a, b) => a % b, big: (a, b) => a % b }

const MAX_LONG = 2n ** 63n

const typeOf = (value: unknown) => (value as { _bsontype: string })._bsontype

const toBig = (value: unknown): bigint => (value instanceof Long ? value.toBigInt() : BigInt((value as Int32).value))

/** Tests for a value of a whole-number type, Int32 or Long. */
export const isIntegral = (value: unknown): boolean => isNumber(value) && /^(Int32|Long)$/.test(typeOf(value))

/**
 * Calculates in the wider type of the two operands, as MongoDB does. An int that overflows becomes a long; returns
 * undefined if a long overflows.
 */
export function calculate(operation: Operation, a: unknown, b: unknown): Int32 | Long | Double | undefined {
  const types = [typeOf(a), typeOf(b)]
  if (types.includes('Decimal128')) throw notImplemented('arithmetic with decimals')
  if (types.includes('Double')) return new Double(operation.double(toNumber(a), toNumber(b)))
  const result = operation.big(toBig(a), toBig(b))
  if (result >= MAX_LONG || result < -MAX_LONG) return undefined
  const isInt = !types.includes('Long') && BigInt.asIntN(32, result) === result
  return isInt ? new Int32(Number(result)) : Long.fromBigInt(result)
}

/** Calculates as `calculate` does, but in doubles if a long overflows, as expressions do. */
export const calculateWidening = (operation: Operation, a: unknown, b: unknown): Int32 | Long | Double =>
  calculate(operation, a, b) ?? new Double(operation.double(toNumber(a), toNumber(b)))

/**
 * Returns a whole number out of a command.
 * @throws MongoError with `code` if the value is anything else
 */
export function wholeNumber(value: unknown, what: string, code = 2): number {
  const number = isNumber(value) ? toNumber(value) : Number.NaN
  if (!Number.isInteger(number)) throw new MongoError(code, `${what} must be a whole number`)
  return number
}
