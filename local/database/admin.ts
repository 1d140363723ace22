import { Double, Long } from 'bson'
import { type Collection, ID_INDEX, type Index } from './collection.js'
import { equal } from './compare.js'
import { type Command, checkFields, collectionName, documentField, findCollection, flag } from './context.js'
import { MongoError, notImplemented } from './errors.js'
import { compileFilter } from './query.js'
import { type Doc, encode, int, isNumber, isObject, toNumber } from './values.js'

const OK = { ok: new Double(1) }

const listIndexes = (collection: Collection): Doc[] => [
  { v: int(2), ...ID_INDEX },
  ...collection.indexes.map(({ spec }) => ({ v: int(2), ...spec })),
]

const INDEX_FIELDS = [
  'v',
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'ns',
]

/** Checks the options of an index, and returns the ones that listIndexes shows. */
function indexSpec(index: Doc): Doc {
  const cannot = (message: string) => new MongoError(67, message)
  const unknown = Object.keys(index).find((name) => !INDEX_FIELDS.includes(name))
  if (unknown === 'collation' && isObject(index.collation) && index.collation.locale === 'simple')
    return indexSpec(without(index, 'collation'))
  if (unknown) throw notImplemented(`the index option ${unknown}`)
  if (!isObject(index.key)) throw new MongoError(9, "The 'key' field is a required property of an index specification")
  if (typeof index.name !== 'string')
    throw new MongoError(9, "The 'name' field is a required property of an index specification")
  const fields = Object.entries(index.key)
  if (fields.length === 0) throw cannot('Index keys cannot be empty.')
  if (fields.length > 31) throw cannot('an index has at most 31 fields')
  for (const [path, way] of fields) {
    if (typeof way === 'string') throw notImplemented(`an index of type ${way}`)
    if (!isNumber(way) || !toNumber(way)) throw cannot('Values in the index key pattern must be numbers other than 0')
    if (path === '' || path.split('.').some((part) => part === '' || part.startsWith('$')))
      throw cannot(`Index key contains an illegal field name: '${path}'`)
  }
  const { expireAfterSeconds: seconds, partialFilterExpression: partial } = index
  if (seconds !== undefined && (!isNumber(seconds) || !(toNumber(seconds) >= 0) || fields.length > 1))
    throw cannot('TTL index needs a non-negative expireAfterSeconds and a single field')
  if (partial !== undefined) {
    if (!isObject(partial)) throw cannot('partialFilterExpression must be an object')
    compileFilter(partial)
    if (index.sparse === true) throw cannot('cannot mix "partialFilterExpression" and "sparse" options')
  }
  return {
    key: index.key,
    name: index.name,
    ...(flag(index, 'unique') && { unique: true }),
    ...(flag(index, 'sparse') && { sparse: true }),
    ...(seconds !== undefined && { expireAfterSeconds: seconds }),
    ...(partial !== undefined && { partialFilterExpression: partial }),
  }
}

function without(doc: Doc, name: string): Doc {
  const { [name]: _, ...rest } = doc
  return rest
}

/**
 * Tests if the collection has this index.
 * @throws MongoError 85 or 86 if another index has its name or its key
 */
function hasIndex(collection: Collection, spec: Doc): boolean {
  if (equal(spec.key, ID_INDEX.key)) return true
  for (const { spec: other } of collection.indexes) {
    const sameKey = equal(other.key, spec.key)
    if (other.name === spec.name) {
      if (equal(without(other, 'name'), without(spec, 'name'))) return true
      throw new MongoError(86, `An existing index has the same name as the requested index: ${spec.name}`)
    }
    if (sameKey && equal(other.partialFilterExpression, spec.partialFilterExpression))
      throw new MongoError(85, `Index already exists with a different name: ${other.name}`)
  }
  return false
}

