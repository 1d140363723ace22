import { BSONRegExp, Code, DBRef, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import type { Document, MongoServerError } from 'mongodb'
import t from 'tap'
import { database, exactly, isStandIn } from './helper.js'

const db = await database(t, 'queries')
// biome-ignore lint/suspicious/noExplicitAny: documents and filters of all types are the point here
const things = db.collection<any>('things')
t.afterEach(() => things.drop().catch(() => {}))

const ids = async (filter: Document) => (await things.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id)
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 0,
    (error: MongoServerError) => error.code,
  )

t.test('values of every type are found again by themselves, and sort in the order of their types', async (t) => {
  const values = [
    new MinKey(),
    null,
    Number.NaN,
    -5,
    Long.fromString('-4'),
    Decimal128.fromString('-0.5'),
    0,
    Decimal128.fromString('0.1'),
    0.1,
    Decimal128.fromString('0.10000000000000001'),
    1,
    Long.fromString('9007199254740993'),
    Number.POSITIVE_INFINITY,
    '',
    'a',
    'a\0b',
    'ab',
    'é',
    { a: 1 },
    { a: 1, b: 2 },
    { b: 1 },
    Buffer.from('a'),
    Buffer.from('ab'),
    ObjectId.createFromTime(1),
    ObjectId.createFromTime(2),
    false,
    true,
    new Date(-1),
    new Date(0),
    new Timestamp({ t: 1, i: 1 }),
    new BSONRegExp('a', ''),
    new BSONRegExp('a', 'i'),
    new MaxKey(),
  ]
  const docs = values.map((v, _id) => ({ _id, v }))
  const decimalOrder = docs.filter(({ _id }) => _id === 7 || _id === 8)
  t.equal(decimalOrder.length, 2)
  await things.insertMany(docs.toReversed())
  for (const sort of [{ v: 1 }, { v: -1 }] as const) {
    const unindexed = (await things.find().sort(sort).toArray()).map(({ _id }) => _id)
    const wanted = docs.map(({ _id }) => _id)
    // The double 0.1 is slightly more than a tenth, and less than the next decimal.
    t.same(unindexed, sort.v === 1 ? wanted : wanted.toReversed())
  }
  for (const { _id, v } of docs) t.ok((await ids({ v: { $eq: v } })).includes(_id), `value ${_id}`)
  await things.createIndex({ v: -1 })
  t.same(
    (await things.find().sort({ v: 1 }).limit(99).toArray()).map(({ _id }) => _id),
    docs.map(({ _id }) => _id),
  )
  for (const { _id, v } of docs) t.ok((await ids({ v: { $eq: v } })).includes(_id), `value ${_id} through an index`)
})

t.test('ranges reach over values of the same type only, whatever the number is made of', async (t) => {
  await things.insertMany([
    { _id: 1, v: 5 },
    { _id: 2, v: Long.fromNumber(6) },
    { _id: 3, v: Decimal128.fromString('7.5') },
    { _id: 4, v: 'a' },
    { _id: 5, v: Number.NaN },
    { _id: 6, v: new Date(9) },
    { _id: 7 },
    { _id: 8, v: true },
    { _id: 9, v: { x: 1 } },
    { _id: 10, v: new ObjectId() },
    { _id: 11, v: [1, 20] },
    { _id: 12, v: null },
  ])
  for (const indexed of [false, true]) {
    if (indexed) await things.createIndex({ v: 1 })
    t.same(await ids({ v: { $gte: 6 } }), [2, 3, 11])
    t.same(await ids({ v: { $lt: Decimal128.fromString('6') } }), [1, 11])
    t.same(await ids({ v: { $gte: Number.NaN } }), [5])
    t.same(await ids({ v: { $gt: Number.NaN } }), [])
    t.same(await ids({ v: { $gt: false } }), [8])
    t.same(await ids({ v: { $lte: { x: 1 } } }), [9])
    t.same(await ids({ v: { $lte: null } }), [7, 12])
    t.same(await ids({ v: { $gt: null } }), [])
    t.same(await ids({ v: { $gt: new MinKey() } }), [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12])
    t.same(await ids({ v: { $lt: new MaxKey(), $exists: true } }), [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12])
    t.same(await ids({ v: { $gt: [1, 5] } }), [11])
    t.same(await ids({ v: { $gt: 5, $lt: 8 } }), [2, 3, 11])
    t.same(await ids({ v: { $in: [5, 20] } }), [1, 11])
  }
})

