import type { Collection, Stored } from './collection.js'
import { keyPattern } from './keys.js'
import { sorted } from './pipeline.js'
import { type Examined, type Plan, plan, run } from './planner.js'
import { compileFilter, type Match, type Test } from './query.js'
import type { Storage } from './storage.js'
import { type Doc, decode } from './values.js'

/** A document that matches a filter, stored and decoded, with the array element that it was matched by. */
export type Found = { stored: Stored; doc: Doc; match: Match }

/** Compiles a filter and a sort. Throws if one is malformed, even if the collection doesn't exist. */
export function compileFind(
  filter: Doc,
  sort: [string, boolean][] = [],
): { test: Test; filter: Doc; sort: [string, boolean][] } {
  return { test: compileFilter(filter), filter, sort }
}

/**
 * Finds the documents that match, in the order of the sort. `limit` is the number of documents that the caller will
 * take.
 */
export function* find(
  storage: Storage,
  collection: Collection,
  { test, filter, sort }: ReturnType<typeof compileFind>,
  limit = Number.POSITIVE_INFINITY,
  chosen: Plan = plan(collection, filter, sort, limit !== Number.POSITIVE_INFINITY),
  examined: Examined = { keys: 0, docs: 0 },
): Generator<Found> {
  const matches = matching(run(storage, collection, chosen, examined), test)
  if (chosen.sorted) yield* matches
  else yield* sorted(matches, ({ doc }) => doc, keyPattern(sort), limit)
}

function* matching(all: Iterable<Stored>, test: Test): Generator<Found> {
  for (const stored of all) {
    const doc = decode(stored.bytes)
    const match: Match = {}
    if (test(doc, match)) yield { stored, doc, match }
  }
}

/** Skips `skip` items and yields at most `limit` of the rest. `limit` is at least 1. */
export function* slice<T>(items: Iterable<T>, skip: number, limit = Number.POSITIVE_INFINITY): Generator<T> {
  let position = 0
  for (const item of items) {
    if (position >= skip) yield item
    if (++position >= skip + limit) return
  }
}
