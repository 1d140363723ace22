import { Decimal128, Double, Int32, Long } from 'bson'
import type { Document, MongoServerError } from 'mongodb'
import t from 'tap'
import { database, differs, exactly, isStandIn } from './helper.js'

const db = await database(t, 'updates')
// biome-ignore lint/suspicious/noExplicitAny: documents and updates of all types are the point here
const things = db.collection<any>('things')
t.afterEach(() => things.drop().catch(() => {}))

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 0,
    (error: MongoServerError) => error.code,
  )
/** Resolves with the code of a command that fails, or of its first write error. */
const codeOf = (command: Document) =>
  code(
    db.command(command).then(({ writeErrors }) => {
      if (writeErrors) throw writeErrors[0]
    }),
  )
/** Resolves with a document after an update, without its _id. */
async function after(doc: Document, update: Document, filter: Document = {}, options: Document = {}) {
  await things.deleteMany({})
  await things.insertOne({ _id: 1, ...doc })
  await things.updateOne({ _id: 1, ...filter }, update, options)
  const { _id, ...rest } = await things.findOne({ _id: 1 }, { promoteValues: false, promoteLongs: false })
  return rest
}
const refused = (doc: Document, update: Document, options: Document = {}) => code(after(doc, update, {}, options))

t.test('numbers keep the widest type, and overflow as MongoDB says', async (t) => {
  t.same(await after({ n: new Int32(2147483647) }, { $inc: { n: new Int32(1) } }), { n: Long.fromNumber(2147483648) })
  t.same(await after({ n: new Int32(-2147483648) }, { $inc: { n: new Int32(-1) } }), {
    n: Long.fromNumber(-2147483649),
  })
  t.same(await after({ n: Long.fromNumber(1) }, { $inc: { n: new Int32(1) } }), { n: Long.fromNumber(2) })
  t.same(await after({ n: new Int32(1) }, { $mul: { n: new Double(1.5) } }), { n: new Double(1.5) })
  t.same(await after({}, { $mul: { n: Long.fromNumber(3) } }), { n: Long.fromNumber(0) })
  t.equal(await refused({ n: Long.MAX_VALUE }, { $inc: { n: 1 } }), 2)
  if (isStandIn) t.equal(await refused({ n: Decimal128.fromString('1') }, { $inc: { n: 1 } }), 115)
  t.equal(await refused({ n: 'x' }, { $mul: { n: 1 } }), 14)
  t.equal(await refused({ n: 1 }, { $mul: { n: null } }), 14)
})

t.test('least and greatest compare across types', async (t) => {
  t.same(await after({ n: 'a' }, { $min: { n: new Int32(5) } }), { n: new Int32(5) })
  t.same(await after({ n: null }, { $max: { n: new Int32(5) } }), { n: new Int32(5) })
  t.same(await after({}, { $max: { n: 'z' } }), { n: 'z' })
})

