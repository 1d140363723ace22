import { randomBytes } from 'node:crypto'
import { describe, describeContent } from './describe.js'
import { formatOf } from './formats.js'
import type { Cloudinary } from './open.js'
import type { ReceivedFile } from './receive.js'
import { notImplemented, refusal } from './refusal.js'
import { type Fields, signResponse, verifyRequest } from './signature.js'
import { type NewAsset, TYPES } from './store.js'

/** The known parameters. Some change nothing here, since the stand-in has neither a cache nor a queue. */
const UNDERSTOOD = new Set(
  'file api_key signature timestamp public_id type tags context overwrite allowed_formats filename_override invalidate discard_original_filename unique_filename resource_type cloud_name'.split(
    ' ',
  ),
)
const DESTROY_UNDERSTOOD = new Set(
  'api_key signature timestamp public_id type invalidate resource_type cloud_name'.split(' '),
)

function requireUnderstood(fields: Fields, understood: Set<string>) {
  const unknown = Object.keys(fields).filter((name) => !understood.has(name) && !isOff(fields[name]))
  if (unknown.length > 0) throw notImplemented(`the parameter ${unknown.join(', ')}`)
}

function isOff(value: string | undefined) {
  return value === '' || value === '0' || value === 'false'
}

function typeOf(fields: Fields): string {
  const type = fields.type || 'upload'
  if (!TYPES.includes(type)) throw notImplemented(`the type ${type}`)
  return type
}

/** `POST /{resource type}/upload`: stores the file and answers with everything known about it. */
export async function upload(
  resourceType: string,
  fields: Fields,
  file: ReceivedFile | undefined,
  cloudinary: Cloudinary,
) {
  const { credentials, store } = cloudinary
  const algorithm = verifyRequest(fields, credentials)
  requireUnderstood(fields, UNDERSTOOD)
  if (fields.file !== undefined) throw notImplemented('an upload by URL or data URI')
  if (!file) throw refusal(400, 'Missing required parameter - file')
  if (file.bytes === 0) throw refusal(400, 'Empty file')

  const content = await inspect(resourceType, file)
  const allowed = fields.allowed_formats?.split(',')
  if (allowed && !allowed.includes(`${content.format}`)) {
    throw refusal(400, `${resourceType} file format ${content.format ?? 'raw'} not allowed`)
  }
  const discarded = fields.discard_original_filename && !isOff(fields.discard_original_filename)
  const filename = (fields.filename_override ?? file.filename).replace(/\.[^.]*$/, '')
  const { asset, replaced, kept } = await store.put(
    file.path,
    {
      ...content,
      type: typeOf(fields),
      public_id: publicIdOf(fields),
      bytes: file.bytes,
      etag: file.md5,
      tags: fields.tags ? fields.tags.split(',') : [],
      context: fields.context ? parseContext(fields.context) : undefined,
      original_filename: discarded ? undefined : filename,
    },
    !(fields.overwrite && isOff(fields.overwrite)),
  )
  return {
    ...describe(asset, cloudinary),
    ...describeContent(asset),
    etag: asset.etag,
    placeholder: false,
    signature: signResponse(asset.public_id, asset.version, credentials.secret, algorithm),
    original_filename: asset.original_filename,
    existing: kept || undefined,
    overwritten: replaced || undefined,
  }
}

function publicIdOf({ public_id }: Fields): string {
  if (!public_id) return randomBytes(10).toString('hex')
  if (public_id.length > 255 || /[?&#\\%<>\p{Cc}]|^[\s/]|[\s/]$/u.test(public_id)) {
    throw refusal(400, `public_id (${public_id}) is invalid`)
  }
  return public_id
}

/** Parses `key=value|key=value`, with `=` and `|` inside a value escaped by a backslash. */
function parseContext(context: string): Record<string, string> {
  return Object.fromEntries(
    [...context.matchAll(/(\\.|[^|\\])+/g)].map(([pair]) => {
      const separator = pair.indexOf('=')
      if (separator < 1) throw refusal(400, `Invalid context ${context}`)
      return [pair.slice(0, separator), pair.slice(separator + 1).replace(/\\(.)/g, '$1')]
    }),
  )
}

/** Detects the resource type and the format from the bytes, for images also the stored size in pixels. */
async function inspect(
  wanted: string,
  file: ReceivedFile,
): Promise<Pick<NewAsset, 'resource_type' | 'format' | 'width' | 'height'>> {
  if (wanted === 'raw') return { resource_type: 'raw' }
  const { fileTypeFromFile } = await import('file-type')
  const detected = formatOf((await fileTypeFromFile(file.path))?.mime)
  if (wanted === 'auto' && !detected) return { resource_type: 'raw' }
  if (!detected || (wanted !== 'auto' && detected.resourceType !== wanted)) {
    throw refusal(400, `Invalid ${wanted} file`)
  }
  const { format, resourceType } = detected
  if (resourceType === 'video' || format === 'pdf') return { resource_type: resourceType, format }
  const { default: sharp } = await import('sharp')
  const { width, height } = await sharp(file.path)
    .metadata()
    .catch(() => {
      throw refusal(400, 'Invalid image file')
    })
  return { resource_type: resourceType, format, width, height }
}

/** `POST /{resource type}/destroy`: `not found` is an answer, not an error. */
export async function destroy(resourceType: string, fields: Fields, { store, credentials }: Cloudinary) {
  verifyRequest(fields, credentials)
  requireUnderstood(fields, DESTROY_UNDERSTOOD)
  if (!fields.public_id) throw refusal(400, 'Missing required parameter - public_id')
  const removed = await store.remove({
    resource_type: resourceType,
    type: typeOf(fields),
    public_id: fields.public_id,
  })
  return { result: removed ? 'ok' : 'not found' }
}
