import { Double, Int32, Long } from 'bson'
import { ADD, calculateWidening, isIntegral, MODULO, MULTIPLY, SUBTRACT, wholeNumber } from './arithmetic.js'
import { compare, equal } from './compare.js'
import { MongoError } from './errors.js'
import { mingoOperators } from './expression-mingo.js'
import { keyPattern, sortKey } from './keys.js'
import { bsonType, type Doc, getField, int, isNumber, isObject, setField, toNumber } from './values.js'

/** What an expression is evaluated over: the document, the time of the command, and the variables of `$let` and the like. */
export type Scope = { root: unknown; now: Date; variables?: Record<string, unknown> }
/** A compiled expression; it gives `undefined` for a missing value. */
export type Expression = (scope: Scope) => unknown
/** Operators over their evaluated arguments, and those that evaluate their operand themselves. */
type Operator = (...values: unknown[]) => unknown
type Special = (operand: unknown) => Expression

const isNil = (value: unknown): value is null | undefined => value === null || value === undefined

/** MongoDB's truth: false, null, a missing value and zero are false; an empty string isn't. */
export const isTruthy = (value: unknown): boolean =>
  !(isNil(value) || value === false || (isNumber(value) && toNumber(value) === 0))

/** The value at a field path: an array on the way gives the array of what its documents have there. */
export function pathValue(value: unknown, parts: string[], i = 0): unknown {
  if (i === parts.length) return value
  if (Array.isArray(value))
    return value.flatMap((element) => {
      const found = isObject(element) ? pathValue(element, parts, i) : undefined
      return found === undefined ? [] : [found]
    }, 0)
  return isObject(value) ? pathValue(getField(value, parts[i] as string), parts, i + 1) : undefined
}

function compilePath(text: string): Expression {
  if (!text.startsWith('$$')) {
    const parts = text.slice(1).split('.')
    if (parts.some((part) => part === '' || part.startsWith('$')))
      throw new MongoError(16872, `'${text}' is not a valid field path`)
    return ({ root }) => pathValue(root, parts)
  }
  const [name = '', ...parts] = text.slice(2).split('.')
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return ({ root }) => pathValue(root, parts)
    case 'REMOVE':
      return () => undefined
    case 'NOW':
      return ({ now }) => now
  }
  return ({ variables }) => {
    if (!variables || !Object.hasOwn(variables, name)) throw new MongoError(17276, `Use of undefined variable: ${name}`)
    return pathValue(variables[name], parts)
  }
}

const array = (value: unknown, operator: string, code: number): unknown[] => {
  if (!Array.isArray(value)) throw new MongoError(code, `The argument to ${operator} must be an array`)
  return value
}

const number = (value: unknown, operator: string): number => {
  if (!isNumber(value)) throw new MongoError(14, `${operator} only supports numeric types`)
  return toNumber(value)
}

/** Applies arithmetic that gives null as soon as one operand is null or missing. */
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

/** What `$sum` adds up: numbers, and nothing else. */
export const sum = (values: unknown[]): unknown =>
  values.filter(isNumber).reduce((total, value) => calculateWidening(ADD, total, value), new Int32(0))

/** The mean of the numbers among the values, a double; null of none. */
export function average(values: unknown[]): unknown {
  const numbers = values.filter(isNumber)
  return numbers.length === 0 ? null : new Double(toNumber(sum(numbers)) / numbers.length)
}

/** The least (-1) or greatest (1) of the values that are there; null of none. */
export const extreme = (values: unknown[], sign: 1 | -1): unknown =>
  values.reduce(
    (best, value) => (isNil(value) || (!isNil(best) && compare(value, best) * sign <= 0) ? best : value),
    null,
  )

/** `$sum` and its like over one array, or over several arguments. */
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

const OPERATORS: Record<string, Operator> = {
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
  $type: (value) => (value === undefined ? 'missing' : bsonType(value)[1]),
  $toString: toText,
  ...mingoOperators,
}

/** A missing value is less than null here, unlike in a sort. */
const order = (a: unknown, b: unknown): number =>
  a === undefined || b === undefined ? Number(a !== undefined) - Number(b !== undefined) : compare(a, b)

function fieldsOf(
  operand: unknown,
  operator: string,
  names: string[],
  constants: string[] = [],
): Record<string, Expression | undefined> {
  if (!isObject(operand)) throw new MongoError(28646, `${operator} only supports an object as its argument`)
  const unknown = Object.keys(operand).find((name) => ![...names, ...constants].includes(name))
  if (unknown) throw new MongoError(28647, `Unrecognized parameter to ${operator}: ${unknown}`)
  return Object.fromEntries(
    names.map((name) => [name, Object.hasOwn(operand, name) ? compileExpression(operand[name]) : undefined]),
  )
}

