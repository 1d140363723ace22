import { BSONRegExp } from 'bson'
import { wholeNumber } from './arithmetic.js'
import { MongoError, notImplemented } from './errors.js'
import { compileExpression } from './expression.js'
import { isTruthy } from './expression-operators.js'
import { comparison, equals, hasType, inList, modulo, type Predicate, regexOf, regexPredicate } from './predicates.js'
import { type Doc, getField, isIndex, isObject } from './values.js'

/** The index of the array element by which a document was matched, for the positional `$`. */
export type Match = { index?: number }
export type Test = (doc: Doc, match?: Match) => boolean

const bad = (message: string) => new MongoError(2, message)

/**
 * Visits the values at a path as MongoDB does. It enters an array on the way, by element and by index, but no nested
 * array. With `leaf`, it visits the elements of an array at the end before the array itself. `outer` is the index in
 * the first array that was entered.
 */
function visit(
  value: unknown,
  parts: string[],
  i: number,
  leaf: boolean,
  outer: number | undefined,
  test: (value: unknown, outer: number | undefined) => boolean,
): boolean {
  if (i === parts.length) {
    if (leaf && Array.isArray(value)) for (let j = 0; j < value.length; j++) if (test(value[j], outer ?? j)) return true
    return test(value, outer)
  }
  const part = parts[i] as string
  if (Array.isArray(value)) {
    for (let j = 0; j < value.length; j++)
      if (isObject(value[j]) && visit(value[j], parts, i, leaf, outer ?? j, test)) return true
    return isIndex(part) && Number(part) < value.length
      ? visit(value[Number(part)], parts, i + 1, leaf, outer, test)
      : false
  }
  return isObject(value) ? visit(getField(value, part), parts, i + 1, leaf, outer, test) : test(undefined, outer)
}

const onPath = (path: string, leaf: boolean, predicate: Predicate): Test => {
  const parts = path.split('.')
  return (doc, match) =>
    visit(doc, parts, 0, leaf, undefined, (value, outer) => {
      if (!predicate(value)) return false
      if (match && outer !== undefined) match.index = outer
      return true
    })
}

function elemMatch(path: string, operand: unknown): Test {
  if (!isObject(operand)) throw bad('$elemMatch needs an Object')
  const test = compileElementTest(operand)
  const parts = path.split('.')
  return (doc, match) =>
    visit(doc, parts, 0, false, undefined, (value, outer) => {
      const index = Array.isArray(value) ? value.findIndex((element) => test(element)) : -1
      if (index >= 0 && match) match.index = outer ?? index
      return index >= 0
    })
}

const asDocument =
  (test: Test): Predicate =>
  (value) =>
    Array.isArray(value) ? test({ ...value } as unknown as Doc) : isObject(value) && test(value)

/** Compiles operators on a value, without looking into its elements. */
function singleValue(operators: Doc): Predicate {
  const test = compileOperators('v', operators, false)
  return (value) => test({ v: value })
}

function allOf(path: string, operand: unknown, leaf: boolean): Test {
  if (!Array.isArray(operand)) throw bad('$all needs an array')
  const tests = operand.map((value) =>
    isObject(value) && '$elemMatch' in value
      ? elemMatch(path, value.$elemMatch)
      : onPath(path, leaf, value instanceof BSONRegExp ? regexPredicate(value) : equals(value)),
  )
  return (doc, match) => tests.length > 0 && tests.every((test) => test(doc, match))
}

const not =
  (test: Test): Test =>
  (doc) =>
    !test(doc)

