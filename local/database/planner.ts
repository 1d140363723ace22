import { BSONRegExp } from 'bson'
import { equal } from './compare.js'
import { EMPTY_ARRAY, encodeKey } from './key-encoding.js'
import { isOperators } from './query.js'
import { literalPrefix } from './regex.js'
import type { Collection, Index, Storage, Stored } from './storage.js'
import { type Doc, isNumber, isObject, ORDER, toNumber, typeOrder } from './values.js'

type Condition = { path: string; operator: string; operand: unknown }
/** Encoded keys from `start` up to, but not including, `end`. */
type Interval = { start: Buffer; end: Buffer }

export type Plan = {
  /** undefined: the documents themselves, in the order of their _id. */
  index: Index | undefined
  intervals: Interval[]
  reverse: boolean
  /** The documents come in the order that was asked for. */
  sorted: boolean
  /** Every key in the intervals is a match and every match has one key there, so keys can be counted instead. */
  exact: boolean
  bounded: boolean
  /** For an `$or` whose branches use different indexes: the plans of the branches. */
  branches?: Plan[]
}

export type Examined = { keys: number; docs: number }

/** What a filter demands of all its matches: the conditions of its fields and of `$and`. */
function conditionsOf(filter: Doc, prefix = ''): { conditions: Condition[]; complete: boolean; ors: Doc[][] } {
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
        } else conditions.push({ path, operator, operand: operator === '$regex' ? regexOperand(operand) : value })
      }
    } else conditions.push({ path, operator: operand instanceof BSONRegExp ? '$regex' : '$eq', operand })
  }
  return { conditions, complete, ors }
}

const regexOperand = ({ $regex, $options }: Doc) =>
  $regex instanceof BSONRegExp
    ? new BSONRegExp($regex.pattern, ($options as string) ?? $regex.options)
    : new BSONRegExp($regex as string, ($options as string) ?? '')

/** The encoded keys of one field that a condition allows; `exact` where they are the matches and nothing else. */
type Bounds = { points?: Buffer[]; from?: Buffer; to?: Buffer; exact: boolean }

const typeStart = (order: number) => Buffer.of(order)
const typeEnd = (order: number) => Buffer.of(order + 1)
/** The first bytes after every key that begins with these. */
function after(key: Buffer): Buffer {
  const next = Buffer.from(key)
  for (let i = next.length - 1; i >= 0; i--) {
    if (next[i] !== 0xff) {
      next[i] = (next[i] as number) + 1
      return next.subarray(0, i + 1)
    }
  }
  return Buffer.alloc(16, 0xff)
}

function equalBounds(operand: unknown): Bounds {
  if (Array.isArray(operand))
    return {
      points: [encodeKey([operand]), encodeKey([operand.length === 0 ? EMPTY_ARRAY : operand[0]])],
      exact: false,
    }
  return { points: [encodeKey([operand])], exact: typeOrder(operand) !== ORDER.null }
}

function boundsOf({ operator, operand }: Condition): Bounds | undefined {
  switch (operator) {
    case '$eq':
      return equalBounds(operand)
    case '$in': {
      const list = operand as unknown[]
      if (list.length > MAX_POINTS || list.some((value) => value instanceof BSONRegExp)) return undefined
      const all = list.map(equalBounds)
      return { points: all.flatMap(({ points }) => points as Buffer[]), exact: all.every(({ exact }) => exact) }
    }
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte': {
      const order = typeOrder(operand)
      if (order === ORDER.null) return operator.endsWith('e') ? equalBounds(null) : { points: [], exact: true }
      const isPlain =
        order === ORDER.string || order === ORDER.date || order === ORDER.objectId || order === ORDER.number
      if (!isPlain || (isNumber(operand) && Number.isNaN(toNumber(operand)))) return undefined
      const key = encodeKey([operand])
      if (operator === '$gt') return { from: after(key), to: typeEnd(order), exact: true }
      if (operator === '$gte') return { from: key, to: typeEnd(order), exact: true }
      // NaN sorts before all numbers and matches no range.
      const from = order === ORDER.number ? after(Buffer.concat([typeStart(order), Buffer.alloc(8)])) : typeStart(order)
      return { from, to: operator === '$lt' ? key : after(key), exact: true }
    }
    case '$regex': {
      const prefix = literalPrefix(operand as BSONRegExp)
      if (prefix === undefined) return undefined
      const text = encodeKey([prefix]).subarray(0, -2)
      return { from: text, to: after(text), exact: false }
    }
  }
  return undefined
}

