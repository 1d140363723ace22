import { Int32, Long, Timestamp } from 'bson'
import { ADD, calculate, isIntegral, MULTIPLY, wholeNumber } from './arithmetic.js'
import { compare, equal } from './compare.js'
import { MongoError } from './errors.js'
import { arraySorter } from './expression.js'
import { compileElementTest, compileValueTest } from './query.js'
import { isNumber, isObject, typeName } from './values.js'

/** Returns the new value of a field; `undefined` stands for a missing value, before and after. */
export type Operator = (value: unknown, context: { now: Date }) => unknown

const bad = (message: string) => new MongoError(2, message)

const arithmetic =
  (name: string, operation: typeof ADD) =>
  (operand: unknown): Operator => {
    if (!isNumber(operand)) throw new MongoError(14, `Cannot ${name} with non-numeric argument`)
    return (value) => {
      if (value === undefined) return name === '$mul' ? calculate(operation, operand, new Int32(0)) : operand
      if (!isNumber(value))
        throw new MongoError(14, `Cannot apply ${name} to a value of non-numeric type ${typeName(value)}`)
      const result = calculate(operation, value, operand)
      if (!result) throw bad(`Failed to apply ${name} operations to current value`)
      return result
    }
  }

const extreme =
  (sign: number) =>
  (operand: unknown): Operator =>
  (value) =>
    value === undefined || compare(operand, value) * sign > 0 ? operand : value

function list(value: unknown, name: string): unknown[] {
  if (!Array.isArray(value)) throw bad(`The field must be an array for ${name} but is of type ${typeName(value)}`)
  return value
}

function push(operand: unknown): Operator {
  if (!isObject(operand) || !('$each' in operand))
    return (value) => [...(value === undefined ? [] : list(value, '$push')), operand]
  const { $each: each, $slice: slice, $position: position, $sort: sort, ...rest } = operand
  if (!Array.isArray(each)) throw bad('The argument to $each in $push must be an array')
  const unknown = Object.keys(rest)[0]
  if (unknown) throw bad(`Unrecognized clause in $push: ${unknown}`)
  const at = position === undefined ? undefined : wholeNumber(position, '$position')
  const size = slice === undefined ? undefined : wholeNumber(slice, '$slice')
  const sorted = sort === undefined ? undefined : arraySorter(sort)
  return (value) => {
    const before = value === undefined ? [] : list(value, '$push')
    const all = at === undefined ? [...before, ...each] : before.toSpliced(at, 0, ...each)
    const ordered = sorted ? sorted(all) : all
    if (size === undefined) return ordered
    return size >= 0 ? ordered.slice(0, size) : ordered.slice(size)
  }
}

function addToSet(operand: unknown): Operator {
  const isEach = isObject(operand) && '$each' in operand
  const additions = isEach ? operand.$each : [operand]
  if (!Array.isArray(additions)) throw new MongoError(14, 'The argument to $each in $addToSet must be an array')
  if (isEach && Object.keys(operand).length > 1) throw bad('Found unexpected fields after $each in $addToSet')
  return (value) => {
    const set = value === undefined ? [] : [...list(value, '$addToSet')]
    for (const addition of additions) if (!set.some((element) => equal(element, addition))) set.push(addition)
    return set
  }
}

function pull(operand: unknown): Operator {
  const test = isObject(operand)
    ? compileElementTest(operand)
    : compileValueTest({ [typeName(operand) === 'regex' ? '$regex' : '$eq']: operand })
  return (value) => (value === undefined ? undefined : list(value, '$pull').filter((element) => !test(element)))
}

function pullAll(operand: unknown): Operator {
  if (!Array.isArray(operand)) throw bad('$pullAll requires an array argument')
  return (value) =>
    value === undefined
      ? undefined
      : list(value, '$pullAll').filter((element) => !operand.some((other) => equal(element, other)))
}

function pop(operand: unknown): Operator {
  const way = wholeNumber(operand, '$pop', 9)
  if (way !== 1 && way !== -1) throw new MongoError(9, '$pop expects 1 or -1')
  return (value) => {
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw new MongoError(14, `Path contains element of non-array type ${typeName(value)}`)
    return way === 1 ? value.slice(0, -1) : value.slice(1)
  }
}

const BITWISE: Record<string, (a: bigint, b: bigint) => bigint> = {
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
}

function bit(operand: unknown): Operator {
  const [[name, by] = []] = isObject(operand) ? Object.entries(operand) : []
  const operation = name === undefined ? undefined : BITWISE[name]
  if (!operation || !isIntegral(by)) throw bad('The $bit modifier takes {and|or|xor: an integer}')
  return (value = new Int32(0)) => {
    if (!isIntegral(value)) throw bad(`Cannot apply $bit to a value of non-integral type ${typeName(value)}`)
    const result = operation(BigInt(String(value)), BigInt(String(by)))
    return value instanceof Long || by instanceof Long ? Long.fromBigInt(result) : new Int32(Number(result))
  }
}

function currentDate(operand: unknown): Operator {
  const type = isObject(operand) ? operand.$type : operand === true ? 'date' : undefined
  if (type === 'date') return (_, { now }) => now
  if (type === 'timestamp') return (_, { now }) => new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 })
  throw bad('$currentDate takes true or {$type: "date" | "timestamp"}')
}

/** Compiles the operand of each update operator. `$rename`, which has two paths, is compiled by its caller. */
export const OPERATORS: Record<string, (operand: unknown) => Operator> = {
  $set: (operand) => () => operand,
  $setOnInsert: (operand) => () => operand,
  $unset: () => () => undefined,
  $inc: arithmetic('$inc', ADD),
  $mul: arithmetic('$mul', MULTIPLY),
  $min: extreme(-1),
  $max: extreme(1),
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
  $bit: bit,
  $currentDate: currentDate,
}

/** Operators that leave a missing path missing. */
export const NEVER_CREATE = new Set(['$unset', '$pull', '$pullAll', '$pop'])
