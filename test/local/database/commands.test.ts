import { Long } from 'bson'
import { type Document, MongoClient, type MongoServerError } from 'mongodb'
import mongoose from 'mongoose'
import t from 'tap'
import { database, exactly, isStandIn, start } from './helper.js'

const db = await database(t, 'commands')
// biome-ignore lint/suspicious/noExplicitAny: documents of all types are the point here
const things = db.collection<any>('things')
t.afterEach(() => things.drop().catch(() => {}))

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 0,
    (error: MongoServerError) => Number(error.code),
  )

t.test('a cursor gives what is left, batch by batch, while documents change and go', exactly, async (t) => {
  await things.createIndex({ n: 1 })
  await things.insertMany(Array.from({ length: 250 }, (_, i) => ({ _id: i, n: i })))
  for (const sort of [{ n: 1 }, { n: -1 }, { _id: -1 }, { x: 1 }] as Record<string, 1 | -1>[]) {
    const found = await things.find().sort(sort).batchSize(60).toArray()
    t.equal(new Set(found.map(({ _id }) => _id)).size, 250, JSON.stringify(sort))
  }
  const { cursor } = await db.command({ find: 'things', filter: { n: { $gte: 0 } }, sort: { n: 1 }, batchSize: 2 })
  await things.deleteMany({ _id: { $in: [2, 5] } })
  await things.updateOne({ _id: 3 }, { $set: { n: -1 } })
  const next = await db.command({ getMore: cursor.id, collection: 'things', batchSize: 3 })
  t.notOk(
    next.cursor.nextBatch.some((doc: Document) => doc.n === -1),
    'what no longer matches isn’t given',
  )
  t.equal(await code(db.command({ getMore: cursor.id, collection: 'other' })), 43)
  t.same((await db.command({ killCursors: 'things', cursors: [cursor.id] })).cursorsKilled.length, 1)
  t.equal(await code(db.command({ getMore: cursor.id, collection: 'things' })), 43)
  t.equal(await code(db.command({ getMore: 'x', collection: 'things' })), 14)
  const empty = await db.command({ find: 'things', batchSize: 0 })
  t.same([empty.cursor.firstBatch.length, empty.cursor.id === 0], [0, false])
  t.equal(
    (await db.command({ getMore: Long.fromValue(empty.cursor.id), collection: 'things' })).cursor.nextBatch.length,
    248,
  )
})

t.test('a batch ends before it would be larger than a message may be', async (t) => {
  const large = 'x'.repeat(7_000_000)
  for (let _id = 0; _id < 5; _id++) await things.insertOne({ _id, large })
  const { cursor } = await db.command({ find: 'things' })
  t.equal(cursor.firstBatch.length, 2)
  t.equal((await things.find().toArray()).length, 5)
})

t.test('collections and databases are created, listed and dropped', exactly, async (t) => {
  await db.createCollection('made')
  t.equal(await code(db.createCollection('made')), 48)
  await things.insertOne({})
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort()
  t.same(names, ['made', 'things'])
  t.match(await db.listCollections({ name: 'made' }).toArray(), [
    { name: 'made', type: 'collection', idIndex: { name: '_id_' } },
  ])
  t.ok((await db.admin().listDatabases()).databases.some(({ name }) => name === db.databaseName))
  t.same((await db.admin().listDatabases({ filter: { name: 'nowhere' } })).databases, [])
  t.equal(await db.collection('made').drop(), true)
  t.equal((await db.command({ drop: 'made' })).ok, 1)
  for (const name of ['system.x', 'a$b', 'x'.repeat(300)]) t.equal(await code(db.command({ create: name })), 73, name)
  await db.dropDatabase()
  t.same(await db.listCollections().toArray(), [])
  t.equal(await db.collection('things').estimatedDocumentCount(), 0)
})

t.test('the server says what it is', async (t) => {
  t.equal((await db.command({ ping: 1 })).ok, 1)
  t.match(await db.admin().buildInfo(), { versionArray: [Number, Number, Number, Number] })
  t.match(await db.admin().serverStatus(), { uptime: Number, version: String })
  t.match(await db.command({ hello: 1 }), {
    isWritablePrimary: true,
    maxBsonObjectSize: 16 * 1024 * 1024,
    logicalSessionTimeoutMinutes: 30,
  })
})

t.test('what is not implemented is refused with MongoDB’s own error', async (t) => {
  for (const name of ['fooBar', 'toString', '__proto__'])
    t.equal(await code(db.command(JSON.parse(`{"${name}":1}`))), 59, name)
  if (isStandIn) t.equal(await code(db.command({ collMod: 'things' })), 115)
  t.equal(await code(db.command({ insert: 'things', documents: [{}], hint: 'x' })), 40415)
  if (isStandIn) t.equal(await code(db.command({ find: 'things', readConcern: { level: 'snapshot' } })), 115)
})

