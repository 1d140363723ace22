import { Long, UUID } from 'bson'
import { type Document, MongoClient } from 'mongodb'
import t from 'tap'
import { client, folder } from './helper.js'
import { command, run, serve, uriOf } from './process.js'
import { exchange, message } from './wire.js'

type Counted = Document & { _id: number; n: number; list: number[]; unique: string }

t.test('kill -9 loses nothing that was acknowledged, corrupts nothing, and blocks no start', async (t) => {
  const data = folder(t)
  const acknowledged = new Map<number, number>()
  const server = serve(t, { DATA_DIR: data })
  const mongo = await new MongoClient(await uriOf(server), { retryWrites: false }).connect()
  const things = mongo.db().collection<Counted>('things')
  await things.createIndexes([{ key: { n: 1 } }, { key: { unique: 1 }, unique: true }, { key: { list: -1 } }])
  let writes = 0
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; ; i++) {
      const _id = writer * 100 + (i % 20)
      const next = { $add: [{ $ifNull: ['$n', -1] }, 1] }
      const $set = { n: next, list: { $concatArrays: [{ $ifNull: ['$list', []] }, [next]] }, unique: `u${_id}` }
      const after = await things.findOneAndUpdate({ _id }, [{ $set }], { upsert: true, returnDocument: 'after' })
      acknowledged.set(_id, (after as Counted).n)
      if (++writes === 1500) server.child.kill('SIGKILL')
    }
  })
  const outcomes = await Promise.allSettled(writers)
  t.ok(outcomes.every(({ status }) => status === 'rejected'))
  await server.ended
  await mongo.close()

  const again = serve(t, { DATA_DIR: data })
  const found = (await client(t, await uriOf(again))).db().collection<Counted>('things')
  const docs = await found.find().toArray()
  for (const [_id, n] of acknowledged)
    t.ok((docs.find((doc) => doc._id === _id)?.n ?? -1) >= n, `document ${_id} has what was acknowledged`)
  for (const { _id, n, list, unique } of docs) {
    t.same(
      list,
      Array.from({ length: n + 1 }, (_, i) => i),
      'a document is changed as a whole',
    )
    for (const filter of [{ unique }, { n, _id }, { list: n, _id }])
      t.same(
        (await found.find(filter).toArray()).map((doc) => doc._id),
        [_id],
        'and its indexes with it',
      )
  }
  t.equal(await found.countDocuments({ n: { $gte: 0 } }), docs.length)
  again.child.kill('SIGTERM')
  t.same(await again.ended, [0, null], 'it ends cleanly when it is asked to')
})

t.test('a retried write is applied once even where the server was killed in between', async (t) => {
  const data = folder(t)
  const lsid = { id: new UUID().toBinary() }
  const increment = message({
    findAndModify: 'things',
    query: { _id: 1 },
    update: { $inc: { n: 1 } },
    upsert: true,
    new: true,
    lsid,
    txnNumber: Long.fromNumber(1),
    $db: 'coffer',
  })
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const server = serve(t, { DATA_DIR: data })
    t.match((await exchange(await uriOf(server), increment)).reply, { ok: 1, value: { _id: 1, n: 1 } })
    server.child.kill(signal)
    await server.ended
  }
})

t.test('a disk that is full fails the write, and loses nothing that was acknowledged before', async (t) => {
  const data = folder(t)
  // The limit of 40 MB for a file acts as a full disk.
  const limited = ['-c', 'ulimit -f 40000; exec "$0" "$@"', process.execPath, command]
  const server = run(t, 'bash', limited, { DATA_DIR: data })
  const mongo = await new MongoClient(await uriOf(server)).connect()
  const things = mongo.db().collection<Document & { _id: number }>('things')
  let stored = 0
  const fill = async () => {
    for (; ; stored++) await things.insertOne({ _id: stored, text: 'x'.repeat(1_000_000) })
  }
  await t.rejects(fill(), { code: 1 })
  await t.rejects(
    mongo
      .db()
      .collection('other')
      .insertOne({ text: 'x'.repeat(1_000_000) }),
    { code: 1 },
  )
  t.ok(stored > 5)
  t.equal(await things.countDocuments(), stored)
  t.same(
    (await mongo.db().listCollections().toArray()).map(({ name }) => name),
    ['things'],
  )
  await mongo.close()
  server.child.kill('SIGTERM')
  await server.ended
  const again = serve(t, { DATA_DIR: data })
  const later = (await client(t, await uriOf(again))).db().collection<Document & { _id: number }>('things')
  t.equal((await later.find().toArray()).length, stored)
  await later.insertOne({ _id: stored })
})
