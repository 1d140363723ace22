import { wholeNumber } from './arithmetic.js'
import { MongoError, notImplemented } from './errors.js'
import { compileExpression, pathValue } from './expression.js'
import { isTruthy } from './expression-operators.js'
import { compileFilter, type Match } from './query.js'
import { type Doc, getField, isNumber, isObject, setField } from './values.js'

export type Projection = (doc: Doc, match?: Match, now?: Date) => Doc

/** A tree of paths. A leaf is included or excluded. */
type Tree = Map<string, Tree | true>

type Change = (doc: Doc, source: Doc, match: Match | undefined, now: Date) => Doc

function plant(tree: Tree, path: string): void {
  const parts = path.split('.')
  if (parts.some((part) => part === '')) throw new MongoError(40353, `FieldPath must not end with a '.': ${path}`)
  let node = tree
  parts.forEach((part, i) => {
    const there = node.get(part)
    const isLeaf = i === parts.length - 1
    if (there === true || (there && isLeaf)) throw new MongoError(31249, `Path collision at ${path}`)
    if (isLeaf) node.set(part, true)
    else {
      const next = there ?? new Map()
      node.set(part, next)
      node = next
    }
  })
}

function include(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value))
    return value.flatMap((element) => {
      const kept = include(element, tree)
      return kept === undefined ? [] : [kept]
    })
  if (!isObject(value)) return undefined
  const result: Doc = {}
  for (const [name, field] of Object.entries(value)) {
    const node = tree.get(name)
    const kept = node === undefined ? undefined : node === true ? field : include(field, node)
    if (kept !== undefined) setField(result, name, kept)
  }
  return result
}

function exclude(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((element) => exclude(element, tree))
  if (!isObject(value)) return value
  const result: Doc = {}
  for (const [name, field] of Object.entries(value)) {
    const node = tree.get(name)
    if (node !== true) setField(result, name, node ? exclude(field, node) : field)
  }
  return result
}

/** Sets the value at a path, in every element of an array on the way. `undefined` removes the field. */
export function assign(value: unknown, parts: string[], found: unknown): unknown {
  const [part, ...rest] = parts as [string, ...string[]]
  if (Array.isArray(value)) return value.map((element) => assign(element, parts, found))
  const result: Doc = isObject(value) ? { ...value } : {}
  if (rest.length > 0) {
    const child = getField(result, part)
    if (found !== undefined || isObject(child) || Array.isArray(child))
      setField(result, part, assign(child, rest, found))
  } else if (found === undefined) delete result[part]
  else setField(result, part, found)
  return result
}

/** Replaces the array at a path by the result of a function. Any other value stays. */
function replaceArray(doc: Doc, parts: string[], change: (list: unknown[]) => unknown[]): Doc {
  const [part, ...rest] = parts as [string, ...string[]]
  const value = getField(doc, part)
  if (rest.length === 0) return Array.isArray(value) ? { ...doc, [part]: change(value) } : doc
  return isObject(value) ? { ...doc, [part]: replaceArray(value, rest, change) } : doc
}

function slicer(operand: unknown): (list: unknown[]) => unknown[] {
  const [first, second] = Array.isArray(operand) ? operand : [operand]
  const from = wholeNumber(first, '$slice', 28667)
  if (second === undefined) return (list) => (from >= 0 ? list.slice(0, from) : list.slice(from))
  const count = wholeNumber(second, '$slice', 28667)
  if (count <= 0) throw new MongoError(28724, '$slice limit must be positive')
  return (list) => {
    const start = from >= 0 ? from : Math.max(list.length + from, 0)
    return list.slice(start, start + count)
  }
}

/** Compiles `path: {$elemMatch: …}`: the first element that matches, or no field. */
function elemMatchChange(path: string, operand: unknown): Change {
  if (path.includes('.')) throw new MongoError(31275, 'Cannot use $elemMatch projection on a nested field')
  const test = compileFilter({ [path]: { $elemMatch: operand } })
  return (doc, source) => {
    const match: Match = {}
    const { [path]: list, ...rest } = doc
    return test(source, match) ? { ...doc, [path]: [(list as unknown[])[match.index as number]] } : rest
  }
}

