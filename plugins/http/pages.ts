import type { FastifyReply, FastifyRequest } from 'fastify'
import LinkHeader from 'http-link-header'
import { type Model, mongo } from 'mongoose'
import { Problem } from '../../openapi/errors.js'
import { collectionOf } from '../db/collection.js'

interface PageOptions<Row, Item> {
  filter: mongo.Filter<Row>
  /** The fields that `show` needs; all by default. */
  projection?: Record<string, 1>
  /** The field that the list is sorted by, after `-` if descending. */
  sort: string
  /** Returns what the list shows of a row. */
  show(row: NoInfer<Row>): Item
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

const { EJSON } = mongo.BSON

/** A cursor is bound to this: its position has no meaning under another route, caller, filter or sort order. */
function scopeOf(request: FastifyRequest): string {
  const { limit, cursor, total, ...parameters } = request.query as PageParameters
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([request.routeOptions.url, request.caller.userId, sorted])
}

function toCursor(request: FastifyRequest, position: [unknown, unknown]): string {
  return request.server.keys.cursor.encrypt(EJSON.stringify(position), scopeOf(request)).toString('base64url')
}

function fromCursor(request: FastifyRequest, cursor: string): [unknown, unknown] {
  try {
    const position = request.server.keys.cursor.decrypt(Buffer.from(cursor, 'base64url'), scopeOf(request))
    return EJSON.parse(position.toString()) as unknown as [unknown, unknown]
  } catch (cause) {
    throw new Problem('INVALID_CURSOR', { cause })
  }
}

/** Returns the Link header to the next page (RFC 8288), under the path that a proxy may have put before this server. */
function linkNext(request: FastifyRequest, cursor: string): string {
  const { pathname } = new URL(request.server.config.PUBLIC_URL)
  const [path, query] = request.url.split('?', 2) as [string, string?]
  const parameters = new URLSearchParams(query)
  parameters.set('cursor', cursor)
  const uri = `${pathname.replace(/\/$/, '')}${path}?${parameters}`
  return new LinkHeader().set({ uri, rel: 'next' }).toString()
}

/**
 * Returns one page of a list, by keyset: it continues after the last row of the page before, by the sorted field and then `_id`, so that no
 * row comes twice or is left out when others are added or removed meanwhile. Reads `limit`, `cursor` and `total` from the query, and
 * sets the Link header.
 * @throws Problem INVALID_CURSOR for a cursor that wasn't issued for this list, caller and query
 */
export async function findPage<Row extends { _id: unknown }, Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  model: Model<Row, object, object, { id: string }>,
  { filter, projection, sort, show }: PageOptions<Row, Item>,
): Promise<Page<Item>> {
  const collection = collectionOf(model)
  const { limit = 20, cursor, total = false } = request.query as PageParameters
  const isDescending = sort.startsWith('-')
  const field = isDescending ? sort.slice(1) : sort
  let rest = filter
  if (cursor !== undefined) {
    const [value, id] = fromCursor(request, cursor)
    const [beyond, orEqual] = isDescending ? ['$lt', '$lte'] : ['$gt', '$gte']
    const after = {
      // bounds the scan of the index; the $or then leaves out the rows that earlier pages showed
      [field]: { [orEqual]: value },
      $or: [{ [field]: { [beyond]: value } }, { _id: { [beyond]: id } }],
    }
    rest = { $and: [filter, after] } as mongo.Filter<Row>
  }
  const direction = isDescending ? -1 : 1
  const found = await collection
    .find(rest, {
      ...(projection && { projection: { ...projection, [field]: 1 } }),
      sort: { [field]: direction, _id: direction },
      limit: limit + 1,
    })
    .toArray()
  const rows = found.slice(0, limit)
  const last: Record<string, unknown> | undefined = rows.at(-1)
  const nextCursor = last && found.length > limit ? toCursor(request, [last[field], last._id]) : null
  if (nextCursor !== null) reply.header('link', linkNext(request, nextCursor))
  return {
    items: rows.map((row) => show(row as unknown as Row)),
    nextCursor,
    ...(total && { total: await collection.countDocuments(filter) }),
  }
}
