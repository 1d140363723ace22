import { inspect } from 'node:util'
import fc from 'fast-check'
import type { Document, IndexSpecification, Sort } from 'mongodb'
import t from 'tap'
import { database } from './helper.js'

const db = await database(t, 'planner')

const scalar = fc.oneof(
  fc.integer({ min: -2, max: 4 }),
  fc.constantFrom(null, 'a', 'ab', 'abc', 'b', '', true, false, 1.5, new Date(0), new Date(5), Number.NaN),
)
const field = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.record({ x: scalar }) },
  { weight: 1, arbitrary: fc.array(fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }), { maxLength: 2 }) },
)
const document = fc.record({ a: field, b: field, c: scalar }, { requiredKeys: [] })
const condition: fc.Arbitrary<unknown> = fc.oneof(
  scalar,
  scalar.map((value) => ({ $gt: value })),
  scalar.map((value) => ({ $gte: value })),
  scalar.map((value) => ({ $lt: value })),
  scalar.map((value) => ({ $lte: value })),
  fc.tuple(scalar, scalar).map(([$gt, $lte]) => ({ $gt, $lte })),
  fc.tuple(scalar, scalar).map(([$gte, $lt]) => ({ $gte, $lt })),
  fc.array(scalar, { maxLength: 3 }).map(($in) => ({ $in })),
  scalar.map((value) => ({ $ne: value })),
  fc.array(scalar, { maxLength: 2 }),
  fc.record({ x: scalar }),
  fc.constantFrom({ $exists: true }, { $exists: false }, { $type: 'string' }, /^a/, /^ab/, /b/, /^a/i, { $size: 1 }),
  scalar.map((value) => ({ $elemMatch: { x: value } })),
  fc.tuple(scalar, scalar).map(([x, y]) => ({ $elemMatch: { x: { $gte: x }, y } })),
  scalar.map((value) => ({ $elemMatch: { $gte: value } })),
)
const path = fc.constantFrom('a', 'b', 'c', 'a.x', 'b.x', 'b.y', '_id')
const fields = fc.dictionary(path, condition, { maxKeys: 3, noNullPrototype: true })
const filter: fc.Arbitrary<Document> = fc.oneof(
  { weight: 4, arbitrary: fields },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fields, fc.array(fields, { minLength: 1, maxLength: 3 }))
      .map(([own, $or]) => ({ ...own, $or })),
  },
  { weight: 1, arbitrary: fc.tuple(fields, fields).map((both) => ({ $and: both })) },
)
const way = fc.constantFrom(1 as const, -1 as const)
const sort = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x', '_id'), way, { maxKeys: 3, noNullPrototype: true })

const INDEXES: [IndexSpecification, Document][] = [
  [{ a: 1 }, {}],
  [{ a: -1, c: 1 }, {}],
  [{ c: 1, a: -1, _id: -1 }, {}],
  [{ c: -1 }, {}],
  [{ 'a.x': 1, c: 1 }, {}],
  [{ 'b.x': 1, 'b.y': -1 }, {}],
  [{ b: 1 }, { sparse: true }],
  [{ b: -1, c: 1 }, { partialFilterExpression: { c: { $gt: 0 } } }],
  [{ a: 1, b: 1 }, { partialFilterExpression: { c: 'a' } }],
]

const ids = (docs: Document[]) => docs.map(({ _id }) => _id as number)

t.test('an index changes what a query costs and never what it finds, counts or sorts', async () => {
  const plain = db.collection<Document & { _id: number }>('plain')
  const indexed = db.collection<Document & { _id: number }>('indexed')
  const outcome = async (run: () => Promise<unknown>) => run().catch((error) => error.code)
  let round = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(document, { minLength: 1, maxLength: 12 }),
      fc.array(fc.tuple(filter, sort, fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 2 })), {
        minLength: 12,
        maxLength: 12,
      }),
      fc.shuffledSubarray(INDEXES, { minLength: 1, maxLength: 5 }),
      async (docs, queries, indexes) => {
        round++
        await plain.drop().catch(() => {})
        await indexed.drop().catch(() => {})
        const numbered = docs.map((doc, _id) => ({ _id, ...doc }))
        // Half of the rounds build the indexes over existing documents, half before they are inserted.
        if (round % 2) for (const [key, options] of indexes) await indexed.createIndex(key, options)
        const kept: number[] = []
        for (const doc of numbered) {
          const inserted = await indexed.insertOne(doc).then(
            () => true,
            (error) => error.code,
          )
          if (inserted === true) kept.push(doc._id)
        }
        if (kept.length > 0) await plain.insertMany(numbered.filter(({ _id }) => kept.includes(_id)))
        if (!(round % 2)) for (const [key, options] of indexes) await indexed.createIndex(key, options).catch(() => {})
        for (const [query, order, limit, skip] of queries) {
          const total = { ...order, _id: order._id ?? 1 } as Sort
          const asked: Record<string, (from: typeof plain) => Promise<unknown>> = {
            find: async (from) => ids(await from.find(query).sort(total).skip(skip).limit(limit).toArray()),
            findUnsorted: async (from) => ids(await from.find(query).toArray()).sort(),
            count: (from) => from.countDocuments(query),
          }
          for (const [name, ask] of Object.entries(asked)) {
            const [actual, wanted] = [await outcome(() => ask(indexed)), await outcome(() => ask(plain))]
            if (JSON.stringify(actual) !== JSON.stringify(wanted))
              throw new Error(
                `${name}: ${inspect({ actual, wanted, numbered, kept, query, total, limit, skip, indexes }, { depth: 9 })}`,
              )
          }
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 40), endOnFailure: true },
  )
})