function required(fields: Record<string, Expression | undefined>, operator: string, name: string): Expression {
  const field = fields[name]
  if (!field) throw new MongoError(28648, `Missing '${name}' parameter to ${operator}`)
  return field
}

const withVariables = (scope: Scope, variables: Record<string, unknown>): Scope => ({
  ...scope,
  variables: { ...scope.variables, ...variables },
})

/** `$filter` and `$map`: an expression over each element of an array, under a name of its own. */
function overElements(operator: string, body: string, extra: string[]) {
  return (
    operand: unknown,
    apply: (list: unknown[], test: (value: unknown) => unknown, limit: unknown) => unknown,
  ): Expression => {
    const fields = fieldsOf(operand, operator, ['input', body, ...extra], ['as'])
    const { as } = operand as Doc
    const input = required(fields, operator, 'input')
    const each = required(fields, operator, body)
    const name = as === undefined ? 'this' : (as as string)
    return (scope) => {
      const list = input(scope)
      if (isNil(list)) return null
      return apply(
        array(list, operator, 28651),
        (value) => each(withVariables(scope, { [name]: value })),
        fields.limit?.(scope),
      )
    }
  }
}

function filterElements(list: unknown[], test: (value: unknown) => unknown, limit: unknown): unknown[] {
  const kept = list.filter((value) => isTruthy(test(value)))
  return isNil(limit) ? kept : kept.slice(0, wholeNumber(limit, '$filter limit', 327391))
}

function compileReduce(operand: unknown): Expression {
  const fields = fieldsOf(operand, '$reduce', ['input', 'initialValue', 'in'])
  const [input, initial, each] = ['input', 'initialValue', 'in'].map((name) => required(fields, '$reduce', name)) as [
    Expression,
    Expression,
    Expression,
  ]
  return (scope) => {
    const list = input(scope)
    if (isNil(list)) return null
    return array(list, '$reduce', 40080).reduce(
      (value, element) => each(withVariables(scope, { value, this: element })),
      initial(scope),
    )
  }
}

function compileCond(operand: unknown): Expression {
  const parts = Array.isArray(operand) ? operand : undefined
  if (parts && parts.length !== 3) throw new MongoError(16020, 'Expression $cond takes exactly 3 arguments')
  const fields = parts ? undefined : fieldsOf(operand, '$cond', ['if', 'then', 'else'])
  const [test, yes, no] = parts
    ? parts.map((part) => compileExpression(part))
    : ['if', 'then', 'else'].map((name) => required(fields as Record<string, Expression>, '$cond', name))
  return (scope) => ((isTruthy((test as Expression)(scope)) ? yes : no) as Expression)(scope)
}

function compileSwitch(operand: unknown): Expression {
  const { branches, default: fallback } = operand as Doc
  if (!Array.isArray(branches) || branches.length === 0)
    throw new MongoError(40068, '$switch requires at least one branch')
  const cases = branches.map((branch) => {
    const fields = fieldsOf(branch, '$switch', ['case', 'then'])
    return [required(fields, '$switch', 'case'), required(fields, '$switch', 'then')] as const
  })
  const otherwise = fallback === undefined ? undefined : compileExpression(fallback)
  return (scope) => {
    const chosen = cases.find(([test]) => isTruthy(test(scope)))?.[1] ?? otherwise
    if (!chosen)
      throw new MongoError(40066, '$switch could not find a matching branch for an input, and no default was given')
    return chosen(scope)
  }
}

function compileLet(operand: unknown): Expression {
  const { vars, in: body } = operand as Doc
  if (!isObject(vars) || body === undefined) throw new MongoError(16876, "$let requires 'vars' and 'in'")
  const variables = Object.entries(vars).map(([name, value]) => [name, compileExpression(value)] as const)
  const inner = compileExpression(body)
  return (scope) =>
    inner(withVariables(scope, Object.fromEntries(variables.map(([name, value]) => [name, value(scope)]))))
}

function compileSortArray(operand: unknown): Expression {
  const { input, sortBy } = operand as Doc
  const list = compileExpression(input)
  const sorted = arraySorter(sortBy)
  return (scope) => {
    const value = list(scope)
    return isNil(value) ? null : sorted(array(value, '$sortArray', 2942504))
  }
}