t.test('counting the keys of an index counts what the filter matches', async (t) => {
  await things.createIndex({ v: 1, w: -1 })
  await things.createIndex({ l: 1 })
  await things.insertMany([
    { v: Number.NaN, w: 1 },
    { v: 1, w: Number.NaN },
    { v: 1, w: 2 },
    { v: null },
    { v: 'x' },
    { l: [1, 2, 3] },
  ])
  t.equal(await things.countDocuments({ v: { $lt: 5 } }), 2)
  t.equal(await things.countDocuments({ v: 1, w: { $lt: 5 } }), 1)
  t.equal(await things.countDocuments({ v: null }), 2)
  t.equal(await things.countDocuments({ l: { $gt: 0 } }), 1)
  t.equal((await things.find({ l: { $gt: 0 } }).toArray()).length, 1, 'one with several keys is found once')
})

t.test('a decimal that no double comes near is refused rather than compared wrongly', async (t) => {
  if (isStandIn)
    t.equal(
      await code(
        things
          .find({ v: { $gt: Decimal128.fromString('1E+4000') } })
          .toArray()
          .then(() => things.insertOne({ _id: Decimal128.fromString('1E+4000') })),
      ),
      115,
    )
  await things.insertOne({ _id: Decimal128.fromString('0E+4000') })
  t.equal(await things.countDocuments({ _id: 0 }), 1)
  await things.insertOne({ _id: Decimal128.fromString('1E+30') })
  t.equal(await things.countDocuments({ _id: Decimal128.fromString('1000000000000000000000000000000') }), 1)
  const large = [
    '1234567890123456789012345678901233E+100',
    '1234567890123456789012345678901234E+100',
    '1234567890123456789012345678901235E+100',
  ]
  await things.insertMany(large.toReversed().map((text) => ({ _id: Decimal128.fromString(text) })))
  t.same(
    (await ids({ _id: { $gt: 1e100 } })).map(String),
    large.map((text) => Decimal128.fromString(text).toString()),
  )
  await things.insertOne({ _id: Decimal128.fromString('NaN') })
  t.equal(await things.countDocuments({ _id: Number.NaN }), 1)
})

t.test('regular expressions mean what they mean in PCRE', async (t) => {
  const texts = ['abc', 'abc\n', 'ABC', 'a.c', 'a\u00a0c', 'a\rc', 'a\nc', 'a-c', 'x\nabc', '', 'a[c', 'a]c', '\n']
  await things.insertMany(texts.map((v, _id) => ({ _id, v })))
  const find = (pattern: string, options = '') => ids({ v: new BSONRegExp(pattern, options) })
  t.same(await find('^abc$'), [0, 1], 'a final newline may follow $')
  t.same(await find('^abc$', 'm'), [0, 1, 8])
  t.same(await find('^abc$', 'i'), [0, 1, 2])
  t.same(await find('^a.c$'), [0, 1, 3, 4, 5, 7, 10, 11], 'the dot excludes only \\n')
  t.same(await find('^a.c', 's'), [0, 1, 3, 4, 5, 6, 7, 10, 11])
  t.same(await find('^a\\sc'), [5, 6], '\\s is ASCII')
  t.same(await find('^a[\\s]c'), [5, 6])
  t.same(await find('^a\\Sc$'), [0, 1, 3, 4, 7, 10, 11])
  t.same(await find('a\\-c'), [7])
  t.same(await find('a[\\-]c'), [7])
  t.same(await find('a\\.c'), [3])
  t.same(await find('\\Aabc\\z'), [0])
  t.same(await find('a[[]c'), [10])
  t.same(await find('a[]]c'), [11])
  t.same(await find('^a[^]b]c'), [3, 4, 5, 6, 7, 10])
  t.same(await find('^\\w+$'), [0, 1, 2])
  if (isStandIn)
    for (const pattern of ['\\Qa\\E', '[[:alpha:]]', '\\h']) t.equal(await code(find(pattern)), 115, pattern)
  t.equal(await code(find('(')), 51091)
  t.equal(await code(find('a\\')), 51091)
  if (isStandIn) t.equal(await code(find('a', 'x')), 115)
  t.equal(await code(ids({ v: { $regex: 'a', $options: 'q' } })), 51108)
})