function compileOperator(path: string, operator: string, operators: Doc, leaf: boolean): Test {
  const operand = operators[operator]
  switch (operator) {
    case '$eq':
      return onPath(path, leaf, equals(operand))
    case '$ne':
      if (operand instanceof BSONRegExp) throw bad(`Can't have regex as arg to $ne.`)
      return not(onPath(path, leaf, equals(operand)))
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return onPath(path, leaf, comparison(operator, operand))
    case '$in':
      return onPath(path, leaf, inList(operand))
    case '$nin':
      return not(onPath(path, leaf, inList(operand)))
    case '$exists': {
      const exists = onPath(path, false, (value) => value !== undefined)
      return isTruthy(operand) ? exists : not(exists)
    }
    case '$type':
      return onPath(path, leaf, hasType(operand))
    case '$size': {
      const size = wholeNumber(operand, '$size')
      if (size < 0) throw bad('$size may not be negative')
      return onPath(path, false, (value) => Array.isArray(value) && value.length === size)
    }
    case '$mod':
      return onPath(path, leaf, modulo(operand))
    case '$regex':
      return onPath(path, leaf, regexPredicate(regexOf(operators)))
    case '$options':
      if (!('$regex' in operators)) throw bad('$options needs a $regex')
      return () => true
    case '$elemMatch':
      return elemMatch(path, operand)
    case '$all':
      return allOf(path, operand, leaf)
    case '$not':
      if (operand instanceof BSONRegExp) return not(onPath(path, leaf, regexPredicate(operand)))
      if (!isObject(operand) || Object.keys(operand).length === 0) throw bad('$not needs a regex or a document')
      return not(compileOperators(path, operand, leaf))
    case '$bitsAllSet':
    case '$bitsAllClear':
    case '$bitsAnySet':
    case '$bitsAnyClear':
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
      throw notImplemented(operator)
  }
  throw bad(`unknown operator: ${operator}`)
}

function every(tests: Test[]): Test {
  if (tests.length === 1) return tests[0] as Test
  return (doc, match) => {
    const matches = tests.every((test) => test(doc, match))
    if (match && !matches) delete match.index
    return matches
  }
}

const compileOperators = (path: string, operators: Doc, leaf = true): Test =>
  every(Object.keys(operators).map((operator) => compileOperator(path, operator, operators, leaf)))

/** Tests for a document of operators, as opposed to a value to compare with. */
export const isOperators = (value: unknown): value is Doc => {
  if (!isObject(value)) return false
  const first = Object.keys(value)[0]
  return first?.startsWith('$') === true && first !== '$ref' && first !== '$id' && first !== '$db'
}

function branches(operator: string, operand: unknown): Test[] {
  if (!Array.isArray(operand) || operand.length === 0) throw bad(`${operator} must be a nonempty array`)
  return operand.map((branch) => {
    if (!isObject(branch)) throw bad(`${operator} argument's entries must be objects`)
    return compileFilter(branch)
  })
}

const LOGICAL = new Set(['$and', '$or', '$nor', '$expr'])

function compileLogical(operator: string, operand: unknown): Test {
  switch (operator) {
    case '$and':
      return every(branches(operator, operand))
    case '$or': {
      const [only, ...more] = branches(operator, operand)
      if (only && more.length === 0) return only
      const tests = [only as Test, ...more]
      // As in MongoDB, a match by one of several branches names no element for the positional operator.
      return (doc) => tests.some((test) => test(doc))
    }
    case '$nor': {
      const tests = branches(operator, operand)
      return (doc) => !tests.some((test) => test(doc))
    }
    case '$expr': {
      const expression = compileExpression(operand)
      return (doc) => isTruthy(expression({ root: doc, now: new Date() }))
    }
    case '$comment':
      return () => true
    case '$where':
    case '$text':
    case '$jsonSchema':
      throw notImplemented(operator)
  }
  throw bad(`unknown top level operator: ${operator}`)
}

/**
 * Compiles a filter into a test of documents.
 * @throws MongoError if the filter is malformed
 */
export function compileFilter(filter: Doc): Test {
  return every(
    Object.entries(filter).map(([name, operand]) => {
      if (name.startsWith('$')) return compileLogical(name, operand)
      if (isOperators(operand)) return compileOperators(name, operand)
      return onPath(name, true, operand instanceof BSONRegExp ? regexPredicate(operand) : equals(operand))
    }),
  )
}

/** Compiles a test of an array's element: operators on its value, or a filter on a document. */
export function compileElementTest(condition: Doc): Predicate {
  const [first = ''] = Object.keys(condition)
  return isOperators(condition) && !LOGICAL.has(first) ? singleValue(condition) : asDocument(compileFilter(condition))
}

/** Compiles operators into a test of one value. */
export const compileValueTest = (operators: Doc): Predicate => singleValue(operators)
export const compileDocumentTest = (filter: Doc): Predicate => asDocument(compileFilter(filter))