/** Sorts elements by their own value (1 or -1) or by fields of theirs, as `$sortArray` and `$push` do. */
export function arraySorter(sortBy: unknown): (list: unknown[]) => unknown[] {
  if (isNumber(sortBy)) {
    const way = sortWay(sortBy)
    return (list) => [...list].sort((a, b) => compare(a, b) * way)
  }
  if (!isObject(sortBy) || Object.keys(sortBy).length === 0)
    throw new MongoError(2, 'a sort is 1, -1 or a document of fields')
  const pattern = keyPattern(Object.entries(sortBy).map(([path, way]) => [path, sortWay(way) < 0]))
  return (list) =>
    list
      .map((value) => ({ value, key: sortKey(isObject(value) ? value : {}, pattern) }))
      .sort((a, b) => Buffer.compare(a.key, b.key))
      .map(({ value }) => value)
}

/** 1 or -1 of a sort; code 2 for anything else. */
export function sortWay(value: unknown): 1 | -1 {
  const way = isNumber(value) ? toNumber(value) : 0
  if (way !== 1 && way !== -1)
    throw new MongoError(2, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
  return way
}

function compileGetField(operand: unknown): Expression {
  const { field, input } = isObject(operand) && 'field' in operand ? operand : { field: operand, input: '$$CURRENT' }
  if (typeof field !== 'string') throw new MongoError(3041704, '$getField requires a constant string as its field')
  const from = compileExpression(input ?? '$$CURRENT')
  return (scope) => {
    const value = from(scope)
    return isNil(value) ? value : isObject(value) ? getField(value, field) : undefined
  }
}

const compileList = (operand: unknown): Expression[] =>
  (Array.isArray(operand) ? operand : [operand]).map((value) => compileExpression(value))

const SPECIAL: Record<string, Special> = {
  $literal: (operand) => () => operand,
  $and: (operand) => {
    const tests = compileList(operand)
    return (scope) => tests.every((test) => isTruthy(test(scope)))
  },
  $or: (operand) => {
    const tests = compileList(operand)
    return (scope) => tests.some((test) => isTruthy(test(scope)))
  },
  $ifNull: (operand) => {
    const values = compileList(operand)
    if (values.length < 2) throw new MongoError(1257300, '$ifNull needs at least two arguments')
    return (scope) => {
      for (const value of values.slice(0, -1)) {
        const found = value(scope)
        if (!isNil(found)) return found
      }
      return values.at(-1)?.(scope)
    }
  },
  $cond: compileCond,
  $switch: compileSwitch,
  $let: compileLet,
  $filter: (operand) => overElements('$filter', 'cond', ['limit'])(operand, filterElements),
  $map: (operand) => overElements('$map', 'in', [])(operand, (list, each) => list.map((value) => each(value) ?? null)),
  $reduce: compileReduce,
  $sortArray: compileSortArray,
  $getField: compileGetField,
}

const ARITY: Record<string, [number, number]> = {
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

function compileOperator(name: string, operand: unknown): Expression {
  const special = SPECIAL[name]
  if (special) return special(operand)
  const operator = OPERATORS[name]
  if (!operator) throw new MongoError(168, `Unrecognized expression '${name}'`)
  if (isObject(operand) && Object.keys(operand)[0]?.startsWith('$') !== true && !(name in ARITY)) {
    const argument = compileExpression(operand)
    return (scope) => operator(argument(scope))
  }
  const values = compileList(operand)
  const [least, most] = ARITY[name] ?? [0, Number.POSITIVE_INFINITY]
  if (values.length < least || values.length > most)
    throw new MongoError(16020, `Expression ${name} takes exactly ${least} arguments. ${values.length} were passed in.`)
  return (scope) => operator(...values.map((value) => value(scope)))
}

/** Compiles an aggregation expression; code 168 where an operator isn't known. */
export function compileExpression(expression: unknown): Expression {
  if (typeof expression === 'string' && expression.startsWith('$') && expression.length > 1)
    return compilePath(expression)
  if (Array.isArray(expression)) {
    const values = compileList(expression)
    return (scope) => values.map((value) => value(scope) ?? null)
  }
  if (!isObject(expression)) return () => expression
  const names = Object.keys(expression)
  if (names[0]?.startsWith('$')) {
    if (names.length > 1) throw new MongoError(15983, 'an expression must have exactly one field')
    return compileOperator(names[0], expression[names[0]])
  }
  const fields = names.map((name) => [name, compileExpression(expression[name])] as const)
  return (scope) => {
    const result: Doc = {}
    for (const [name, value] of fields) {
      const found = value(scope)
      if (found !== undefined) setField(result, name, found)
    }
    return result
  }
}
