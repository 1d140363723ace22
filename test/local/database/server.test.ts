import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Binary, Long, serialize } from 'bson'
import fc from 'fast-check'
import type { Document } from 'mongodb'
import t from 'tap'
import { startDatabase } from '../../../local/database/server.js'
import { client, folder, start } from './helper.js'
import { exchange, flags, frame, header, message, ping, rawSequence, sequence, socketOf } from './wire.js'

/** Nests documents to this depth. */
function deep(levels: number): Buffer {
  const bytes = Buffer.alloc(levels * 8 + 5)
  for (let i = 0; i <= levels; i++) {
    bytes.writeInt32LE((levels - i) * 8 + 5, i * 7)
    if (i < levels) bytes.write('\x03a\0', i * 7 + 4, 'latin1')
  }
  return bytes
}

t.test('the wire is MongoDB’s: the legacy hello, checksums, sequences, replies to each request', async (t) => {
  const { uri } = await start(t)
  const query = (name: string, command: Document) =>
    frame(2004, flags(0), Buffer.from(`${name}\0`), Buffer.alloc(8), serialize(command))
  t.match((await exchange(uri, query('admin.$cmd', { ismaster: 1, helloOk: true }))).reply, {
    ismaster: true,
    helloOk: true,
    ok: 1,
    maxWireVersion: 21,
  })
  t.match((await exchange(uri, query('admin.$cmd', { hello: 1 }))).reply, { isWritablePrimary: true })
  t.match((await exchange(uri, query('admin.$cmd', { find: 'x' }))).closed, true)
  t.match((await exchange(uri, query('admin.x', { hello: 1 }))).closed, true)
  t.match((await exchange(uri, query('admin.$cmd', {}))).closed, true)
  t.match((await exchange(uri, message(ping, 1, Buffer.alloc(4)))).reply, { ok: 1 }, 'a checksum is skipped')
  const insert = message(
    { insert: 'things', $db: 'test' },
    0,
    sequence('documents', { _id: 1 }, { a: 1 }),
    sequence('other'),
  )
  t.match((await exchange(uri, insert)).reply, { n: 2, ok: 1 })
  t.match((await exchange(uri, message({ find: 'things', $db: 'test' }))).reply, {
    cursor: { firstBatch: [{ _id: 1 }, { a: 1 }] },
  })
  const broken = message({ insert: 'things', $db: 'test' }, 0, sequence('documents', { _id: 2, text: 'abc' }))
  broken.writeUInt8(0x77, broken.length - serialize({ _id: 2, text: 'abc' }).length + 4)
  for (const [levels, wanted] of [
    [1000, { ok: 1, writeErrors: [{ code: 15 }] }],
    [1_000_000, { ok: 1, writeErrors: [{ code: 15 }] }],
  ] as const) {
    const nested = message({ insert: 'things', $db: 'test' }, 0, rawSequence('documents', deep(levels)))
    t.match((await exchange(uri, nested)).reply, wanted, `${levels} documents in each other`)
  }
  t.match((await exchange(uri, message({ killCursors: 'things', $db: 'test' }))).reply, { ok: 0, code: 1 })
  t.match((await exchange(uri, broken)).reply, { ok: 0, code: 22 }, 'a document that isn’t BSON is refused')
  t.match(
    (await exchange(uri, message({ insert: 'things', documents: [{}], txnNumber: Long.fromNumber(1), $db: 'test' })))
      .reply,
    { code: 72 },
  )
  t.equal((await exchange(uri, message({ ping: 1, $db: 'a b' }))).closed, true)
  const socket = await socketOf(uri)
  socket.write(
    Buffer.concat([
      message({ insert: 'things', documents: [{ _id: 5 }], $db: 'test' }, 2),
      message(ping),
      message(ping),
    ]),
  )
  let replies = 0
  for await (const chunk of socket) {
    replies += chunk.length / 38
    if (replies >= 2) break
  }
  t.equal(replies, 2, 'requests sent at once are answered in turn, and the one without a reply is not')
})

