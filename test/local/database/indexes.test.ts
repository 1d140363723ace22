import type { Document, MongoServerError } from 'mongodb'
import t from 'tap'
import { until } from '../../support/until.js'
import { database, exactly, isStandIn } from './helper.js'

const db = await database(t, 'indexes')
// biome-ignore lint/suspicious/noExplicitAny: documents of all types are the point here
const things = db.collection<any>('things')
t.afterEach(() => things.drop().catch(() => {}))

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 0 }),
    (error: MongoServerError) => error,
  ) as Promise<MongoServerError>
const code = async (promise: Promise<unknown>) => (await failure(promise)).code
/** Returns the keys and documents that a query examined, on any engine. */
async function cost(filter: Document, sort: Document, limit: number) {
  const { executionStats, queryPlanner } = await things
    .find(filter)
    .sort(sort as never)
    .limit(limit)
    .explain()
  const index = JSON.stringify(queryPlanner.winningPlan).match(/"indexName":"([^"]+)"/)?.[1]
  return {
    keys: executionStats.totalKeysExamined,
    docs: executionStats.totalDocsExamined,
    index,
    n: executionStats.nReturned,
  }
}

t.test('a keyset page of 20 looks at as many documents among 10,000 as among 500', exactly, async (t) => {
  await things.createIndex({ ownerId: 1, createdAt: -1, _id: -1 })
  const pages: Document[] = []
  for (const size of [500, 10_000]) {
    await things.deleteMany({})
    // Three documents share each moment, so that pages end between equal ones.
    await things.insertMany(
      Array.from({ length: size }, (_, i) => ({ _id: i, ownerId: i % 2, createdAt: new Date(Math.floor(i / 6)) })),
    )
    const last = await things.findOne({ _id: size / 2 + 1 })
    const page = {
      ownerId: 1,
      $or: [{ createdAt: { $lt: last.createdAt } }, { createdAt: last.createdAt, _id: { $lt: last._id } }],
    }
    pages.push(await cost(page, { createdAt: -1, _id: -1 }, 21))
    const found = await things.find(page).sort({ createdAt: -1, _id: -1 }).limit(21).toArray()
    const all = await things.find({ ownerId: 1 }).toArray()
    const wanted = all.filter(
      ({ _id, createdAt }) => createdAt < last.createdAt || (+createdAt === +last.createdAt && _id < last._id),
    )
    t.same(
      found.map(({ _id }) => _id),
      wanted
        .map(({ _id }) => _id)
        .sort((a, b) => b - a)
        .slice(0, 21),
    )
  }
  const [small, large] = pages as [Document, Document]
  t.equal(small.n, 21)
  t.equal(large.index, 'ownerId_1_createdAt_-1__id_-1')
  t.ok(large.keys <= 25 && large.docs <= 25, JSON.stringify(large))
  t.ok(small.keys <= 25, JSON.stringify(small))
})