/** Both conditions at once, of a field that is never an array. */
function intersect(a: Bounds, b: Bounds): Bounds {
  const exact = a.exact && b.exact
  const [points, range] = a.points ? [a, b] : [b, a]
  if (points.points) {
    const others = range.points
    const kept = points.points.filter((point) =>
      others
        ? others.some((other) => other.equals(point))
        : Buffer.compare(point, range.from as Buffer) >= 0 && Buffer.compare(point, range.to as Buffer) < 0,
    )
    return { points: kept, exact }
  }
  const later = (x: Buffer, y: Buffer) => (Buffer.compare(x, y) > 0 ? x : y)
  const earlier = (x: Buffer, y: Buffer) => (Buffer.compare(x, y) < 0 ? x : y)
  return { from: later(a.from as Buffer, b.from as Buffer), to: earlier(a.to as Buffer, b.to as Buffer), exact }
}

/** More points than this in an index cost more than they save. */
const MAX_POINTS = 5000

type Field = { path: string; descending: boolean; multikey: boolean }

/** An index as the planner sees it: its fields, and _id at the end of an index that isn't unique. */
function fieldsOf(index: Index | undefined): Field[] {
  if (!index) return [{ path: '_id', descending: false, multikey: false }]
  const fields = index.pattern.paths.map((path, i) => ({
    path,
    descending: index.pattern.descending[i] as boolean,
    multikey: (index.multikey & (1 << i)) !== 0,
  }))
  return index.unique || fields.some(({ path }) => path === '_id')
    ? fields
    : [...fields, { path: '_id', descending: false, multikey: false }]
}

const invert = (key: Buffer) => Buffer.from(key.map((byte) => ~byte))

/** What the conditions make of an index: its leading fields with points, perhaps one with a range, and the keys. */
type Scan = {
  intervals: Interval[]
  points: number
  single: number
  bounded: number
  used: Set<Condition>
  exact: boolean
}

function scanOf(fields: Field[], conditions: Condition[]): Scan {
  let prefixes = [Buffer.alloc(0)]
  const used = new Set<Condition>()
  const scan = { points: 0, single: 0, bounded: 0, exact: true }
  let multikey = false
  let intervals: Interval[] | undefined
  for (const field of fields) {
    if (field.multikey && multikey) break
    const candidates = conditions
      .filter(({ path }) => path === field.path)
      .map((condition) => ({ condition, bounds: boundsOf(condition) }))
    const usable = candidates.filter(
      (candidate): candidate is { condition: Condition; bounds: Bounds } => candidate.bounds !== undefined,
    )
    if (usable.length === 0) break
    // Two conditions on an array may be met by two elements: only one of them can bound the keys.
    const chosen = field.multikey
      ? [usable.find(({ bounds }) => bounds.points) ?? (usable[0] as (typeof usable)[0])]
      : usable
    const bounds = chosen.map((candidate) => candidate.bounds).reduce(intersect)
    if (bounds.points && bounds.points.length * prefixes.length > MAX_POINTS) break
    multikey ||= field.multikey
    scan.exact &&= bounds.exact && !field.multikey
    scan.bounded++
    for (const { condition } of chosen) used.add(condition)
    if (!bounds.points) {
      const [from, to] = field.descending
        ? [invertedStart(bounds.to as Buffer), invertedEnd(bounds.from as Buffer)]
        : [bounds.from as Buffer, bounds.to as Buffer]
      intervals = prefixes.map((prefix) => ({ start: Buffer.concat([prefix, from]), end: Buffer.concat([prefix, to]) }))
      break
    }
    const points = [...new Map(bounds.points.map((point) => [point.toString('latin1'), point])).values()]
    if (scan.single === scan.points && points.length === 1) scan.single++
    scan.points++
    prefixes = prefixes.flatMap((prefix) =>
      points.map((point) => Buffer.concat([prefix, field.descending ? invert(point) : point])),
    )
  }
  intervals ??= prefixes.map((prefix) => ({
    start: prefix,
    end: prefix.length === 0 ? Buffer.alloc(16, 0xff) : after(prefix),
  }))
  return { ...scan, used, intervals: merge(intervals) }
}

/**
 * Where the inverted keys of [from, to) begin and end. Every key in the range is at least `from` and below `to`, and each
 * bound is either a whole key or begins one, so the inverted range runs from just after ~to to just after all of ~from.
 */