t.test(
  'a transaction is refused, and nothing of it is written',
  { skip: process.env.TEST_MONGODB_URI && 'the other server has transactions' },
  async (t) => {
    const session = db.client.startSession()
    const failed = await code(session.withTransaction(() => things.insertOne({}, { session })))
    await session.endSession()
    t.equal(failed, 263)
    t.equal(await things.countDocuments(), 0)
  },
)

t.test('a write that is sent again under its number is applied once', async (t) => {
  const session = db.client.startSession()
  const command = (txnNumber: number, more: Document) =>
    db.command({ ...more, txnNumber: Long.fromNumber(txnNumber) }, { session })
  const increment = { findAndModify: 'things', query: { _id: 1 }, update: { $inc: { n: 1 } }, upsert: true, new: true }
  const first = await command(1001, increment)
  t.same((await command(1001, increment)).value, first.value)
  t.equal((await things.findOne({ _id: 1 })).n, 1)
  t.equal((await command(1002, increment)).value.n, 2)
  t.equal(await code(command(1001, increment)), 225)
  await db.command({ endSessions: [session.id] })
  t.equal((await things.findOne({ _id: 1 })).n, 2)
  await session.endSession()
})

t.test('an unacknowledged write is done without a reply', async (t) => {
  await things.insertOne({ _id: 1 }, { writeConcern: { w: 0 } })
  while ((await things.countDocuments()) < 1) await new Promise((resolve) => setImmediate(resolve))
  t.same(await things.findOne(), { _id: 1 })
})

t.test('Mongoose builds its indexes, and finds, saves, populates and validates as on any server', async (t) => {
  const uri = process.env.TEST_MONGODB_URI ?? (await start(t)).uri
  const connection = await mongoose.createConnection(uri, { dbName: `${db.databaseName}_mongoose` }).asPromise()
  t.teardown(async () => {
    await connection.dropDatabase()
    await connection.close()
  })
  const Owner = connection.model(
    'Owner',
    new mongoose.Schema(
      { email: { type: String, unique: true }, sessions: [{ key: String, n: Number }] },
      { timestamps: true },
    ),
  )
  const Asset = connection.model(
    'Asset',
    new mongoose.Schema({
      owner: { type: mongoose.Schema.Types.ObjectId, ref: 'Owner' },
      bytes: Number,
      at: { type: Date, expires: 60 },
    }),
  )
  await Promise.all([Owner.init(), Asset.init()])
  const owner = await Owner.create({ email: 'a@b.c', sessions: [{ key: 'x', n: 1 }] })
  await t.rejects(Owner.create({ email: 'a@b.c' }), { code: 11000, keyValue: { email: 'a@b.c' } })
  await Asset.insertMany([
    { owner, bytes: 5 },
    { owner, bytes: 7 },
  ])
  const [asset] = await Asset.find().sort({ bytes: -1 }).populate('owner').exec()
  t.match(asset, { bytes: 7, owner: { email: 'a@b.c' } })
  owner.email = 'd@e.f'
  await owner.save()
  const updated = await Owner.findOneAndUpdate({ 'sessions.key': 'x' }, { $inc: { 'sessions.$.n': 1 } } as never, {
    returnDocument: 'after',
  }).lean()
  t.match(updated, { email: 'd@e.f', sessions: [{ key: 'x', n: 2 }] })
  t.same(await Asset.aggregate([{ $group: { _id: '$owner', bytes: { $sum: '$bytes' } } }]), [
    { _id: owner._id, bytes: 12 },
  ])
  t.equal(await Asset.countDocuments({ bytes: { $gte: 6 } }), 1)
  const bulk = await Asset.bulkWrite([
    { updateOne: { filter: { bytes: 5 }, update: { $set: { bytes: 6 } } as never } },
    { deleteOne: { filter: { bytes: 7 } } },
    { insertOne: { document: { bytes: 1 } as never } },
  ])
  t.match(bulk, { modifiedCount: 1, deletedCount: 1, insertedCount: 1 })
  t.same(
    (await Asset.listIndexes()).map(({ name }) => name),
    ['_id_', 'at_1'],
  )
})

t.test('many clients at once each get their own answers', async (t) => {
  const uri = process.env.TEST_MONGODB_URI ?? (await start(t)).uri
  const clients = await Promise.all(Array.from({ length: 8 }, () => new MongoClient(uri).connect()))
  await Promise.all(
    clients.map(async (client, i) => {
      const own = client.db(`${db.databaseName}_${i}`).collection<Document & { _id: number }>('own')
      await own.insertMany(Array.from({ length: 50 }, (_, _id) => ({ _id, i })))
      t.equal(await own.countDocuments({ i }), 50)
      await client.db(`${db.databaseName}_${i}`).dropDatabase()
      await client.close()
    }),
  )
})
