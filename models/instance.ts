import { randomBytes } from 'node:crypto'
import { type Connection, Schema } from 'mongoose'

export interface InstanceDocument {
  _id: 'instance'
  /** Distinguishes the files of this database from those of others in the same store. */
  name: string
  /** The kinds of imported hashes that the database may hold. */
  passwordProfiles?: string[]
}

const schema = new Schema<InstanceDocument>(
  { _id: String, name: { type: String, required: true }, passwordProfiles: { type: [String], default: undefined } },
  { versionKey: false },
)

/** Returns the name of this database. The first call creates it; the server itself repeats a concurrent upsert. */
export async function instanceName(Instance: InstanceModel): Promise<string> {
  const _id = 'instance'
  await Instance.updateOne({ _id }, { $setOnInsert: { name: randomBytes(8).toString('hex') } }, { upsert: true })
  // of upserts at once, DocumentDB 0.106 returns to each the document that it would have stored
  const instance = await Instance.findOne({ _id }).orFail().lean()
  return instance.name
}

export const instanceModel = (connection: Connection) => connection.model('Instance', schema, 'instances')
export type InstanceModel = ReturnType<typeof instanceModel>
