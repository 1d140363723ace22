import { Double, Int32, Long } from 'bson'
import { ADD, calculateWidening, isIntegral, MODULO, MULTIPLY, SUBTRACT, wholeNumber } from './arithmetic.js'
import { compare, equal } from './compare.js'
import { MongoError } from './errors.js'
import { mingoOperators } from './expression-mingo.js'
import { type Doc, int, isNil, isNumber, isObject, setField, toNumber, typeName } from './values.js'

/** A function of evaluated arguments. `undefined` stands for a missing value. */
type Operator = (...values: unknown[]) => unknown

/** Tests for truth as MongoDB does: false, null, a missing value and zero are false; an empty string is true. */
export const isTruthy = (value: unknown): boolean =>
  !(isNil(value) || value === false || (isNumber(value) && toNumber(value) === 0))

export const array = (value: unknown, operator: string, code: number): unknown[] => {
  if (!Array.isArray(value)) throw new MongoError(code, `The argument to ${operator} must be an array`)
  return value
}

const number = (value: unknown, operator: string): number => {
  if (!isNumber(value)) throw new MongoError(14, `${operator} only supports numeric types`)
  return toNumber(value)
}

/** Compiles arithmetic that returns null if an operand is null or missing. */
const arithmetic =
  (operator: string, apply: (a: unknown, b: unknown) => unknown): Operator =>
  (a, b) => {
    if (isNil(a) || isNil(b)) return null
    number(a, operator)
    number(b, operator)
    return apply(a, b)
  }

function add(...values: unknown[]): unknown {
  if (values.some(isNil)) return null
  const dates = values.filter((value): value is Date => value instanceof Date)
  if (dates.length > 1) throw new MongoError(16612, 'only one date allowed in an $add expression')
  const sum = values
    .filter((value) => !(value instanceof Date))
    .reduce((total, value) => {
      number(value, '$add')
      return calculateWidening(ADD, total, value)
    }, new Int32(0))
  return dates[0] ? new Date(dates[0].getTime() + Math.round(toNumber(sum))) : sum
}

function subtract(a: unknown, b: unknown): unknown {
  if (isNil(a) || isNil(b)) return null
  if (a instanceof Date)
    return b instanceof Date
      ? Long.fromNumber(a.getTime() - b.getTime())
      : new Date(a.getTime() - Math.round(number(b, '$subtract')))
  number(a, '$subtract')
  number(b, '$subtract')
  return calculateWidening(SUBTRACT, a, b)
}

function divide(a: unknown, b: unknown): unknown {
  if (toNumber(b) === 0) throw new MongoError(2, "can't $divide by zero")
  return new Double(toNumber(a) / toNumber(b))
}

function modulo(a: unknown, b: unknown): unknown {
  if (toNumber(b) === 0) throw new MongoError(16610, "can't $mod by zero")
  return calculateWidening(MODULO, a, b)
}

/** $ceil, $floor and $abs keep the type of a whole number. */
const rounding =
  (operator: string, apply: (value: number) => number): Operator =>
  (value) => {
    if (isNil(value)) return null
    const result = apply(number(value, operator))
    if (!isIntegral(value)) return new Double(result)
    return value instanceof Long ? Long.fromNumber(result) : int(result)
  }

/** Adds the numbers among the values, as `$sum` does. */
export const sum = (values: unknown[]): unknown =>
  values.filter(isNumber).reduce((total, value) => calculateWidening(ADD, total, value), new Int32(0))

/** Returns the mean of the numbers among the values as a double, or null if there are none. */
export function average(values: unknown[]): unknown {
  const numbers = values.filter(isNumber)
  return numbers.length === 0 ? null : new Double(toNumber(sum(numbers)) / numbers.length)
}

/** Returns the least (-1) or greatest (1) value that is neither null nor missing, or null if there is none. */
export const extreme = (values: unknown[], sign: 1 | -1): unknown =>
  values.reduce(
    (best, value) => (isNil(value) || (!isNil(best) && compare(value, best) * sign <= 0) ? best : value),
    null,
  )