t.test('an anchored regular expression finds through an index what it finds without', exactly, async (t) => {
  const texts = [
    'abc',
    'abd',
    'ab',
    'a',
    'b',
    'ABC',
    'a.c',
    'a\u{1F600}',
    5,
    null,
    ['abz', 'q'],
    new BSONRegExp('^ab', ''),
  ]
  await things.insertMany(texts.map((v, _id) => ({ _id, v })))
  const patterns = [
    '^ab',
    '^abc?',
    '^a\\.',
    '^a|^b',
    '^(ab)',
    '^a\u{1F600}*',
    '^ab*',
    '^a{2}',
    '^',
    'ab',
    '^ab$',
    '^ab.',
  ]
  const before = await Promise.all(patterns.map((pattern) => ids({ v: new BSONRegExp(pattern, '') })))
  await things.createIndex({ v: 1 })
  const after = await Promise.all(patterns.map((pattern) => ids({ v: new BSONRegExp(pattern, '') })))
  t.same(after, before)
  t.same(before[0], [0, 1, 2, 10, 11])
  t.same(await ids({ v: { $in: [/^ab/, 5] } }), [0, 1, 2, 8, 10, 11])
  t.same(await ids({ v: { $regex: '^ab' } }), before[0])
  t.same(await ids({ v: { $regex: '^AB', $options: 'i' } }), [0, 1, 2, 5, 10])
  t.same(await ids({ v: { $regex: new BSONRegExp('^AB', ''), $options: 'i' } }), [0, 1, 2, 5, 10])
  t.same(await ids({ v: { $regex: /^AB/i } }), [0, 1, 2, 5, 10])
})

t.test('arrays are matched by their elements, as a whole, and by their indexes', exactly, async (t) => {
  await things.insertMany([
    { _id: 1, a: [1, 2, 3] },
    { _id: 2, a: [[1, 2], 3] },
    { _id: 3, a: [] },
    { _id: 4, a: [{ b: [5, 6] }, { b: 7 }] },
    { _id: 5, a: { 0: 1 } },
    { _id: 6, a: [null] },
    { _id: 7, a: ['x', 'y'] },
  ])
  t.same(await ids({ a: [1, 2] }), [2])
  t.same(await ids({ a: [] }), [3])
  t.same(await ids({ 'a.0': 1 }), [1, 2, 5])
  t.same(await ids({ 'a.0.b': 6 }), [4])
  t.same(await ids({ 'a.b.1': 6 }), [4])
  t.same(await ids({ 'a.b': { $in: [6, 7] } }), [4])
  t.same(await ids({ a: { $all: [1, { $elemMatch: { $gt: 2 } }] } }), [1])
  t.same(await ids({ a: { $all: [/^x/, 'y'] } }), [7])
  t.same(await ids({ a: { $all: [] } }), [])
  t.same(await ids({ a: { $elemMatch: { $elemMatch: { $gt: 1 } } } }), [2])
  t.same(await ids({ a: { $elemMatch: { 0: 1 } } }), [2])
  t.same(await ids({ a: { $elemMatch: { $in: ['x'] } } }), [7])
  t.same(await ids({ a: { $not: { $elemMatch: { $exists: true } } } }), [3, 5])
  t.same(await ids({ a: { $not: /x/ } }), [1, 2, 3, 4, 5, 6])
  t.same(await ids({ a: null }), [6])
  t.same(await ids({ a: { $size: 1 } }), [6])
  t.same(await ids({ a: { $type: ['string', 'null'] } }), [6, 7])
  t.same(await ids({ $expr: { $eq: [{ $size: { $ifNull: ['$a', []] } }, 0] }, _id: 3 }), [3])
  t.same(await ids({ $comment: 'why', _id: 3 }), [3])
  t.same(await ids({ a: { $mod: [2, 1] } }), [1, 2])
  t.same(await ids({ _id: { $mod: [Long.fromNumber(4), 3.5] } }), [3, 7])
  await things.createIndex({ a: 1 })
  t.same(await ids({ a: [1, 2] }), [2])
  t.same(await ids({ a: [] }), [3])
  t.equal(await code(things.find().sort({ 'a.0': 1 }).toArray()), 0)
  await things.insertOne({ _id: 8, b: [{ 0: 1 }] })
  t.equal(await code(things.find().sort({ 'b.0': 1 }).toArray()), 16746)
})

