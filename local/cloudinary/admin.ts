import type { ParsedUrlQuery } from 'node:querystring'
import { describe, describeContent } from './describe.js'
import type { Cloudinary } from './open.js'
import { notImplemented, refusal } from './refusal.js'
import type { Asset, AssetKey } from './store.js'

const MAX_BULK = 100
const MAX_RESULTS = 500
const DEFAULT_RESULTS = 10

/**
 * `GET resources/{resource type}[/{type}]`: lists by `prefix` in the order of the ids, by `public_ids[]`, or the
 * newest first.
 */
export function listAssets(
  wanted: Omit<AssetKey, 'type' | 'public_id'> & { type?: string },
  query: ParsedUrlQuery,
  cloudinary: Cloudinary,
) {
  const understood = ['prefix', 'max_results', 'next_cursor', 'public_ids[]', 'tags', 'context', 'direction']
  requireUnderstood(query, understood)
  const limit = query.max_results === undefined ? DEFAULT_RESULTS : Number(query.max_results)
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_RESULTS)) {
    throw refusal(400, `Invalid value ${query.max_results} for max_results: 1 to ${MAX_RESULTS}`)
  }
  if (query.prefix !== undefined && wanted.type === undefined) throw refusal(400, 'Missing required parameter - type')

  const ids = values(query['public_ids[]'])
  const position = query.prefix === undefined ? byAge(query.direction === 'asc' || query.direction === '1') : byId
  const after = query.next_cursor === undefined ? undefined : readCursor(String(query.next_cursor))
  const matching = cloudinary.store
    .all()
    .filter((asset) => asset.resource_type === wanted.resource_type)
    .filter((asset) => wanted.type === undefined || asset.type === wanted.type)
    .filter((asset) => ids.length === 0 || ids.includes(asset.public_id))
    .filter((asset) => asset.public_id.startsWith(String(query.prefix ?? '')))
    .map((asset) => ({ asset, position: position(asset) }))
    .filter((entry) => after === undefined || entry.position > after)
    .sort((a, b) => (a.position < b.position ? -1 : 1))
  const page = matching.slice(0, ids.length > 0 ? MAX_BULK : limit)
  const last = page.at(-1)
  return {
    resources: page.map(({ asset }) => ({
      ...describe(asset, cloudinary),
      tags: query.tags === 'true' ? describeContent(asset).tags : undefined,
      context: query.context === 'true' ? describeContent(asset).context : undefined,
    })),
    next_cursor: last && matching.length > page.length ? writeCursor(last.position) : undefined,
  }
}

function byId(asset: Asset): string {
  return `${asset.public_id}\0${asset.type}`
}

/** Returns a key that sorts assets by age, and by id within the same second. */
function byAge(ascending: boolean) {
  return (asset: Asset) => {
    const seconds = Date.parse(asset.created_at) / 1000
    return `${String(ascending ? seconds : 1e12 - seconds).padStart(13, '0')}\0${byId(asset)}`
  }
}

function writeCursor(position: string): string {
  return Buffer.from(position).toString('hex')
}

function readCursor(cursor: string): string {
  if (!/^([0-9a-f]{2})+$/.test(cursor)) throw refusal(400, `Invalid next_cursor ${cursor}`)
  return Buffer.from(cursor, 'hex').toString()
}

/** `GET resources/{resource type}/{type}/{public id}` */
export function lookUp(key: AssetKey, query: ParsedUrlQuery, cloudinary: Cloudinary) {
  requireUnderstood(query, [])
  const asset = cloudinary.store.find(key)
  if (!asset) throw refusal(404, `Resource not found - ${key.public_id}`)
  return {
    ...describe(asset, cloudinary),
    ...describeContent(asset),
    etag: asset.etag,
    original_filename: asset.original_filename,
    derived: [],
  }
}

/** `DELETE resources/{resource type}/{type}` with up to 100 `public_ids[]`: tells for each if it existed. */
export async function deleteAssets(key: Omit<AssetKey, 'public_id'>, body: ParsedUrlQuery, { store }: Cloudinary) {
  requireUnderstood(body, ['public_ids[]', 'invalidate'])
  const ids = values(body['public_ids[]'])
  if (ids.length === 0) throw refusal(400, 'Missing required parameter - public_ids')
  if (ids.length > MAX_BULK) throw refusal(400, `public_ids: at most ${MAX_BULK} are allowed`)
  const deleted: Record<string, string> = {}
  const counts: Record<string, { original: number; derived: number }> = {}
  for (const public_id of ids) {
    const removed = await store.remove({ ...key, public_id })
    deleted[public_id] = removed ? 'deleted' : 'not_found'
    counts[public_id] = { original: removed ? 1 : 0, derived: 0 }
  }
  return { deleted, deleted_counts: counts, partial: false }
}

function values(value: string | string[] | undefined): string[] {
  return value === undefined ? [] : [value].flat()
}

function requireUnderstood(parameters: ParsedUrlQuery, understood: string[]) {
  const unknown = Object.keys(parameters).filter((name) => !understood.includes(name))
  if (unknown.length > 0) throw notImplemented(`the parameter ${unknown.join(', ')}`)
}
