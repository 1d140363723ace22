import type { Collection, Stored } from './collection.js'
import { keyPattern } from './keys.js'
import { sorted } from './pipeline.js'
import { type Examined, type Plan, plan, run } from './planner.js'
import { compileFilter, type Match, type Test } from './query.js'
import type { Storage } from './storage.js'
import { type Doc, decode } from './values.js'

/** A document that matches a filter: as stored, decoded, and by which array element. */
export type Found = { stored: Stored; doc: Doc; match: Match }

/** Compiles what a plan is asked for; throws where the filter or the sort is malformed, even if there is no collection. */
export function compileFind(
  filter: Doc,
  sort: [string, boolean][] = [],
): { test: Test; filter: Doc; sort: [string, boolean][] } {
  return { test: compileFilter(filter), filter, sort }
}

/** The documents of a collection that match, in the order asked for. `limit` is a hint of how many will be taken. */
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

/** What is left of the items after `skip` of them, at most `limit`, which is 1 or more. */
export function* slice<T>(items: Iterable<T>, skip: number, limit = Number.POSITIVE_INFINITY): Generator<T> {
  let position = 0
  for (const item of items) {
    if (position >= skip) yield item
    if (++position >= skip + limit) return
  }
}