t.test('frames that are no commands close their own connection and no other', async (t) => {
  const { uri } = await start(t)
  const other = (await client(t, uri)).db().collection('things')
  await other.insertOne({ a: 1 })
  const bad: [string, Buffer][] = [
    ['too short a length', header(15, 2013)],
    ['a negative length', header(-1, 2013)],
    ['too long a length', header(48_000_001, 2013)],
    ['another opcode', frame(2012, Buffer.alloc(20))],
    ['no flags', frame(2013, Buffer.alloc(2))],
    ['unknown flags', message(ping, 4)],
    ['no body', frame(2013, flags(0))],
    ['two bodies', message(ping, 0, Buffer.of(0), serialize(ping))],
    ['an unknown section', message(ping, 0, Buffer.of(2, 0))],
    ['a document past its end', frame(2013, flags(0), Buffer.of(0), Buffer.from([99, 0, 0, 0, 0]))],
    ['a document without a length', frame(2013, flags(0), Buffer.of(0, 5))],
    ['a sequence past its end', message(ping, 0, Buffer.of(1, 99, 0, 0, 0))],
    ['a sequence of no size', message(ping, 0, Buffer.of(1, 0, 0, 0, 0))],
    ['a sequence without a name', message(ping, 0, Buffer.of(1, 6, 0, 0, 0, 65, 66))],
    ['no database', message({ ping: 1 })],
    ['a deep document', frame(2013, flags(0), Buffer.of(0), deep(20_000))],
    ['a query without an end', frame(2004, flags(0), Buffer.from('abc'))],
  ]
  for (const [name, bytes] of bad) t.equal((await exchange(uri, bytes)).closed, true, name)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat(200), fc.nat(255), async (noise, position, byte) => {
      const spoiled = message({
        insert: 'fuzz',
        documents: [{ a: 1, b: 'text', c: [1, { d: new Binary(Buffer.from('x')) }] }],
        $db: 'test',
      })
      spoiled[16 + (position % (spoiled.length - 16))] = byte
      for (const bytes of [Buffer.concat([header(noise.length + 16, 2013), noise]), spoiled]) {
        const socket = await socketOf(uri)
        socket.on('error', () => {})
        socket.end(bytes)
        await once(socket.resume(), 'close')
      }
    }),
    { numRuns: 60 },
  )
  t.equal(await other.countDocuments({ a: 1 }), 1)
})

t.test('a client that goes away in the middle of an answer is no loss', async (t) => {
  const { uri } = await start(t)
  const things = (await client(t, uri)).db('test').collection('things')
  await things.insertMany(Array.from({ length: 3 }, () => ({ large: 'x'.repeat(5_000_000) })))
  const socket = await socketOf(uri)
  socket.on('error', () => {})
  socket.write(Buffer.concat([message({ find: 'things', $db: 'test' }), message({ find: 'things', $db: 'test' })]))
  await once(socket, 'readable')
  socket.destroy()
  t.equal(await things.countDocuments(), 3)
})

t.test('the socket is the owner’s alone, and so is the folder', async (t) => {
  const path = folder(t)
  await start(t, path)
  t.equal(statSync(join(path, 'd.sock')).mode & 0o777, 0o600)
  t.equal(statSync(join(path, 'data')).mode & 0o777, 0o700)
})

t.test('over TCP it takes a free port, on IPv6 too', async (t) => {
  for (const host of ['127.0.0.1', '::1']) {
    const server = await startDatabase({ path: join(folder(t), 'data'), listen: { host, port: 0 } })
    t.match(server.uri, host === '::1' ? /^mongodb:\/\/\[::1\]:\d+\/coffer/ : /^mongodb:\/\/127\.0\.0\.1:\d+\/coffer/)
    const connected = await client(t, server.uri)
    t.equal((await connected.db().command({ ping: 1 })).ok, 1)
    const discovered = await client(t, server.uri.replace(/\?.*/, ''))
    t.equal(
      (await discovered.db().collection('x').insertOne({})).acknowledged,
      true,
      'a client finds the primary by itself',
    )
    await connected.close()
    await discovered.close()
    await server.close()
  }
})

