import { MongoError } from './errors.js'
import type { Match } from './query.js'
import type { Operator } from './update-operators.js'
import { type Doc, getField, isIndex, isObject, setField, typeName } from './values.js'

export type UpdateContext = { match: Match; inserting: boolean; now: Date }
/** The tests of the array filters, by the path part that they belong to: `$[name]`. */
export type ArrayFilters = Map<string, (element: unknown) => boolean>

/** The end of a path. An operator that doesn't create its path does nothing if the path is missing. */
export type Leaf = { operate: Operator; createsPath: boolean; onInsert?: boolean }
/**
 * The paths of an update as a tree. The children of a branch are named by fields, indexes and `$`, or, with
 * `ofElements`, by `$[]` and `$[name]`.
 */
export type Branch = { ofElements: boolean; children: Map<string, Branch | Leaf> }
type Container = Doc | unknown[]

const bad = (message: string) => new MongoError(2, message)

const isBranch = (node: Branch | Leaf): node is Branch => 'children' in node
const isContainer = (value: unknown): value is Container => isObject(value) || Array.isArray(value)
const isFilter = (part: string | undefined) => part?.startsWith('$[') === true

export const createTree = (): Branch => ({ ofElements: false, children: new Map() })

/**
 * Adds a path to a tree.
 * @throws MongoError 40 if a path of the tree is the same, leads through it, or names the elements of one array in
 * another way
 */
export function addPath(tree: Branch, path: string, leaf: Leaf): void {
  const parts = path.split('.')
  let node = tree
  for (const [i, part] of parts.entries()) {
    const child = node.children.get(part)
    const isLast = i === parts.length - 1
    const ofElements = isFilter(parts[i + 1])
    if (child && (isLast || !isBranch(child) || child.ofElements !== ofElements)) {
      const at = parts.slice(0, i + 1).join('.')
      throw new MongoError(40, `Updating the path '${path}' would create a conflict at '${at}'`)
    }
    if (isLast) node.children.set(part, leaf)
    else {
      const next = (child as Branch | undefined) ?? { ofElements, children: new Map() }
      node.children.set(part, next)
      node = next
    }
  }
}

/**
 * Joins the trees of one value, if `$`, `$[]` and `$[name]` select it more than once.
 * @throws MongoError 40 if both write the same path
 */
function merge(a: Branch | Leaf, b: Branch | Leaf, path: string): Branch | Leaf {
  if (!isBranch(a) || !isBranch(b) || a.ofElements !== b.ofElements)
    throw new MongoError(40, `Update created a conflict at '${path}'`)
  const children = new Map(a.children)
  for (const [part, node] of b.children) {
    const other = children.get(part)
    children.set(part, other ? merge(other, node, `${path}.${part}`) : node)
  }
  return { ofElements: a.ofElements, children }
}

/** MongoDB's order of the parts of paths: indexes by value, everything else as text. */
const byPart = ([a]: [string, unknown], [b]: [string, unknown]) =>
  isIndex(a) && isIndex(b) ? Number(a) - Number(b) : a < b ? -1 : 1

/** Applies the operators of a tree to a document, which is changed in place. */
export function applyTree(tree: Branch, doc: Doc, context: UpdateContext, filters: ArrayFilters = new Map()): void {
  function applyBranch({ ofElements, children }: Branch, container: Container, path: string): void {
    const resolved = ofElements
      ? ofFilters(children, container as unknown[], path)
      : ofFields(children, container, path)
    for (const [part, child] of resolved) applyChild(child, container, part, path === '' ? part : `${path}.${part}`)
  }

  /** The children in MongoDB's order, with `$` replaced by the index of the element that the query matched. */
  function ofFields(children: Branch['children'], container: Container, path: string): [string, Branch | Leaf][] {
    const positional = children.get('$')
    const named = new Map(children)
    if (positional) {
      const { index } = context.match
      if (index === undefined) throw bad('The positional operator did not find the match needed from the query.')
      if (!Array.isArray(container)) throw noArray(path)
      const other = children.get(`${index}`)
      named.delete('$')
      named.set(`${index}`, other ? merge(positional, other, `${path}.${index}`) : positional)
    }
    return [...named].sort(byPart)
  }

  /** The elements that filters select, tested before the first of them changes. */
  function ofFilters(children: Branch['children'], elements: unknown[], path: string): [string, Branch | Leaf][] {
    return elements.flatMap((element, i): [string, Branch | Leaf][] => {
      const nodes = [...children].flatMap(([part, node]) =>
        part === '$[]' || filters.get(part)?.(element) ? [node] : [],
      )
      return nodes.length === 0 ? [] : [[`${i}`, nodes.reduce((a, b) => merge(a, b, `${path}.${i}`))]]
    })
  }

  function applyChild(child: Branch | Leaf, container: Container, part: string, path: string): void {
    const isArray = Array.isArray(container)
    if (isArray && !isIndex(part)) throw bad(`Cannot create field '${part}' in element of type array`)
    const value = isArray ? container[Number(part)] : getField(container, part)
    if (!isBranch(child)) {
      if (!child.onInsert || context.inserting) put(container, part, child.operate(value, context))
    } else if (child.ofElements && !Array.isArray(value)) throw noArray(path)
    else if (isContainer(value)) applyBranch(child, value, path)
    else if (value === undefined) {
      const created: Doc = {}
      applyBranch(child, created, path)
      if (Object.keys(created).length > 0) put(container, part, created)
    } else if (createsPath(child)) {
      const [field] = child.children.keys()
      throw new MongoError(28, `Cannot create field '${field}' in element of type ${typeName(value)}`)
    }
  }

  const createsPath = (node: Branch | Leaf): boolean =>
    isBranch(node)
      ? [...node.children.values()].some(createsPath)
      : node.createsPath && (!node.onInsert || context.inserting)

  applyBranch(tree, doc, '')
}

const noArray = (path: string) =>
  bad(`The path '${path}' must be an array in the document in order to apply array updates.`)

const MAX_BACKFILL = 1_500_000

/** Sets a field or an element; `undefined` removes the field, and leaves null in the place of the element. */
function put(container: Container, part: string, value: unknown): void {
  if (!Array.isArray(container)) {
    if (value === undefined) delete container[part]
    else setField(container, part, value)
    return
  }
  const index = Number(part)
  if (value === undefined) {
    if (index < container.length) container[index] = null
    return
  }
  if (index > container.length + MAX_BACKFILL) throw bad(`can't backfill more than ${MAX_BACKFILL} elements`)
  while (container.length < index) container.push(null)
  container[index] = value
}