t.test(
  'equality, ranges, sets, prefixes and order are served by an index',
  { skip: !isStandIn && 'another server counts and chooses otherwise' },
  async (t) => {
    await things.createIndexes([
      { key: { email: 1 }, unique: true },
      { key: { s: 1, at: -1 } },
      { key: { 'l.k': 1 } },
      { key: { p: 1 }, partialFilterExpression: { on: true } },
      { key: { sp: 1 }, sparse: true },
      { key: { 'sub.x': 1, n: 1 }, partialFilterExpression: { n: { $gte: 0 } } },
    ])
    await things.insertMany(
      Array.from({ length: 300 }, (_, i) => ({
        _id: i,
        email: `u${i}@x`,
        s: i % 3,
        at: new Date(i),
        n: i,
        l: [{ k: i }, { k: -i }],
        p: i,
        on: i % 2 === 0,
        ...(i % 2 ? { sp: i } : {}),
        sub: { x: i % 5 },
      })),
    )
    const costs = async (filter: Document, sort: Document = {}, limit = 0) => {
      const { docs, index, n } = await cost(filter, sort, limit)
      return [index, docs, n]
    }
    t.same(await costs({ email: 'u7@x' }), ['email_1', 1, 1])
    t.same(await costs({ email: { $in: ['u7@x', 'u8@x', 'none'] } }), ['email_1', 2, 2])
    t.same(await costs({ email: /^u29/ }), ['email_1', 11, 11])
    t.same(await costs({ s: 1, at: { $gte: new Date(100), $lt: new Date(130) } }), ['s_1_at_-1', 10, 10])
    t.same(await costs({ s: 1 }, { at: -1 }, 5), ['s_1_at_-1', 5, 5])
    t.same(await costs({ s: 1 }, { at: 1 }, 5), ['s_1_at_-1', 5, 5])
    t.same(await costs({}, { s: -1, at: 1 }, 5), ['s_1_at_-1', 5, 5])
    t.same(await costs({ 'l.k': 7 }), ['l.k_1', 1, 1])
    t.same(await costs({ l: { $elemMatch: { k: -7 } } }), ['l.k_1', 1, 1])
    t.same(await costs({ p: 8, on: true }), ['p_1', 1, 1])
    t.equal((await costs({ p: 8 }))[0], undefined, 'a partial index serves only what lies within it')
    t.same(await costs({ sp: { $gt: 290 } }), ['sp_1', 5, 5])
    t.equal((await costs({ sp: null }))[0], undefined)
    t.same(await costs({ sp: { $exists: true } }, { sp: 1 }, 3), ['sp_1', 3, 3])
    const overlapping = [{ at: { $gt: new Date(100) } }, { at: { $gt: new Date(150), $lt: new Date(160) } }]
    t.same(await costs({ s: 1, $or: overlapping }, { at: 1 }, 3), ['s_1_at_-1', 3, 3])
    const touching = [
      { at: { $gt: new Date(100), $lt: new Date(150) } },
      { at: { $gt: new Date(120), $lt: new Date(170) } },
    ]
    t.same(await costs({ s: 1, $or: touching }, { at: 1 }), ['s_1_at_-1', 23, 23])
    const crossed = { $lt: new Date(130), $gte: new Date(100), $gt: new Date(50), $lte: new Date(200) }
    t.same(await costs({ s: 1, at: crossed }), ['s_1_at_-1', 10, 10])
    t.same(await costs({ email: 'u7@x' }, { n: 1 }), ['email_1', 1, 1])
    t.same(await costs({ email: /^u29/ }, { email: 1, n: 1 }), ['email_1', 11, 11])
    t.same(
      await costs(
        {
          s: 1,
          $or: [{ at: { $gt: new Date(100) } }, { at: { $gt: new Date(200) } }],
        },
        { s: 1, at: 1 },
        3,
      ),
      ['s_1_at_-1', 3, 3],
    )
    t.equal((await things.find({ n: 5 }).sort({ on: 1 }).explain()).queryPlanner.winningPlan.stage, 'SORT')
    const many = {
      s: { $in: Array.from({ length: 80 }, (_, i) => i) },
      at: { $in: Array.from({ length: 80 }, (_, i) => new Date(i)) },
    }
    t.same(await costs(many), ['s_1_at_-1', 300, 80], 'more combinations than are worth it are left to the filter')
    t.same(await costs({ 'sub.x': 1, n: 6 }), ['sub.x_1_n_1', 1, 1])
    t.same(await costs({ _id: { $lt: 5 } }), [undefined, 5, 5])
    const { docs, n } = await cost({ $or: [{ email: 'u1@x' }, { 'l.k': 1 }, { _id: 2 }] }, {}, 0)
    t.same([docs <= 3, n], [true, 2])
    t.equal((await things.find({ _id: 1 }).explain('queryPlanner')).executionStats, undefined)
    t.ok((await things.aggregate([{ $match: { email: 'u1@x' } }]).explain()).executionStats)
    t.equal((await db.collection('none').find().explain()).executionStats.nReturned, 0)
    if (isStandIn) t.equal(await code(db.command({ explain: { distinct: 'things', key: 'a' } })), 115)
  },
)

