import { wholeNumber } from './arithmetic.js'
import type { Collection } from './collection.js'
import type { Cursors } from './cursors.js'
import { MongoError, notImplemented } from './errors.js'
import { isTruthy } from './expression-operators.js'
import type { Storage } from './storage.js'
import { type Doc, isObject } from './values.js'

/** A command: its fields, and the encoded documents of its document sequences by name. */
export type Request = { db: string; name: string; command: Doc; sequences: Map<string, Buffer[]> }
export type Server = { storage: Storage; cursors: Cursors; address: string; started: number }
export type Command = (request: Request, server: Server) => Promise<Doc | Buffer> | Doc | Buffer

const COMMON = new Set(
  `lsid $db $clusterTime $readPreference txnNumber writeConcern readConcern maxTimeMS comment apiVersion apiStrict
  apiDeprecationErrors collation let allowDiskUse bypassDocumentValidation`.split(/\s+/),
)

/** Refuses unknown fields of a command or of one of its statements, which would otherwise be ignored in silence. */
export function checkFields(doc: Doc, where: string, known: string[]): void {
  for (const name of Object.keys(doc))
    if (!COMMON.has(name) && !known.includes(name))
      throw new MongoError(40415, `BSON field '${where}.${name}' is an unknown field.`)
  if (isObject(doc.collation) && doc.collation.locale !== 'simple') throw notImplemented('a collation')
  if (isObject(doc.let) && Object.keys(doc.let).length > 0) throw notImplemented('let')
}

export function collectionName({ command, name }: Request): string {
  const value = command[name]
  if (typeof value !== 'string') throw new MongoError(73, `collection name has invalid type`)
  return value
}

export const findCollection = (request: Request, { storage }: Server): Collection | undefined =>
  storage.find(request.db, collectionName(request))

/** Returns a field that holds a document, or `{}` if it is missing. */
export function documentField(doc: Doc, name: string): Doc {
  const value = doc[name] ?? {}
  if (!isObject(value)) throw new MongoError(14, `BSON field '${name}' is the wrong type, expected type 'object'`)
  return value
}

/** Returns a field that holds a whole number of at least 0. */
export function numberField(doc: Doc, name: string): number | undefined {
  if (doc[name] === undefined || doc[name] === null) return undefined
  const number = wholeNumber(doc[name], name, 9)
  if (number < 0) throw new MongoError(51024, `BSON field '${name}' value must be >= 0, actual value '${number}'`)
  return number
}

export const flag = (doc: Doc, name: string): boolean => isTruthy(doc[name])
