import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Types } from 'mongoose'
import { fillOutbox, type OutboxEntry } from '../../models/outbox.js'
import { type ShownUser, USER_FIELDS } from '../../models/user.js'
import { accountGone } from '../../openapi/errors.js'
import { inspect } from '../storage/inspect.js'
import { AVATAR_TYPES, MAX_BYTES, SIDE } from './avatar-image.js'
import { claim, erase } from './erase.js'
import { beginUpload } from './upload.js'

/**
 * Replaces an account's avatar by an encoded image or by none. If the previous avatar can't be erased now, the
 * reconciler does it. `events` are stored with the change.
 * @throws Problem of the store, or TOKEN_INVALID if the account is no longer active
 */
export async function setAvatar(
  app: FastifyInstance,
  prefix: string,
  ownerId: Types.ObjectId,
  image: Buffer | null,
  events: OutboxEntry[] = [],
): Promise<ShownUser> {
  const avatar = image && (await keep(app, prefix, ownerId, image))
  const updatedAt = app.now()
  const before = await app.db.User.findOneAndUpdate(
    { _id: ownerId, status: 'active' },
    { $set: { avatar, updatedAt }, $inc: { revision: 1 }, ...fillOutbox(events) },
    { returnDocument: 'before', projection: USER_FIELDS },
  ).lean()
  const replaced = before ? before.avatar : avatar
  if (replaced) await eraseReplaced(app, replaced.assetId)
  if (!before) throw accountGone()
  return { ...before, avatar, updatedAt, revision: before.revision + 1 }
}

async function keep(app: FastifyInstance, prefix: string, ownerId: Types.ObjectId, image: Buffer) {
  const upload = beginUpload(app, prefix, { ownerId, purpose: 'avatar', visibility: 'public', labels: { tags: [] } })
  const rules = { types: AVATAR_TYPES, maxBytes: MAX_BYTES, maxPixels: SIDE * SIDE, strip: true }
  const declared = { filename: 'avatar.webp', contentType: 'image/webp' }
  try {
    const file = await inspect(Readable.from([image]), declared, rules)
    await upload.add(file, declared.filename, MAX_BYTES)
    const [asset] = await upload.commit(() => [])
    return { assetId: asset?._id as Types.ObjectId, url: asset?.secureUrl as string }
  } catch (error) {
    await upload.abort()
    throw error
  }
}

async function eraseReplaced(app: FastifyInstance, assetId: Types.ObjectId) {
  try {
    const asset = await app.db.Asset.findById(assetId).lean()
    if (asset && (await claim(app, asset))) await erase(app, asset)
  } catch (error) {
    app.log.warn({ err: error, assetId: assetId.toString() }, 'a replaced avatar is left to the reconciler')
  }
}
