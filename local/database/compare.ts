import type { Int32, ObjectId } from 'bson'
import { encodeKey } from './key-encoding.js'
import { ORDER, typeOrder } from './values.js'

const isSmall = (value: { _bsontype: string }) => value._bsontype === 'Int32' || value._bsontype === 'Double'

/** Compares values in MongoDB's total order: negative, zero or positive. A missing value equals null. */
export function compare(a: unknown, b: unknown): number {
  const order = typeOrder(a)
  const difference = order - typeOrder(b)
  if (difference !== 0) return difference
  switch (order) {
    case ORDER.null:
    case ORDER.minKey:
    case ORDER.maxKey:
      return 0
    case ORDER.number:
      if (isSmall(a as Int32) && isSmall(b as Int32)) {
        const [x, y] = [(a as Int32).value, (b as Int32).value]
        if (x === y) return 0
        if (x < y) return -1
        if (x > y) return 1
      }
      break
    case ORDER.string:
      return a === b ? 0 : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)))
    case ORDER.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case ORDER.boolean:
    case ORDER.date:
      return Number(a) - Number(b)
  }
  return Buffer.compare(encodeKey([a]), encodeKey([b]))
}

/** Tests if two values are equal in MongoDB: numbers by value, documents with their keys in the same order. */
export const equal = (a: unknown, b: unknown): boolean => compare(a, b) === 0