const invertedStart = (to: Buffer) => after(invert(to))
const invertedEnd = (from: Buffer) => after(invert(from))

/** Sorts intervals and joins those that overlap. */
function merge(intervals: Interval[]): Interval[] {
  const sorted = intervals
    .filter(({ start, end }) => Buffer.compare(start, end) < 0)
    .sort((a, b) => Buffer.compare(a.start, b.start))
  const merged: Interval[] = []
  for (const interval of sorted) {
    const last = merged.at(-1)
    if (last && Buffer.compare(interval.start, last.end) <= 0) {
      if (Buffer.compare(interval.end, last.end) > 0) last.end = interval.end
    } else merged.push({ ...interval })
  }
  return merged
}

/** Whether the order of an index, forwards or backwards, is the one asked for; fields held at one value don't count. */
function orderOf(fields: Field[], single: number, sort: [string, boolean][]): { sorted: boolean; reverse: boolean } {
  const held = new Set(
    fields
      .slice(0, single)
      .filter(({ multikey }) => !multikey)
      .map(({ path }) => path),
  )
  const wanted = sort.filter(([path]) => !held.has(path))
  const rest = fields.filter(({ path }, i) => !(i < single && held.has(path)))
  if (wanted.length === 0) return { sorted: true, reverse: false }
  const first = rest[0]
  if (!first) return { sorted: false, reverse: false }
  const reverse = first.descending !== (wanted[0] as [string, boolean])[1]
  const sorted = wanted.every(([path, descending], i) => {
    const field = rest[i]
    // Past _id no two documents are left to be ordered.
    if (wanted.slice(0, i).some(([earlier]) => earlier === '_id')) return true
    return (
      field !== undefined && !field.multikey && field.path === path && (field.descending !== descending) === reverse
    )
  })
  return { sorted, reverse: sorted && reverse }
}

/** Whether every match of the conditions satisfies what a partial index is restricted to. */
function implies(conditions: Condition[], spec: Doc): boolean {
  if (spec.sparse === true) {
    const exists = (path: string) =>
      conditions.some(
        (condition) =>
          condition.path === path &&
          ((condition.operator === '$exists' && condition.operand === true) ||
            ((boundsOf(condition)?.points?.length ?? 0) > 0 && !matchesNull(condition)) ||
            boundsOf(condition)?.from !== undefined),
      )
    if (!Object.keys(spec.key as Doc).some(exists)) return false
  }
  const partial = spec.partialFilterExpression as Doc | undefined
  if (!partial) return true
  const demanded = conditionsOf(partial)
  if (!demanded.complete || demanded.ors.length > 0) return false
  return demanded.conditions.every((wanted) =>
    conditions.some((given) => given.path === wanted.path && entails(given, wanted)),
  )
}

const matchesNull = ({ operand }: Condition) =>
  (Array.isArray(operand) ? operand : [operand]).some((value) => typeOrder(value) === ORDER.null)

function entails(given: Condition, wanted: Condition): boolean {
  if (given.operator === wanted.operator && equal(given.operand, wanted.operand)) return true
  const values =
    given.operator === '$eq' ? [given.operand] : given.operator === '$in' ? (given.operand as unknown[]) : undefined
  if (wanted.operator === '$exists' && wanted.operand === true)
    return values ? !matchesNull(given) : ['$gt', '$lt'].includes(given.operator)
  if (!values || values.length === 0 || values.some((value) => value instanceof BSONRegExp)) return false
  if (wanted.operator === '$in')
    return values.every((value) => (wanted.operand as unknown[]).some((other) => equal(value, other)))
  if (wanted.operator === '$eq') return values.every((value) => equal(value, wanted.operand))
  const bounds = boundsOf(wanted)
  return (
    bounds?.from !== undefined &&
    values.every((value) => {
      const key = encodeKey([value])
      return Buffer.compare(key, bounds.from as Buffer) >= 0 && Buffer.compare(key, bounds.to as Buffer) < 0
    })
  )
}

type Candidate = Plan & { score: number }