t.test('a malformed filter is MongoDB’s error, and what is not implemented is said to be so', exactly, async (t) => {
  const wrong: [Document, number][] = [
    [{ a: { $gt: /x/ } }, 2],
    [{ a: { $ne: /x/ } }, 2],
    [{ a: { $in: [{ $gt: 1 }] } }, 2],
    [{ a: { $type: [] } }, 9],
    [{ a: { $type: 'text' } }, 2],
    [{ a: { $type: 40 } }, 2],
    [{ a: { $type: {} } }, 2],
    [{ a: { $size: -1 } }, 2],
    [{ a: { $size: 1.5 } }, 2],
    [{ a: { $mod: [1] } }, 2],
    [{ a: { $mod: [0, 1] } }, 2],
    [{ a: { $mod: ['x', 1] } }, 2],
    [{ a: { $all: 1 } }, 2],
    [{ a: { $options: 'i' } }, 2],
    [{ a: { $regex: 1 } }, 2],
    [{ a: { $regex: 'x', $options: 1 } }, 2],
    [{ a: { $regex: /x/i, $options: 'i' } }, 51075],
    [{ a: { $not: {} } }, 2],
    [{ $and: [1] }, 2],
    [{ $nor: [] }, 2],
    [{ a: { $bitsAllSet: 1 } }, 115],
    [{ a: { $near: [] } }, 115],
    [{ $where: 'true' }, 115],
    [{ $text: {} }, 115],
    [{ $jsonSchema: {} }, 115],
    [{ $expr: { $nope: 1 } }, 168],
  ]
  for (const [filter, wanted] of wrong.filter(([, code]) => isStandIn || code !== 115))
    t.equal(await code(things.find(filter).toArray()), wanted, JSON.stringify(filter))
})

t.test('fields named like parts of JavaScript’s objects are fields like others', async (t) => {
  const doc = JSON.parse('{"_id":1,"__proto__":{"a":1},"constructor":2,"toString":3}')
  await things.insertOne(doc)
  t.same(await ids({ '__proto__.a': 1 }), [1])
  t.same(await ids({ constructor: 2, hasOwnProperty: { $exists: false } }), [1])
  await things.updateOne({ _id: 1 }, { $set: { '__proto__.b': 2, valueOf: 4 } })
  const [raw] = await things.find({}, { projection: { _id: 0 } }).toArray()
  t.equal(JSON.stringify(raw), '{"__proto__":{"a":1,"b":2},"constructor":2,"toString":3,"valueOf":4}')
  t.equal(({} as Document).b, undefined)
})

t.test('projections take, leave out, slice and compute', exactly, async (t) => {
  await things.insertOne({
    _id: 1,
    a: 1,
    l: [{ k: 1, n: 1 }, { k: 2, n: 2 }, [{ k: 3 }], 4],
    o: { l: [1, 2, 3], p: { q: 1 } },
  })
  const get = async (projection: Document, filter: Document = {}) => things.findOne(filter, { projection })
  t.same(await get({ l: { k: 1 }, _id: 0 }), { l: [{ k: 1 }, { k: 2 }, [{ k: 3 }]] })
  t.same(await get({ 'l.k': 0, o: 0, _id: 0 }), { a: 1, l: [{ n: 1 }, { n: 2 }, [{}], 4] })
  t.same(await get({ a: 1, 'o.l': { $slice: 1 } }), { _id: 1, a: 1, o: { l: [1] } })
  t.same(await get({ 'o.l': { $slice: [-2, 1] }, l: 0, 'o.p.x': { $slice: 1 }, 'a.x': { $slice: 1 }, _id: 0 }), {
    a: 1,
    o: { l: [2], p: { q: 1 } },
  })
  t.same(await get({ l: { $elemMatch: { k: 2 } }, a: 1 }), { _id: 1, a: 1, l: [{ k: 2, n: 2 }] })
  t.same(await get({ 'l.$': 1 }, { 'l.k': 2 }), { _id: 1, l: [{ k: 2, n: 2 }] })
  t.same(await get({ a: 1, 'o.p.r': { $add: ['$a', 1] }, _id: 'x' }), { _id: 'x', a: 1, o: { p: { r: 2 } } })
  t.same(await get({ _id: 1 }), { _id: 1 })
  t.same(await get({ s: { $slice: ['$o.l', 2] }, _id: 0 }), { s: [1, 2] })
  const wrong: [Document, number][] = [
    [{ a: 0, b: 1 }, 31253],
    [{ a: 1, 'a.b': 1 }, 31249],
    [{ 'a.b': 1, a: 1 }, 31249],
    [{ 'a.': 1 }, 40353],
    [{ 'l.k': { $elemMatch: { k: 1 } } }, 31275],
    [{ l: { $slice: 1.5 } }, 28667],
    [{ l: { $slice: [1, 0] } }, 28724],
    [{ 'l.$': 1 }, 51246],
    [{ a: { $nope: 1 } }, 168],
    [{ 'l.x': { $add: [1, 1] } }, 115],
  ]
  for (const [projection, wanted] of wrong.filter(([, code]) => isStandIn || code !== 115))
    t.equal(await code(get(projection, { a: 1 })), wanted, JSON.stringify(projection))
})