t.test(
  '$push inserts, sorts and cuts; $addToSet, $pull, $pullAll and $pop do what their names say',
  exactly,
  async (t) => {
    t.same(await after({ l: ['a', 'b'] }, { $push: { l: { $each: ['x'], $position: -1 } } }), { l: ['a', 'x', 'b'] })
    t.same(await after({ l: ['a', 'b'] }, { $push: { l: { $each: ['x', 'c'], $sort: 1, $slice: 3 } } }), {
      l: ['a', 'b', 'c'],
    })
    t.same(await after({ l: ['a', 'b'] }, { $push: { l: { $each: [], $slice: 0 } } }), { l: [] })
    t.same(await after({ l: [{ k: 'b' }, 'x'] }, { $push: { l: { $each: [{ k: 'a' }], $sort: { k: -1 } } } }), {
      l: [{ k: 'b' }, { k: 'a' }, 'x'],
    })
    t.same(await after({}, { $push: { l: { $each: ['a'] } } }), { l: ['a'] })
    t.same(await after({}, { $addToSet: { l: { $each: ['a', 'a'] } } }), { l: ['a'] })
    t.same(await after({ l: ['abc', 'b', 'abd'] }, { $pull: { l: /^ab/ } }), { l: ['b'] })
    t.same(await after({ l: [{ a: { b: 'x' } }, { a: { b: 'y' } }] }, { $pull: { l: { 'a.b': 'x' } } }), {
      l: [{ a: { b: 'y' } }],
    })
    t.same(await after({ l: [['a'], ['b']] }, { $pull: { l: { $elemMatch: { $eq: 'a' } } } }), { l: [['b']] })
    t.same(await after({ l: ['a', null] }, { $pull: { l: null } }), { l: ['a'] })
    const either = { $or: [{ k: 'a' }, { n: 'b' }] }
    t.same(await after({ l: [{ k: 'a' }, { n: 'b' }, { k: 'c' }] }, { $pull: { l: either } }), { l: [{ k: 'c' }] })
    t.same(await after({}, { $pull: { l: 'a' }, $pullAll: { m: ['a'] }, $pop: { n: 1 } }), {})
    t.same(await after({ l: [] }, { $pop: { l: 1 } }), { l: [] })
    const wrong: [Document, number][] = [
      [{ $push: { l: { $each: ['a'], $position: 1.5 } } }, 2],
      [{ $push: { l: { $each: ['a'], $sort: 2 } } }, 2],
      [{ $push: { l: { $each: ['a'], $sort: 'x' } } }, 2],
      [{ $addToSet: { l: { $each: 'a' } } }, 14],
      [{ $addToSet: { l: { $each: ['a'], $slice: 1 } } }, 2],
      [{ $pullAll: { l: 1 } }, 2],
      [{ $pop: { l: 2 } }, 9],
      [{ $pop: { l: 'x' } }, 9],
      [{ $pop: { s: 1 } }, 14],
      [{ $pullAll: { s: [1] } }, 2],
      [{ $bit: { n: { not: 1 } } }, 2],
      [{ $bit: { n: 1 } }, 2],
      [{ $bit: { s: { or: new Int32(1) } } }, 2],
      [{ $bit: { n: { or: 1.5 } } }, 2],
      [{ $currentDate: { d: { $type: 'x' } } }, 2],
      [{ $currentDate: { d: false } }, 2],
      [{ $rename: { s: 1 } }, 2],
      [{ $rename: { s: 's' } }, 2],
      [{ $rename: { 'l.$': 'x' } }, 2],
      [{ $rename: { 'l.0': 'x' } }, 2],
      [{ $rename: { s: 'l.x' } }, 2],
      [{ $set: { 'a..b': 1 } }, 56],
      [{ $set: { 'a.$b': 1 } }, 52],
      [{ $set: { $: 1 } }, 2],
      [{ $set: { 'l.9999999': 1 } }, 2],
      [{ $set: { 'o.$.x': 1 } }, 2],
      [{ $set: { 'o.$[].x': 1 } }, 2],
      [{ $set: { 'z.$[]': 1 } }, 2],
      [{ $set: { 'l.0.x': 1 } }, 28],
      [{ $set: { s: 1, 's.t': 1 } }, 40],
      [{ $set: { __proto__: null, _id: 2 } }, 66],
    ]
    for (const [update, wanted] of wrong.filter(([, code]) => isStandIn || code !== 115))
      t.equal(await refused({ l: ['a'], s: 'x', n: 1, o: { p: 1 } }, update), wanted, JSON.stringify(update))
  },
)

t.test('bits and the time of the server', async (t) => {
  t.same(await after({ n: new Int32(6) }, { $bit: { n: { and: new Int32(3) } } }), { n: new Int32(2) })
  t.same(await after({ n: new Int32(6) }, { $bit: { n: { xor: Long.fromNumber(3) } } }), { n: Long.fromNumber(5) })
  t.same(await after({}, { $bit: { n: { or: new Int32(3) } } }), { n: new Int32(3) })
  const { d, at } = await after({}, { $currentDate: { d: true, at: { $type: 'timestamp' } } })
  t.ok(d instanceof Date && at._bsontype === 'Timestamp')
})

t.test('paths lead through documents and arrays, and grow what is missing', exactly, async (t) => {
  t.same(await after({ l: [{ a: 'x' }] }, { $set: { 'l.0.b': 'y', 'l.2.c.d': 'z' } }), {
    l: [{ a: 'x', b: 'y' }, null, { c: { d: 'z' } }],
  })
  t.same(await after({ l: ['a', 'b'] }, { $unset: { 'l.0': 1, 'l.5': 1, 'm.n': 1, 'l.1.x': 1 } }), { l: [null, 'b'] })
  t.same(await after({ l: [['a'], ['b']] }, { $push: { 'l.$[]': 'c' } }), {
    l: [
      ['a', 'c'],
      ['b', 'c'],
    ],
  })
  t.same(await after({ l: ['a'] }, { $pull: { 'l.3.x': 'c', 'm.x': 'd' } }), { l: ['a'] })
  t.same(await after({ a: 'x' }, { $set: { c: '1', b: '2', 'd.10': 'y', 'd.9': 'z' } }), {
    a: 'x',
    b: '2',
    c: '1',
    d: { 9: 'z', 10: 'y' },
  })
  t.same(await after({ l: Array.from({ length: 11 }, () => 'a') }, { $set: { 'l.10': 'y', 'l.9': 'z' } }), {
    l: [...Array.from({ length: 9 }, () => 'a'), 'z', 'y'],
  })
  t.same(await after({ o: { a: 'x' }, b: 'y' }, { $rename: { 'o.a': 'p.q', b: 'o.c', none: 'z' } }), {
    o: { c: 'y' },
    p: { q: 'x' },
  })
})

