import { closeSync, openSync } from 'node:fs'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { contentTypeOf } from './formats.js'
import type { Cloudinary } from './open.js'
import { notImplemented, refusal } from './refusal.js'
import { type Content, sendContent } from './send.js'
import { type Fields, verifyRequest, verifyUrl } from './signature.js'
import { type Asset, type AssetStore, TYPES } from './store.js'
import { isTransformation, parseTransformation, transform } from './transformation.js'

const MONTH = 30 * 24 * 3600

/** Parses the path of a delivery URL after `{cloud}/{resource type}/{type}`. The signed part stays encoded. */
function parsePath(segments: string[]) {
  const rest = [...segments]
  const signature = /^s--([\w-]+)--$/.exec(`${rest[0]}`)?.[1]
  if (signature !== undefined) rest.shift()
  const components: string[] = []
  while (rest.length > 1 && isTransformation(decodeURIComponent(`${rest[0]}`))) {
    components.push(decodeURIComponent(`${rest.shift()}`))
  }
  if (rest.length > 1 && /^v\d+$/.test(`${rest[0]}`)) rest.shift()
  const source = rest.join('/')
  return { signature, components, source, signed: [...components, source].join('/') }
}

/** `GET /{cloud}/{resource type}/{type}/[s--…--/][transformation/][v…/]{public id}[.{format}]` */
export async function deliver(request: FastifyRequest, reply: FastifyReply, { store, credentials }: Cloudinary) {
  const [path = ''] = request.url.split('?')
  const [, , cloud, resourceType = '', type = '', ...segments] = path.split('/')
  const { signature, components, source, signed } = parsePath(segments)
  const notFound = refusal(404, `Resource not found - ${source}`)
  if (cloud !== credentials.cloud || !TYPES.includes(type)) throw notFound

  // The original of a private asset is protected; of an authenticated asset, the derived images too.
  const open = type === 'upload' || (type === 'private' && components.length > 0)
  if (signature === undefined ? !open : !verifyUrl(signed, signature, credentials.secret)) {
    throw refusal(
      401,
      signature === undefined ? 'Unauthorized: a signed URL is needed' : `Invalid signature ${signature}`,
    )
  }

  const name = decodeURIComponent(source)
  const [, stem = name, extension] = (resourceType !== 'raw' && /^(.+)\.([a-z0-9]+)$/.exec(name)) || []
  const asset = store.find({ resource_type: resourceType, type, public_id: stem })
  if (!asset) throw notFound
  reply.headers({
    'cache-control': `${type === 'upload' ? 'public' : 'private'}, no-transform, immutable, max-age=${MONTH}`,
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
  })
  if (components.length === 0 && (extension === undefined || extension === asset.format)) {
    return sendContent(request, reply, original(asset, store))
  }
  return sendContent(request, reply, await derived(request, reply, asset, components, extension, store))
}

/** Opens the file in the same turn as the lookup, so that a deletion in between can't remove it. */
function original(asset: Asset, store: AssetStore): Content {
  const fd = openSync(store.path(asset), 'r')
  const extension = asset.format ?? /\.([^./]+)$/.exec(asset.public_id)?.[1] ?? ''
  return {
    body: { fd, bytes: asset.bytes, close: () => closeSync(fd) },
    type: contentTypeOf(extension.toLowerCase()),
    etag: `"${asset.etag}"`,
    modified: new Date(asset.version * 1000),
  }
}

async function derived(
  request: FastifyRequest,
  reply: FastifyReply,
  asset: Asset,
  components: string[],
  extension: string | undefined,
  store: AssetStore,
): Promise<Content> {
  if (asset.resource_type !== 'image' || asset.format === 'pdf') {
    throw notImplemented(`transformations of ${asset.format ?? 'raw'} files`)
  }
  const transformation = parseTransformation(components)
  let format = transformation.format ?? extension ?? `${asset.format}`
  if (format === 'auto') {
    reply.header('vary', 'Accept')
    format = `${request.headers.accept}`.includes('image/webp') ? 'webp' : (extension ?? `${asset.format}`)
  }
  return {
    body: await transform(store.path(asset), transformation, format),
    type: contentTypeOf(format),
    etag: `"${asset.etag}-${[...components, format].join('.').replaceAll(',', '.')}"`,
    modified: new Date(asset.version * 1000),
  }
}

/** `GET /{resource type}/download`, as `private_download_url` signs it: valid until `expires_at`, or for an hour. */
export function download(
  resourceType: string,
  query: Fields,
  request: FastifyRequest,
  reply: FastifyReply,
  { store, credentials }: Cloudinary,
) {
  verifyRequest(query, credentials)
  const { public_id = '', format, type = 'upload', attachment, expires_at } = query
  if (expires_at && !(Number(expires_at) > Date.now() / 1000)) {
    throw refusal(401, `Stale request - the link expired at ${expires_at}`)
  }
  const asset = store.find({ resource_type: resourceType, type, public_id })
  if (!asset) throw refusal(404, `Resource not found - ${public_id}`)
  if (format && format !== asset.format) throw notImplemented(`a download converted to ${format}`)
  if (attachment === 'true') {
    const name = `${public_id.split('/').at(-1)}${asset.format ? `.${asset.format}` : ''}`
    reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
  } else if (attachment) {
    throw notImplemented(`attachment=${attachment}`)
  }
  reply.headers({ 'cache-control': 'private, no-store', 'x-content-type-options': 'nosniff' })
  return sendContent(request, reply, original(asset, store))
}