t.test('a folder serves one process at a time, and one that starts later finds everything again', async (t) => {
  const path = folder(t)
  const options = { path: join(path, 'data'), listen: { socket: join(path, 'd.sock') } }
  const first = await startDatabase(options)
  await t.rejects(startDatabase(options), {
    message: `${options.path} is in use by another process: stop it, or set DATA_DIR to another folder.`,
  })
  await t.rejects(startDatabase({ ...options, path: join(path, 'other') }), {
    message: `${options.listen.socket} is in use by another process: stop it, or set DATA_DIR to another folder.`,
  })
  const things = (await client(t, first.uri)).db().collection<Document & { _id: number }>('things')
  await things.createIndex({ a: 1 }, { unique: true })
  await things.insertMany([
    { _id: 1, a: [1, 2] },
    { _id: 2, a: 3 },
  ])
  await first.close()
  t.notOk(existsSync(options.listen.socket))

  const second = await startDatabase(options)
  t.teardown(second.close)
  const again = (await client(t, second.uri)).db().collection<Document & { _id: number }>('things')
  t.same(
    await again
      .find({ a: { $gt: 0 } })
      .sort({ a: 1 })
      .toArray(),
    [
      { _id: 1, a: [1, 2] },
      { _id: 2, a: 3 },
    ],
    'that an index has several entries for one document is remembered',
  )
  await t.rejects(again.insertOne({ _id: 3, a: 2 }), { code: 11000 })
  await again.db.createCollection('later')
})

t.test('of many that want a folder at once, one gets it', async (t) => {
  const path = folder(t)
  mkdirSync(join(path, 'data'))
  // A killed process leaves a socket on which nothing listens.
  const dead = createServer().listen(join(path, 'gone'))
  await once(dead, 'listening')
  renameSync(join(path, 'gone'), join(path, 'data', 'lock4'))
  dead.close()
  await once(dead, 'close')
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, (_, i) =>
      startDatabase({ path: join(path, 'data'), listen: { socket: join(path, `${i}.sock`) } }),
    ),
  )
  const started = results.filter((result) => result.status === 'fulfilled')
  t.equal(started.length, 1)
  for (const { value } of started) await value.close()
})

t.test('one that was overtaken while it looked at a dead lock steps back', async (t) => {
  const path = folder(t)
  mkdirSync(join(path, 'data'))
  const dead = createServer().listen(join(path, 'gone'))
  await once(dead, 'listening')
  renameSync(join(path, 'gone'), join(path, 'data', 'lock1'))
  dead.close()
  await once(dead, 'close')
  const starting = startDatabase({ path: join(path, 'data'), listen: { socket: join(path, 'd.sock') } })
  // Other processes found it dead too, and have ended since; the last of them is alive.
  const other = createServer((socket) => socket.destroy()).listen(join(path, 'data', 'lock3'))
  t.teardown(() => other.close())
  await t.rejects(starting, { message: /is in use by another process: stop it, or set DATA_DIR/ })
})

t.test('what can’t be listened on is said in one sentence', async (t) => {
  const path = folder(t)
  await t.rejects(startDatabase({ path: join(path, 'a'), listen: { socket: join(path, 'x'.repeat(100)) } }), {
    message: /^the path of a socket may have 100 bytes/,
  })
  await t.rejects(startDatabase({ path: join(path, 'x'.repeat(100)), listen: { host: '127.0.0.1', port: 0 } }), {
    message: /^the path of a socket may have 100 bytes/,
  })
  await t.rejects(startDatabase({ path: '/proc/self/task', listen: { host: '127.0.0.1', port: 0 } }), {
    syscall: 'listen',
  } as object as Error)
  writeFileSync(join(path, 'file'), '')
  await t.rejects(startDatabase({ path: join(path, 'file'), listen: { host: '127.0.0.1', port: 0 } }), {
    code: 'EEXIST',
  })
  await t.rejects(startDatabase({ path: join(path, 'b'), listen: { host: '127.0.0.1', port: 70_000 } }))
  const { uri, close } = await startDatabase({ path: join(path, 'b'), listen: { host: '127.0.0.1', port: 0 } })
  t.ok(uri, 'the lock is given back when a start fails')
  await close()
})
