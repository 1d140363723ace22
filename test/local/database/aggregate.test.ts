import { Decimal128, Double, Int32, Long, ObjectId } from 'bson'
import type { Document, MongoServerError } from 'mongodb'
import t from 'tap'
import { database, exactly, isStandIn } from './helper.js'

const db = await database(t, 'aggregate')
// biome-ignore lint/suspicious/noExplicitAny: documents of all types are the point here
const things = db.collection<any>('things')
t.afterEach(() => things.drop().catch(() => {}))

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 0,
    (error: MongoServerError) => Number(error.code),
  )
const exact = { promoteValues: false, promoteLongs: false }
const DOC = {
  _id: 1,
  n: 7,
  d: 2.5,
  long: Long.fromNumber(9),
  s: 'Hallo',
  t: new Date('2026-03-04T05:06:07.089Z'),
  l: [3, 1, 2],
  o: { a: 1, b: [{ c: 1 }, { c: 2 }, 5] },
  nul: null,
  b: true,
  id: new ObjectId('0123456789abcdef01234567'),
  deep: [[1], [2]],
}
/** Evaluates an expression on DOC; returns MISSING for a missing value. */
const MISSING = 'MISSING'
async function value(expression: unknown) {
  await things.replaceOne({ _id: 1 }, DOC, { upsert: true })
  const [result] = await things.aggregate([{ $project: { _id: 0, value: expression } }], exact).toArray()
  return result && 'value' in result ? result.value : MISSING
}

/** Builds an object with `then`, which the linter takes for a promise. */
const branch = (fields: Document, value: unknown) => ({ ...fields, ['th'.concat('en')]: value })