t.test('the positional operator is where the query met the array, array filters are wherever they match', async (t) => {
  const l = [
    { k: 'a', t: ['x'] },
    { k: 'b', t: ['y', 'z'] },
  ]
  t.same(await after({ l }, { $set: { 'l.$.k': 'c' } }, { l: { $elemMatch: { k: 'b', t: 'z' } } }), {
    l: [l[0], { k: 'c', t: ['y', 'z'] }],
  })
  t.same(await after({ l }, { $push: { 'l.$.t': 'w' } }, { $or: [{ 'l.k': 'b' }] }), {
    l: [l[0], { k: 'b', t: ['y', 'z', 'w'] }],
  })
  const either = { $or: [{ 'l.k': 'a' }, { none: 1 }] }
  t.equal(await code(after({ l }, { $push: { 'l.$.t': 'w' } }, either)), 2, 'one of several branches names no element')
  t.same(
    await after({ l }, { $set: { 'l.$[e].t.$[f]': 'w' } }, {}, { arrayFilters: [{ 'e.k': 'b' }, { f: { $ne: 'y' } }] }),
    { l: [l[0], { k: 'b', t: ['y', 'w'] }] },
  )
  const branches = { $or: [{ 'l.k': 'a', none: 1 }, { _id: 1 }] }
  t.equal(
    await code(after({ l }, { $set: { 'l.$.k': 'c' } }, branches)),
    2,
    'an array that was met in vain doesn’t count',
  )
  const wrong: [Document, Document[], number][] = [
    [{ $set: { 'l.$[e].k': 1 } }, [{ 'e.k': 'a' }, { 'e.t': 1 }], 9],
    [{ $set: { 'l.$[e].k': 1 } }, [{ 'e.k': 'a', 'f.k': 1 }], 9],
    [{ $set: { 'l.$[e].k': 1 } }, [{}], 9],
    [{ $set: { 'l.$[e].k': 1 } }, [{ 'E.k': 1 }], 2],
  ]
  for (const [update, arrayFilters, wanted] of wrong)
    t.equal(await refused({ l }, update, { arrayFilters }), wanted, JSON.stringify(arrayFilters))
  for (const u of [[{ $set: { a: 1 } }], { a: 1 }])
    t.equal(
      await codeOf({ update: 'things', updates: [{ q: {}, u, arrayFilters: [{ e: 1 }] }] }),
      9,
      differs('answers 2 or nothing'),
    )
})

t.test('an array filter may be an $or', differs('takes no $or in an array filter'), async (t) => {
  const either = { arrayFilters: [{ $or: [{ 'e.k': 'b' }, { 'e.t': 'q' }] }] }
  t.same(await after({ l: [{ k: 'a' }, { k: 'b' }] }, { $set: { 'l.$[e].k': 'c' } }, {}, either), {
    l: [{ k: 'a' }, { k: 'c' }],
  })
})

