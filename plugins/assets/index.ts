import fp from 'fastify-plugin'
import { type QueryFilter, Types } from 'mongoose'
import { type AssetDocument, isId } from '../../models/asset.js'
import { instanceName } from '../../models/instance.js'
import type { OutboxEntry, ShownUser } from '../../models/user.js'
import { setAvatar } from './avatar.js'
import { forgetRefund, refund } from './quota.js'
import { scheduleReconciler } from './reconcile/index.js'
import { beginUpload, type Upload, type UploadOptions } from './upload.js'

declare module 'fastify' {
  interface FastifyInstance {
    assets: Assets
  }
}

export interface Assets {
  /** What the public ids of this database begin with, and those of no other. */
  prefix: string
  /** Begins an upload of one or more files, of which all are kept or none. */
  upload(options: UploadOptions): Upload
  /**
   * Makes an asset vanish for every reader, if its state is still as it was read, and what `condition` says. Of parallel calls one
   * wins, and has some minutes to {@link Assets.erase} it.
   */
  claim(asset: AssetDocument, condition?: { revision?: number }): Promise<boolean>
  /** Removes what was claimed: from the store, from the quota, its row at last. @throws Problem of the store */
  erase(asset: AssetDocument): Promise<void>
  /** As {@link Assets.erase}, by few requests. Each id ends up in one of the two. */
  eraseMany(assets: AssetDocument[]): Promise<{ deleted: string[]; failed: string[] }>
  /** Claims and erases, by their ids, those that `filter` finds ready. Each id ends up in one of the three. */
  removeMany(
    ids: string[],
    filter: QueryFilter<AssetDocument>,
  ): Promise<{ deleted: string[]; notFound: string[]; failed: string[] }>
  /** Puts an avatar, encoded, or none in the place of the one before. @throws Problem of the store, TOKEN_INVALID */
  setAvatar(ownerId: Types.ObjectId, image: Buffer | null, events?: OutboxEntry[]): Promise<ShownUser>
  /** Queues the removal of an account's files; the avatar stays. */
  queueRemovalOf(ownerId: string): Promise<void>
}

const BATCH = 100

/** Decorates `assets`: the life of a file, over its row, the store and its owner's quota. */
export default fp(
  async (app) => {
    const { Asset, Instance, User } = app.db
    const prefix = `coffer-${await instanceName(Instance)}/`

    async function forget(asset: AssetDocument) {
      if (asset.purpose === 'file') await refund(User, asset)
      await Asset.deleteOne({ _id: asset._id, state: 'deleting' })
      if (asset.purpose === 'file') await forgetRefund(User, asset)
    }

    async function claimMany(found: AssetDocument[]) {
      const claims = await Promise.all(found.map((asset) => assets.claim(asset)))
      return found.filter((_asset, index) => claims[index])
    }

    const assets: Assets = {
      prefix,

      upload: (options) => beginUpload(app, prefix, options),

      async claim({ _id, state, stateAt }, condition = {}) {
        const { modifiedCount } = await Asset.updateOne(
          { ...condition, _id, state, stateAt },
          { $set: { state: 'deleting', stateAt: app.now() } },
        )
        return modifiedCount === 1
      },

      async erase(asset) {
        await app.storage.destroy(asset)
        await forget(asset)
      },

      async eraseMany(claimed) {
        const deleted: string[] = []
        const failed: string[] = []
        for await (const { files, problem } of app.storage.destroyMany(claimed)) {
          const ids = files.map(({ _id }) => _id.toString())
          if (problem === null) await Promise.all(files.map(forget))
          ;(problem === null ? deleted : failed).push(...ids)
        }
        return { deleted, failed }
      },

      async removeMany(ids, filter) {
        const wanted = [...new Set(ids)]
        const deleted: string[] = []
        const failed: string[] = []
        for (let start = 0; start < wanted.length; start += BATCH) {
          const batch = wanted.slice(start, start + BATCH).filter(isId)
          const found = await Asset.find({ ...filter, _id: { $in: batch }, state: 'ready' }).lean()
          const erased = await assets.eraseMany(await claimMany(found))
          deleted.push(...erased.deleted)
          failed.push(...erased.failed)
        }
        const known = new Set([...deleted, ...failed])
        return { deleted, failed, notFound: wanted.filter((id) => !known.has(id)) }
      },

      setAvatar: (ownerId, image, events) => setAvatar(app, ownerId, image, events),

      queueRemovalOf: (ownerId) =>
        app.jobs.enqueue({ id: new Types.ObjectId().toString(), kind: 'assets.remove', data: { ownerId } }),
    }

    app.jobs.handle('assets.remove', {
      async run({ data }) {
        const ownerId = new Types.ObjectId(`${data.ownerId}`)
        for (;;) {
          const found = await Asset.find({ ownerId, purpose: 'file', state: 'ready' }).limit(BATCH).lean()
          if (found.length === 0) return undefined
          await assets.eraseMany(await claimMany(found))
        }
      },
    })
    app.decorate('assets', assets)
    scheduleReconciler(app)
  },
  { name: 'assets', dependencies: ['config', 'db', 'jobs', 'audit', 'storage'] },
)
