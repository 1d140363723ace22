import { Double, Int32, Long } from 'bson'
import type { Collection, Stored } from './collection.js'
import {
  type Command,
  checkFields,
  collectionName,
  documentField,
  findCollection,
  flag,
  numberField,
  type Request,
  type Server,
} from './context.js'
import type { Results } from './cursors.js'
import { MongoError, notImplemented } from './errors.js'
import { compileFind, find, slice } from './find.js'
import { encodeKey } from './key-encoding.js'
import { compilePipeline, sortFields } from './pipeline.js'
import { type Examined, type Plan, plan, run } from './planner.js'
import { compileProjection } from './projection.js'
import { compileFilter, type Test } from './query.js'
import type { Storage } from './storage.js'
import { type Doc, decode, encode, int, isIndex, isNumber, isObject } from './values.js'

/**
 * Yields stored bytes as they are, for a plan that finds exactly the matches in their order. After a suspension
 * documents may have changed, so each is tested again.
 */
function* unread(all: Iterable<Stored>, test: Test, state: Results['state']): Generator<Buffer> {
  for (const { bytes } of all) if (!state.suspended || test(decode(bytes))) yield bytes
}

const FIND = `find filter sort projection skip limit batchSize singleBatch noCursorTimeout allowPartialResults returnKey
  showRecordId tailable awaitData oplogReplay min max`.split(/\s+/)
const UNSUPPORTED = ['returnKey', 'showRecordId', 'tailable', 'awaitData', 'min', 'max']

function readFind({ command }: Request) {
  checkFields(command, 'find', FIND)
  for (const name of UNSUPPORTED)
    if (isObject(command[name]) || flag(command, name)) throw notImplemented(`find with ${name}`)
  const spec = documentField(command, 'projection')
  const limit = numberField(command, 'limit') || Number.POSITIVE_INFINITY
  const skip = numberField(command, 'skip') ?? 0
  return {
    query: compileFind(documentField(command, 'filter'), sortFields(documentField(command, 'sort'))),
    project: Object.keys(spec).length > 0 ? compileProjection(spec) : undefined,
    limit,
    skip,
  }
}

export function findResults(
  request: Request,
  server: Server,
  examined: Examined = { keys: 0, docs: 0 },
): Results & { plan?: Plan } {
  const { query, project, limit, skip } = readFind(request)
  const collection = findCollection(request, server)
  const state = { suspended: false }
  if (!collection) return { docs: [][Symbol.iterator](), state }
  const chosen = plan(collection, query.filter, query.sort, limit !== Number.POSITIVE_INFINITY)
  if (!project && chosen.exact && chosen.sorted) {
    const all = unread(run(server.storage, collection, chosen, examined), query.test, state)
    return { docs: slice(all, skip, limit), state, plan: chosen }
  }
  const now = new Date()
  const found = find(server.storage, collection, query, skip + limit, chosen, examined)
  const encoded = function* () {
    for (const { stored, doc, match } of slice(found, skip, limit))
      yield project ? encode(project(doc, match, now)) : stored.bytes
  }
  return { docs: encoded(), state, plan: chosen }
}

const namespaceOf = (request: Request) => `${request.db}.${collectionName(request)}`

export const findCommand: Command = (request, server) =>
  server.cursors.start(
    findResults(request, server),
    namespaceOf(request),
    numberField(request.command, 'batchSize'),
    flag(request.command, 'singleBatch'),
  )

/** Counts the matches, by their keys alone if the plan allows it. */
function countMatches(storage: Storage, collection: Collection, filter: Doc, skip: number, limit: number): number {
  const query = compileFind(filter)
  const chosen = plan(collection, filter)
  let count = 0
  if (chosen.exact)
    for (const { start, end } of chosen.intervals) count += storage.count(collection, chosen.index, start, end)
  else for (const _ of slice(find(storage, collection, query, undefined, chosen), 0, skip + limit)) count++
  return Math.min(Math.max(count - skip, 0), limit)
}

export const countCommand: Command = (request, server) => {
  const { command } = request
  checkFields(command, 'count', ['count', 'query', 'limit', 'skip', 'fields'])
  const filter = documentField(command, 'query')
  compileFilter(filter)
  const collection = findCollection(request, server)
  const limit = numberField(command, 'limit') || Number.POSITIVE_INFINITY
  const n = collection ? countMatches(server.storage, collection, filter, numberField(command, 'skip') ?? 0, limit) : 0
  return { n: int(n), ok: new Double(1) }
}

function* valuesAt(value: unknown, parts: string[]): Generator<unknown> {
  const [part, ...rest] = parts
  if (Array.isArray(value)) {
    if (part !== undefined && isIndex(part)) yield* valuesAt(value[Number(part)], rest)
    for (const element of value) {
      if (part === undefined) yield element
      else if (isObject(element)) yield* valuesAt(element, parts)
    }
  } else if (part === undefined) {
    if (value !== undefined) yield value
  } else if (isObject(value) && Object.hasOwn(value, part)) yield* valuesAt(value[part], rest)
}