function positionalChange(path: string): Change {
  const parts = path.split('.')
  return (doc, _, match) => {
    if (match?.index === undefined)
      throw new MongoError(51246, "positional operator '.$' couldn't find a matching element in the array")
    const { index } = match
    return replaceArray(doc, parts, (list) => list.slice(index, index + 1))
  }
}

function computedChange(path: string, value: unknown): Change {
  const expression = compileExpression(value)
  const parts = path.split('.')
  return (doc, source, _, now) => {
    if (parts.some((_part, i) => i > 0 && Array.isArray(pathValue(source, parts.slice(0, i)))))
      throw notImplemented(`computing ${path} inside an array`)
    return assign(doc, parts, expression({ root: source, now })) as Doc
  }
}

const isPlainSlice = (operand: unknown) => isNumber(operand) || (Array.isArray(operand) && operand.every(isNumber))

/** Flattens a projection: `{a: {b: 1}}` is `{'a.b': 1}`. */
function flatten(spec: Doc, prefix = ''): [string, unknown][] {
  return Object.entries(spec).flatMap(([name, value]): [string, unknown][] => {
    const isNested = isObject(value) && Object.keys(value).length > 0 && !Object.keys(value)[0]?.startsWith('$')
    return isNested ? flatten(value, `${prefix}${name}.`) : [[prefix + name, value]]
  })
}

/**
 * Compiles the projection of `find`, with `$slice`, `$elemMatch` and the positional `$`, or, with `isStage`, that of
 * `$project`. Fields keep the order of the document; computed fields follow in the order of the projection.
 */
export function compileProjection(spec: Doc, isStage = false): Projection {
  if (isStage && Object.keys(spec).length === 0)
    throw new MongoError(51272, 'projection specification must have at least one field')
  const all: Tree = new Map()
  const tree: Tree = new Map()
  const sliced: string[] = []
  const changes: Change[] = []
  let including: boolean | undefined
  let id: boolean | undefined

  const take = (path: string, wanted: boolean, planted = true): void => {
    if (including !== undefined && including !== wanted)
      throw new MongoError(wanted ? 31253 : 31254, `Cannot do ${wanted ? 'inclusion' : 'exclusion'} on field ${path}`)
    including = wanted
    if (planted) plant(tree, path)
  }

  for (const [name, value] of flatten(spec)) {
    const isPositional = !isStage && name.endsWith('.$')
    const path = isPositional ? name.slice(0, -2) : name
    const operator = isStage || !isObject(value) ? undefined : Object.keys(value)[0]
    plant(all, path)
    if (typeof value === 'boolean' || isNumber(value)) {
      if (path === '_id') id = isTruthy(value)
      else take(path, isTruthy(value))
      if (isPositional) changes.push(positionalChange(path))
    } else if (operator === '$slice' && isPlainSlice((value as Doc).$slice)) {
      const change = slicer((value as Doc).$slice)
      sliced.push(path)
      changes.push((doc) => replaceArray(doc, path.split('.'), change))
    } else if (operator === '$elemMatch') {
      take(path, true)
      changes.push(elemMatchChange(path, (value as Doc).$elemMatch))
    } else {
      take(path, true, false)
      if (path === '_id') id = false
      changes.push(computedChange(path, value))
    }
  }
  const isInclusion = including ?? id === true
  if (isInclusion) {
    for (const path of sliced) plant(tree, path)
    if (id !== false) plant(tree, '_id')
  } else if (id === false) plant(tree, '_id')
  const select = isInclusion ? include : exclude
  return (source, match, now = new Date()) => {
    const doc = (tree.size === 0 && !isInclusion ? source : select(source, tree)) as Doc
    return changes.reduce((changed, change) => change(changed, source, match, now), doc)
  }
}
