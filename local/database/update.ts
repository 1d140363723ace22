import { MongoError } from './errors.js'
import { compilePipeline } from './pipeline.js'
import { compileDocumentTest, isOperators } from './query.js'
import { NEVER_CREATE, OPERATORS, type Operator } from './update-operators.js'
import { type ArrayFilters, addPath, applyTree, createTree, type Leaf, type UpdateContext } from './update-tree.js'
import { type Doc, getField, isObject, typeName } from './values.js'

/** Changes the document, which belongs to the caller, or returns another one in its place. */
export type Update = (doc: Doc, context: UpdateContext) => Doc

const bad = (message: string) => new MongoError(2, message)

/** Applies one operator at one path, outside of any update. */
function applyAt(doc: Doc, path: string, leaf: Leaf): void {
  const tree = createTree()
  addPath(tree, path, leaf)
  applyTree(tree, doc, { match: {}, inserting: false, now: new Date(0) })
}

function compileArrayFilters(filters: Doc[]): ArrayFilters {
  const compiled: ArrayFilters = new Map()
  for (const filter of filters) {
    const names = new Set(topNames(filter))
    const name = [...names][0]
    if (names.size !== 1 || !name) throw new MongoError(9, 'Each array filter must use a single top-level field name')
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name))
      throw bad(
        `The top-level field name must be an alphanumeric string beginning with a lowercase letter, found '${name}'`,
      )
    if (compiled.has(`$[${name}]`))
      throw new MongoError(9, `Found multiple array filters with the same top-level field name ${name}`)
    const test = compileDocumentTest(filter)
    compiled.set(`$[${name}]`, (value) => test({ [name]: value }))
  }
  return compiled
}

const topNames = (filter: Doc): string[] =>
  Object.entries(filter).flatMap(([name, operand]) =>
    name.startsWith('$') && Array.isArray(operand)
      ? operand.flatMap((branch) => topNames(branch as Doc))
      : [name.split('.')[0] as string],
  )

function compileRename(from: string, to: unknown): (doc: Doc) => void {
  if (typeof to !== 'string') throw bad("The 'to' field for $rename must be a string")
  if (from === to) throw bad('The source and target field for $rename must differ')
  if (/(^|\.)\$/.test(`${from}.${to}`)) throw bad('$rename paths may not be dynamic')
  return (doc) => {
    if (leadsThroughArray(doc, from) || leadsThroughArray(doc, to)) throw bad('$rename cannot be used through an array')
    let found: unknown
    const take = (value: unknown) => {
      found = value
      return undefined
    }
    applyAt(doc, from, { createsPath: false, operate: take })
    if (found !== undefined) applyAt(doc, to, { createsPath: true, operate: () => found })
  }
}

function leadsThroughArray(doc: Doc, path: string): boolean {
  let value: unknown = doc
  for (const part of path.split('.')) {
    if (Array.isArray(value)) return true
    value = isObject(value) ? getField(value, part) : undefined
  }
  return false
}

function checkPath(path: string): void {
  const parts = path.split('.')
  if (parts.includes('')) throw new MongoError(56, `The update path '${path}' contains an empty field name`)
  if (parts.some((part) => part.startsWith('$') && !/^\$(\[[^\]]*\])?$/.test(part)))
    throw new MongoError(52, `The dollar ($) prefixed field in '${path}' is not allowed`)
  if (path.startsWith('$'))
    throw bad(`Cannot have positional (i.e. '$') element in the first position in path '${path}'`)
  if (parts.filter((part) => part === '$').length > 1)
    throw bad(`Too many positional (i.e. '$') elements found in path '${path}'`)
}

/** Holds the place of a renamed field in the tree, so that no other operator touches it. */
const RENAMED: Leaf = { createsPath: false, operate: (value) => value }