t.test(
  'a partial index is used where the query lies within it, and only there',
  { skip: !isStandIn && 'another server chooses otherwise' },
  async (t) => {
    const within: [Document, Document, boolean][] = [
      [{ on: true }, { on: true }, true],
      [{ on: true }, { on: false }, false],
      [{ n: { $gt: 5 } }, { n: 6 }, true],
      [{ n: { $gt: 5 } }, { n: { $in: [6, 7] } }, true],
      [{ n: { $gt: 5 } }, { n: { $in: [5, 7] } }, false],
      [{ n: { $gt: 5 } }, { n: { $gt: 5 } }, true],
      [{ n: { $gt: 5 } }, { n: { $gt: 6 } }, false],
      [{ n: { $exists: true } }, { n: 5 }, true],
      [{ n: { $exists: true } }, { n: null }, false],
      [{ n: { $exists: true } }, { n: { $in: [null, 1] } }, false],
      [{ n: { $exists: true } }, { n: { $in: [1, 2] } }, true],
      [{ n: { $exists: true } }, { n: { $gt: 5 } }, true],
      [{ n: { $in: [1, 2] } }, { n: 1 }, true],
      [{ n: { $in: [1, 2] } }, { n: 3 }, false],
      [{ n: { $type: 'string' } }, { n: 'x' }, false],
      [{ n: { $type: 'string' } }, { n: { $type: 'string' } }, true],
      [{ n: 5 }, { n: /5/ }, false],
      [{ n: 5 }, { n: { $in: [] } }, false],
      [{ $or: [{ n: 1 }, { n: 2 }] }, { n: 1 }, false],
      [{ $and: [{ n: 1 }, { on: true }] }, { n: 1, on: true }, true],
    ]
    await things.insertOne({ _id: 1, p: 1 })
    for (const [partialFilterExpression, filter, used] of within) {
      await things.createIndex({ p: 1 }, { partialFilterExpression })
      t.equal(
        (await cost({ p: 1, ...filter }, {}, 0)).index !== undefined,
        used,
        JSON.stringify([partialFilterExpression, filter]),
      )
      await things.dropIndex('p_1')
    }
  },
)

t.test('a duplicate is told with its index, its pattern and its value', async (t) => {
  await things.createIndex({ a: 1, 'l.k': -1 }, { unique: true, name: 'both' })
  await things.insertOne({ _id: 1, a: new Date(5), l: [{ k: 'x' }, { k: 'y' }] })
  const error = await failure(things.insertOne({ _id: 2, a: new Date(5), l: [{ k: 'y' }] }))
  t.match(error, { code: 11000, keyPattern: { a: 1, 'l.k': -1 }, keyValue: { a: new Date(5), 'l.k': 'y' } })
  t.match(error.message, /^E11000 duplicate key error collection: .+\.things index: both dup key: \{/)
  const id = (await things.insertOne({ b: 1 })).insertedId
  t.match(
    (await failure(things.insertOne({ _id: id }))).message,
    /index: _id_ dup key: \{ _id: ObjectId\('[0-9a-f]{24}'\) \}/,
  )
  t.match((await failure(things.insertOne({ c: 2, l: [] }))).keyValue, { a: null, 'l.k': null })
  await things.createIndex({ tags: 1 }, { unique: true, sparse: true })
  await things.insertOne({ d: 1, a: 5, tags: [] })
  t.match(await failure(things.insertOne({ d: 2, a: 6, tags: [] })), { code: 11000, keyPattern: { tags: 1 } })
  const bulk = await failure(
    things.insertMany(
      [
        { _id: 10, a: 1 },
        { _id: 10, a: 2 },
        { _id: 11, a: 3 },
      ],
      { ordered: false },
    ),
  )
  t.equal(bulk.code, 11000)
  t.equal(await things.countDocuments({ _id: { $in: [10, 11] } }), 2)
})

t.test('indexes are created, listed and dropped', exactly, async (t) => {
  t.equal(
    (await db.command({ createIndexes: 'things', indexes: [{ key: { a: 1 }, name: 'a_1' }] }))
      .createdCollectionAutomatically,
    true,
  )
  const again = await db.command({
    createIndexes: 'things',
    indexes: [
      { key: { a: 1 }, name: 'a_1', background: true, collation: { locale: 'simple' } },
      { key: { _id: 1 }, name: '_id_' },
    ],
  })
  t.same([again.numIndexesBefore, again.numIndexesAfter], [2, 2])
  await things.createIndex({ b: 1, c: -1 })
  await things.createIndex({ a: 1 }, { name: 'a_some', partialFilterExpression: { b: 1 } })
  t.same(
    (await things.indexes()).map(({ name }) => name),
    ['_id_', 'a_1', 'b_1_c_-1', 'a_some'],
  )
  await db.command({ dropIndexes: 'things', index: { b: 1, c: -1 } })
  await db.command({ dropIndexes: 'things', index: ['a_1'] })
  t.same(
    (await things.indexes()).map(({ name }) => name),
    ['_id_', 'a_some'],
  )
  t.equal(await code(db.command({ dropIndexes: 'things', index: { _id: 1 } })), 72)
  t.equal(await code(db.command({ dropIndexes: 'none', index: '*' })), 26)
  const wrong: [Document, number][] = [
    [{ key: { a: 'text' } }, 115],
    [{ key: { a: 1 }, collation: { locale: 'en' } }, 115],
    [{ name: 'x', key: 5 }, 9],
    [{ key: { 'a..b': 1 } }, 67],
    [{ key: { $a: 1 } }, 67],
    [{ key: { a: 1, b: 1 }, expireAfterSeconds: 5 }, 67],
    [{ key: { a: 1 }, expireAfterSeconds: -1 }, 67],
    [{ key: { a: 1 }, partialFilterExpression: 5 }, 67],
    [{ key: { a: 1 }, partialFilterExpression: { b: 1 }, sparse: true }, 67],
    [{ key: Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`f${i}`, 1])) }, 67],
  ]
  for (const [index, wanted] of wrong.filter(([, code]) => isStandIn || code !== 115))
    t.equal(
      await code(db.command({ createIndexes: 'things', indexes: [{ name: 'x', ...index }] })),
      wanted,
      JSON.stringify(index),
    )
  t.equal(await code(db.command({ createIndexes: 'things', indexes: [] })), 2)
  await things.insertMany([
    { d: 1, e: 1 },
    { d: 2, e: 1 },
  ])
  t.equal(
    await code(
      db.command({
        createIndexes: 'things',
        indexes: [
          { key: { d: 1 }, name: 'd' },
          { key: { e: 1 }, name: 'e', unique: true },
        ],
      }),
    ),
    11000,
  )
  t.same(
    (await things.indexes()).map(({ name }) => name),
    ['_id_', 'a_some'],
    'all of a command’s indexes are made, or none',
  )
})

