import type { Server } from './context.js'
import { compileFind, find, slice } from './find.js'
import { type Doc, toNumber } from './values.js'

/** Documents that are deleted in one transaction, so that others needn't wait long. */
const BATCH = 500

/** Deletes what the TTL indexes say has expired: documents with a date at least `expireAfterSeconds` old in their field. */
export async function deleteExpired({ storage }: Pick<Server, 'storage'>, now = Date.now()): Promise<void> {
  const deleteSome = (): number => {
    let left = BATCH
    for (const collection of storage.list()) {
      for (const { spec, pattern } of collection.indexes) {
        if (spec.expireAfterSeconds === undefined || left === 0) continue
        const cutoff = new Date(now - toNumber(spec.expireAfterSeconds) * 1000)
        const expired = { [pattern.paths[0] as string]: { $lte: cutoff } }
        const query = compileFind({ $and: [expired, (spec.partialFilterExpression ?? {}) as Doc] })
        const found = slice(find(storage, collection, query), 0, left)
        for (const { stored, doc } of [...found]) {
          storage.remove(collection, stored.id, doc)
          left--
        }
      }
    }
    return left
  }
  while ((await storage.write(deleteSome)) === 0);
}
