import type { Model, mongo } from 'mongoose'

/**
 * Returns the driver's collection of a model, for the few commands that nearly every request runs: Mongoose would cast each value, which
 * costs more than the command. Values must have their stored types (ObjectId, Date); the schema isn't checked.
 */
export const collectionOf = <T extends object>(model: Model<T, object, object, { id: string }>) =>
  model.collection as unknown as mongo.Collection<T>
