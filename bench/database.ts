import { randomBytes } from 'node:crypto'
import { mongo } from 'mongoose'

/** Returns the URI of another database on the same server. */
export function databaseOn(server: string, name: string): string {
  const uri = new URL(server)
  uri.pathname = `/bench_${name}_${randomBytes(4).toString('hex')}`
  // Production requires the parameter.
  if (!uri.searchParams.has('tls')) uri.searchParams.set('tls', 'false')
  return uri.toString()
}

export async function dropDatabase(uri: string) {
  const client = await new mongo.MongoClient(uri).connect()
  await client.db().dropDatabase()
  await client.close()
}
