import { Long } from 'bson'
import { wholeNumber } from './arithmetic.js'
import { equal } from './compare.js'
import { MongoError, notImplemented } from './errors.js'
import { compileExpression, type Expression, pathValue, sortWay } from './expression.js'
import { average, extreme, isTruthy, sum } from './expression-operators.js'
import { encodeKey } from './key-encoding.js'
import { type KeyPattern, keyPattern, sortKey } from './keys.js'
import { assign, compileProjection } from './projection.js'
import { compileFilter } from './query.js'
import { type Doc, getField, int, isObject, setField } from './values.js'

/** Reads the documents of another collection that match a filter. */
export type Lookup = (from: string, filter: Doc) => Iterable<Doc>
/** The input of a pipeline beside its documents. `lookup` is needed if a stage is a `$lookup`. */
export type PipelineContext = { now: Date; lookup?: Lookup }
export type Pipeline = (docs: Iterable<Doc>, context: PipelineContext) => Iterable<Doc>

const requireObject = (value: unknown, stage: string, code = 40272): Doc => {
  if (!isObject(value)) throw new MongoError(code, `the ${stage} specification must be an object`)
  return value
}

/** Returns the paths of a sort, each with true if it descends. */
export function sortFields(sort: unknown): [string, boolean][] {
  const spec = requireObject(sort, '$sort', 15973)
  return Object.entries(spec).map(([path, way]) => {
    if (isObject(way) || path.startsWith('$')) throw notImplemented(`sorting by ${path}`)
    return [path, sortWay(way) < 0]
  })
}

/** Sorts items by their documents in MongoDB's order, and keeps at most `limit` of them. */
export function sorted<T>(
  items: Iterable<T>,
  docOf: (item: T) => Doc,
  pattern: KeyPattern,
  limit = Number.POSITIVE_INFINITY,
): T[] {
  let keyed: { item: T; key: Buffer }[] = []
  const order = () => keyed.sort((a, b) => Buffer.compare(a.key, b.key))
  for (const item of items) {
    keyed.push({ item, key: sortKey(docOf(item), pattern) })
    if (keyed.length > 2 * limit + 1000) keyed = order().slice(0, limit)
  }
  return order()
    .slice(0, limit)
    .map(({ item }) => item)
}

function* take(docs: Iterable<Doc>, limit: number): Generator<Doc> {
  let left = limit
  for (const doc of docs) {
    yield doc
    if (--left === 0) return
  }
}

function* skip(docs: Iterable<Doc>, count: number): Generator<Doc> {
  let left = count
  for (const doc of docs) if (--left < 0) yield doc
}

function* filter(docs: Iterable<Doc>, test: (doc: Doc) => boolean): Generator<Doc> {
  for (const doc of docs) if (test(doc)) yield doc
}

function* map(docs: Iterable<Doc>, change: (doc: Doc) => Doc): Generator<Doc> {
  for (const doc of docs) yield change(doc)
}

function addFields(spec: Doc): Pipeline {
  const fields = Object.entries(flattenFields(spec)).map(
    ([path, value]) => [path.split('.'), compileExpression(value)] as const,
  )
  return (docs, { now }) =>
    map(docs, (doc) =>
      fields.reduce((changed, [parts, value]) => assign(changed, parts, value({ root: doc, now })) as Doc, doc),
    )
}

