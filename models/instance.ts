import { randomBytes } from 'node:crypto'
import mongoose, { type Connection, Schema } from 'mongoose'
import type { Database } from '../plugins/db.js'

export interface InstanceDocument {
  _id: 'instance'
  /** Tells the files of this database from those of others in one and the same store. */
  name: string
}

const schema = new Schema<InstanceDocument>(
  { _id: String, name: { type: String, required: true } },
  { versionKey: false },
)

/** The name of this database, made once by whoever asks first. */
export async function instanceName(Instance: Database['Instance']): Promise<string> {
  const name = randomBytes(8).toString('hex')
  try {
    const instance = await Instance.findOneAndUpdate(
      { _id: 'instance' },
      { $setOnInsert: { name } },
      { upsert: true, returnDocument: 'after' },
    ).lean()
    return (instance as InstanceDocument).name
  } catch (error) {
    // two that insert at once: the index on _id lets one of them
    if (!(error instanceof mongoose.mongo.MongoServerError && error.code === 11000)) throw error
    return instanceName(Instance)
  }
}

export const instanceModel = (connection: Connection) => connection.model('Instance', schema, 'instances')