/** Applies `$sum` and similar operators to one array or to several arguments. */
const overList =
  (apply: (values: unknown[]) => unknown): Operator =>
  (...values) =>
    apply(values.length === 1 && Array.isArray(values[0]) ? values[0] : values)

function slice(input: unknown, first: unknown, second?: unknown): unknown {
  if (isNil(input) || isNil(first)) return null
  const list = array(input, '$slice', 28724)
  const from = wholeNumber(first, '$slice', 28725)
  if (second === undefined) return from >= 0 ? list.slice(0, from) : list.slice(from)
  const count = wholeNumber(second, '$slice', 28727)
  if (count <= 0) throw new MongoError(28729, `Third argument to $slice must be positive: ${count}`)
  const start = from >= 0 ? from : Math.max(list.length + from, 0)
  return list.slice(start, start + count)
}

function arrayElemAt(input: unknown, index: unknown): unknown {
  if (isNil(input) || isNil(index)) return null
  return array(input, '$arrayElemAt', 28689).at(wholeNumber(index, '$arrayElemAt', 28691))
}

const ends =
  (operator: string, index: number): Operator =>
  (input) =>
    isNil(input) ? null : array(input, operator, 28689).at(index)

function mergeObjects(...values: unknown[]): unknown {
  const merged: Doc = {}
  const documents = values.length === 1 && Array.isArray(values[0]) ? values[0] : values
  for (const value of documents) {
    if (isNil(value)) continue
    if (!isObject(value)) throw new MongoError(40400, '$mergeObjects requires object inputs')
    for (const [name, field] of Object.entries(value)) setField(merged, name, field)
  }
  return merged
}

function objectToArray(value: unknown): unknown {
  if (isNil(value)) return null
  if (!isObject(value)) throw new MongoError(40390, '$objectToArray requires a document input')
  return Object.entries(value).map(([k, v]) => ({ k, v }))
}

function arrayToObject(value: unknown): unknown {
  if (isNil(value)) return null
  const result: Doc = {}
  for (const pair of array(value, '$arrayToObject', 40386)) {
    const [k, v] = Array.isArray(pair) ? pair : isObject(pair) ? [pair.k, pair.v] : []
    if (typeof k !== 'string') throw new MongoError(40394, '$arrayToObject requires pairs of a key and a value')
    setField(result, k, v)
  }
  return result
}

function concatArrays(...values: unknown[]): unknown {
  if (values.some(isNil)) return null
  return values.flatMap((value) => array(value, '$concatArrays', 28664))
}

function concat(...values: unknown[]): unknown {
  if (values.some(isNil)) return null
  return values
    .map((value) => {
      if (typeof value !== 'string') throw new MongoError(16702, '$concat only supports strings')
      return value
    })
    .join('')
}

const distinctValues = (values: unknown[]): unknown[] =>
  [...values].sort(compare).filter((value, i, all) => i === 0 || !equal(value, all[i - 1]))

const contains = (list: unknown[], value: unknown) => list.some((other) => equal(other, value))

const setOperation =
  (operator: string, apply: (a: unknown[], b: unknown[]) => unknown): Operator =>
  (a, b) =>
    isNil(a) || isNil(b) ? null : apply(array(a, operator, 17040), array(b, operator, 17041))

function toText(value: unknown): unknown {
  if (isNil(value)) return null
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value) || isObject(value)) throw new MongoError(241, 'Unsupported conversion to string in $convert')
  return String(value)
}

