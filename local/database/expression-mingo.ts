import { createRequire } from 'node:module'
import { MongoError, notImplemented } from './errors.js'
import { int, isNil, isNumber, isObject, toNumber } from './values.js'

const require = createRequire(import.meta.url)

/** mingo's own comes only with all of its operators, which take long to load. */
const $literal = (_document: unknown, value: unknown) => value

/** Loads mingo at its first use: Coffer itself needs none of these operators, so that its start needn't wait for them. */
function loadMingo() {
  const { Context, evalExpr } = require('mingo/core') as typeof import('mingo/core')
  const dates = require('mingo/operators/expression/date') as typeof import('mingo/operators/expression/date')
  const strings = require('mingo/operators/expression/string') as typeof import('mingo/operators/expression/string')
  const context = Context.init({ expression: { $literal, ...dates, ...strings } as never })
  return (expression: object) => evalExpr({}, expression as never, { context } as never)
}
let mingo: ReturnType<typeof loadMingo> | undefined

/** mingo knows only JavaScript's numbers. The operators used here return text, a date, a whole number or null. */
const toPlain = (value: unknown): unknown => (isNumber(value) ? toNumber(value) : value)
const fromPlain = (value: unknown): unknown => (typeof value === 'number' ? int(value) : value)

function evaluate(operator: string, operand: unknown): unknown {
  mingo ??= loadMingo()
  return fromPlain(mingo({ [operator]: operand }))
}

/** Compiles an operator on text. It takes strings, then `numbers` whole numbers, and returns null for null. */
const text =
  (operator: string, strings: number, numbers: number) =>
  (...values: unknown[]): unknown => {
    if (values.length !== strings + numbers)
      throw new MongoError(16020, `Expression ${operator} takes exactly ${strings + numbers} arguments`)
    if (isNil(values[0])) return operator === '$toLower' || operator === '$toUpper' ? '' : null
    values.forEach((value, i) => {
      if (i < strings ? typeof value !== 'string' : !isNumber(value))
        throw new MongoError(14, `${operator} got an argument of the wrong type`)
    })
    const operands = values.map((value) => ({ $literal: toPlain(value) }))
    return evaluate(operator, operands.length === 1 ? operands[0] : operands)
  }

/**
 * Compiles an operator that returns a part of a date in UTC. mingo's time zones and weeks differ from MongoDB's and
 * are refused.
 */
const part =
  (operator: string) =>
  (value: unknown): unknown => {
    if (isNil(value)) return null
    if (isObject(value)) throw notImplemented(`${operator} with a time zone`)
    if (!(value instanceof Date)) throw new MongoError(16006, `can't convert to Date in ${operator}`)
    return evaluate(operator, { $literal: value })
  }

/** mingo adds months past the end of a month, where MongoDB stops, and starts weeks on another day. */
const UNITS = ['day', 'hour', 'minute', 'second', 'millisecond']
const TRUNCATED = [...UNITS, 'year', 'quarter', 'month']

const withFields =
  (operator: string, date: string, known: string[]) =>
  (value: unknown): unknown => {
    if (!isObject(value)) throw new MongoError(18629, `${operator} only supports an object as its argument`)
    const other = Object.keys(value).find((name) => !known.includes(name))
    if (other) throw notImplemented(`${operator} with ${other}`)
    if (isNil(value[date])) return null
    if (!(value[date] instanceof Date)) throw new MongoError(16006, `can't convert to Date in ${operator}`)
    if (known.includes('unit') && !(operator === '$dateTrunc' ? TRUNCATED : UNITS).includes(value.unit as string))
      throw notImplemented(`${operator} by ${value.unit}`)
    if (typeof value.format === 'string' && /%[^YmdHMSL]|%$/.test(value.format))
      throw notImplemented(`${operator} with ${value.format}`)
    return evaluate(
      operator,
      Object.fromEntries(Object.entries(value).map(([name, field]) => [name, { $literal: toPlain(field) }])),
    )
  }

/** The operators on text and dates. mingo computes them where it agrees with MongoDB; anything else is refused. */
export const mingoOperators: Record<string, (...values: unknown[]) => unknown> = {
  $toLower: text('$toLower', 1, 0),
  $toUpper: text('$toUpper', 1, 0),
  $strLenCP: text('$strLenCP', 1, 0),
  $substrCP: text('$substrCP', 1, 2),
  $split: text('$split', 2, 0),
  $year: part('$year'),
  $month: part('$month'),
  $dayOfMonth: part('$dayOfMonth'),
  $hour: part('$hour'),
  $minute: part('$minute'),
  $second: part('$second'),
  $millisecond: part('$millisecond'),
  $dateToString: withFields('$dateToString', 'date', ['date', 'format']),
  $dateTrunc: withFields('$dateTrunc', 'date', ['date', 'unit']),
  $dateAdd: withFields('$dateAdd', 'startDate', ['startDate', 'unit', 'amount']),
  $dateSubtract: withFields('$dateSubtract', 'startDate', ['startDate', 'unit', 'amount']),
}
