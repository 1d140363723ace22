import type { RootDatabase } from 'lmdb'
import { MongoError } from './errors.js'

/** The store's database. A key is a table, the number of a collection or an index, and ordered bytes. */
export type Database = RootDatabase<Buffer, Buffer>

export enum Table {
  catalog,
  documents,
  entries,
  sessions,
}

/** Slightly less than lmdb's limit with pages of 8 KiB. */
const MAX_KEY = 4000

export const EMPTY = Buffer.alloc(0)

/** @throws MongoError 17280 if the key is longer than the store allows */
export function tableKey(table: Table, id: number, rest: Uint8Array): Buffer {
  const key = Buffer.allocUnsafe(5 + rest.length)
  key[0] = table
  key.writeUInt32BE(id, 1)
  key.set(rest, 5)
  if (key.length > MAX_KEY) throw new MongoError(17280, `key too large to index: ${key.length} bytes`)
  return key
}

/**
 * Reads the rows between two keys, in order. It reads some rows at a time, each time from the end of the last, so that
 * no snapshot is held between two batches of a cursor.
 */
export function* rows(
  db: Database,
  table: Table,
  id: number,
  start: Buffer,
  end: Buffer | undefined,
  reverse: boolean,
): Generator<{ key: Buffer; value: Buffer }> {
  let low = tableKey(table, id, start)
  let high = end ? tableKey(table, id, end) : tableKey(table, id + 1, EMPTY)
  let limit = 32
  let last: { key: Buffer } | undefined
  do {
    // In reverse, lmdb includes the start and excludes the end by default; the bounds here are the other way round.
    const bounds = reverse
      ? { start: high, end: low, reverse, exclusiveStart: true, inclusiveEnd: true }
      : { start: low, end: high }
    const some = [...db.getRange({ ...bounds, limit })]
    yield* some
    last = some[limit - 1]
    if (last && reverse) high = last.key
    else if (last) low = Buffer.concat([last.key, Buffer.of(0)])
    limit = Math.min(limit * 4, 1024)
  } while (last)
}

export function removeRows(db: Database, table: Table, id: number): void {
  for (const key of [...db.getKeys({ start: tableKey(table, id, EMPTY), end: tableKey(table, id + 1, EMPTY) })])
    db.remove(key)
}
