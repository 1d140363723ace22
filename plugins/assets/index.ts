import fp from 'fastify-plugin'
import { type QueryFilter, Types } from 'mongoose'
import { Counter } from 'prom-client'
import type { AssetDocument } from '../../models/asset.js'
import { instanceName } from '../../models/instance.js'
import type { OutboxEntry } from '../../models/outbox.js'
import type { ShownUser } from '../../models/user.js'
import { setAvatar } from './avatar.js'
import { avatarReceiver } from './avatar-image.js'
import { type Announce, claimFile, deletedBy, erase, eraseAllOf, eraseByIds, eraseFilesOf } from './erase.js'
import { beginFileUpload, type FileUpload, type FileUploadOptions } from './file-upload.js'
import { scheduleReconciler } from './reconcile/index.js'

declare module 'fastify' {
  interface FastifyInstance {
    assets: Assets
  }
}

export interface Assets {
  /** The prefix of every public id of this database, and of no other database. */
  prefix: string
  /** Begins an upload of one or more files, of which all are kept or none. @throws Problem REQUEST_IN_PROGRESS */
  upload(options: FileUploadOptions): Promise<FileUpload>
  /**
   * Hides a file from every reader. The caller must then {@link Assets.erase} it.
   * @param conditionOf gets the file's revision and returns the condition under which the file is claimed
   * @param announce creates what the deletion has to put into the outbox of the file
   * @throws Problem NOT_FOUND, PRECONDITION_FAILED
   */
  claimFile(
    id: string,
    filter: { ownerId?: Types.ObjectId },
    conditionOf: (revision: number) => { revision?: number },
    announce: Announce,
  ): Promise<AssetDocument>
  /** Erases a claimed file in the store, in the quota and in the database. @throws Problem of the store */
  erase(asset: AssetDocument): Promise<void>
  /**
   * Erases the ready files with these ids that `filter` admits. Each id ends up in exactly one of the three lists.
   * @param announce creates what the deletion of a file has to put into its outbox
   * @param record is called with the ids of some files before these are erased
   */
  eraseByIds(
    ids: string[],
    filter: QueryFilter<AssetDocument>,
    announce?: Announce,
    record?: (assetIds: string[]) => Promise<void>,
  ): Promise<{ deleted: string[]; notFound: string[]; failed: string[] }>
  /** Queues the erasure of an account's files by somebody; its avatar stays. */
  eraseFilesLater(ownerId: string, actorId: string): Promise<void>
  /**
   * Erases a batch of everything that a deleted account has stored.
   * @returns false if the caller must call it again for the rest
   * @throws JobError if the store keeps some of the files
   */
  eraseAllOf(ownerId: Types.ObjectId): Promise<boolean>
  /**
   * Reads an uploaded image into memory. The caller must release it.
   * @throws Problem UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, TOO_MANY_PIXELS, OVERLOADED
   */
  receiveAvatar: ReturnType<typeof avatarReceiver>
  /** Replaces an account's avatar by an encoded image or by none. @throws Problem of the store, TOKEN_INVALID */
  setAvatar(ownerId: Types.ObjectId, image: Buffer | null, events?: OutboxEntry[]): Promise<ShownUser>
}

/** Decorates `assets`: the life of a file, across its row, the store and its owner's quota. */
export default fp(
  async (app) => {
    const { UPLOAD_MAX_BYTES, UPLOAD_MAX_PIXELS } = app.config
    const prefix = `coffer-${await instanceName(app.db.Instance)}/`

    app.decorate('assets', {
      prefix,
      upload: (options) => beginFileUpload(app, prefix, options),
      claimFile: (id, filter, conditionOf, announce) => claimFile(app, id, filter, conditionOf, announce),
      erase: (asset) => erase(app, asset),
      eraseByIds: (ids, filter, announce, record) => eraseByIds(app, ids, filter, announce, record),
      eraseFilesLater: (ownerId, actorId) =>
        app.jobs.enqueue({ id: new Types.ObjectId().toString(), kind: 'assets.remove', data: { ownerId, actorId } }),
      eraseAllOf: (ownerId) => eraseAllOf(app, ownerId),
      receiveAvatar: avatarReceiver({ maxBytes: UPLOAD_MAX_BYTES, maxPixels: UPLOAD_MAX_PIXELS }),
      setAvatar: (ownerId, image, events) => setAvatar(app, prefix, ownerId, image, events),
    })

    const uploaded = new Counter({
      name: 'coffer_uploaded_bytes_total',
      help: 'Bytes of the files that were kept.',
      registers: [app.metrics.registry],
    })
    app.audit.onStored(({ action, details }) => {
      if (action === 'asset.uploaded') uploaded.inc(details.bytes as number)
    })

    app.jobs.handle('assets.remove', {
      async run({ data }) {
        const { ownerId, actorId } = data as { ownerId: string; actorId: string }
        const isDone = await eraseFilesOf(app, new Types.ObjectId(ownerId), (asset) => [deletedBy(app, actorId, asset)])
        return isDone ? undefined : { again: app.now() }
      },
    })
    scheduleReconciler(app)
  },
  { name: 'assets', dependencies: ['audit', 'clock', 'config', 'db', 'jobs', 'metrics', 'storage'] },
)
