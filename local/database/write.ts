import { Double, ObjectId } from 'bson'
import type { Collection } from './collection.js'
import { equal } from './compare.js'
import {
  type Command,
  checkFields,
  collectionName,
  documentField,
  findCollection,
  flag,
  type Request,
  type Server,
} from './context.js'
import { asMongoError, MongoError } from './errors.js'
import { compileFind, type Found, find, slice } from './find.js'
import { sortFields } from './pipeline.js'
import { compileProjection } from './projection.js'
import { checkId, compileUpdate, type Update, upsertBase } from './update.js'
import { bsonType, checkDepth, type Doc, decode, encode, int, toNumber } from './values.js'

const MAX_STATEMENTS = 100_000

/** Returns the statements of a write command, from its body or its document sequence. */
function statements({ command, sequences, name }: Request, field: string): { doc: Doc; bytes?: Buffer }[] {
  const sequence = sequences.get(field)?.map((bytes) => ({ bytes, doc: decode(bytes) }))
  const list = sequence ?? (command[field] as Doc[] | undefined)?.map((doc) => ({ doc }))
  if (!list) throw new MongoError(40414, `BSON field '${name}.${field}' is missing but a required field`)
  if (list.length === 0 || list.length > MAX_STATEMENTS)
    throw new MongoError(
      16,
      `Write batch sizes must be between 1 and ${MAX_STATEMENTS}. Got ${list.length} operations.`,
    )
  return list
}