t.test('an index follows every change of its documents', exactly, async (t) => {
  await things.createIndexes([
    { key: { 'l.k': 1 } },
    { key: { a: 1 }, unique: true, sparse: true },
    { key: { 'l.k': 1, 'l.n': 1 } },
  ])
  await things.insertOne({ _id: 1, l: [{ k: 1, n: 1 }, { k: 2 }], a: 1 })
  await things.updateOne({ _id: 1 }, { $pull: { l: { k: 1 } as never }, $unset: { a: 1 } })
  t.equal(await things.countDocuments({ 'l.k': 1 }), 0)
  t.equal(await things.countDocuments({ 'l.k': 2 }), 1)
  await things.insertOne({ _id: 2, a: 1 })
  await things.deleteOne({ _id: 2 })
  await things.insertOne({ _id: 3, a: 1, l: { k: 5 } })
  t.same(
    await things
      .find({ 'l.k': { $gt: 1 } })
      .sort({ 'l.k': -1 })
      .map(({ _id }) => _id)
      .toArray(),
    [3, 1],
  )
  await things.createIndex({ 'l.0.k': 1 })
  t.equal(await things.countDocuments({ 'l.0.k': { $gte: 2 } }), 1)
  t.equal(
    await code(things.insertOne({ l: [{ 0: { k: 1 } }] })),
    16746,
    'where an element has a field of that name, MongoDB doesn’t know which is meant',
  )
  await things.insertOne({ _id: 4, l: [{ k: 7 }, 'x', { n: 3 }, { k: [8, 9] }] })
  t.same(
    await things
      .find({ 'l.k': { $in: [7, 9] }, l: { $elemMatch: { k: { $gt: 8 }, n: null } } })
      .map(({ _id }) => _id)
      .toArray(),
    [4],
  )
  if (isStandIn)
    t.equal(await code(things.insertOne({ a: 'x'.repeat(5000) })), 17280, 'a key that is too long is refused, not cut')
  t.equal(await things.countDocuments({}), 3)
})

t.test('what a TTL index says has expired is really deleted', async (t) => {
  const old = new Date(Date.now() - 3_600_000)
  const soon = new Date(Date.now() + 3_600_000)
  await things.createIndex({ at: 1 }, { expireAfterSeconds: 60, partialFilterExpression: { keep: false } })
  await things.insertMany([
    { _id: 1, at: old, keep: false },
    { _id: 2, at: soon, keep: false },
    { _id: 3, at: old, keep: true },
    { _id: 4, at: 'x', keep: false },
    { _id: 5, keep: false },
    { _id: 6, at: [soon, old], keep: false },
  ])
  await things.createIndex({ other: 1 }, { expireAfterSeconds: 0 })
  await things.insertMany(Array.from({ length: 1100 }, (_, i) => ({ _id: 100 + i, at: old, keep: false })))
  await until(async () => (await things.countDocuments()) <= 4)
  t.same(
    (await things.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id),
    [2, 3, 4, 5],
  )
})
