import { open, type RootDatabase } from 'lmdb'
import { MongoError } from './errors.js'
import { encodeKey } from './key-encoding.js'
import { type Key, type KeyPattern, keyPattern, keysOf } from './keys.js'
import { compileFilter, type Test } from './query.js'
import { type Doc, decode, encode, int, toNumber } from './values.js'

/** An index as it is kept and listed: `spec` is what listIndexes shows. */
export type Index = {
  id: number
  spec: Doc
  name: string
  pattern: KeyPattern
  unique: boolean
  /** Which documents the index holds: what a sparse or partial one leaves out isn't found through it. */
  holds: Test
  complete: boolean
  /** A bit for each field that ever met an array: its entries are several for one document. */
  multikey: number
  savedMultikey: number
  /** Readers use it only once it is committed. */
  ready: boolean
}

export type Collection = { id: number; db: string; name: string; options: Doc; indexes: Index[] }

/** One stored document: the ordered bytes of its _id, and its BSON. */
export type Stored = { id: Buffer; bytes: Buffer }

enum Table {
  catalog,
  documents,
  entries,
  sessions,
}

/** Somewhat less than what lmdb takes with pages of 8 KiB. */
const MAX_KEY = 4000

function tableKey(table: Table, id: number, rest: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(5 + rest.length)
  key[0] = table
  key.writeUInt32BE(id, 1)
  key.set(rest, 5)
  if (key.length > MAX_KEY) throw new MongoError(17280, `key too large to index: ${key.length} bytes`)
  return key
}

const namespace = (db: string, name: string) => `${db}\0${name}`
const EMPTY = Buffer.alloc(0)

/** Shows a key as MongoDB's duplicate key message does. */
function shown(value: unknown): string {
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (typeof value === 'object' && value !== null && '_bsontype' in value && value._bsontype === 'ObjectId')
    return `ObjectId('${value}')`
  return JSON.stringify(value)
}

export function duplicateKey(
  collection: Collection,
  index: Pick<Index, 'name' | 'spec' | 'pattern'>,
  values: unknown[],
) {
  const entries = index.pattern.paths.map((path, i) => [
    path,
    typeof values[i] === 'symbol' ? null : (values[i] ?? null),
  ])
  const text = entries.map(([path, value]) => `${path}: ${shown(value)}`).join(', ')
  return new MongoError(
    11000,
    `E11000 duplicate key error collection: ${collection.db}.${collection.name} index: ${index.name} dup key: { ${text} }`,
    { keyPattern: index.spec.key, keyValue: Object.fromEntries(entries) },
  )
}

export const ID_INDEX = { key: { _id: int(1) }, name: '_id_' }
const ID_PATTERN = keyPattern([['_id', false]])

