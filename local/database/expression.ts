import { wholeNumber } from './arithmetic.js'
import { compare } from './compare.js'
import { MongoError } from './errors.js'
import { ARITY, array, isTruthy, OPERATORS } from './expression-operators.js'
import { keyPattern, sortKey } from './keys.js'
import { type Doc, getField, isNil, isNumber, isObject, setField, toNumber } from './values.js'

/**
 * The input of an expression: the document, the time of the command, and the variables of `$let` and similar
 * operators.
 */
export type Scope = { root: unknown; now: Date; variables?: Record<string, unknown> }
/** A compiled expression. It returns `undefined` for a missing value. */
export type Expression = (scope: Scope) => unknown
type Special = (operand: unknown) => Expression

/** Returns the value at a field path. For an array on the way, it returns the array of its documents' values. */
export function pathValue(value: unknown, parts: string[], i = 0): unknown {
  if (i === parts.length) return value
  if (Array.isArray(value))
    return value.flatMap((element) => {
      const found = isObject(element) ? pathValue(element, parts, i) : undefined
      return found === undefined ? [] : [found]
    })
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

/** Compiles `$filter` and `$map`, which evaluate an expression for each element of an array. */
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

/** Compiles the sort of `$sortArray` and `$push`: elements by their own value (1 or -1), or by their fields. */
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

/**
 * Returns the direction of a sort, 1 or -1.
 * @throws MongoError 2 for any other value
 */
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

/**
 * Compiles an aggregation expression.
 * @throws MongoError 168 for an unknown operator
 */
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
