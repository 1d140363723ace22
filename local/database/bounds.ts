import { BSONRegExp } from 'bson'
import { EMPTY_ARRAY, encodeKey } from './key-encoding.js'
import { isOperators } from './query.js'
import { literalPrefix } from './regex.js'
import { type Doc, isNumber, isObject, ORDER, toNumber, typeOrder } from './values.js'

/** `bounds` are the keys that the condition allows, or undefined if it doesn't restrict them. */
export type Condition = { path: string; operator: string; operand: unknown; bounds: Bounds | undefined }
/** The encoded keys from `start` up to, but not including, `end`. */
export type Interval = { start: Buffer; end: Buffer }

/**
 * Returns the conditions that every match of a filter meets: those of its fields and of `$and`. `complete` is false if
 * the filter has others.
 */
export function conditionsOf(filter: Doc, prefix = ''): { conditions: Condition[]; complete: boolean; ors: Doc[][] } {
  const conditions: Condition[] = []
  const ors: Doc[][] = []
  let complete = true
  for (const [name, operand] of Object.entries(filter)) {
    const path = prefix + name
    if (name === '$and') {
      for (const branch of operand as Doc[]) {
        const inner = conditionsOf(branch, prefix)
        conditions.push(...inner.conditions)
        ors.push(...inner.ors)
        complete &&= inner.complete
      }
    } else if (name === '$or') ors.push(operand as Doc[])
    else if (name.startsWith('$')) complete = false
    else if (isOperators(operand)) {
      for (const [operator, value] of Object.entries(operand)) {
        if (operator === '$elemMatch' && isObject(value) && !isOperators(value)) {
          conditions.push(...conditionsOf(value, `${path}.`).conditions)
          complete = false
        } else conditions.push(condition(path, operator, operator === '$regex' ? regexOperand(operand) : value))
      }
    } else conditions.push(condition(path, operand instanceof BSONRegExp ? '$regex' : '$eq', operand))
  }
  return { conditions, complete, ors }
}

const condition = (path: string, operator: string, operand: unknown): Condition => ({
  path,
  operator,
  operand,
  bounds: boundsOf(operator, operand),
})

const regexOperand = ({ $regex, $options }: Doc) =>
  $regex instanceof BSONRegExp
    ? new BSONRegExp($regex.pattern, ($options as string) ?? $regex.options)
    : new BSONRegExp($regex as string, ($options as string) ?? '')

/**
 * The encoded keys of one field that a condition allows, in order. With `isPoints`, each range holds one value. With
 * `exact`, every value in the ranges matches.
 */
export type Bounds = { ranges: Interval[]; isPoints: boolean; exact: boolean }

/** Above this number of points, a scan of an index costs more than it saves. */
export const MAX_POINTS = 5000

/** Returns the first bytes after all keys with this prefix. */
export function after(key: Buffer): Buffer {
  const next = Buffer.from(key)
  for (let i = next.length - 1; i >= 0; i--) {
    if (next[i] !== 0xff) {
      next[i] = (next[i] as number) + 1
      return next.subarray(0, i + 1)
    }
  }
  return Buffer.alloc(16, 0xff)
}

export const invert = (key: Buffer): Buffer => Buffer.from(key.map((byte) => ~byte))

/**
 * Converts a range to the order of a descending field. Every key in it is at least `start` and below `end`, and each
 * bound is a whole key or the prefix of one, so the inverted range runs from just after ~end to just after all of
 * ~start.
 */
export const inverted = ({ start, end }: Interval): Interval => ({
  start: after(invert(end)),
  end: after(invert(start)),
})

/** Sorts intervals and joins those that overlap. */
export function merge(intervals: Interval[]): Interval[] {
  const sorted = intervals
    .filter(({ start, end }) => Buffer.compare(start, end) < 0)
    .sort((a, b) => Buffer.compare(a.start, b.start))
  const merged: Interval[] = []
  for (const interval of sorted) {
    const last = merged.at(-1)
    if (last && Buffer.compare(interval.start, last.end) < 0) {
      if (Buffer.compare(interval.end, last.end) > 0) last.end = interval.end
    } else merged.push({ ...interval })
  }
  return merged
}

const range = (start: Buffer, end: Buffer): Bounds => ({ ranges: [{ start, end }], isPoints: false, exact: true })

function points(values: unknown[], exact: boolean): Bounds {
  const keys = values.map((value) => encodeKey([value]))
  return { ranges: merge(keys.map((start) => ({ start, end: after(start) }))), isPoints: true, exact }
}

/**
 * Lists the index entries that find a value. An array is found by its first element, or as an element of another
 * array.
 */
const entriesOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? [value, value.length === 0 ? EMPTY_ARRAY : value[0]] : [value]

const equalTo = (values: unknown[]): Bounds =>
  points(
    values.flatMap(entriesOf),
    values.every((value) => !Array.isArray(value) && typeOrder(value) !== ORDER.null),
  )

const PLAIN = new Set([ORDER.number, ORDER.string, ORDER.objectId, ORDER.date])

function comparison(operator: string, operand: unknown): Bounds | undefined {
  const order = typeOrder(operand)
  if (order === ORDER.null) return operator.endsWith('e') ? equalTo([null]) : points([], true)
  if (!PLAIN.has(order) || (isNumber(operand) && Number.isNaN(toNumber(operand)))) return undefined
  const key = encodeKey([operand])
  const [first, last] = [Buffer.of(order), Buffer.of(order + 1)]
  if (operator === '$gt') return range(after(key), last)
  if (operator === '$gte') return range(key, last)
  // NaN sorts before all numbers and is in no range.
  const from = order === ORDER.number ? after(Buffer.concat([first, Buffer.alloc(8)])) : first
  return range(from, operator === '$lt' ? key : after(key))
}

function boundsOf(operator: string, operand: unknown): Bounds | undefined {
  switch (operator) {
    case '$eq':
      return equalTo([operand])
    case '$in': {
      const list = operand as unknown[]
      return list.length > MAX_POINTS || list.some((value) => value instanceof BSONRegExp) ? undefined : equalTo(list)
    }
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return comparison(operator, operand)
    case '$regex': {
      const prefix = literalPrefix(operand as BSONRegExp)
      if (prefix === undefined) return undefined
      const start = encodeKey([prefix]).subarray(0, -2)
      // A regular expression also matches a stored regular expression that equals it.
      const itself = points([operand], true).ranges
      return { ranges: [{ start, end: after(start) }, ...itself], isPoints: false, exact: false }
    }
  }
  return undefined
}

/** Combines two conditions on a field that is never an array. */
export function intersect(a: Bounds, b: Bounds): Bounds {
  const ranges = a.ranges.flatMap((x) =>
    b.ranges.map((y) => ({
      start: Buffer.compare(x.start, y.start) > 0 ? x.start : y.start,
      end: Buffer.compare(x.end, y.end) < 0 ? x.end : y.end,
    })),
  )
  return { ranges: merge(ranges), isPoints: a.isPoints || b.isPoints, exact: a.exact && b.exact }
}