/** Opens the data in the folder `path`. All writing happens inside `write`; everything else reads what is committed. */
export function openStorage(path: string) {
  const db: RootDatabase<Buffer, Buffer> = open({
    path,
    keyEncoding: 'binary',
    encoding: 'binary',
    pageSize: 8192,
    // A commit returns only when it is on the disk, and a crash finds the last such commit.
    overlappingSync: false,
  })
  let collections = new Map<string, Collection>()
  let lastId = 0
  let building: Index[] = []
  let closed = false

  function load(): void {
    collections = new Map()
    lastId = 0
    for (const { value } of db.getRange({ start: Buffer.of(Table.catalog), end: Buffer.of(Table.documents) })) {
      const stored = decode(value) as { id: unknown; db: string; name: string; options: Doc; indexes: Doc[] }
      const collection: Collection = { ...stored, id: toNumber(stored.id), indexes: [] }
      collection.indexes = stored.indexes.map((index) => ({
        ...newIndex(toNumber(index.id), index.spec as Doc),
        multikey: toNumber(index.multikey),
        savedMultikey: toNumber(index.multikey),
        ready: true,
      }))
      collections.set(namespace(collection.db, collection.name), collection)
      lastId = Math.max(lastId, collection.id, ...collection.indexes.map((index) => index.id))
    }
    const counter = db.get(COUNTER)
    if (counter) lastId = counter.readUInt32BE()
  }

  const COUNTER = Buffer.of(Table.sessions + 1)

  function nextId(): number {
    lastId++
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(lastId)
    db.put(COUNTER, counter)
    return lastId
  }

  function save(collection: Collection): void {
    const { id, db: dbName, name, options, indexes } = collection
    for (const index of indexes) index.savedMultikey = index.multikey
    const kept = indexes.map((index) => ({ id: int(index.id), spec: index.spec, multikey: int(index.multikey) }))
    db.put(catalogKey(collection), encode({ id: int(id), db: dbName, name, options, indexes: kept }))
  }

  const catalogKey = ({ db: dbName, name }: Collection) =>
    tableKey(Table.catalog, 0, Buffer.from(namespace(dbName, name)))

  type Job = { run: () => () => void; fail: (error: unknown) => void }
  let jobs: Job[] = []

  /** Commits all that waits, at once, and then tells those who wait. */
  function commit(): void {
    const batch = jobs
    jobs = []
    building = []
    let settle: (() => void)[] = []
    try {
      db.transactionSync(() => {
        settle = batch.map(({ run }) => run())
      })
    } catch (error) {
      // The disk is full or broken, and nothing of the batch was written.
      load()
      settle = batch.map(
        ({ fail }) =>
          () =>
            fail(new MongoError(1, `the write failed: ${(error as Error).message}`)),
      )
    }
    for (const index of building) index.ready = true
    for (const tell of settle) tell()
  }

  /**
   * Runs a command's writes in a transaction that it shares with the commands waiting beside it, and resolves when that
   * is on the disk. What the action throws rejects; writes before it stay, so it throws before the first one of a document.
   */
  function write<T>(action: () => T): Promise<T> {
    if (closed) return Promise.reject(new MongoError(91, 'The server is in shutdown'))
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          const value = action()
          return () => resolve(value)
        } catch (error) {
          return () => reject(error)
        }
      }
      jobs.push({ run, fail: reject })
      if (jobs.length === 1) setImmediate(commit)
    })
  }

  type Entry = { index: Index; key: Buffer; values: unknown[] }

  function entriesOf(index: Index, doc: Doc, id: Buffer): Entry[] {
    if (!index.holds(doc)) return []
    const { keys, multikey } = keysOf(doc, index.pattern)
    if (multikey & ~index.multikey) index.multikey |= multikey
    return keys.map(({ bytes, values }: Key) => ({
      index,
      values,
      key: tableKey(Table.entries, index.id, index.unique ? bytes : Buffer.concat([bytes, id])),
    }))
  }

  function checkUnique(collection: Collection, entries: Entry[], id: Buffer): void {
    for (const { index, key, values } of entries) {
      if (!index.unique) continue
      const owner = db.get(key)
      if (owner && !owner.equals(id)) throw duplicateKey(collection, index, values)
    }
  }

  /** Stores a document's new bytes, or none, and brings the indexes along; nothing is written where a key is taken. */
  function replace(
    collection: Collection,
    id: Buffer,
    before: Doc | undefined,
    after: Doc | undefined,
    bytes?: Buffer,
  ) {
    const stale: Entry[] = []
    const fresh: Entry[] = []
    for (const index of collection.indexes) {
      const had = before ? entriesOf(index, before, id) : []
      const has = after ? entriesOf(index, after, id) : []
      stale.push(...had.filter(({ key }) => !has.some((entry) => entry.key.equals(key))))
      fresh.push(...has.filter(({ key }) => !had.some((entry) => entry.key.equals(key))))
    }
    checkUnique(collection, fresh, id)
    const key = tableKey(Table.documents, collection.id, id)
    if (collection.indexes.some((index) => index.multikey !== index.savedMultikey)) save(collection)
    for (const entry of stale) db.remove(entry.key)
    for (const entry of fresh) db.put(entry.key, id)
    if (bytes) db.put(key, bytes)
    else db.remove(key)
  }

  function newIndex(id: number, spec: Doc): Index {
    const fields = Object.entries(spec.key as Doc).map(([path, way]): [string, boolean] => [path, toNumber(way) < 0])
    const anyOf = { $or: fields.map(([path]) => ({ [path]: { $exists: true } })) }
    return {
      id,
      spec,
      name: spec.name as string,
      pattern: keyPattern(fields),
      unique: spec.unique === true,
      holds: compileFilter({ $and: [spec.partialFilterExpression ?? {}, ...(spec.sparse === true ? [anyOf] : [])] }),
      complete: spec.sparse !== true && !spec.partialFilterExpression,
      multikey: 0,
      savedMultikey: 0,
      ready: false,
    }
  }

  function removeRange(table: Table, id: number): void {
    for (const key of [...db.getKeys({ start: tableKey(table, id, EMPTY), end: tableKey(table, id + 1, EMPTY) })])
      db.remove(key)
  }

  const storage = {
    write,
    find: (dbName: string, name: string): Collection | undefined => collections.get(namespace(dbName, name)),
    list: (dbName?: string): Collection[] =>
      [...collections.values()].filter((collection) => dbName === undefined || collection.db === dbName),

    /** The collection, made where it is missing. Inside `write` only. */
    create(dbName: string, name: string, options: Doc = {}): Collection {
      const there = storage.find(dbName, name)
      if (there) return there
      if (
        name === '' ||
        name.startsWith('system.') ||
        name.includes('$') ||
        name.includes('\0') ||
        namespace(dbName, name).length > 255
      )
        throw new MongoError(73, `Invalid namespace specified '${dbName}.${name}'`)
      const collection: Collection = { id: nextId(), db: dbName, name, options, indexes: [] }
      save(collection)
      collections.set(namespace(dbName, name), collection)
      return collection
    },

    drop(collection: Collection): void {
      removeRange(Table.documents, collection.id)
      for (const index of collection.indexes) removeRange(Table.entries, index.id)
      db.remove(catalogKey(collection))
      collections.delete(namespace(collection.db, collection.name))
    },

    /** Builds an index over what is stored; throws 11000 and writes nothing where it can't be unique. */
    addIndex(collection: Collection, spec: Doc): Index {
      const index = newIndex(nextId(), spec)
      const entries = new Map<string, { key: Buffer; id: Buffer }>()
      for (const { id, bytes } of storage.scan(collection, EMPTY, undefined)) {
        for (const { key, values } of entriesOf(index, decode(bytes), id)) {
          const name = key.toString('latin1')
          if (entries.has(name)) throw duplicateKey(collection, index, values)
          entries.set(name, { key, id })
        }
      }
      for (const { key, id } of entries.values()) db.put(key, id)
      collection.indexes.push(index)
      building.push(index)
      save(collection)
      return index
    },

    dropIndex(collection: Collection, index: Index): void {
      removeRange(Table.entries, index.id)
      collection.indexes = collection.indexes.filter((other) => other !== index)
      save(collection)
    },

    get(collection: Collection, id: Buffer): Buffer | undefined {
      return db.get(tableKey(Table.documents, collection.id, id))
    },

    insert(collection: Collection, doc: Doc, bytes: Buffer): void {
      const id = encodeKey([doc._id])
      if (storage.get(collection, id))
        throw duplicateKey(collection, { name: '_id_', spec: ID_INDEX, pattern: ID_PATTERN }, [doc._id])
      replace(collection, id, undefined, doc, bytes)
    },

    update: (collection: Collection, id: Buffer, before: Doc, after: Doc, bytes: Buffer): void =>
      replace(collection, id, before, after, bytes),

    remove: (collection: Collection, id: Buffer, before: Doc): void => replace(collection, id, before, undefined),

    /**
     * Documents by _id between two encoded keys, in order. They are read some at a time, each time anew from where the
     * last ended, so that no snapshot is held between two batches of a cursor.
     */
    *scan(collection: Collection, start: Buffer, end: Buffer | undefined, reverse = false): Generator<Stored> {
      for (const { key, value } of range(Table.documents, collection.id, start, end, reverse))
        yield { id: key.subarray(5), bytes: value }
    },

    /** The encoded _ids of an index's entries between two encoded keys, in order. */
    *entries(index: Index, start: Buffer, end: Buffer, reverse = false): Generator<Buffer> {
      for (const { value } of range(Table.entries, index.id, start, end, reverse)) yield value
    },

    /** How many documents or entries lie between two encoded keys. */
    count(collection: Collection, index: Index | undefined, start: Buffer, end: Buffer): number {
      const [table, id] = index ? [Table.entries, index.id] : [Table.documents, collection.id]
      return db.getKeysCount({
        start: tableKey(table, id, start),
        end: tableKey(table, id, end),
      })
    },

    session: (id: Buffer): Buffer | undefined => db.get(tableKey(Table.sessions, 0, id)),
    putSession(id: Buffer, record: Buffer): void {
      db.put(tableKey(Table.sessions, 0, id), record)
    },
    removeSession(id: Buffer): void {
      db.remove(tableKey(Table.sessions, 0, id))
    },
    sessions: () =>
      [...db.getRange({ start: tableKey(Table.sessions, 0, EMPTY), end: tableKey(Table.sessions, 1, EMPTY) })].map(
        ({ key, value }) => ({ id: key.subarray(5), record: value }),
      ),

    /** Waits for the writes that were begun; there may be no others. */
    async close(): Promise<void> {
      const last = write(() => {})
      closed = true
      await last
      await db.close()
    },
  }

  function* range(table: Table, id: number, start: Buffer, end: Buffer | undefined, reverse: boolean) {
    let low = tableKey(table, id, start)
    let high = end ? tableKey(table, id, end) : tableKey(table, id + 1, EMPTY)
    let limit = 32
    let last: { key: Buffer } | undefined
    do {
      // Backwards, lmdb includes where it starts and excludes where it ends: the other way round than wanted here.
      const bounds = reverse
        ? { start: high, end: low, reverse, exclusiveStart: true, inclusiveEnd: true }
        : { start: low, end: high }
      const some = [...db.getRange({ ...bounds, limit })]
      yield* some
      last = some[limit - 1]
      if (last && reverse) high = last.key
      else if (last) low = Buffer.concat([last.key, Buffer.of(0)])
      limit = Math.min(limit * 4, 1024)
    } while (last)
  }

  load()
  return storage
}

export type Storage = ReturnType<typeof openStorage>