t.test('paths that lead to the same element are joined, and conflict if both write it', exactly, async (t) => {
  const l = [{ k: 1 }, { k: 2 }]
  const byFilters = (update: Document, ...arrayFilters: Document[]) =>
    after({ l }, { $set: update }, {}, { arrayFilters })
  t.same(await after({ l }, { $set: { 'l.$.x': 'a', 'l.0.y': 'b' } }, { 'l.k': 1 }), {
    l: [{ k: 1, x: 'a', y: 'b' }, l[1]],
  })
  t.same(await after({ n: ['a', 'b'] }, { $set: { 'n.$': 'c', 'n.0': 'd' } }, { n: 'b' }), { n: ['d', 'c'] })
  t.same(
    await byFilters({ 'l.$[e].k': 5, 'l.$[f].x': 'a' }, { 'e.k': 1 }, { 'f.k': 1 }),
    { l: [{ k: 5, x: 'a' }, l[1]] },
    'every filter is tested before the first change',
  )
  t.same(await byFilters({ 'l.$[e].k': 2, 'l.$[f].k': 1 }, { 'e.k': 1 }, { 'f.k': 2 }), { l: [l[1], l[0]] })

  const positional: [Document, number][] = [
    [{ $set: { 'l.$': 1, 'l.0': 2 } }, 40],
    [{ $set: { 'l.$.x': 1 }, $inc: { 'l.0.x': 2 } }, 40],
    [{ $set: { 'l.$.x': 1, 'l.0.x.y': 2 } }, 40],
    [{ $set: { 'l.$.x': 1, 'l.0': 2 } }, 40],
    [{ $set: { 'l.$.x.$[]': 1, 'l.0.x.y': 2 } }, 40],
    [{ $set: { 'l.$.x': 1, 'l.$[].y': 2 } }, 40],
    [{ $set: { 'l.$.x.$': 1 } }, 2],
    [{ $set: { 'o.$.x': 1 } }, 2],
    [{ $set: { 'none.$': 1 } }, 2],
  ]
  for (const [update, wanted] of positional)
    t.equal(await code(after({ l, o: {} }, update, { 'l.k': 1 })), wanted, JSON.stringify(update))
  t.equal(await refused({ l }, { $set: { 'l.$[].x': 1, 'l.0.y': 2 } }), 40)
  t.equal(await refused({ l }, { $set: { 'l.$[].x': 1, 'l.y': 2 } }), 40)
  t.equal(await refused({ a: 1, b: 2 }, { $rename: { a: 'b' }, $set: { b: 1 } }), 40)
  t.equal(await code(byFilters({ 'l.$[]': 1, 'l.$[e]': 2 }, { 'e.k': 2 })), 40)
  t.same(await byFilters({ 'l.$[]': 1, 'l.$[e]': 2 }, { 'e.k': 3 }), { l: [1, 1] })
  t.equal(await code(byFilters({ 'l.$[e].x.$[f].y': 1, 'l.$[].x.$[f].y': 2 }, { 'e.k': 2 }, { f: 1 })), 40)

  const inTheWay: [Document, number][] = [
    [{ $set: { 's.$[]': 1 } }, 2],
    [{ $unset: { 's.$[]': 1 } }, 2],
    [{ $set: { 's.x': 1 }, $unset: { 's.y': 1 } }, 28],
    [{ $setOnInsert: { 's.x': 1 } }, 0],
    [{ $unset: { 's.x.y': 1 } }, 0],
  ]
  for (const [update, wanted] of inTheWay) t.equal(await refused({ s: 'x' }, update), wanted, JSON.stringify(update))
})

t.test('an update, a replacement and a pipeline are told apart', async (t) => {
  const error = (u: unknown) => codeOf({ update: 'things', updates: [{ q: {}, u }] })
  t.equal(await error('x'), 9, differs('answers 14'))
  t.equal(await error({ a: 1, $set: { b: 1 } }), 52)
  t.equal(await error([{ $match: {} }]), 72)
  t.equal(await error([{}]), 40323, differs('answers 2'))
  t.equal(await error([{ $nope: 1 }]), 40324, differs('answers 72'))
  t.equal(
    await codeOf({ update: 'things', updates: [{ q: {}, u: {}, sort: {} }] }),
    40415,
    differs('knows sort, as MongoDB 8 does'),
  )
  t.equal(await code(db.command({ update: 'things' })), 40414)
  await things.insertOne({ _id: 1, a: 1 })
  await things.replaceOne({ _id: 1 }, { b: 2 })
  await things.updateOne({ _id: 1 }, [{ $replaceWith: { c: '$b' } }])
  t.same(await things.findOne(), { _id: 1, c: 2 })
})

t.test('an upsert begins with what the filter holds to a value', async (t) => {
  const upserted = async (filter: Document, update: Document | Document[] = { $set: { z: 1 } }) => {
    await things.deleteMany({})
    await things.updateOne(filter, update, { upsert: true })
    const { _id, ...rest } = await things.findOne()
    return rest
  }
  t.same(
    await upserted({
      'a.b': 1,
      c: { $in: [2] },
      d: { $all: [3] },
      e: { $in: [1, 2] },
      f: /x/,
    }),
    { a: { b: 1 }, c: 2, d: 3, z: 1 },
  )
  t.same(
    await upserted({ g: { $all: [{ $elemMatch: { h: 1 } }] } }),
    { z: 1 },
    differs('takes the $elemMatch for a value'),
  )
  t.same(await upserted({ $or: [{ a: 1 }, { b: 2 }], $nor: [{ c: 1 }] }), { z: 1 })
  t.same(await upserted({ a: { x: 1 } }, [{ $set: { b: '$a.x' } }]), { a: { x: 1 }, b: 1 })
  t.equal(await code(upserted({ a: 1, $and: [{ a: 2 }] })), 54)
  t.equal(await code(upserted({ _id: 1 }, { $set: { _id: 2 } })), 66)
  t.equal(await code(upserted({ a: 1 }, { $set: { _id: [2] } })), 2)
  t.equal(await code(upserted({ a: 1 }, { $set: { _id: { $x: 2 } } })), 52)
  const found = await things.findOneAndUpdate(
    { a: 9 },
    { $setOnInsert: { b: 1 } },
    { upsert: true, returnDocument: 'after', projection: { _id: 0 } },
  )
  t.same(found, { a: 9, b: 1 })
})

