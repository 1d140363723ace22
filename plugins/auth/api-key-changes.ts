import type { Static } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { type QueryFilter, Types, type UpdateQuery } from 'mongoose'
import { type ApiKeyDocument, findApiKey, SCOPES, type Scope, stampPath, toApiKey } from '../../models/api-key.js'
import type { UserDocument } from '../../models/user.js'
import { accountGone, Problem } from '../../openapi/errors.js'
import type { NewApiKey } from '../../openapi/schemas/api-key-requests.js'
import type { AuditInput } from '../audit.js'
import { toDate } from '../http/dates.js'
import { sha256 } from '../keys.js'
import { newSecret, prefixOf } from './api-key-secret.js'
import { toNetworks } from './networks.js'

/** Keys of one account, at most: their list has no pages. */
export const MAX_API_KEYS = 100

/** The owner of a new key, and what must still hold of it when the key is stored. */
interface Owner extends Pick<UserDocument, '_id' | 'name' | 'email' | 'locale'> {
  condition: QueryFilter<UserDocument>
}

/** Returns scopes as they are stored: each once, in the order of the contract. */
export const toScopes = (scopes: readonly Scope[]): Scope[] => SCOPES.filter((scope) => scopes.includes(scope))

/**
 * Creates an API key for an account, and notifies its owner.
 * @returns the key with its secret; undefined if the condition no longer holds
 * @throws Problem VALIDATION_FAILED, QUOTA_EXCEEDED
 */
export async function issueApiKey(
  request: FastifyRequest,
  { _id: ownerId, name: ownerName, email, locale, condition }: Owner,
  { name, scopes, expiresAt, allowedNetworks = [] }: Omit<Static<typeof NewApiKey>, 'currentPassword'>,
) {
  const { audit, db, now } = request.server
  const secret = newSecret()
  const stamp = new Types.ObjectId()
  const key: ApiKeyDocument = {
    _id: new Types.ObjectId(),
    stamp,
    ownerId,
    name: name.normalize('NFC'),
    prefix: prefixOf(secret),
    secrets: [{ hash: sha256(secret), until: null }],
    scopes: toScopes(scopes),
    allowedNetworks: toNetworks(allowedNetworks),
    createdAt: now(),
    expiresAt: expiresAt === undefined ? null : toDate('/expiresAt', expiresAt),
    lastUsedAt: null,
  }
  if ((await db.ApiKey.countDocuments({ ownerId })) >= MAX_API_KEYS) {
    throw new Problem('QUOTA_EXCEEDED', { detail: `An account can have at most ${MAX_API_KEYS} API keys.` })
  }
  // the key comes first: its removal with the account begins after the account has changed, which the condition then finds
  await db.ApiKey.create(key)
  const event = {
    action: 'key.created' as const,
    targetId: ownerId,
    details: { apiKeyId: key._id.toString(), scopes: key.scopes },
  }
  const data = { ...audit.notice(request, ownerName), prefix: key.prefix, scopes: key.scopes }
  const entry = audit.entry(
    request,
    event,
    email === undefined ? undefined : { template: 'api-key-created', to: email, locale, data },
  )
  const { modifiedCount } = await db.User.updateOne(
    { ...condition, _id: ownerId },
    { $push: { outbox: entry }, $set: { [stampPath(key._id)]: stamp } },
  )
  if (modifiedCount === 1) return { apiKey: toApiKey(key), secret }
  await db.ApiKey.deleteOne({ _id: key._id })
  return undefined
}

/**
 * Changes an API key. Its owner gets the new stamp first, in the update that tells of the change; another change in between takes the key's
 * stamp away, and this one begins again.
 * @param unchanged what must still hold of the owner
 * @param changeOf returns the fields to set, from the key as it is then
 * @throws Problem NOT_FOUND if the key is revoked meanwhile; TOKEN_INVALID if the owner has changed
 */
export async function changeApiKey(
  request: FastifyRequest,
  key: ApiKeyDocument,
  {
    unchanged,
    event,
    changeOf,
  }: {
    unchanged: QueryFilter<UserDocument>
    event: AuditInput
    changeOf: (key: ApiKeyDocument) => Partial<ApiKeyDocument>
  },
): Promise<ApiKeyDocument> {
  const { audit, db } = request.server
  const { _id } = key
  let told: UpdateQuery<UserDocument> = { $push: { outbox: audit.entry(request, event) } }
  const change = async (current: ApiKeyDocument) => {
    const stamp = new Types.ObjectId()
    const { modifiedCount } = await db.User.updateOne(unchanged, { ...told, $set: { [stampPath(_id)]: stamp } })
    if (modifiedCount === 0) throw accountGone()
    told = {}
    return db.ApiKey.findOneAndUpdate(
      { _id, stamp: current.stamp ?? null },
      { $set: { ...changeOf(current), stamp } },
      { returnDocument: 'after' },
    ).lean()
  }
  let changed = await change(key)
  while (!changed) changed = await change(await findApiKey(db.ApiKey, _id.toString()))
  return changed
}

/** Revokes an API key: no process accepts it in a request that begins afterwards. */
export async function revokeApiKey(request: FastifyRequest, key: ApiKeyDocument): Promise<void> {
  const { _id, ownerId } = key
  const { audit, db } = request.server
  await audit.record(request, {
    // one event, even if the key is revoked twice at once
    id: `api-key-revoked:${_id}`,
    action: 'key.revoked',
    targetId: ownerId,
    details: { apiKeyId: _id.toString() },
  })
  for (let current: ApiKeyDocument | null = key; current; current = await db.ApiKey.findById(_id).lean()) {
    await db.User.updateOne({ _id: ownerId }, { $unset: { [stampPath(_id)]: 1 } })
    // a key that has changed meanwhile has given its owner another stamp
    const { deletedCount } = await db.ApiKey.deleteOne({ _id, stamp: current.stamp ?? null })
    if (deletedCount === 1) return
  }
}
