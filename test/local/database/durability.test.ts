import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Long, UUID } from 'bson'
import { type Document, MongoClient } from 'mongodb'
import t, { type Test } from 'tap'
import { client, folder } from './helper.js'
import { exchange, message } from './wire.js'

const command = fileURLToPath(new URL('../../../local/database/serve.ts', import.meta.url))

/** `npm run database` as a process: what it prints, and how it ends. */
function serve(t: Test, data: string, ...args: string[]) {
  return run(t, process.execPath, [...process.execArgv, command, ...args], { DATA_DIR: data })
}

function run(t: Test, file: string, args: string[], env: Record<string, string | undefined>, cwd?: string) {
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  const text = async (stream: ChildProcess['stdout']) => {
    const lines: string[] = []
    if (stream) for await (const line of createInterface(stream)) lines.push(line)
    return lines.join('\n')
  }
  return { child, ended, stderr: text(child.stderr) }
}

async function uriOf({ child }: ReturnType<typeof serve>): Promise<string> {
  const [line] = await once(createInterface(child.stdout as NonNullable<ChildProcess['stdout']>), 'line')
  return line.replace('MONGODB_URI=', '')
}

t.test('kill -9 loses nothing that was acknowledged, corrupts nothing, and blocks no start', async (t) => {
  const data = folder(t)
  const acknowledged = new Map<number, number>()
  let pushed = 0
  for (let round = 0; round < 2; round++) {
    const server = serve(t, data)
    const mongo = await new MongoClient(await uriOf(server), { retryWrites: false }).connect()
    const things = mongo.db().collection<Document & { _id: number }>('things')
    await things.createIndex({ n: 1 })
    await things.createIndex({ unique: 1 }, { unique: true })
    for (const [_id, n] of acknowledged)
      t.ok(((await things.findOne({ _id }))?.n ?? -1) >= n, `round ${round}, document ${_id}`)
    for await (const doc of things.find()) {
      t.equal(await things.countDocuments({ _id: doc._id, n: doc.n, unique: doc.unique }), 1)
      t.same(doc.list.length, doc.n + 1, 'a document is changed as a whole')
    }
    // The index has what the documents have, no more and no less.
    t.equal((await things.find({ n: { $gte: 0 } }).toArray()).length, await things.countDocuments({}))
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; ; n++) {
        const _id = round * 1000 + writer * 100 + (n % 100)
        const { n: now } = (await things.findOneAndUpdate(
          { _id },
          [
            {
              $set: {
                n: { $add: [{ $ifNull: ['$n', -1] }, 1] },
                list: { $concatArrays: [{ $ifNull: ['$list', []] }, ['x']] },
                unique: `u${_id}`,
              },
            },
          ],
          { upsert: true, returnDocument: 'after' },
        )) as Document
        acknowledged.set(_id, now)
        if (++pushed === (round + 1) * 400) server.child.kill('SIGKILL')
      }
    })
    const outcomes = await Promise.allSettled(writers)
    t.ok(outcomes.every(({ status }) => status === 'rejected'))
    await server.ended
    await mongo.close()
  }
  const server = serve(t, data)
  const mongo = await client(t, await uriOf(server))
  const things = mongo.db().collection<Document & { _id: number }>('things')
  for (const [_id, n] of acknowledged)
    if (((await things.findOne({ _id }))?.n ?? -1) < n) t.fail(`document ${_id} lost a write`)
  t.equal((await things.find({ n: { $gte: 0 } }).toArray()).length, await things.countDocuments({}))
  await mongo.close()
  server.child.kill('SIGTERM')
  t.same(await server.ended, [0, null], 'it ends cleanly when it is asked to')
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
    const server = serve(t, data)
    t.match((await exchange(await uriOf(server), increment)).reply, { ok: 1, value: { _id: 1, n: 1 } })
    server.child.kill(signal)
    await server.ended
  }
})

t.test('a disk that is full fails the write, and loses nothing that was acknowledged before', async (t) => {
  const data = folder(t)
  // A file may grow to 40 MB here, as a disk may be full.
  const limited = ['-c', 'ulimit -f 40000; exec "$0" "$@"', process.execPath, ...process.execArgv, command]
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
  const again = serve(t, data)
  const later = (await client(t, await uriOf(again))).db().collection<Document & { _id: number }>('things')
  t.equal((await later.find().toArray()).length, stored)
  await later.insertOne({ _id: stored })
})

t.test('npm run database says in one line what is wrong, and fails', async (t) => {
  const data = folder(t)
  const first = serve(t, data, '--port', '0')
  t.match(await uriOf(first), /^mongodb:\/\/127\.0\.0\.1:\d+\/coffer/)
  const second = serve(t, data)
  t.same(await second.ended, [1, null])
  t.match(await second.stderr, /^.*database is in use by another process$/)
  first.child.kill('SIGTERM')
  t.same(await first.ended, [0, null])

  const file = join(folder(t), 'file')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, '')
  const third = serve(t, file)
  t.same(await third.ended, [1, null])
  t.match(await third.stderr, /^[^\n]*(ENOTDIR|EEXIST)[^\n]*$/)
  const fifth = run(t, process.execPath, [...process.execArgv, command], { DATA_DIR: undefined }, folder(t))
  t.match(decodeURIComponent(await uriOf(fifth)), /\/\.coffer\/database\.sock\/coffer/)
  fifth.child.kill('SIGTERM')
  const fourth = serve(t, data, '--nope')
  t.same(await fourth.ended, [1, null])
  t.match(await fourth.stderr, /^[^\n]*--nope[^\n]*$/)
})