/** Flattens `{a: {b: x}}` to `{'a.b': x}`, unless the inner document is an expression. */
function flattenFields(spec: Doc, prefix = ''): Doc {
  return Object.fromEntries(
    Object.entries(spec).flatMap(([name, value]) => {
      const isNested = isObject(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$')
      return isNested ? Object.entries(flattenFields(value, `${prefix}${name}.`)) : [[prefix + name, value]]
    }),
  )
}

type Accumulator = (values: unknown[]) => unknown

const present = (values: unknown[]) => values.filter((value) => value !== undefined)

const ACCUMULATORS: Record<string, Accumulator> = {
  $sum: sum,
  $avg: average,
  $min: (values) => extreme(values, -1),
  $max: (values) => extreme(values, 1),
  $first: (values) => values[0] ?? null,
  $last: (values) => values.at(-1) ?? null,
  $push: present,
  $addToSet: (values) => present(values).filter((value, i, all) => all.findIndex((other) => equal(other, value)) === i),
  $count: (values) => int(values.length),
}

function compileGroup(operand: unknown): Pipeline {
  const spec = requireObject(operand, '$group', 15947)
  if (!('_id' in spec)) throw new MongoError(15955, 'a group specification must include an _id')
  const { _id, ...fields } = spec
  const id = compileExpression(_id)
  const accumulated = Object.entries(fields).map(([name, field]) => {
    const [operator = '', ...more] = isObject(field) ? Object.keys(field) : []
    if (more.length > 0 || operator === '')
      throw new MongoError(40234, `The field '${name}' must be an accumulator object`)
    const accumulate = ACCUMULATORS[operator]
    if (!accumulate) throw new MongoError(15952, `unknown group operator '${operator}'`)
    return { name, accumulate, value: compileExpression((field as Doc)[operator]) }
  })
  return function* (docs, { now }) {
    const groups = new Map<string, { id: unknown; values: unknown[][] }>()
    for (const root of docs) {
      const key = id({ root, now }) ?? null
      const name = encodeKey([key]).toString('latin1')
      let group = groups.get(name)
      if (!group) {
        group = { id: key, values: accumulated.map(() => []) }
        groups.set(name, group)
      }
      for (const [i, { value }] of accumulated.entries()) group.values[i]?.push(value({ root, now }))
    }
    for (const group of groups.values()) {
      const doc: Doc = { _id: group.id }
      for (const [i, { name, accumulate }] of accumulated.entries())
        setField(doc, name, accumulate(group.values[i] as unknown[]))
      yield doc
    }
  }
}

function fieldPath(value: unknown, stage: string): string[] {
  if (typeof value !== 'string' || !value.startsWith('$'))
    throw new MongoError(28818, `path option to ${stage} must begin with a $`)
  return value.slice(1).split('.')
}

function compileUnwind(operand: unknown): Pipeline {
  const { path, preserveNullAndEmptyArrays: keep, includeArrayIndex } = isObject(operand) ? operand : { path: operand }
  const parts = fieldPath(path, '$unwind')
  const preserve = isTruthy(keep)
  const named = (doc: Doc, index: number | null): Doc =>
    typeof includeArrayIndex === 'string'
      ? (assign(doc, includeArrayIndex.split('.'), index === null ? null : Long.fromNumber(index)) as Doc)
      : doc
  return function* (docs) {
    for (const doc of docs) {
      const value = parts.reduce((inner: unknown, part) => (isObject(inner) ? getField(inner, part) : undefined), doc)
      if (!Array.isArray(value)) {
        if ((value !== undefined && value !== null) || preserve) yield named(doc, null)
      } else if (value.length === 0) {
        if (preserve) yield named(assign(doc, parts, undefined) as Doc, null)
      } else for (const [i, element] of value.entries()) yield named(assign(doc, parts, element) as Doc, i)
    }
  }
}

function compileLookup(operand: unknown): Pipeline {
  const { from, localField, foreignField, as, pipeline, ...rest } = requireObject(operand, '$lookup', 9)
  const other = Object.keys(rest)[0]
  if (other) throw notImplemented(`$lookup with ${other}`)
  if (![from, localField, foreignField, as].every((value) => typeof value === 'string'))
    throw notImplemented('$lookup without from, localField, foreignField and as')
  const inner = pipeline === undefined ? undefined : compilePipeline(pipeline as Doc[])
  const local = (localField as string).split('.')
  return function* (docs, context) {
    for (const doc of docs) {
      const value = pathValue(doc, local)
      const values = Array.isArray(value) ? value : [value ?? null]
      const found = (context.lookup as Lookup)(from as string, { [foreignField as string]: { $in: values } })
      yield assign(doc, (as as string).split('.'), [...(inner ? inner(found, context) : found)]) as Doc
    }
  }
}

function compileFacet(operand: unknown): Pipeline {
  const facets = Object.entries(requireObject(operand, '$facet', 40169)).map(
    ([name, stages]) => [name, compilePipeline(stages as Doc[])] as const,
  )
  return function* (docs, context) {
    const all = [...docs]
    const result: Doc = {}
    for (const [name, pipeline] of facets) setField(result, name, [...pipeline(all, context)])
    yield result
  }
}

function compileReplaceRoot(value: unknown): Pipeline {
  const expression: Expression = compileExpression(value)
  return (docs, { now }) =>
    map(docs, (root) => {
      const replaced = expression({ root, now })
      if (!isObject(replaced)) throw new MongoError(40228, "'newRoot' expression must evaluate to an object")
      return replaced
    })
}

function compileCount(operand: unknown): Pipeline {
  if (typeof operand !== 'string' || operand === '' || /[.$\0]/.test(operand))
    throw new MongoError(40156, 'the count field must be a non-empty string')
  return function* (docs) {
    let count = 0
    for (const _ of docs) count++
    if (count > 0) yield { [operand]: int(count) }
  }
}

function compileUnset(operand: unknown): Pipeline {
  const paths = Array.isArray(operand) ? operand : [operand]
  if (paths.length === 0 || paths.some((path) => typeof path !== 'string'))
    throw new MongoError(31002, '$unset specification must be a string or an array of strings')
  return STAGES.$project?.(Object.fromEntries(paths.map((path) => [path, false]))) as Pipeline
}

const STAGES: Record<string, (operand: unknown) => Pipeline> = {
  $match: (operand) => {
    const test = compileFilter(requireObject(operand, '$match', 15959))
    return (docs) => filter(docs, test)
  },
  $sort: (operand) => {
    const pattern = keyPattern(sortFields(operand))
    return (docs) => sorted(docs, (doc) => doc, pattern)
  },
  $limit: (operand) => {
    const limit = wholeNumber(operand, '$limit', 5107201)
    if (limit <= 0) throw new MongoError(15958, 'the limit must be positive')
    return (docs) => take(docs, limit)
  },
  $skip: (operand) => {
    const count = wholeNumber(operand, '$skip', 5107200)
    if (count < 0) throw new MongoError(5107200, 'invalid argument to $skip stage: it must not be negative')
    return (docs) => skip(docs, count)
  },
  $project: (operand) => {
    const project = compileProjection(requireObject(operand, '$project', 15969), true)
    return (docs, { now }) => map(docs, (doc) => project(doc, undefined, now))
  },
  $addFields: (operand) => addFields(requireObject(operand, '$addFields')),
  $set: (operand) => addFields(requireObject(operand, '$set')),
  $unset: compileUnset,
  $group: compileGroup,
  $count: compileCount,
  $sortByCount: (operand) =>
    compilePipeline([{ $group: { _id: operand, count: { $sum: int(1) } } }, { $sort: { count: int(-1) } }]),
  $unwind: compileUnwind,
  $lookup: compileLookup,
  $facet: compileFacet,
  $replaceRoot: (operand) => compileReplaceRoot(requireObject(operand, '$replaceRoot', 40229).newRoot),
  $replaceWith: compileReplaceRoot,
}

const KNOWN_TO_MONGODB = new Set(
  '$bucket $bucketAuto $collStats $densify $documents $fill $geoNear $graphLookup $indexStats $merge $out $redact $sample $setWindowFields $unionWith $search'.split(
    ' ',
  ),
)

/**
 * Compiles the stages of an aggregation.
 * @throws MongoError 40324 for a stage that MongoDB doesn't know, 115 for one that this server doesn't have
 */
export function compilePipeline(stages: Doc[]): Pipeline {
  const compiled = stages.map((stage) => {
    const [name = '', ...more] = isObject(stage) ? Object.keys(stage) : []
    if (more.length > 0 || name === '')
      throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.')
    if (name === '$changeStream')
      throw new MongoError(40573, 'The $changeStream stage is only supported on replica sets')
    const compile = STAGES[name]
    if (!compile)
      throw KNOWN_TO_MONGODB.has(name)
        ? notImplemented(name)
        : new MongoError(40324, `Unrecognized pipeline stage name: '${name}'`)
    return compile(stage[name])
  })
  return (docs, context) => compiled.reduce((input, stage) => stage(input, context), docs)
}