export const distinctCommand: Command = (request, server) => {
  const { command } = request
  checkFields(command, 'distinct', ['distinct', 'key', 'query'])
  if (typeof command.key !== 'string') throw new MongoError(14, "BSON field 'distinct.key' is the wrong type")
  const query = compileFind(documentField(command, 'query'))
  const collection = findCollection(request, server)
  const values = new Map<string, unknown>()
  if (collection)
    for (const { doc } of find(server.storage, collection, query))
      for (const value of valuesAt(doc, command.key.split('.')))
        values.set(encodeKey([value]).toString('latin1'), value)
  return {
    values: [...values.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value),
    ok: new Double(1),
  }
}

/** Takes the leading stages that a plan can replace: the filter, the sort and the number of documents wanted. */
function leading(stages: Doc[]): { filter: Doc; sort: [string, boolean][]; rest: Doc[]; limit: number } {
  const filters: Doc[] = []
  let i = 0
  for (; stages[i]?.$match; i++) filters.push(stages[i]?.$match as Doc)
  const sort = stages[i]?.$sort ? sortFields(stages[i++]?.$sort) : []
  let limit = 0
  if (stages[i]?.$skip !== undefined) limit += Number(stages[i]?.$skip)
  const next = stages[i]?.$skip === undefined ? stages[i] : stages[i + 1]
  limit += next?.$limit === undefined ? Number.POSITIVE_INFINITY : Number(next.$limit)
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {})
  return { filter, sort, rest: stages.slice(i), limit }
}

/** Tests for `[{$match}, {$group: {_id: <constant>, n: {$sum: 1}}}]`, with which drivers count documents. */
function isCount([group, ...more]: Doc[]): boolean {
  const spec = group?.$group
  if (more.length > 0 || !isObject(spec)) return false
  const { _id, n, ...others } = spec
  const isOne = isObject(n) && n.$sum instanceof Int32 && n.$sum.value === 1 && Object.keys(n).length === 1
  return isOne && (_id === null || isNumber(_id)) && Object.keys(others).length === 0
}

const groupId = ([group]: Doc[]) => (group as { $group: Doc }).$group._id

export function aggregateResults(
  request: Request,
  server: Server,
  examined: Examined = { keys: 0, docs: 0 },
): Results & { plan?: Plan } {
  const { command } = request
  checkFields(command, 'aggregate', ['aggregate', 'pipeline', 'cursor', 'explain'])
  const stages = command.pipeline
  if (!Array.isArray(stages)) throw new MongoError(14, "'pipeline' option must be specified as an array")
  compilePipeline(stages)
  const { filter, sort, rest, limit } = leading(stages)
  const pipeline = compilePipeline(rest)
  const query = compileFind(filter, sort)
  const state = { suspended: false }
  const { storage } = server
  const collection = findCollection(request, server)
  const lookup = function* (from: string, foreign: Doc) {
    const other = storage.find(request.db, from)
    if (other) for (const { doc } of find(storage, other, compileFind(foreign))) yield doc
  }
  if (!collection) {
    const none = pipeline([], { now: new Date(), lookup })
    return { docs: [...none].map((doc) => encode(doc))[Symbol.iterator](), state }
  }
  const chosen = plan(collection, filter, sort, limit !== Number.POSITIVE_INFINITY)
  if (chosen.exact && isCount(rest)) {
    const n = countMatches(storage, collection, filter, 0, Number.POSITIVE_INFINITY)
    const docs = n === 0 ? [] : [encode({ _id: groupId(rest), n: int(n) })]
    return { docs: docs[Symbol.iterator](), state, plan: chosen }
  }
  const source = function* () {
    for (const { doc } of find(storage, collection, query, limit, chosen, examined)) yield doc
  }
  const encoded = function* () {
    for (const doc of pipeline(source(), { now: new Date(), lookup })) yield encode(doc)
  }
  return { docs: encoded(), state, plan: chosen }
}

export const aggregateCommand: Command = (request, server) => {
  const { command } = request
  if (!isObject(command.cursor))
    throw new MongoError(9, "The 'cursor' option is required, except for aggregate with the explain argument")
  return server.cursors.start(
    aggregateResults(request, server),
    namespaceOf(request),
    numberField(command.cursor, 'batchSize'),
  )
}

export const getMoreCommand: Command = ({ db, command }, { cursors }) => {
  checkFields(command, 'getMore', ['getMore', 'collection', 'batchSize'])
  if (!(command.getMore instanceof Long)) throw new MongoError(14, "BSON field 'getMore.getMore' is the wrong type")
  return cursors.more(command.getMore, `${db}.${command.collection}`, numberField(command, 'batchSize') || undefined)
}

export const killCursorsCommand: Command = ({ command }, { cursors }) => {
  const ids = command.cursors as Long[]
  return {
    cursorsKilled: ids.filter((id) => cursors.kill(id)),
    cursorsNotFound: [],
    cursorsAlive: [],
    cursorsUnknown: [],
    ok: new Double(1),
  }
}
