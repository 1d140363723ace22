import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import type { Test } from 'tap'
import { startDatabase } from '../../../local/database/server.js'
import { makeFolder } from '../../support/folder.js'

/** False if the tests run on another server, of which they don't expect the stand-in's own refusals. */
export const isStandIn = process.env.TEST_MONGODB_URI === undefined

/** Skips a test or an assertion on DocumentDB, the other engine that the suite runs on, with a reason. */
export const differs = (reason: string) => ({ skip: !isStandIn && `DocumentDB ${reason}` })

/** Skips a test of error codes and corner cases, in which other engines differ from MongoDB and from one another. */
export const exactly = { skip: !isStandIn && 'another engine differs here' }

/** Returns a folder that is removed at the end of the test. Its path is short enough for a socket. */
export function folder(t: Test): string {
  const path = makeFolder()
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Starts a server for the test, in a folder of its own, on a socket. */
export async function start(t: Test, path = folder(t)) {
  const server = await startDatabase({
    path: join(path, 'data'),
    listen: { socket: join(path, 'd.sock') },
    sweepSeconds: 1,
  })
  t.teardown(() => server.close())
  return server
}

export async function client(t: Test, uri: string, options: MongoClientOptions = {}): Promise<MongoClient> {
  const connected = await new MongoClient(uri, options).connect()
  t.teardown(() => connected.close())
  return connected
}

/** Returns a database for one test file, on the server of TEST_MONGODB_URI or on a new one; drops it at the end. */
export async function database(t: Test, name: string, options?: MongoClientOptions): Promise<Db> {
  const uri = process.env.TEST_MONGODB_URI ?? (await start(t)).uri
  const db = (await client(t, uri, options)).db(`coffer_test_${name}_${process.pid}`)
  t.teardown(() => db.dropDatabase())
  return db
}