function compileOperators(update: Doc, arrayFilters: Doc[]): Update {
  const tree = createTree()
  const renames: ((doc: Doc) => void)[] = []
  const used = new Set<string>()
  for (const [name, fields] of Object.entries(update)) {
    if (name !== '$rename' && !OPERATORS[name])
      throw new MongoError(9, `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update`)
    if (!isObject(fields))
      throw new MongoError(9, `Modifiers operate on fields but we found type ${typeName(fields)} instead`)
    for (const [path, operand] of Object.entries(fields)) {
      checkPath(path)
      for (const part of path.split('.')) if (/^\$\[./.test(part) && part !== '$[]') used.add(part)
      if (name === '$rename') {
        renames.push(compileRename(path, operand))
        checkPath(operand as string)
        for (const renamed of [path, operand as string]) addPath(tree, renamed, RENAMED)
        continue
      }
      const compile = OPERATORS[name] as (operand: unknown) => Operator
      const onInsert = name === '$setOnInsert'
      addPath(tree, path, { operate: compile(operand), createsPath: !NEVER_CREATE.has(name), onInsert })
    }
  }
  const filters = compileArrayFilters(arrayFilters)
  for (const part of used)
    if (!filters.has(part)) throw bad(`No array filter found for identifier '${part.slice(2, -1)}'`)
  for (const part of filters.keys())
    if (!used.has(part))
      throw new MongoError(9, `The array filter for identifier '${part.slice(2, -1)}' was not used in the update`)
  return (doc, context) => {
    applyTree(tree, doc, context, filters)
    for (const rename of renames) rename(doc)
    return doc
  }
}

/** The stages that an update may consist of. */
const UPDATE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'])

function compileStages(stages: Doc[]): Update {
  const pipeline = compilePipeline(stages)
  const other = stages.flatMap((stage) => Object.keys(stage)).find((name) => !UPDATE_STAGES.has(name))
  if (other) throw new MongoError(72, `${other} is not allowed to be used within an update`)
  return (doc, { now }) => {
    const [changed] = pipeline([doc], { now })
    return changed as Doc
  }
}

/** Compiles an update: operators, a replacement, or a pipeline. Only operators allow `multi` and array filters. */
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
  return (doc) => ('_id' in update || !('_id' in doc) ? { ...update } : { _id: doc._id, ...update })
}

/** Returns the document that an upsert starts from: the fields that the filter fixes to one value. */
export function upsertBase(filter: Doc): Doc {
  const base: Doc = {}
  const paths = new Set<string>()
  const take = (path: string, value: unknown) => {
    if (paths.has(path)) throw new MongoError(54, `cannot infer query fields to set, path '${path}' is matched twice`)
    paths.add(path)
    applyAt(base, path, { createsPath: true, operate: () => value })
  }
  const walk = (conditions: Doc) => {
    for (const [name, operand] of Object.entries(conditions)) {
      if (name === '$and' || (name === '$or' && (operand as Doc[]).length === 1))
        for (const branch of operand as Doc[]) walk(branch)
      else if (name.startsWith('$')) continue
      else if (!isOperators(operand)) {
        if (operand !== undefined && typeName(operand) !== 'regex') take(name, operand)
      } else if ('$eq' in operand) take(name, operand.$eq)
      else if (Array.isArray(operand.$in) && operand.$in.length === 1) take(name, operand.$in[0])
      else if (Array.isArray(operand.$all) && operand.$all.length === 1 && !isOperators(operand.$all[0]))
        take(name, operand.$all[0])
    }
  }
  walk(filter)
  return base
}

/** @throws MongoError 2 or 52 if a stored document may not have this `_id` */
export function checkId(id: unknown): void {
  if (Array.isArray(id) || typeName(id) === 'regex') throw bad(`The '_id' value cannot be of type ${typeName(id)}`)
  if (isObject(id) && Object.keys(id).some((name) => name.startsWith('$')))
    throw new MongoError(52, "_id fields may not contain '$'-prefixed fields")
}