/** The operators that are functions of their arguments. */
export const OPERATORS: Record<string, Operator> = {
  $eq: (a, b) => (a === undefined ? b === undefined : b !== undefined && equal(a, b)),
  $ne: (a, b) => !(a === undefined ? b === undefined : b !== undefined && equal(a, b)),
  $gt: (a, b) => order(a, b) > 0,
  $gte: (a, b) => order(a, b) >= 0,
  $lt: (a, b) => order(a, b) < 0,
  $lte: (a, b) => order(a, b) <= 0,
  $cmp: (a, b) => new Int32(Math.sign(order(a, b))),
  $not: (value) => !isTruthy(value),
  $add: add,
  $subtract: subtract,
  $multiply: (...values) =>
    values.some(isNil)
      ? null
      : values.reduce((product, value) => {
          number(value, '$multiply')
          return calculateWidening(MULTIPLY, product, value)
        }, new Int32(1)),
  $divide: arithmetic('$divide', divide),
  $mod: arithmetic('$mod', modulo),
  $abs: rounding('$abs', Math.abs),
  $ceil: rounding('$ceil', Math.ceil),
  $floor: rounding('$floor', Math.floor),
  $sum: overList(sum),
  $avg: overList(average),
  $min: overList((values) => extreme(values, -1)),
  $max: overList((values) => extreme(values, 1)),
  $concat: concat,
  $concatArrays: concatArrays,
  $slice: slice,
  $arrayElemAt: arrayElemAt,
  $first: ends('$first', 0),
  $last: ends('$last', -1),
  $size: (value) => int(array(value, '$size', 17124).length),
  $isArray: (value) => Array.isArray(value),
  $isNumber: (value) => isNumber(value),
  $in: (value, list) => contains(array(list, '$in', 40081), value),
  $indexOfArray: (list, value) =>
    isNil(list) ? null : int(array(list, '$indexOfArray', 40090).findIndex((element) => equal(element, value))),
  $reverseArray: (list) => (isNil(list) ? null : array(list, '$reverseArray', 34435).toReversed()),
  $mergeObjects: mergeObjects,
  $objectToArray: objectToArray,
  $arrayToObject: arrayToObject,
  $setUnion: setOperation('$setUnion', (a, b) => distinctValues([...a, ...b])),
  $setIntersection: setOperation('$setIntersection', (a, b) => distinctValues(a.filter((value) => contains(b, value)))),
  $setDifference: setOperation('$setDifference', (a, b) =>
    a.filter((value, i) => !contains(b, value) && !contains(a.slice(0, i), value)),
  ),
  $setIsSubset: setOperation('$setIsSubset', (a, b) => a.every((value) => contains(b, value))),
  $type: (value) => (value === undefined ? 'missing' : typeName(value)),
  $toString: toText,
  ...mingoOperators,
}

/** Orders values as expressions do: a missing value is less than null, unlike in a sort. */
const order = (a: unknown, b: unknown): number =>
  a === undefined || b === undefined ? Number(a !== undefined) - Number(b !== undefined) : compare(a, b)

/** The least and the greatest number of arguments of the operators that limit it. */
export const ARITY: Record<string, [number, number]> = {
  $eq: [2, 2],
  $ne: [2, 2],
  $gt: [2, 2],
  $gte: [2, 2],
  $lt: [2, 2],
  $lte: [2, 2],
  $cmp: [2, 2],
  $not: [1, 1],
  $subtract: [2, 2],
  $divide: [2, 2],
  $mod: [2, 2],
  $abs: [1, 1],
  $ceil: [1, 1],
  $floor: [1, 1],
  $slice: [2, 3],
  $arrayElemAt: [2, 2],
  $first: [1, 1],
  $last: [1, 1],
  $size: [1, 1],
  $isArray: [1, 1],
  $isNumber: [1, 1],
  $in: [2, 2],
  $indexOfArray: [2, 2],
  $reverseArray: [1, 1],
  $objectToArray: [1, 1],
  $arrayToObject: [1, 1],
  $setUnion: [2, 2],
  $setIntersection: [2, 2],
  $setDifference: [2, 2],
  $setIsSubset: [2, 2],
  $type: [1, 1],
  $toString: [1, 1],
}
