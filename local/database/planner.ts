import {
  after,
  type Bounds,
  type Condition,
  conditionsOf,
  type Interval,
  intersect,
  invert,
  inverted,
  MAX_POINTS,
  merge,
} from './bounds.js'
import type { Collection, Index, Stored } from './collection.js'
import { implies } from './partial-index.js'
import type { Storage } from './storage.js'
import type { Doc } from './values.js'

export type Plan = {
  /** If undefined, the plan scans the documents themselves in the order of their _id. */
  index: Index | undefined
  intervals: Interval[]
  reverse: boolean
  /** True if the plan finds the documents in the order of the sort. */
  sorted: boolean
  /**
   * True if every key in the intervals is a match and every match has one key there, so that keys can be counted
   * instead.
   */
  exact: boolean
  bounded: boolean
  /** The plans of the branches of an `$or` that use different indexes. */
  branches?: Plan[]
}

export type Examined = { keys: number; docs: number }

type Field = { path: string; descending: boolean; multikey: boolean }

/** Returns the fields of an index. An index that isn't unique ends with the _id. */
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

/** The part of an index that conditions select: leading fields with points, then at most one field with a range. */
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
    const usable = conditions.filter(
      (condition): condition is Condition & { bounds: Bounds } =>
        condition.path === field.path && condition.bounds !== undefined,
    )
    if (usable.length === 0) break
    // Different elements of an array may meet the conditions on it, so only one condition can bound the keys.
    const chosen = field.multikey
      ? [usable.find(({ bounds }) => bounds.isPoints) ?? (usable[0] as (typeof usable)[0])]
      : usable
    const bounds = chosen.map((condition) => condition.bounds).reduce(intersect)
    const { ranges, isPoints } = bounds
    if (ranges.length * prefixes.length > MAX_POINTS) break
    multikey ||= field.multikey
    scan.exact &&= bounds.exact && !field.multikey
    scan.bounded++
    for (const condition of chosen) used.add(condition)
    if (!isPoints) {
      const wanted = field.descending ? ranges.map(inverted) : ranges
      intervals = prefixes.flatMap((prefix) =>
        wanted.map(({ start, end }) => ({ start: Buffer.concat([prefix, start]), end: Buffer.concat([prefix, end]) })),
      )
      break
    }
    if (scan.single === scan.points && ranges.length === 1) scan.single++
    scan.points++
    prefixes = prefixes.flatMap((prefix) =>
      ranges.map(({ start }) => Buffer.concat([prefix, field.descending ? invert(start) : start])),
    )
  }
  intervals ??= prefixes.map((start) => ({ start, end: after(start) }))
  return { ...scan, used, intervals: merge(intervals) }
}

/**
 * Compares the order of an index, forwards or backwards, with the order of a sort. Fields with a single value are
 * ignored.
 */
function orderOf(fields: Field[], single: number, sort: [string, boolean][]): { sorted: boolean; reverse: boolean } {
  const held = new Set(
    fields
      .slice(0, single)
      .filter(({ multikey }) => !multikey)
      .map(({ path }) => path),
  )
  const wanted = sort.filter(([path]) => !held.has(path))
  // with one value of an array the keys come in the order of the next field, although the array itself has no order
  const rest = fields.slice(single)
  if (wanted.length === 0) return { sorted: true, reverse: false }
  const first = rest[0]
  if (!first) return { sorted: false, reverse: false }
  const reverse = first.descending !== (wanted[0] as [string, boolean])[1]
  const sorted = wanted.every(([path, descending], i) => {
    const field = rest[i]
    // The _id is unique, so no later field matters.
    if (wanted.slice(0, i).some(([earlier]) => earlier === '_id')) return true
    return (
      field !== undefined && !field.multikey && field.path === path && (field.descending !== descending) === reverse
    )
  })
  return { sorted, reverse: sorted && reverse }
}

type Candidate = Plan & { score: number }

function candidate(
  index: Index | undefined,
  outer: ReturnType<typeof conditionsOf>,
  branchList: ReturnType<typeof conditionsOf>[],
  sort: [string, boolean][],
  limited: boolean,
): Candidate | undefined {
  const conditions = branchList.map((branch) => [...outer.conditions, ...branch.conditions])
  const leading = index?.pattern.paths[0]
  // an index that neither bounds nor sorts is no better than the documents themselves
  const isUseful = leading === sort[0]?.[0] || conditions.every((all) => all.some(({ path }) => path === leading))
  if (index && !(isUseful && conditions.every((all) => implies(all, index.spec)))) return undefined
  const fields = fieldsOf(index)
  const scans = conditions.map((all) => scanOf(fields, all))
  const first = scans[0] as Scan
  let single = Math.min(...scans.map((scan) => scan.single))
  // With several branches, a field has a single value only if the conditions outside of the branches give it one.
  if (scans.length > 1) single = Math.min(single, scanOf(fields, outer.conditions).single)
  const manyPoints = scans.length === 1 && first.points > first.single
  const order = orderOf(fields, single, sort)
  const bounded = Math.min(...scans.map((scan) => scan.bounded))
  const points = Math.min(...scans.map((scan) => scan.points))
  // The keys of several points of one field come in the order of the keys, and in no other.
  const sorted = sort.length === 0 || order.sorted
  const unique = (index === undefined || index.unique) && points >= (index?.pattern.paths.length ?? 1)
  const exact =
    scans.length === 1 &&
    outer.complete &&
    outer.ors.length === 0 &&
    first.exact &&
    !(index && index.multikey !== 0) &&
    outer.conditions.every((condition) => first.used.has(condition))
  return {
    index,
    intervals: merge(scans.flatMap(({ intervals }) => intervals)),
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
 * Chooses how to find the matches of a valid filter. It prefers an index whose leading fields have single values, then
 * a range, then the order of the sort. An `$or`, such as the filter of a keyset page, becomes several ranges of one
 * index if possible, and otherwise a plan for each branch.
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

/**
 * Runs a plan and yields each document at most once, unfiltered. `examined` counts the keys and documents that it
 * reads.
 */
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
