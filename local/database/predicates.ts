import { BSONRegExp, Long } from 'bson'
import { compare, equal } from './compare.js'
import { MongoError } from './errors.js'
import { compileRegex } from './regex.js'
import { bsonType, type Doc, isNumber, isObject, ORDER, toNumber, typeOrder } from './values.js'

/** Tests one value; `undefined` stands for a missing one. */
export type Predicate = (value: unknown) => boolean

const bad = (message: string) => new MongoError(2, message)

const isNaNNumber = (value: unknown) => isNumber(value) && Number.isNaN(toNumber(value))

export const equals = (operand: unknown): Predicate =>
  typeOrder(operand) === ORDER.null
    ? (value) => value === undefined || value === null
    : (value) => value !== undefined && equal(value, operand)

export const regexPredicate = (regex: BSONRegExp): Predicate => {
  const compiled = compileRegex(regex)
  return (value) =>
    typeof value === 'string' ? compiled.test(value) : value instanceof BSONRegExp && equal(value, regex)
}

export function comparison(operator: string, operand: unknown): Predicate {
  if (operand instanceof BSONRegExp) throw bad(`Can't have RegEx as arg to predicate over field`)
  const wanted = { $gt: [1], $gte: [0, 1], $lt: [-1], $lte: [-1, 0] }[operator] as number[]
  const order = typeOrder(operand)
  const anyType = order === ORDER.minKey || order === ORDER.maxKey
  if (isNaNNumber(operand)) return wanted.includes(0) ? isNaNNumber : () => false
  return (value) =>
    (anyType ? value !== undefined : typeOrder(value) === order) &&
    !(order === ORDER.number && isNaNNumber(value)) &&
    wanted.includes(Math.sign(compare(value, operand)))
}

export function inList(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw bad('$in needs an array')
  const tests = operand.map((value) => {
    if (isObject(value) && Object.keys(value)[0]?.startsWith('$')) throw bad('cannot nest $ under $in')
    return value instanceof BSONRegExp ? regexPredicate(value) : equals(value)
  })
  return (value) => tests.some((test) => test(value))
}

const TYPE_NAMES = new Map<string, number>(
  Object.entries({
    double: 1,
    string: 2,
    object: 3,
    array: 4,
    binData: 5,
    undefined: 6,
    objectId: 7,
    bool: 8,
    date: 9,
    null: 10,
    regex: 11,
    dbPointer: 12,
    javascript: 13,
    symbol: 14,
    javascriptWithScope: 15,
    int: 16,
    timestamp: 17,
    long: 18,
    decimal: 19,
    minKey: -1,
    maxKey: 127,
  }),
)

export function hasType(operand: unknown): Predicate {
  const wanted = new Set<number>()
  const names = Array.isArray(operand) ? operand : [operand]
  if (names.length === 0) throw new MongoError(9, '$type must match at least one type')
  for (const name of names) {
    const code = typeof name === 'string' ? TYPE_NAMES.get(name) : isNumber(name) ? toNumber(name) : Number.NaN
    if (name === 'number') for (const type of [1, 16, 18, 19]) wanted.add(type)
    else if (code === undefined || ![...TYPE_NAMES.values()].includes(code))
      throw bad(`Unknown type name alias: ${name}`)
    else wanted.add(code)
  }
  return (value) => value !== undefined && wanted.has(bsonType(value)[0])
}

export function modulo(operand: unknown): Predicate {
  if (!Array.isArray(operand) || operand.length !== 2) throw bad('malformed mod, needs to be an array of two')
  const [divisor, remainder] = operand.map((value) => {
    if (!isNumber(value) || !Number.isFinite(toNumber(value))) throw bad('malformed mod, divisor not a number')
    return toBig(value)
  }) as [bigint, bigint]
  if (divisor === 0n) throw bad('divisor cannot be 0')
  return (value) => isNumber(value) && Number.isFinite(toNumber(value)) && toBig(value) % divisor === remainder
}

const toBig = (value: unknown) => (value instanceof Long ? value.toBigInt() : BigInt(Math.trunc(toNumber(value))))

export function regexOf(operators: Doc): BSONRegExp {
  const { $regex: regex, $options: options } = operators
  if (options !== undefined && typeof options !== 'string') throw bad('$options has to be a string')
  if (/[^imsux]/.test(options ?? '')) throw new MongoError(51108, `invalid flag in regex options: ${options}`)
  if (regex instanceof BSONRegExp) {
    if (options !== undefined && regex.options !== '')
      throw new MongoError(51075, 'options set in both $regex and $options')
    return new BSONRegExp(regex.pattern, options ?? regex.options)
  }
  if (typeof regex !== 'string') throw bad('$regex has to be a string')
  return new BSONRegExp(regex, options ?? '')
}
