import mongoose, { type Connection, Schema } from 'mongoose'
import t, { type Test } from 'tap'
import { isDuplicateKey } from '../../../models/duplicate-key.js'
import { inspectIndexes, lacking, makeIndexes } from '../../../plugins/db/indexes.js'
import { newDatabase } from '../../support/app.js'

/** A connection to a fresh database with one model, which declares these indexes. */
async function declare(t: Test, ...indexes: Parameters<Schema['index']>[]): Promise<Connection> {
  const uri = await newDatabase()
  const connection = await mongoose.createConnection(uri, { autoCreate: false, autoIndex: false }).asPromise()
  const schema = new Schema({ a: Number, b: Number, c: Date })
  for (const index of indexes) schema.index(...index)
  connection.model('Thing', schema, 'things')
  t.teardown(async () => {
    await connection.dropDatabase()
    await connection.close()
  })
  return connection
}

const states = (indexes: Awaited<ReturnType<typeof inspectIndexes>>) =>
  indexes.map(({ name, state, isVital }) => [name, state, isVital])

t.test('what is missing is made once, under the name that its keys give it or that is declared', async (t) => {
  const connection = await declare(
    t,
    [{ a: 1, b: -1 }, {}],
    [{ b: 1 }, { unique: true, partialFilterExpression: { b: { $exists: true } } }],
    [{ c: 1 }, { expireAfterSeconds: 0, name: 'cleaning' }],
  )
  const all = (state: string) => [
    ['a_1_b_-1', state, false],
    ['b_1', state, true],
    ['cleaning', state, true],
  ]
  t.strictSame(states(await inspectIndexes(connection)), all('missing'))
  t.strictSame(states(await makeIndexes(connection)), all('made'))
  t.strictSame(states(await makeIndexes(connection)), all('present'))
})

t.test('eight at once make the same', async (t) => {
  const connection = await declare(t, [{ a: 1 }, { unique: true }], [{ b: 1 }, {}])
  const made = await Promise.all(Array.from({ length: 8 }, () => makeIndexes(connection)))
  for (const outcome of made) t.strictSame(lacking(outcome), [])
  t.equal((await connection.collection('things').indexes()).length, 3)
})

t.test('an index that was made by hand under another name is as good', async (t) => {
  const connection = await declare(t, [{ a: 1 }, { unique: true }])
  await connection.collection('things').createIndex({ a: 1 }, { unique: true, name: 'by hand' })
  t.strictSame(states(await makeIndexes(connection)), [['a_1', 'present', true]])
})

t.test('one that differs is told and left alone, be it in an option or in the order of its keys', async (t) => {
  const connection = await declare(t, [{ a: 1 }, { unique: true }], [{ a: 1, b: 1 }, { name: 'both' }], [{ b: 1 }, {}])
  const things = connection.collection('things')
  await things.createIndex({ a: 1 })
  await things.createIndex({ b: 1, a: 1 }, { name: 'both' })
  await things.createIndex({ c: 1 })
  const outcome = await makeIndexes(connection)
  t.match(outcome, [
    { name: 'a_1', state: 'different', options: { unique: true }, found: { key: { a: 1 }, options: {} } },
    { name: 'both', state: 'different' },
    { name: 'b_1', state: 'made' },
    { name: 'c_1', state: 'undeclared' },
  ])
  t.strictSame(lacking(outcome), ['things.a_1', 'things.both'])
  t.equal((await things.indexes()).length, 5, 'nothing is dropped')
})

t.test('a unique index that the data forbids is not made', async (t) => {
  const connection = await declare(t, [{ a: 1 }, { unique: true }])
  const things = connection.collection('things')
  await things.insertMany([{ a: 1 }, { a: 1 }])
  t.ok(isDuplicateKey(await makeIndexes(connection).catch((error: unknown) => error)))
  await things.deleteOne({ a: 1 })
  t.strictSame(states(await makeIndexes(connection)), [['a_1', 'made', true]])
})
