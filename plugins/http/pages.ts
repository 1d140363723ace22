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

/** Matches the rows behind a position, which is the sorted field and the `_id` of a row. */
function behind(field: string, [value, id]: [unknown, unknown], isDescending: boolean) {
  const [beyond, orEqual] = isDescending ? ['$lt', '$lte'] : ['$gt', '$gte']
  return {
    // bounds the scan of the index; the $or then leaves out the rows up to the position
    [field]: { [orEqual]: value },
    $or: [{ [field]: { [beyond]: value } }, { _id: { [beyond]: id } }],
  }
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
    rest = { $and: [filter, behind(field, fromCursor(request, cursor), isDescending)] } as mongo.Filter<Row>
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

/**
 * Yields all rows that match, by a field that is ascending and then by `_id`, in batches. Each batch is a read of its own, by keyset: however
 * slowly the batches are taken, no cursor of the database expires, and memory holds one batch.
 */
export async function* inBatches<Row extends { _id: unknown }>(
  model: Model<Row, object, object, { id: string }>,
  filter: mongo.Filter<Row>,
  field: string,
  size: number,
): AsyncGenerator<mongo.WithId<Row>[]> {
  const collection = collectionOf(model)
  let rest = filter
  for (;;) {
    const rows = await collection.find(rest, { sort: { [field]: 1, _id: 1 }, limit: size }).toArray()
    const last: Record<string, unknown> | undefined = rows.at(-1)
    if (last) yield rows
    if (!last || rows.length < size) return
    rest = { $and: [filter, behind(field, [last[field], last._id], false)] } as mongo.Filter<Row>
  }
}
