import type { Server } from './context.js'
import { compileFind, find, slice } from './find.js'
import { type Doc, toNumber } from './values.js'

/** Documents deleted in one transaction. A small number keeps other writes from waiting. */
const BATCH = 500

/** Deletes expired documents: those whose date in the field of a TTL index is at least `expireAfterSeconds` old. */
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
