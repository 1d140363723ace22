import { randomBytes } from 'node:crypto'
import { type Connection, Schema } from 'mongoose'

export interface InstanceDocument {
  _id: 'instance'
  /** Tells the files of this database from those of others in one and the same store. */
  name: string
}

const schema = new Schema<InstanceDocument>(
  { _id: String, name: { type: String, required: true } },
  { versionKey: false },
)

/** The name of this database, made once by whoever asks first; the server itself repeats an upsert that was second. */
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
