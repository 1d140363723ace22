import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import { type OutboxEntry, type ShownUser, USER_FIELDS } from '../../models/user.js'
import { accountGone, Problem } from '../../openapi/errors.js'
import { type Declared, inspect } from '../storage/inspect.js'

const SIDE = 512
/** What a challenge can hold until its registration is verified. */
const MAX_BYTES = 100 * 1024
/** Even noise fits at the last of them. */
const QUALITIES = [80, 50, 20, 1]
const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif']

export interface AvatarLimits {
  maxBytes: number
  maxPixels: number
}

/**
 * Re-encodes an uploaded image as WebP of at most 512 pixels either way and 100 KiB, upright, without metadata, without
 * animation.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, TOO_MANY_PIXELS
 */
export async function encodeAvatar(bytes: AsyncIterable<Buffer>, declared: Declared, limits: AvatarLimits) {
  const { content } = await inspect(bytes, declared, { ...limits, types: TYPES, strip: true })
  const chunks: Buffer[] = []
  for await (const chunk of content) chunks.push(chunk)
  // loaded by the first image: it takes time and memory that a start needn't
  const { default: sharp } = await import('sharp')
  const image = sharp(Buffer.concat(chunks), { limitInputPixels: limits.maxPixels })
    .autoOrient()
    .resize({ width: SIDE, height: SIDE, fit: 'inside', withoutEnlargement: true })
  let encoded = Buffer.alloc(0)
  for (const quality of QUALITIES) {
    encoded = await image
      .clone()
      .webp({ quality })
      .toBuffer()
      .catch((cause) => {
        throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'The image can not be read.', cause })
      })
    if (encoded.length <= MAX_BYTES) break
  }
  return encoded
}

/**
 * Puts an avatar, as {@link encodeAvatar} made it, or none in the place of the one before, which is removed; where the store
 * doesn't let it be, that is left to the reconciler. `events` are stored with the change.
 * @throws Problem of the store, or TOKEN_INVALID where the account is no longer active
 */
export async function setAvatar(
  app: FastifyInstance,
  ownerId: Types.ObjectId,
  image: Buffer | null,
  events: OutboxEntry[] = [],
): Promise<ShownUser> {
  const avatar = image && (await keep(app, ownerId, image))
  const updatedAt = app.now()
  const before = await app.db.User.findOneAndUpdate(
    { _id: ownerId, status: 'active' },
    { $set: { avatar, updatedAt }, $inc: { revision: 1 }, $push: { outbox: { $each: events } } },
    { returnDocument: 'before', projection: USER_FIELDS },
  ).lean()
  const replaced = before ? before.avatar : avatar
  if (replaced) await remove(app, replaced.assetId)
  if (!before) throw accountGone()
  return { ...before, avatar, updatedAt, revision: before.revision + 1 }
}

async function keep(app: FastifyInstance, ownerId: Types.ObjectId, image: Buffer) {
  const upload = app.assets.upload({ ownerId, purpose: 'avatar', visibility: 'public', tags: [] })
  const rules = { types: TYPES, maxBytes: MAX_BYTES, maxPixels: SIDE * SIDE, strip: true }
  const declared = { filename: 'avatar.webp', contentType: 'image/webp' }
  try {
    const file = await inspect(once(image), declared, rules)
    await upload.add(file, declared.filename, MAX_BYTES)
    const [asset] = await upload.commit(() => [])
    return { assetId: asset?._id as Types.ObjectId, url: asset?.secureUrl as string }
  } catch (error) {
    await upload.abort()
    throw error
  }
}

async function* once(bytes: Buffer) {
  yield bytes
}

async function remove(app: FastifyInstance, assetId: Types.ObjectId) {
  try {
    const asset = await app.db.Asset.findById(assetId).lean()
    if (asset && (await app.assets.claim(asset))) await app.assets.erase(asset)
  } catch (error) {
    app.log.warn({ err: error, assetId: assetId.toString() }, 'a replaced avatar is left to the reconciler')
  }
}
