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
  const instance = await Instance.findOneAndUpdate(
    { _id: 'instance' },
    { $setOnInsert: { name: randomBytes(8).toString('hex') } },
    { upsert: true, returnDocument: 'after' },
  ).lean()
  return (instance as InstanceDocument).name
}

export const instanceModel = (connection: Connection) => connection.model('Instance', schema, 'instances')
export type InstanceModel = ReturnType<typeof instanceModel>
