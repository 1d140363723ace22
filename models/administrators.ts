import { type Connection, Schema } from 'mongoose'

/**
 * One document that lists the active administrators, so that the check "one is left" and the leaving of another are one
 * atomic update, whichever two administrators leave at once.
 */
export interface AdministratorsDocument {
  _id: 'administrators'
  ids: string[]
}

const schema = new Schema<AdministratorsDocument>(
  { _id: String, ids: [String] },
  { versionKey: false, strict: 'throw' },
)

export const administratorsModel = (connection: Connection) =>
  connection.model('Administrators', schema, 'administrators')
