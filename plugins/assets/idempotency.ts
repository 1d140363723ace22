import { createHash, randomUUID } from 'node:crypto'
import type { Static } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import { isDuplicateKey } from '../../models/duplicate-key.js'
import type { IdempotencyKeyDocument } from '../../models/idempotency-key.js'
import { Problem } from '../../openapi/errors.js'
import type { UploadedSchema } from '../../openapi/schemas/asset.js'
import type { ReceivedFile } from '../http/multipart.js'
import { sha256 } from '../keys.js'
import { recoverUpload } from './recover.js'

type Answer = Static<typeof UploadedSchema>

/** An upload under an Idempotency-Key (draft-ietf-httpapi-idempotency-key-header). */
export interface IdempotentUpload {
  /** True if an earlier request made the upload; the content of this one is only compared. */
  isRepetition: boolean
  /** The id of the upload to make. */
  uploadId: string
  /**
   * Passes on a file's bytes and adds the file to the fingerprint.
   * @throws Problem REQUEST_IN_PROGRESS if another request took over
   */
  received(file: Pick<ReceivedFile, 'filename' | 'contentType' | 'bytes'>): AsyncGenerator<Buffer>
  /**
   * Returns the answer of the first request, once this one is read.
   * @throws Problem IDEMPOTENCY_KEY_REUSED if the contents differ
   */
  repeat(): Answer
  /** Stores the answer just before the commit. @throws Problem REQUEST_IN_PROGRESS if another request took over */
  prepare(answer: Answer): Promise<void>
  /** Ends the lease, once the upload is committed. */
  finish(): Promise<void>
  /** Lets the key be used again, once the upload has failed and is aborted. */
  free(): Promise<void>
}

const LIFE_MS = 24 * 3_600_000
/** Shortest time between two renewals of the lease. */
const RENEWAL_MS = 15_000
const RETRY_AFTER_SECONDS = 5
const MIB = 2 ** 20

/**
 * Claims a key for a form with these text fields, to which late ones are added. If the request that held the key has died, its upload is finished or
 * erased first.
 * @throws Problem REQUEST_IN_PROGRESS if that request still runs
 */
export async function beginIdempotent(
  app: FastifyInstance,
  ownerId: Types.ObjectId,
  key: string,
  fields: Record<string, string[]>,
): Promise<IdempotentUpload> {
  const { IdempotencyKey } = app.db
  // a live request can't renew its lease while the store accepts a file, so the lease covers that time
  const leaseMs = 60_000 + (app.config.UPLOAD_MAX_BYTES / MIB) * 1_000
  const uploadId = new Types.ObjectId().toString()
  const mine = { _id: sha256(`${ownerId}:${key}`), lease: randomUUID() }
  const files: [filename: string, contentType: string, checksum: string][] = []
  const fingerprint = () => sha256(JSON.stringify([Object.entries(fields).sort(), ...files]))
  const after = (ms: number) => new Date(app.now().getTime() + ms)
  const inProgress = () => new Problem('REQUEST_IN_PROGRESS', { retryAfter: RETRY_AFTER_SECONDS })
  let renewAt = after(RENEWAL_MS)
  let mayBeCommitted = false
  const finish = () => unlessUnreachable(IdempotencyKey.updateOne(mine, { $set: { lease: null } }))
  const expire = () => unlessUnreachable(IdempotencyKey.updateOne(mine, { $set: { leaseUntil: app.now() } }))

  const first = await claimKey()
  return {
    isRepetition: first !== null,
    uploadId,

    async *received({ filename, contentType, bytes }) {
      const hash = createHash('sha256')
      for await (const chunk of bytes) {
        hash.update(chunk)
        if (!first && app.now() > renewAt) await update({})
        yield chunk
      }
      files.push([filename, contentType, hash.digest('hex')])
    },

    repeat() {
      if (first?.fingerprint !== fingerprint()) throw new Problem('IDEMPOTENCY_KEY_REUSED')
      return JSON.parse(first.answer as string)
    },

    async prepare(answer) {
      await update({ fingerprint: fingerprint(), answer: JSON.stringify(answer) })
      mayBeCommitted = true
    },

    finish,

    async free() {
      // the upload may be committed although its answer was lost: the next request with the key finds out
      await (mayBeCommitted ? expire() : unlessUnreachable(IdempotencyKey.deleteOne(mine)))
    },
  }

  /** @returns the record of the request that made the upload, or null if this request makes it */
  async function claimKey(): Promise<IdempotencyKeyDocument | null> {
    const fresh = {
      uploadId,
      lease: mine.lease,
      leaseUntil: after(leaseMs),
      fingerprint: null,
      answer: null,
      expiresAt: after(LIFE_MS),
    }
    try {
      await IdempotencyKey.create({ _id: mine._id, ownerId, ...fresh })
      return null
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
    const found = await IdempotencyKey.findById(mine._id).lean()
    const now = app.now()
    const isKnown = found !== null && found.expiresAt > now
    if (isKnown && found.lease === null) return found
    if (!found || found.leaseUntil > now) throw inProgress()
    const { lease, leaseUntil } = found
    const { modifiedCount } = await IdempotencyKey.updateOne(
      { _id: mine._id, lease, leaseUntil },
      { $set: { lease: mine.lease, leaseUntil: after(leaseMs) } },
    )
    if (modifiedCount === 0) throw inProgress()
    try {
      if (isKnown && (await recoverUpload(app, found.uploadId))) {
        mayBeCommitted = true
        await finish()
        return found
      }
      await update(fresh)
      return null
    } catch (error) {
      await expire()
      throw error
    }
  }

  async function update(changes: Partial<IdempotencyKeyDocument>) {
    renewAt = after(RENEWAL_MS)
    const { matchedCount } = await IdempotencyKey.updateOne(mine, { $set: { leaseUntil: after(leaseMs), ...changes } })
    if (matchedCount === 0) throw inProgress()
  }

  /** Logs a failure: the lease then ends by itself, and the next request finds out how the upload ended. */
  async function unlessUnreachable(work: PromiseLike<unknown>) {
    try {
      await work
    } catch (error) {
      app.log.warn({ err: error, uploadId }, 'the end of an upload under an Idempotency-Key could not be stored')
    }
  }
}