function candidate(
  index: Index | undefined,
  outer: ReturnType<typeof conditionsOf>,
  branchList: ReturnType<typeof conditionsOf>[],
  sort: [string, boolean][],
  limited: boolean,
): Candidate | undefined {
  const fields = fieldsOf(index)
  const scans = branchList.map((branch) => ({
    scan: scanOf(fields, [...outer.conditions, ...branch.conditions]),
    branch,
  }))
  const usable = index?.spec ?? {}
  if (!scans.every(({ branch }) => implies([...outer.conditions, ...branch.conditions], usable))) return undefined
  const first = scans[0] as (typeof scans)[0]
  let single = Math.min(...scans.map(({ scan }) => scan.single))
  // Fields are held at one value only where it is the same in all branches, that is, where it comes from outside them.
  if (scans.length > 1) single = Math.min(single, scanOf(fields, outer.conditions).single)
  const manyPoints = scans.length === 1 && first.scan.points > first.scan.single
  const order = orderOf(fields, single, sort)
  const bounded = Math.min(...scans.map(({ scan }) => scan.bounded))
  const points = Math.min(...scans.map(({ scan }) => scan.points))
  // Intervals of several points of one field are still scanned in the order of the keys; nothing else is promised.
  const sorted = sort.length === 0 || order.sorted
  const unique = (index === undefined || index.unique) && points >= (index?.pattern.paths.length ?? 1)
  const exact =
    scans.length === 1 &&
    outer.complete &&
    outer.ors.length === 0 &&
    first.scan.exact &&
    !(index && index.multikey !== 0) &&
    outer.conditions.every((condition) => first.scan.used.has(condition))
  return {
    index,
    intervals: merge(scans.flatMap(({ scan }) => scan.intervals)),
    reverse: sorted && order.reverse,
    sorted,
    exact,
    bounded: bounded > 0,
    score:
      (unique ? 1000 : 0) +
      points * 4 +
      (bounded - points) * 2 +
      (sorted && sort.length > 0 ? (limited ? 5 : 1) : 0) -
      (manyPoints ? 1 : 0),
  }
}

/**
 * Chooses how to find the matches of a filter (already known to be valid): the index whose leading fields it holds to
 * values, then a range, then the order asked for. `$or` becomes several ranges of one index where that is possible
 * (which is what a keyset page is), or else a plan for each branch.
 */
export function plan(collection: Collection, filter: Doc, sort: [string, boolean][] = [], limited = false): Plan {
  const outer = conditionsOf(filter)
  const none = [{ conditions: [], complete: true, ors: [] }]
  const indexes = [undefined, ...collection.indexes.filter((index) => index.ready)]
  const expansions = [
    none,
    ...(outer.ors.length === 1 ? [(outer.ors[0] as Doc[]).map((branch) => conditionsOf(branch))] : []),
  ]
  const candidates = expansions
    .flatMap((branches) => indexes.map((index) => candidate(index, outer, branches, sort, limited)))
    .filter((found): found is Candidate => found !== undefined)
  const best = candidates.reduce((a, b) => (b.score > a.score ? b : a))
  if (!best.bounded && !(best.sorted && limited) && outer.ors.length > 0) {
    for (const or of outer.ors) {
      const branches = or.map((branch) => plan(collection, branch))
      if (branches.every(({ bounded }) => bounded))
        return {
          index: undefined,
          intervals: [],
          reverse: false,
          sorted: sort.length === 0,
          exact: false,
          bounded: true,
          branches,
        }
    }
  }
  return best
}

/** Runs a plan: each document at most once, unfiltered. `examined` counts what was looked at. */
export function* run(
  storage: Storage,
  collection: Collection,
  { index, intervals, reverse, branches }: Plan,
  examined: Examined,
): Generator<Stored> {
  if (branches) {
    const seen = new Set<string>()
    for (const branch of branches)
      for (const stored of run(storage, collection, branch, examined)) {
        const name = stored.id.toString('latin1')
        if (!seen.has(name)) yield stored
        seen.add(name)
      }
    return
  }
  const seen = index && index.multikey !== 0 ? new Set<string>() : undefined
  for (const { start, end } of reverse ? intervals.toReversed() : intervals) {
    if (!index) {
      for (const stored of storage.scan(collection, start, end, reverse)) {
        examined.keys++
        examined.docs++
        yield stored
      }
      continue
    }
    for (const id of storage.entries(index, start, end, reverse)) {
      examined.keys++
      if (seen) {
        const name = id.toString('latin1')
        if (seen.has(name)) continue
        seen.add(name)
      }
      const bytes = storage.get(collection, id)
      if (!bytes) continue
      examined.docs++
      yield { id, bytes }
    }
  }
}
