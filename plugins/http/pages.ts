import type { FastifyReply, FastifyRequest } from 'fastify'
import LinkHeader from 'http-link-header'
import mongoose, { type Connection } from 'mongoose'
import { Problem } from '../../openapi/errors.js'
import type { Database } from '../db/index.js'

type ListedModel = Database['Asset' | 'AuditEvent' | 'Job' | 'User']
/** What they have in common, which their types don't. */
type AnyModel = Connection['models'][string]

interface PageOptions<T, Item> {
  filter: Record<string, unknown>
  /** What is read of a document; by default all of it. */
  projection?: Record<string, 1>
  /** The field that the list is sorted by, with `-` before it where descending. */
  sort: string
  /** What is shown of a document. */
  show(row: T): Item
}

interface Page<Item> {
  items: Item[]
  nextCursor: string | null
  total?: number
}

interface PageParameters {
  limit?: number
  cursor?: string
  total?: boolean
}

const { EJSON } = mongoose.mongo.BSON
const MAC_BYTES = 32

/** Where the filters and the sort order are others, the position means nothing; the caller's own lists differ by caller. */
function scopeOf(request: FastifyRequest): string {
  const { limit, cursor, total, ...parameters } = request.query as PageParameters
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([request.routeOptions.url, request.caller.userId, sorted])
}

function toCursor(request: FastifyRequest, position: [unknown, unknown]): string {
  const body = Buffer.from(EJSON.stringify(position))
  return Buffer.concat([request.server.keys.cursor.sign(scopeOf(request), body), body]).toString('base64url')
}

function fromCursor(request: FastifyRequest, cursor: string): [unknown, unknown] {
  const bytes = Buffer.from(cursor, 'base64url')
  const mac = bytes.subarray(0, MAC_BYTES)
  const body = bytes.subarray(MAC_BYTES)
  if (!request.server.keys.cursor.verify(mac, scopeOf(request), body)) throw new Problem('INVALID_CURSOR')
  return EJSON.parse(body.toString()) as unknown as [unknown, unknown]
}

/** RFC 8288, relative to the public address of this server, which a proxy may have put under a path. */
function linkNext(request: FastifyRequest, cursor: string): string {
  const { pathname } = new URL(request.server.config.PUBLIC_URL)
  const [path, query] = request.url.split('?', 2) as [string, string?]
  const parameters = new URLSearchParams(query)
  parameters.set('cursor', cursor)
  const uri = `${pathname.replace(/\/$/, '')}${path}?${parameters}`
  return new LinkHeader().set({ uri, rel: 'next' }).toString()
}

/**
 * One page of a list by keyset: it goes on behind the last row that was shown, by the sorted field and then `_id`, so that nothing is
 * repeated or skipped when rows are added or removed meanwhile. Reads `limit`, `cursor` and `total` from the query and sets Link.
 * @throws Problem INVALID_CURSOR where this list hasn't issued the cursor under these parameters
 */
export async function findPage<T, Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  listed: ListedModel,
  { filter, projection, sort, show }: PageOptions<T, Item>,
): Promise<Page<Item>> {
  // by the driver itself: nothing of a filter is to be cast
  const { collection } = listed as unknown as AnyModel
  const { limit = 20, cursor, total = false } = request.query as PageParameters
  const isDescending = sort.startsWith('-')
  const field = isDescending ? sort.slice(1) : sort
  const conditions = [filter]
  if (cursor !== undefined) {
    const [value, id] = fromCursor(request, cursor)
    const [beyond, orEqual] = isDescending ? ['$lt', '$lte'] : ['$gt', '$gte']
    conditions.push({
      // bounds the scan of the index; the other condition then leaves out the rows that were shown
      [field]: { [orEqual]: value },
      $or: [{ [field]: { [beyond]: value } }, { _id: { [beyond]: id } }],
    })
  }
  const direction = isDescending ? -1 : 1
  const found = await collection
    .find(conditions.length === 1 ? filter : { $and: conditions }, {
      ...(projection && { projection: { ...projection, [field]: 1 } }),
      sort: { [field]: direction, _id: direction },
      limit: limit + 1,
    })
    .toArray()
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const nextCursor = last && found.length > limit ? toCursor(request, [last[field], last._id]) : null
  if (nextCursor !== null) reply.header('link', linkNext(request, nextCursor))
  return {
    items: rows.map((row) => show(row as T)),
    nextCursor,
    ...(total && { total: await collection.countDocuments(filter) }),
  }
}
