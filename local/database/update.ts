import { Int32, Long, Timestamp } from 'bson'
import { ADD, calculate, isIntegral, MULTIPLY, wholeNumber } from './arithmetic.js'
import { compare, equal } from './compare.js'
import { MongoError } from './errors.js'
import { arraySorter } from './expression.js'
import { compilePipeline } from './pipeline.js'
import { compileDocumentTest, compileElementTest, compileValueTest, isOperators, type Match } from './query.js'
import { bsonType, type Doc, getField, isNumber, isObject, setField } from './values.js'

export type UpdateContext = { match: Match; inserting: boolean; now: Date }
/** Changes a document that belongs to the caller, or gives another one in its place. */
export type Update = { apply: (doc: Doc, context: UpdateContext) => Doc; isOperators: boolean }

/** Changes one value; `undefined` is a missing one, before and after. */
type Operator = (value: unknown, context: UpdateContext) => unknown
type Action = { path: string; operate: Operator; createsPath: boolean }

const bad = (message: string) => new MongoError(2, message)
const describe = (value: unknown) => bsonType(value)[1]

const arithmetic =
  (name: string, operation: typeof ADD) =>
  (operand: unknown): Operator => {
    if (!isNumber(operand)) throw new MongoError(14, `Cannot ${name} with non-numeric argument`)
    return (value) => {
      if (value === undefined) return name === '$mul' ? calculate(operation, operand, new Int32(0)) : operand
      if (!isNumber(value))
        throw new MongoError(14, `Cannot apply ${name} to a value of non-numeric type ${describe(value)}`)
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
  if (!Array.isArray(value)) throw bad(`The field must be an array for ${name} but is of type ${describe(value)}`)
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
    : compileValueTest({ [bsonType(operand)[1] === 'regex' ? '$regex' : '$eq']: operand })
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
    if (!Array.isArray(value)) throw new MongoError(14, `Path contains element of non-array type ${describe(value)}`)
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
    if (!isIntegral(value)) throw bad(`Cannot apply $bit to a value of non-integral type ${describe(value)}`)
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

const OPERATORS: Record<string, (operand: unknown) => Operator> = {
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
const NEVER_CREATE = new Set(['$unset', '$pull', '$pullAll', '$pop'])

const isIndex = (part: string) => /^(0|[1-9]\d*)$/.test(part)
const notViable = (part: string, value: unknown) =>
  new MongoError(28, `Cannot create field '${part}' in element of type ${describe(value)}`)

type ArrayFilters = Map<string, (value: unknown) => boolean>

/**
 * Applies an operator at a path inside a value. Containers on the way are changed in place; what is written comes from
 * the operator. `$`, `$[]` and `$[name]` stand for elements of the array that they meet.
 */
function applyAt(
  container: unknown,
  parts: string[],
  action: Action,
  context: UpdateContext,
  filters: ArrayFilters,
): void {
  const [part, ...rest] = parts as [string, ...string[]]
  if (Array.isArray(container)) {
    for (const index of elementsAt(container, part, context, filters)) {
      const there = index < container.length
      const value = there ? container[index] : undefined
      if (rest.length > 0 && (isObject(value) || Array.isArray(value))) applyAt(value, rest, action, context, filters)
      else if (rest.length > 0 && there) {
        if (action.createsPath) throw notViable(rest[0] as string, value)
      } else {
        const changed = rest.length > 0 ? grow(rest, action, context) : action.operate(value, context)
        if (changed === undefined) {
          if (there) container[index] = null
          continue
        }
        if (index > container.length + 1_500_000) throw bad(`can't backfill more than 1500000 elements`)
        while (container.length < index) container.push(null)
        container[index] = changed
      }
    }
    return
  }
  if (part === '$' || part.startsWith('$['))
    throw bad(`The path '${action.path}' must exist in the document in order to apply array updates`)
  const doc = container as Doc
  const value = getField(doc, part)
  if (rest.length === 0) {
    const changed = action.operate(value, context)
    if (changed === undefined) delete doc[part]
    else setField(doc, part, changed)
  } else if (isObject(value) || Array.isArray(value)) applyAt(value, rest, action, context, filters)
  else if (value === undefined) {
    const grown = grow(rest, action, context)
    if (grown !== undefined) setField(doc, part, grown)
  } else if (action.createsPath) throw notViable(rest[0] as string, value)
}

/** What a missing path becomes: documents around what the operator makes of nothing. */
function grow(parts: string[], action: Action, context: UpdateContext): unknown {
  if (parts.some((part) => part.startsWith('$')))
    throw bad(`The path '${action.path}' must exist in the document in order to apply array updates`)
  const value = action.operate(undefined, context)
  return value === undefined ? undefined : parts.reduceRight((inner: unknown, part) => ({ [part]: inner }), value)
}

function elementsAt(container: unknown[], part: string, { match }: UpdateContext, filters: ArrayFilters): number[] {
  if (part === '$') {
    if (match.index === undefined) throw bad('The positional operator did not find the match needed from the query.')
    return [match.index]
  }
  if (part === '$[]') return container.map((_, i) => i)
  if (part.startsWith('$[')) {
    const test = filters.get(part.slice(2, -1)) as (value: unknown) => boolean
    return container.flatMap((value, i) => (test(value) ? [i] : []))
  }
  if (!isIndex(part)) throw bad(`Cannot create field '${part}' in element of type array`)
  return [Number(part)]
}

function compileArrayFilters(filters: Doc[]): ArrayFilters {
  const compiled: ArrayFilters = new Map()
  for (const filter of filters) {
    const names = new Set(topNames(filter))
    const name = [...names][0]
    if (names.size !== 1 || !name || !/^[a-z][a-zA-Z0-9]*$/.test(name))
      throw new MongoError(9, 'Each array filter must use a single top-level field name')
    if (compiled.has(name))
      throw new MongoError(9, `Found multiple array filters with the same top-level field name ${name}`)
    const test = compileDocumentTest(filter)
    compiled.set(name, (value) => test({ [name]: value }))
  }
  return compiled
}

const topNames = (filter: Doc): string[] =>
  Object.entries(filter).flatMap(([name, operand]) =>
    name.startsWith('$') && Array.isArray(operand)
      ? operand.flatMap((branch) => topNames(branch as Doc))
      : [name.split('.')[0] as string],
  )

/** Two paths of one update mustn't be the same, nor one lead through the other. */
function checkConflicts(paths: string[]): void {
  const sorted = [...paths].sort()
  for (const path of sorted)
    if (
      sorted.some((other) => other !== path && path.startsWith(`${other}.`)) ||
      sorted.indexOf(path) !== sorted.lastIndexOf(path)
    )
      throw new MongoError(40, `Updating the path '${path}' would create a conflict at '${path}'`)
}

function compileRename(from: string, to: unknown): (doc: Doc) => void {
  if (typeof to !== 'string') throw bad("The 'to' field for $rename must be a string")
  if (from === to) throw bad('The source and target field for $rename must differ')
  if (/(^|\.)\$/.test(`${from}.${to}`)) throw bad('$rename paths may not be dynamic')
  return (doc) => {
    let value: unknown
    const take = {
      path: from,
      createsPath: false,
      operate: (found: unknown) => {
        value = found
        return undefined
      },
    }
    if (throughArray(doc, from) || throughArray(doc, to)) throw bad('$rename cannot be used through an array')
    const context = { match: {}, inserting: false, now: new Date(0) }
    applyAt(doc, from.split('.'), take, context, new Map())
    if (value === undefined) return
    const found = value
    applyAt(doc, to.split('.'), { path: to, createsPath: true, operate: () => found }, context, new Map())
  }
}

function throughArray(doc: Doc, path: string): boolean {
  let value: unknown = doc
  for (const part of path.split('.')) {
    if (Array.isArray(value)) return true
    value = isObject(value) ? getField(value, part) : undefined
  }
  return false
}

/** MongoDB applies the operators to paths in this order: numbers by value, else as text. */
const byPath = (a: Action, b: Action) => {
  const [x, y] = [a.path.split('.'), b.path.split('.')]
  const i = x.findIndex((part, at) => part !== y[at])
  const [p = '', q = ''] = [x[i], y[i]]
  return isIndex(p) && isIndex(q) ? Number(p) - Number(q) : p < q ? -1 : 1
}

function compileOperators(update: Doc, arrayFilters: Doc[]): Update {
  const actions: Action[] = []
  const renames: { paths: string[]; rename: (doc: Doc) => void }[] = []
  for (const [name, fields] of Object.entries(update)) {
    if (name !== '$rename' && !OPERATORS[name])
      throw new MongoError(9, `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update`)
    if (!isObject(fields))
      throw new MongoError(9, `Modifiers operate on fields but we found type ${describe(fields)} instead`)
    for (const [path, operand] of Object.entries(fields)) {
      if (path.split('.').includes(''))
        throw new MongoError(56, `The update path '${path}' contains an empty field name`)
      if (path.split('.').some((part) => part.startsWith('$') && !/^\$(\[[^\]]*\])?$/.test(part)))
        throw new MongoError(52, `The dollar ($) prefixed field in '${path}' is not allowed`)
      if (path.startsWith('$'))
        throw bad(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`)
      if (name === '$rename') renames.push({ paths: [path, String(operand)], rename: compileRename(path, operand) })
      else
        actions.push({
          path,
          operate: (OPERATORS[name] as (operand: unknown) => Operator)(operand),
          createsPath: !NEVER_CREATE.has(name),
          ...(name === '$setOnInsert' && { onInsert: true }),
        })
    }
  }
  checkConflicts([...actions.map(({ path }) => path), ...renames.flatMap(({ paths }) => paths)])
  const filters = compileArrayFilters(arrayFilters)
  const used = new Set(
    actions.flatMap(({ path }) => [...path.matchAll(/\$\[([^\]]+)\]/g)].map(([, name]) => name as string)),
  )
  for (const name of used) if (!filters.has(name)) throw bad(`No array filter found for identifier '${name}'`)
  for (const name of filters.keys())
    if (!used.has(name)) throw new MongoError(9, `The array filter for identifier '${name}' was not used in the update`)
  const ordered = actions.sort(byPath)
  return {
    isOperators: true,
    apply: (doc, context) => {
      for (const action of ordered) {
        if ('onInsert' in action && !context.inserting) continue
        applyAt(doc, action.path.split('.'), action, context, filters)
      }
      // Two dynamic paths, such as `a.$` and `a.0`, may turn out to be one only now.
      for (const { rename } of renames) rename(doc)
      return doc
    },
  }
}

/** Stages that an update may consist of. */
const UPDATE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'])

function compileStages(stages: Doc[]): Update {
  for (const stage of stages) {
    const name = Object.keys(stage)[0] ?? ''
    if (!UPDATE_STAGES.has(name)) throw new MongoError(72, `${name} is not allowed to be used within an update`)
  }
  const pipeline = compilePipeline(stages)
  return {
    isOperators: false,
    apply: (doc, { now }) => {
      const [changed] = pipeline([doc], { now })
      return changed as Doc
    },
  }
}

/** Compiles an update: operators, a replacement, or a pipeline. `multi` and array filters go with operators only. */
export function compileUpdate(update: unknown, arrayFilters: Doc[] = [], multi = false): Update {
  if (Array.isArray(update)) {
    if (arrayFilters.length > 0) throw new MongoError(9, 'Cannot specify arrayFilters and a pipeline update')
    return compileStages(update as Doc[])
  }
  if (!isObject(update)) throw new MongoError(9, 'Update argument must be either an object or an array')
  const names = Object.keys(update)
  if (names[0]?.startsWith('$')) return compileOperators(update, arrayFilters)
  const dollar = names.find((name) => name.startsWith('$'))
  if (dollar)
    throw new MongoError(
      52,
      `The dollar ($) prefixed field '${dollar}' is not allowed in the context of an update's replacement document`,
    )
  if (multi) throw new MongoError(9, 'multi update is not supported for replacement-style update')
  if (arrayFilters.length > 0)
    throw new MongoError(9, 'arrayFilters may not be specified for replacement-style updates')
  return {
    isOperators: false,
    apply: (doc) => ('_id' in update || !('_id' in doc) ? { ...update } : { _id: doc._id, ...update }),
  }
}

/** The document that an upsert starts from: what the filter holds to a value. */
export function upsertBase(filter: Doc): Doc {
  const base: Doc = {}
  const paths: string[] = []
  const take = (path: string, value: unknown) => {
    if (paths.includes(path))
      throw new MongoError(54, `cannot infer query fields to set, path '${path}' is matched twice`)
    paths.push(path)
    const action = { path, createsPath: true, operate: () => value }
    applyAt(base, path.split('.'), action, { match: {}, inserting: true, now: new Date(0) }, new Map())
  }
  const walk = (conditions: Doc) => {
    for (const [name, operand] of Object.entries(conditions)) {
      if (name === '$and' || (name === '$or' && (operand as Doc[]).length === 1))
        for (const branch of operand as Doc[]) walk(branch)
      else if (name.startsWith('$')) continue
      else if (!isOperators(operand)) {
        if (operand !== undefined && bsonType(operand)[1] !== 'regex') take(name, operand)
      } else if ('$eq' in operand) take(name, operand.$eq)
      else if (Array.isArray(operand.$in) && operand.$in.length === 1) take(name, operand.$in[0])
      else if (Array.isArray(operand.$all) && operand.$all.length === 1 && !isOperators(operand.$all[0]))
        take(name, operand.$all[0])
    }
  }
  walk(filter)
  return base
}

/** What a stored document may not have as its _id. */
export function checkId(id: unknown): void {
  if (
    Array.isArray(id) ||
    (isObject(id) && Object.keys(id).some((name) => name.startsWith('$'))) ||
    bsonType(id)[1] === 'regex'
  )
    throw bad(`The '_id' value cannot be of type ${describe(id)}`)
}