/** Runs the statements one by one. An ordered command stops at the first that fails. */
function runEach<T>(command: Doc, list: T[], run: (item: T, index: number) => void): { writeErrors?: Doc[] } {
  const writeErrors: Doc[] = []
  for (const [index, item] of list.entries()) {
    try {
      run(item, index)
    } catch (error) {
      const { code, message, fields } = asMongoError(error)
      writeErrors.push({ index: int(index), code: int(code), ...fields, errmsg: message })
      if (command.ordered !== false) break
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {}
}

/** Returns a document as it is stored: its _id exists and comes first. */
function withId(doc: Doc): Doc {
  const { _id = new ObjectId(), ...rest } = doc
  checkId(_id)
  checkDepth(doc)
  return { _id, ...rest }
}

export const insertCommand: Command = (request, { storage }) => {
  const { command, db } = request
  checkFields(command, 'insert', ['insert', 'documents', 'ordered'])
  const name = collectionName(request)
  let n = 0
  const documents = statements(request, 'documents')
  const collection = storage.create(db, name)
  const errors = runEach(command, documents, ({ doc, bytes }) => {
    const stored = withId(doc)
    const isSame = bytes && Object.keys(doc)[0] === '_id' && bytes.length <= 16 * 1024 * 1024
    storage.insert(collection, stored, isSame ? bytes : encode(stored))
    n++
  })
  return { n: int(n), ...errors, ok: new Double(1) }
}

/** Applies an update to a found document and stores the result. */
function change({ storage }: Server, collection: Collection, update: Update, { stored, doc, match }: Found, now: Date) {
  const applied = update(decode(stored.bytes), { match, inserting: false, now })
  if (applied._id !== undefined && (!equal(applied._id, doc._id) || bsonType(applied._id)[0] !== bsonType(doc._id)[0]))
    throw new MongoError(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
  const { _id, ...rest } = applied
  const after = { _id: doc._id, ...rest }
  checkDepth(after)
  const bytes = encode(after, 17419)
  const modified = !bytes.equals(stored.bytes)
  if (modified) storage.update(collection, stored.id, doc, after, bytes)
  return { after, modified }
}

function upsert({ storage }: Server, collection: Collection, update: Update, filter: Doc, now: Date): Doc {
  const base = upsertBase(filter)
  const wanted = base._id
  const applied = update(base, { match: {}, inserting: true, now })
  if (wanted !== undefined && applied._id !== undefined && !equal(applied._id, wanted))
    throw new MongoError(66, "Performing an update on the path '_id' would modify the immutable field '_id'")
  const doc = withId(wanted === undefined ? applied : { ...applied, _id: wanted })
  storage.insert(collection, doc, encode(doc))
  return doc
}

const UPDATE_FIELDS = ['q', 'u', 'upsert', 'multi', 'arrayFilters']

export const updateCommand: Command = (request, server) => {
  const { command, db } = request
  checkFields(command, 'update', ['update', 'updates', 'ordered'])
  const { storage } = server
  const name = collectionName(request)
  const now = new Date()
  const upserted: Doc[] = []
  let n = 0
  let nModified = 0
  const errors = runEach(command, statements(request, 'updates'), ({ doc: statement }, index) => {
    checkFields(statement, 'update.updates', UPDATE_FIELDS)
    const multi = flag(statement, 'multi')
    const filter = documentField(statement, 'q')
    const update = compileUpdate(statement.u, (statement.arrayFilters ?? []) as Doc[], multi)
    const query = compileFind(filter)
    const collection = flag(statement, 'upsert') ? storage.create(db, name) : storage.find(db, name)
    if (!collection) return
    const limit = multi ? undefined : 1
    // All matches are found before the first one changes, so that none is found twice.
    const found = [...slice(find(storage, collection, query, limit), 0, limit)]
    let modified = 0
    for (const match of found) if (change(server, collection, update, match, now).modified) modified++
    n += found.length
    nModified += modified
    if (found.length === 0 && flag(statement, 'upsert')) {
      upserted.push({ index: int(index), _id: upsert(server, collection, update, filter, now)._id })
      n++
    }
  })
  return {
    n: int(n),
    ...(upserted.length > 0 && { upserted }),
    nModified: int(nModified),
    ...errors,
    ok: new Double(1),
  }
}

export const deleteCommand: Command = (request, server) => {
  const { command } = request
  checkFields(command, 'delete', ['delete', 'deletes', 'ordered'])
  const { storage } = server
  const list = statements(request, 'deletes')
  for (const { doc } of list) {
    checkFields(doc, 'delete.deletes', ['q', 'limit'])
    if (![0, 1].includes(toNumber(doc.limit)))
      throw new MongoError(9, 'The limit field in delete objects must be 0 or 1')
  }
  const collection = findCollection(request, server)
  let n = 0
  const errors = runEach(command, list, ({ doc: statement }) => {
    const query = compileFind(documentField(statement, 'q'))
    const limit = toNumber(statement.limit) || undefined
    if (!collection) return
    for (const { stored, doc } of [...slice(find(storage, collection, query, limit), 0, limit)]) {
      storage.remove(collection, stored.id, doc)
      n++
    }
  })
  return { n: int(n), ...errors, ok: new Double(1) }
}

const FIND_AND_MODIFY = `findAndModify findandmodify query sort remove update new fields upsert arrayFilters`.split(' ')

export const findAndModifyCommand: Command = (request, server) => {
  const { command, db } = request
  checkFields(command, 'findAndModify', FIND_AND_MODIFY)
  const { storage } = server
  const [remove, returnNew, isUpsert] = ['remove', 'new', 'upsert'].map((name) => flag(command, name))
  if (remove && command.update !== undefined)
    throw new MongoError(9, "Cannot specify both an 'update' and 'remove'=true")
  if (remove && (returnNew || isUpsert)) throw new MongoError(9, "Cannot specify 'new' or 'upsert' with 'remove'=true")
  if (!remove && command.update === undefined)
    throw new MongoError(9, "Either an 'update' or 'remove'=true must be specified")
  const update = remove ? undefined : compileUpdate(command.update, (command.arrayFilters ?? []) as Doc[])
  const filter = documentField(command, 'query')
  const query = compileFind(filter, sortFields(documentField(command, 'sort')))
  const fields = documentField(command, 'fields')
  const project = Object.keys(fields).length > 0 ? compileProjection(fields) : (doc: Doc) => doc
  const now = new Date()
  const name = collectionName(request)
  const collection = isUpsert ? storage.create(db, name) : storage.find(db, name)
  const [found] = collection ? slice(find(storage, collection, query, 1), 0, 1) : []

  const reply = (lastErrorObject: Doc, value: unknown) => ({ lastErrorObject, value, ok: new Double(1) })
  if (collection && found) {
    // A projection that fails must fail before anything is written.
    const before = project(found.doc, found.match, now)
    if (!update) {
      storage.remove(collection, found.stored.id, found.doc)
      return reply({ n: int(1) }, before)
    }
    const { after } = change(server, collection, update, found, now)
    return reply({ n: int(1), updatedExisting: true }, returnNew ? project(after, found.match, now) : before)
  }
  if (!update) return reply({ n: int(0) }, null)
  if (!collection || !isUpsert) return reply({ n: int(0), updatedExisting: false }, null)
  const doc = upsert(server, collection, update, filter, now)
  return reply({ n: int(1), updatedExisting: false, upserted: doc._id }, returnNew ? project(doc, {}, now) : null)
}
