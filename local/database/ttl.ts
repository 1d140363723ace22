import type { Server } from './context.js'
import { compileFind, find } from './read.js'
import { type Doc, toNumber } from './values.js'

/** Documents of one collection that are deleted in one transaction. */
const BATCH = 500

/** Deletes what the TTL indexes say has expired: documents with a date at least `expireAfterSeconds` old in their field. */
export async function deleteExpired({ storage }: Pick<Server, 'storage'>, now = Date.now()): Promise<number> {
  let deleted = 0
  for (const listed of storage.list()) {
    for (const { spec, pattern } of listed.indexes) {
      if (spec.expireAfterSeconds === undefined) continue
      const cutoff = new Date(now - toNumber(spec.expireAfterSeconds) * 1000)
      const expired = { [pattern.paths[0] as string]: { $lte: cutoff } }
      const query = compileFind({ $and: [expired, (spec.partialFilterExpression ?? {}) as Doc] })
      for (let batch = BATCH; batch === BATCH; deleted += batch) {
        batch = await storage.write(() => {
          const collection = storage.find(listed.db, listed.name)
          const found = collection ? [...head(find(storage, collection, query))] : []
          for (const { stored, doc } of found) if (collection) storage.remove(collection, stored.id, doc)
          return found.length
        })
      }
    }
  }
  return deleted
}

function* head<T>(items: Iterable<T>): Generator<T> {
  let left = BATCH
  for (const item of items) {
    yield item
    if (--left === 0) return
  }
}
