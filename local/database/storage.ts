import { open } from 'lmdb'
import {
  type Collection,
  checkName,
  duplicateKey,
  ID_INDEX,
  ID_PATTERN,
  type Index,
  namespace,
  newIndex,
  type Stored,
} from './collection.js'
import { encodeKey } from './key-encoding.js'
import { type Key, keysOf } from './keys.js'
import { type Database, EMPTY, removeRows, rows, Table, tableKey } from './tables.js'
import { type Doc, decode, encode, int, toNumber } from './values.js'
import { createWriter } from './writer.js'

const COUNTER = Buffer.of(Table.sessions + 1)

/** Opens the data in the folder `path`. Writes happen inside `write` only; other reads see the committed data. */
export function openStorage(path: string) {
  const db: Database = open({
    path,
    keyEncoding: 'binary',
    encoding: 'binary',
    pageSize: 8192,
    // A commit returns once it is on the disk, and after a crash the last such commit is found.
    overlappingSync: false,
  })
  let collections = new Map<string, Collection>()
  let lastId = 0
  let building: Index[] = []

  function load(): void {
    collections = new Map()
    lastId = 0
    for (const { value } of db.getRange({ start: Buffer.of(Table.catalog), end: Buffer.of(Table.documents) })) {
      const stored = decode(value) as { id: unknown; db: string; name: string; options: Doc; indexes: Doc[] }
      const indexes = stored.indexes.map((index) =>
        newIndex(toNumber(index.id), index.spec as Doc, toNumber(index.multikey), true),
      )
      const collection: Collection = { ...stored, id: toNumber(stored.id), indexes }
      collections.set(namespace(collection.db, collection.name), collection)
      lastId = Math.max(lastId, collection.id, ...indexes.map((index) => index.id))
    }
    const counter = db.get(COUNTER)
    if (counter) lastId = counter.readUInt32BE()
  }

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

  const writer = createWriter((run) => {
    building = []
    try {
      db.transactionSync(run)
    } catch (error) {
      load()
      throw error
    }
    for (const index of building) index.ready = true
  })

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

  /** Replaces or removes a document and updates its index entries; writes nothing if a unique key is taken. */
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

  const storage = {
    write: writer.write,
    find: (dbName: string, name: string): Collection | undefined => collections.get(namespace(dbName, name)),
    list: (dbName?: string): Collection[] =>
      [...collections.values()].filter((collection) => dbName === undefined || collection.db === dbName),

    /** Returns the collection, and creates it if it is missing. */
    create(dbName: string, name: string, options: Doc = {}): Collection {
      const existing = storage.find(dbName, name)
      if (existing) return existing
      checkName(dbName, name)
      const collection: Collection = { id: nextId(), db: dbName, name, options, indexes: [] }
      save(collection)
      collections.set(namespace(dbName, name), collection)
      return collection
    },

    drop(collection: Collection): void {
      removeRows(db, Table.documents, collection.id)
      for (const index of collection.indexes) removeRows(db, Table.entries, index.id)
      db.remove(catalogKey(collection))
      collections.delete(namespace(collection.db, collection.name))
    },

    /**
     * Builds an index over the stored documents.
     * @throws MongoError 11000, before it writes anything, if two documents have the same key in a unique index
     */
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
      removeRows(db, Table.entries, index.id)
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

    /** Reads the documents whose _id lies between two encoded keys, in the order of the _id. */
    *scan(collection: Collection, start: Buffer, end: Buffer | undefined, reverse = false): Generator<Stored> {
      for (const { key, value } of rows(db, Table.documents, collection.id, start, end, reverse))
        yield { id: key.subarray(5), bytes: value }
    },

    /** Reads the encoded _ids of the entries of an index between two encoded keys, in the order of the entries. */
    *entries(index: Index, start: Buffer, end: Buffer, reverse = false): Generator<Buffer> {
      for (const { value } of rows(db, Table.entries, index.id, start, end, reverse)) yield value
    },

    /** Counts the documents, or the entries of an index, between two encoded keys. */
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

    /** Waits for the writes that were started, and closes the data; later writes are rejected. */
    async close(): Promise<void> {
      await writer.close()
      await db.close()
    },
  }

  load()
  return storage
}

export type Storage = ReturnType<typeof openStorage>