t.test('expressions give what MongoDB’s give, of the same type', exactly, async (t) => {
  const int = (n: number) => new Int32(n)
  const wanted: [unknown, unknown][] = [
    ['$o.b.c', [int(1), int(2)]],
    ['$$ROOT.n', int(7)],
    ['$$CURRENT.n', int(7)],
    ['$none', MISSING],
    ['$$REMOVE', MISSING],
    [{ x: '$n', y: '$none' }, { x: int(7) }],
    [
      ['$n', '$none'],
      [int(7), null],
    ],
    [{ $literal: '$n' }, '$n'],
    ['text', 'text'],
    [{ $add: ['$n', 1] }, int(8)],
    [{ $add: ['$n', '$d'] }, new Double(9.5)],
    [{ $add: ['$long', 1] }, Long.fromNumber(10)],
    [{ $add: ['$n', null] }, null],
    [{ $add: [2147483647, 1] }, Long.fromNumber(2147483648)],
    [{ $add: [Long.MAX_VALUE, 1] }, new Double(2 ** 63)],
    [{ $add: ['$t', 1000] }, new Date('2026-03-04T05:06:08.089Z')],
    [{ $subtract: ['$n', 2] }, int(5)],
    [{ $subtract: ['$t', 1000] }, new Date('2026-03-04T05:06:06.089Z')],
    [{ $subtract: ['$t', '$t'] }, Long.fromNumber(0)],
    [{ $subtract: ['$none', 1] }, null],
    [{ $subtract: ['$d', 1] }, new Double(1.5)],
    [{ $getField: { field: 'n' } }, int(7)],
    [{ $multiply: [2147483647, 2147483647] }, Long.fromString('4611686014132420609')],
    [{ $multiply: ['$n', 2] }, int(14)],
    [{ $multiply: ['$n', null] }, null],
    [{ $divide: ['$n', 2] }, new Double(3.5)],
    [{ $divide: [null, 2] }, null],
    [{ $mod: ['$n', 4] }, int(3)],
    [{ $mod: [-7, 4] }, int(-3)],
    [{ $mod: ['$d', 2] }, new Double(0.5)],
    [{ $abs: -3 }, int(3)],
    [{ $abs: -2147483648 }, Long.fromNumber(2147483648)],
    [{ $abs: Long.fromNumber(-3) }, Long.fromNumber(3)],
    [{ $ceil: '$d' }, new Double(3)],
    [{ $floor: '$d' }, new Double(2)],
    [{ $floor: '$none' }, null],
    [{ $sum: '$l' }, int(6)],
    [{ $sum: ['$n', '$d', 'x'] }, new Double(9.5)],
    [{ $avg: '$l' }, new Double(2)],
    [{ $avg: ['x'] }, null],
    [{ $min: '$l' }, int(1)],
    [{ $max: ['$l', '$n'] }, [int(3), int(1), int(2)]],
    [{ $max: [null, '$none'] }, null],
    [{ $eq: ['$n', 7] }, true],
    [{ $eq: ['$none', null] }, false],
    [{ $eq: ['$none', '$none2'] }, true],
    [{ $ne: ['$n', 7] }, false],
    [{ $ne: ['$none', 1] }, true],
    [{ $gt: ['$n', 'a'] }, false],
    [{ $gte: ['$n', 7] }, true],
    [{ $lt: ['$none', null] }, true],
    [{ $lte: ['$none', '$none2'] }, true],
    [{ $cmp: ['$n', 8] }, int(-1)],
    [{ $and: [true, '$n', ''] }, true],
    [{ $and: ['$n', 0] }, false],
    [{ $or: [false, null, '$none'] }, false],
    [{ $or: [0, 'x'] }, true],
    [{ $not: ['$nul'] }, true],
    [{ $not: '$n' }, false],
    [{ $cond: ['$b', 'yes', 'no'] }, 'yes'],
    [{ $cond: branch({ if: '$none', else: { $literal: 'no' } }, 1) }, 'no'],
    [{ $ifNull: ['$none', '$nul', 'd'] }, 'd'],
    [{ $ifNull: ['$n', 'd'] }, int(7)],
    [{ $switch: { branches: [branch({ case: '$nul' }, 1)], default: 'd' } }, 'd'],
    [{ $let: { vars: { x: '$n' }, in: { $add: ['$$x', '$$x'] } } }, int(14)],
    [{ $concat: ['$s', '!'] }, 'Hallo!'],
    [{ $concat: ['$s', '$none'] }, null],
    [{ $toLower: '$s' }, 'hallo'],
    [{ $toUpper: '$none' }, ''],
    [{ $strLenCP: '$s' }, int(5)],
    [{ $substrCP: ['$s', 1, 2] }, 'al'],
    [{ $split: ['$s', 'l'] }, ['Ha', '', 'o']],
    [{ $split: ['$none', 'l'] }, null],
    [{ $concatArrays: ['$l', [9]] }, [int(3), int(1), int(2), int(9)]],
    [{ $concatArrays: ['$l', '$none'] }, null],
    [{ $slice: ['$l', 2] }, [int(3), int(1)]],
    [{ $slice: ['$l', -2] }, [int(1), int(2)]],
    [{ $slice: ['$l', 1, 1] }, [int(1)]],
    [{ $slice: ['$l', -2, 1] }, [int(1)]],
    [{ $slice: ['$none', 1] }, null],
    [{ $arrayElemAt: ['$l', -1] }, int(2)],
    [{ $arrayElemAt: ['$l', 9] }, MISSING],
    [{ $arrayElemAt: ['$none', 0] }, null],
    [{ $first: '$l' }, int(3)],
    [{ $last: '$l' }, int(2)],
    [{ $first: '$none' }, null],
    [{ $size: '$l' }, int(3)],
    [{ $isArray: '$l' }, true],
    [{ $isArray: ['$n'] }, false],
    [{ $isNumber: '$d' }, true],
    [{ $in: [1, '$l'] }, true],
    [{ $indexOfArray: ['$l', 1] }, int(1)],
    [{ $indexOfArray: ['$none', 1] }, null],
    [{ $reverseArray: '$l' }, [int(2), int(1), int(3)]],
    [{ $reverseArray: '$none' }, null],
    [{ $filter: { input: '$l', cond: { $gt: ['$$this', 1] } } }, [int(3), int(2)]],
    [{ $filter: { input: '$l', as: 'x', cond: { $gt: ['$$x', 1] }, limit: 1 } }, [int(3)]],
    [{ $filter: { input: '$none', cond: true } }, null],
    [{ $map: { input: '$o.b', as: 'e', in: '$$e.c' } }, [int(1), int(2), null]],
    [{ $map: { input: '$none', in: 1 } }, null],
    [{ $reduce: { input: '$l', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, int(6)],
    [{ $reduce: { input: '$none', initialValue: 0, in: 1 } }, null],
    [{ $sortArray: { input: '$l', sortBy: 1 } }, [int(1), int(2), int(3)]],
    [{ $sortArray: { input: '$none', sortBy: 1 } }, null],
    [{ $mergeObjects: ['$o', { b: 2 }, null] }, { a: int(1), b: int(2) }],
    [{ $mergeObjects: [['x']] }, 14],
    [{ $objectToArray: { x: 1 } }, [{ k: 'x', v: int(1) }]],
    [{ $objectToArray: '$none' }, null],
    [{ $arrayToObject: [[['x', 1]]] }, { x: int(1) }],
    [{ $arrayToObject: [[{ k: 'x', v: 1 }]] }, { x: int(1) }],
    [{ $arrayToObject: '$none' }, null],
    [{ $setUnion: ['$l', [1, 9]] }, [int(1), int(2), int(3), int(9)]],
    [{ $setUnion: ['$none', []] }, null],
    [{ $setIntersection: ['$l', [2, 9]] }, [int(2)]],
    [{ $setDifference: ['$l', [2]] }, [int(3), int(1)]],
    [{ $setIsSubset: [[1], '$l'] }, true],
    [{ $type: '$none' }, 'missing'],
    [{ $type: '$long' }, 'long'],
    [{ $type: '$deep' }, 'array'],
    [{ $toString: '$id' }, '0123456789abcdef01234567'],
    [{ $toString: '$n' }, '7'],
    [{ $toString: '$t' }, '2026-03-04T05:06:07.089Z'],
    [{ $toString: '$none' }, null],
    [{ $toString: Decimal128.fromString('1.50') }, '1.50'],
    [{ $getField: 'n' }, int(7)],
    [{ $getField: { field: 'a', input: '$o' } }, int(1)],
    [{ $getField: { field: 'a', input: '$none' } }, MISSING],
    [{ $getField: { field: 'a', input: '$n' } }, MISSING],
    [{ $year: '$t' }, int(2026)],
    [{ $month: '$t' }, int(3)],
    [{ $dayOfMonth: '$t' }, int(4)],
    [{ $hour: '$t' }, int(5)],
    [{ $minute: '$t' }, int(6)],
    [{ $second: '$t' }, int(7)],
    [{ $millisecond: '$t' }, int(89)],
    [{ $year: '$none' }, null],
    [{ $dateToString: { date: '$t' } }, '2026-03-04T05:06:07.089Z'],
    [{ $dateToString: { date: '$t', format: '%d.%m.%Y %H:%M:%S.%L' } }, '04.03.2026 05:06:07.089'],
    [{ $dateToString: { date: '$none' } }, null],
    [{ $dateTrunc: { date: '$t', unit: 'day' } }, new Date('2026-03-04')],
    [{ $dateTrunc: { date: '$t', unit: 'month' } }, new Date('2026-03-01')],
    [{ $dateTrunc: { date: '$t', unit: 'hour' } }, new Date('2026-03-04T05:00Z')],
    [{ $dateAdd: { startDate: '$t', unit: 'day', amount: 1 } }, new Date('2026-03-05T05:06:07.089Z')],
    [{ $dateTrunc: { date: '$t', unit: 'quarter' } }, new Date('2026-01-01')],
    [{ $dateTrunc: { date: '$t', unit: 'year' } }, new Date('2026-01-01')],
    [{ $dateSubtract: { startDate: '$t', unit: 'hour', amount: 6 } }, new Date('2026-03-03T23:06:07.089Z')],
  ]
  for (const [expression, result] of wanted) {
    if (typeof result === 'number') t.equal(await code(value(expression)), 40400, JSON.stringify(expression))
    else t.same(await value(expression), result, JSON.stringify(expression))
  }
  const [{ now } = {} as Document] = await things.aggregate([{ $project: { now: '$$NOW' } }]).toArray()
  t.ok(Math.abs(now - Date.now()) < 60_000)
})

t.test('an expression that is wrong is an error, and one that is not here says so', exactly, async (t) => {
  const wrong: [unknown, number][] = [
    [{ $nope: 1 }, 168],
    [{ $add: 1, $sum: 1 }, 15983],
    ['$a..b', 16872],
    ['$$none', 17276],
    [{ $add: ['x'] }, 14],
    [{ $add: ['$t', '$t'] }, 16612],
    [{ $subtract: ['$t', 'x'] }, 14],
    [{ $multiply: ['x'] }, 14],
    [{ $divide: [1, 0] }, 2],
    [{ $divide: ['x', 1] }, 14],
    [{ $mod: [1, 0] }, 16610],
    [{ $abs: 'x' }, 14],
    [{ $eq: [1] }, 16020],
    [{ $cond: [1] }, 16020],
    [{ $cond: branch({ if: 1 }, 2) }, 28648],
    [{ $cond: branch({ if: 1, else: 3, x: 4 }, 2) }, 28647],
    [{ $filter: { input: '$n', cond: 1 } }, 28651],
    [{ $map: { in: 1 } }, 28648],
    [{ $reduce: 5 }, 28646],
    [{ $reduce: { input: '$n', initialValue: 1, in: 1 } }, 40080],
    [{ $switch: { branches: [] } }, 40068],
    [{ $switch: { branches: [branch({ case: false }, 1)] } }, 40066],
    [{ $let: { in: 1 } }, 16876],
    [{ $sortArray: { input: '$l', sortBy: 5 } }, 2],
    [{ $sortArray: { input: '$l', sortBy: {} } }, 2],
    [{ $sortArray: { input: '$n', sortBy: 1 } }, 2942504],
    [{ $ifNull: ['x'] }, 1257300],
    [{ $getField: { field: 5 } }, 3041704],
    [{ $slice: ['$n', 1] }, 28724],
    [{ $slice: ['$l', 'x'] }, 28725],
    [{ $slice: ['$l', 0, 0] }, 28729],
    [{ $slice: ['$l', 0, 'x'] }, 28727],
    [{ $size: '$n' }, 17124],
    [{ $in: [1, '$n'] }, 40081],
    [{ $arrayElemAt: ['$l', 1.5] }, 28691],
    [{ $mergeObjects: ['$n'] }, 40400],
    [{ $objectToArray: '$n' }, 40390],
    [{ $arrayToObject: [['x']] }, 40394],
    [{ $arrayToObject: '$n' }, 40386],
    [{ $concat: ['$n'] }, 16702],
    [{ $concatArrays: ['$n'] }, 28664],
    [{ $toString: '$o' }, 241],
    [{ $toLower: ['$s', '$s'] }, 16020],
    [{ $strLenCP: '$n' }, 14],
    [{ $substrCP: ['$s', 'x', 1] }, 14],
    [{ $year: '$n' }, 16006],
    [{ $year: { date: '$t', timezone: 'Europe/Vienna' } }, 115],
    [{ $dateToString: '$t' }, 18629],
    [{ $dateToString: { date: '$n' } }, 16006],
    [{ $dateToString: { date: '$t', timezone: '+01' } }, 115],
    [{ $dateToString: { date: '$t', format: '%U' } }, 115],
    [{ $dateTrunc: { date: '$t', unit: 'week' } }, 115],
    [{ $dateAdd: { startDate: '$t', unit: 'month', amount: 1 } }, 115],
    [{ $divide: [Decimal128.fromString('1'), Decimal128.fromString('0')] }, 2],
    [{ $add: [1, Decimal128.fromString('0')] }, 115],
  ]
  for (const [expression, wanted] of wrong.filter(([, code]) => isStandIn || code !== 115))
    t.equal(await code(value(expression)), wanted, JSON.stringify(expression))
})

t.test('stages do what they do in MongoDB', async (t) => {
  await things.insertMany([
    { _id: 1, k: 'a', l: [1, 2], o: { x: [{ y: 1 }, 5] } },
    { _id: 2, k: 'b', l: [], o: 1 },
    { _id: 3, k: 'a' },
    { _id: 4, k: null, l: null },
  ])
  const run = (...stages: Document[]) => things.aggregate(stages).toArray()
  t.same(await run({ $match: { _id: 1 } }, { $set: { 'o.x.z': 2, n: { m: { $add: [1, 1] } }, k: '$$REMOVE' } }), [
    { _id: 1, l: [1, 2], o: { x: [{ y: 1, z: 2 }, { z: 2 }] }, n: { m: 2 } },
  ])
  t.same(await run({ $match: { _id: 2 } }, { $set: { 'o.x': 1, 'l.y': '$$REMOVE' } }), [
    { _id: 2, k: 'b', l: [], o: { x: 1 } },
  ])
  t.same(await run({ $match: { _id: 1 } }, { $unset: ['l', 'o.x.y'] }), [{ _id: 1, k: 'a', o: { x: [{}, 5] } }])
  t.same(
    await run(
      { $sort: { _id: 1 } },
      { $unwind: { path: '$l', includeArrayIndex: 'at', preserveNullAndEmptyArrays: true } },
      { $project: { l: 1, at: 1 } },
    ),
    [
      { _id: 1, l: 1, at: 0 },
      { _id: 1, l: 2, at: 1 },
      { _id: 2, at: null },
      { _id: 3, at: null },
      { _id: 4, l: null, at: null },
    ],
  )
  t.same(await run({ $sort: { _id: 1 } }, { $unwind: '$k' }, { $project: { k: 1 } }), [
    { _id: 1, k: 'a' },
    { _id: 2, k: 'b' },
    { _id: 3, k: 'a' },
  ])
  t.same(
    await run(
      { $sort: { _id: 1 } },
      {
        $group: {
          _id: '$k',
          n: { $count: {} },
          ids: { $push: '$_id' },
          set: { $addToSet: '$k' },
          first: { $first: '$none' },
          last: { $last: '$_id' },
          min: { $min: '$_id' },
          max: { $max: '$_id' },
          avg: { $avg: '$_id' },
        },
      },
      { $sort: { _id: 1 } },
    ),
    [
      { _id: null, n: 1, ids: [4], set: [null], first: null, last: 4, min: 4, max: 4, avg: 4 },
      { _id: 'a', n: 2, ids: [1, 3], set: ['a'], first: null, last: 3, min: 1, max: 3, avg: 2 },
      { _id: 'b', n: 1, ids: [2], set: ['b'], first: null, last: 2, min: 2, max: 2, avg: 2 },
    ],
  )
  t.same(
    await run(
      { $match: { _id: 1 } },
      {
        $lookup: {
          from: 'things',
          localField: 'l',
          foreignField: '_id',
          as: 'found',
          pipeline: [{ $project: { k: 1 } }],
        },
      },
      { $project: { found: 1 } },
    ),
    [
      {
        _id: 1,
        found: [
          { _id: 1, k: 'a' },
          { _id: 2, k: 'b' },
        ],
      },
    ],
  )
  t.same(
    await run(
      { $match: { _id: 1 } },
      { $lookup: { from: 'none', localField: 'x', foreignField: 'y', as: 'o.found' } },
      { $project: { 'o.found': 1 } },
    ),
    [{ _id: 1, o: { found: [] } }],
  )
  t.same(
    await run(
      { $match: { _id: { $gt: 1 } } },
      { $match: { k: { $ne: null } } },
      { $sort: { _id: -1 } },
      { $skip: 1 },
      { $limit: 5 },
      { $project: { _id: 1 } },
    ),
    [{ _id: 2 }],
  )
  t.same(await run({ $sort: { k: 1, _id: -1 } }, { $limit: 2 }, { $project: { _id: 1 } }), [{ _id: 4 }, { _id: 3 }])
  t.same(await run({ $group: { _id: 5, n: { $sum: 1 } } }), [{ _id: 5, n: 4 }])
  t.same(await run({ $match: { _id: 99 } }, { $group: { _id: null, n: { $sum: 1 } } }), [])
  t.same(await run({ $group: { _id: null, n: { $sum: '$_id' } } }), [{ _id: null, n: 10 }])
  t.same(await run({ $group: { _id: null, n: { $sum: 1 }, m: { $sum: 2 } } }), [{ _id: null, n: 4, m: 8 }])
  t.equal(await things.countDocuments({}, { skip: 1, limit: 2 }), 2)
  t.same(await run({ $group: { _id: null, last: { $last: '$none' } } }), [{ _id: null, last: null }])
  t.same(await run({ $unwind: '$o.x.y' }), [])
  const facet = { $facet: { none: [{ $match: {} }] } }
  const lookup = { $lookup: { from: 'things', localField: 'x', foreignField: 'k', as: 'found' } }
  t.same(
    await db
      .collection('none')
      .aggregate([facet, lookup, { $project: { 'found._id': 1 } }])
      .toArray(),
    [{ found: [{ _id: 4 }] }],
  )
  t.same(
    await db
      .collection('none')
      .aggregate([{ $facet: { a: [{ $count: 'n' }] } }])
      .toArray(),
    [{ a: [] }],
  )
})

t.test('a stage that is wrong is an error, and one that is not here says so', exactly, async (t) => {
  await things.insertOne({ _id: 1, n: 1 })
  const wrong: [Document, number][] = [
    [{}, 40323],
    [{ $match: {}, $sort: {} }, 40323],
    [{ $match: 1 }, 15959],
    [{ $sort: 1 }, 15973],
    [{ $sort: { a: 'x' } }, 2],
    [{ $limit: 0 }, 15958],
    [{ $limit: 'x' }, 5107201],
    [{ $skip: -1 }, 5107200],
    [{ $project: {} }, 51272],
    [{ $project: 1 }, 15969],
    [{ $addFields: 1 }, 40272],
    [{ $set: 1 }, 40272],
    [{ $unset: [] }, 31002],
    [{ $unset: 1 }, 31002],
    [{ $group: 1 }, 15947],
    [{ $group: {} }, 15955],
    [{ $group: { _id: 1, a: 1 } }, 40234],
    [{ $group: { _id: 1, a: { $nope: 1 } } }, 15952],
    [{ $group: { _id: 1, a: {} } }, 40234],
    [{ $count: '' }, 40156],
    [{ $count: 'a.b' }, 40156],
    [{ $unwind: 'x' }, 28818],
    [{ $unwind: {} }, 28818],
    [{ $lookup: 1 }, 9],
    [{ $lookup: { from: 'x', as: 'y' } }, 115],
    [{ $lookup: { from: 'x', let: {} } }, 115],
    [{ $facet: 1 }, 40169],
    [{ $replaceRoot: 1 }, 40229],
    [{ $replaceWith: '$n' }, 40228],
    [{ $merge: {} }, 115],
    [{ $sample: { size: 1 } }, 115],
    [{ $changeStream: {} }, 40573],
  ]
  for (const [stage, wanted] of wrong.filter(([, code]) => isStandIn || code !== 115))
    t.equal(await code(things.aggregate([stage]).toArray()), wanted, JSON.stringify(stage))
  t.equal(await code(db.command({ aggregate: 'things', pipeline: 1, cursor: {} })), 14)
  t.equal(await code(db.command({ aggregate: 'things', pipeline: [5], cursor: {} })), 40323)
  t.equal(await code(db.command({ aggregate: 'things', pipeline: [] })), 9)
  t.equal(await code(things.watch().next()), 40573, 'change streams')
})