export const createIndexesCommand: Command = (request, { storage }) => {
  const { command, db } = request
  checkFields(command, 'createIndexes', ['createIndexes', 'indexes', 'commitQuorum'])
  if (!Array.isArray(command.indexes) || command.indexes.length === 0)
    throw new MongoError(2, 'Must specify at least one index to create')
  const specs = command.indexes.map((index) => indexSpec(index))
  const name = collectionName(request)
  const isNew = !storage.find(db, name)
  const collection = storage.create(db, name)
  const before = collection.indexes.length + 1
  const added: Index[] = []
  try {
    for (const spec of specs) if (!hasIndex(collection, spec)) added.push(storage.addIndex(collection, spec))
  } catch (error) {
    for (const index of added) storage.dropIndex(collection, index)
    throw error
  }
  return {
    numIndexesBefore: int(before),
    numIndexesAfter: int(collection.indexes.length + 1),
    ...(isNew && { createdCollectionAutomatically: true }),
    ...OK,
  }
}

export const dropIndexesCommand: Command = (request, { storage }) => {
  const { command, db } = request
  checkFields(command, 'dropIndexes', ['dropIndexes', 'index'])
  const collection = storage.find(db, collectionName(request))
  if (!collection) throw new MongoError(26, `ns not found ${db}.${collectionName(request)}`)
  const before = collection.indexes.length + 1
  for (const wanted of [command.index].flat()) {
    if (wanted === '*') {
      for (const index of collection.indexes) storage.dropIndex(collection, index)
      continue
    }
    if (wanted === ID_INDEX.name || equal(wanted, ID_INDEX.key)) throw new MongoError(72, 'cannot drop _id index')
    const index = collection.indexes.find(({ name, spec }) =>
      isObject(wanted) ? equal(spec.key, wanted) : name === wanted,
    )
    if (!index) throw new MongoError(27, `index not found with name [${wanted}]`)
    storage.dropIndex(collection, index)
  }
  return { nIndexesWas: int(before), ...OK }
}

export const listIndexesCommand: Command = (request, server) => {
  const { command, db } = request
  checkFields(command, 'listIndexes', ['listIndexes', 'cursor'])
  const name = collectionName(request)
  const collection = findCollection(request, server)
  if (!collection) throw new MongoError(26, `ns does not exist: ${db}.${name}`)
  return server.cursors.start(
    {
      docs: listIndexes(collection)
        .map((doc) => encode(doc))
        [Symbol.iterator](),
      state: { suspended: false },
    },
    `${db}.${name}`,
  )
}

export const listCollectionsCommand: Command = ({ db, command }, { storage, cursors }) => {
  checkFields(command, 'listCollections', ['listCollections', 'filter', 'nameOnly', 'authorizedCollections', 'cursor'])
  const test = compileFilter(documentField(command, 'filter'))
  const collections = storage
    .list(db)
    .map(({ name, options }) => ({
      name,
      type: 'collection',
      options,
      info: { readOnly: false },
      idIndex: { v: int(2), ...ID_INDEX },
    }))
    .filter((doc) => test(doc))
    .map(({ name, type, ...rest }) => encode(flag(command, 'nameOnly') ? { name, type } : { name, type, ...rest }))
  return cursors.start(
    { docs: collections[Symbol.iterator](), state: { suspended: false } },
    `${db}.$cmd.listCollections`,
    Number.POSITIVE_INFINITY,
  )
}

export const listDatabasesCommand: Command = ({ command }, { storage }) => {
  checkFields(command, 'listDatabases', ['listDatabases', 'filter', 'nameOnly', 'authorizedDatabases'])
  const test = compileFilter(documentField(command, 'filter'))
  const names = [...new Set(storage.list().map(({ db }) => db))].sort()
  const databases = names.map((name) => ({ name, sizeOnDisk: Long.ZERO, empty: false })).filter((doc) => test(doc))
  return { databases, totalSize: Long.ZERO, ...OK }
}

export const createCommand: Command = (request, { storage }) => {
  const { command, db } = request
  checkFields(command, 'create', ['create', 'autoIndexId'])
  const name = collectionName(request)
  if (storage.find(db, name)) throw new MongoError(48, `Collection ${db}.${name} already exists.`)
  storage.create(db, name)
  return OK
}

export const dropCommand: Command = (request, { storage }) => {
  const { db } = request
  const name = collectionName(request)
  const collection = storage.find(db, name)
  if (!collection) return OK
  storage.drop(collection)
  return { nIndexesWas: int(collection.indexes.length + 1), ns: `${db}.${name}`, ...OK }
}

export const dropDatabaseCommand: Command = ({ db }, { storage }) => {
  for (const collection of storage.list(db)) storage.drop(collection)
  return { dropped: db, ...OK }
}