t.test('without a collection nothing is updated, and none is created', async (t) => {
  t.equal((await things.updateMany({}, { $set: { a: 1 } })).matchedCount, 0)
  t.same(await db.listCollections({ name: 'things' }).toArray(), [])
})

t.test('a document may have 16 MiB and no more', async (t) => {
  const large = 'x'.repeat(16 * 1024 * 1024 - 100)
  await things.insertOne({ _id: 1, large })
  t.equal((await things.findOne({ _id: 1 })).large.length, large.length)
  t.equal(await code(things.updateOne({ _id: 1 }, { $set: { more: 'x'.repeat(200) } })), 17419)
  t.equal((await things.findOne({ _id: 1 })).more, undefined)
})

t.test('deleting and findAndModify check what they are asked', async (t) => {
  t.equal(
    await code(db.command({ delete: 'things', deletes: [{ q: {}, limit: 1, hint: 'x' }] })),
    40415,
    differs('knows hint'),
  )
  t.equal(await code(db.command({ findAndModify: 'things', query: {} })), 9)
  t.equal(await code(db.command({ findAndModify: 'things', query: {}, remove: true, upsert: true })), 9)
  t.equal(await code(db.command({ findAndModify: 'things', query: { _id: 1 }, update: { $nope: { a: 1 } } })), 9)
  t.equal(await things.findOneAndDelete({ _id: 1 }), null)
  await things.insertMany([
    { _id: 1, a: 1, l: [1, 2] },
    { _id: 2, a: 2 },
  ])
  t.equal(
    await code(things.findOneAndUpdate({ _id: 1 }, { $set: { a: 5 } }, { projection: { 'l.$': 1 } })),
    51246,
    differs('answers 16410'),
  )
  t.same(await things.findOne({ _id: 1 }), { _id: 1, a: 1, l: [1, 2] }, 'nothing is written where the reply is refused')
  t.same(await things.findOneAndDelete({}, { sort: { a: -1 } }), { _id: 2, a: 2 })
})

t.test('fifty writers of one document take turns', async (t) => {
  await things.insertOne({ _id: 1, n: 0, sessions: [{ k: 'a', n: 0 }] })
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      things.findOneAndUpdate(
        { _id: 1, sessions: { $elemMatch: { k: 'a' } } },
        { $inc: { n: 1, 'sessions.$.n': 1 }, $push: { by: i } } as never,
        { returnDocument: 'after' },
      ),
    ),
  )
  t.same(
    results.map(({ n }) => n).sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i + 1),
  )
  const [{ n, sessions, by }] = await things.find().toArray()
  t.same([n, sessions, new Set(by).size], [50, [{ k: 'a', n: 50 }], 50])
  const won = await Promise.all(
    Array.from({ length: 50 }, () => things.updateOne({ _id: 1, taken: null }, { $set: { taken: true } })),
  )
  t.equal(won.filter(({ modifiedCount }) => modifiedCount === 1).length, 1)
})

t.test('of many that upsert one unique key, one inserts and all succeed or are told of the duplicate', async (t) => {
  await things.createIndex({ email: 1 }, { unique: true })
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, (_, i) =>
      things.updateOne({ email: 'a@b.c' }, { $inc: { n: 1 }, $setOnInsert: { first: i } }, { upsert: true }),
    ),
  )
  t.equal(results.filter((result) => result.status === 'fulfilled' && result.value.upsertedCount === 1).length, 1)
  t.equal((await things.find().toArray()).length, 1)
  t.ok(results.every((result) => result.status === 'fulfilled' || result.reason.code === 11000))
})

t.test('the next read finds every acknowledged write', async (t) => {
  await Promise.all(
    Array.from({ length: 20 }, async (_, id) => {
      for (let n = 0; n < 15; n++) {
        await things.updateOne({ _id: id }, { $set: { n } }, { upsert: true })
        t.equal((await things.findOne({ _id: id })).n, n)
      }
    }),
  )
})