t.test('deprecated types are refused if they would have to be compared', async (t) => {
  await things.insertOne({ _id: 1, v: new DBRef('things', new ObjectId()) })
  if (isStandIn) t.equal(await code(ids({ v: 1 })), 115)
  if (isStandIn) t.equal(await code(ids({ v: { $gt: new Code('x', { a: 1 }) } })), 115)
  await things.replaceOne({ _id: 1 }, { v: new Code('x') })
  t.same(await ids({ v: new Code('x') }), [1])
  if (isStandIn) t.equal(await code(ids({ v: new Code('x', { a: 1 }) })), 115)
})

t.test('sorting keeps the first of many, in order, without an index too', async (t) => {
  await things.insertMany(
    Array.from({ length: 2500 }, (_, i) => ({
      _id: i,
      v: (i * 7919) % 2500,
      text: i < 3 ? 'x'.repeat(100_000) + (9 - i) : '',
    })),
  )
  const found = await things.find().sort({ v: 1 }).skip(3).limit(4).toArray()
  t.same(
    found.map(({ v }) => v),
    [3, 4, 5, 6],
  )
  const large = await things.find().sort({ text: -1 }).limit(3).toArray()
  t.same(
    large.map(({ _id }) => _id),
    [0, 1, 2],
  )
})

t.test('sorting is refused where MongoDB refuses it', exactly, async (t) => {
  await things.insertOne({ _id: 1, a: [1, 2], b: [3, 4] })
  t.equal(await code(things.find().sort({ a: 1, b: 1 }).toArray()), 2)
  t.equal(await code(db.command({ find: 'things', sort: { a: 2 } })), 2)
  if (isStandIn) t.equal(await code(db.command({ find: 'things', sort: { a: { $meta: 'textScore' } } })), 115)
  if (isStandIn) t.equal(await code(db.command({ find: 'things', sort: { $natural: -1 } })), 115)
  t.equal(await code(db.command({ find: 'things', limit: -1 })), 51024)
  t.equal(await code(db.command({ find: 'things', limit: 'x' })), 9)
  t.equal(await code(db.command({ find: 'things', filter: 5 })), 14)
  t.equal(await code(db.command({ find: 'things', foo: 5 })), 40415)
  if (isStandIn) t.equal(await code(db.command({ find: 'things', tailable: true })), 115)
  if (isStandIn) t.equal(await code(db.command({ find: 'things', min: { a: 1 } })), 115)
  if (isStandIn) t.equal(await code(db.command({ find: 'things', collation: { locale: 'en' } })), 115)
  if (isStandIn) t.equal(await code(db.command({ find: 'things', let: { a: 1 } })), 115)
  t.equal(await code(db.command({ find: 5 })), 73)
  t.equal(await code(db.command({ find: 'things', collation: { locale: 'simple' }, let: {} })), 0)
})

t.test('distinct enters arrays and documents', async (t) => {
  await things.insertMany([
    { _id: 1, a: [{ b: 1 }, { b: [2, 3] }, 7] },
    { _id: 2, a: { b: new Double(1) } },
    { _id: 3 },
  ] as never)
  t.same(await things.distinct('a.b'), [1, 2, 3])
  t.same(await things.distinct('a.1.b'), [2, 3])
  t.same(await db.collection('none').distinct('a'), [])
  t.equal(await code(db.command({ distinct: 'things', key: 5 })), 14)
})
