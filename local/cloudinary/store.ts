import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const RESOURCE_TYPES = ['image', 'video', 'raw']
export const TYPES = ['upload', 'private', 'authenticated']

/** Identifies an asset; unique in the store. */
export interface AssetKey {
  resource_type: string
  type: string
  public_id: string
}

/**
 * A stored asset, with Cloudinary's names. `etag` is the MD5 of the bytes, `file` the name of the file that holds
 * them.
 */
export interface Asset extends AssetKey {
  asset_id: string
  version: number
  created_at: string
  format?: string
  width?: number
  height?: number
  bytes: number
  etag: string
  tags: string[]
  context?: Record<string, string>
  original_filename?: string
  file: string
}

export type NewAsset = Omit<Asset, 'asset_id' | 'version' | 'created_at' | 'file'>

export interface AssetStore {
  find(key: AssetKey): Asset | undefined
  all(): Asset[]
  /** Returns the path of the bytes. */
  path(asset: Asset): string
  /** Returns a temporary path on the same file system. Files that remain there are removed at the next start. */
  temporary(): string
  /** Turns the bytes at `temporary` into an asset. It replaces an older asset only with `overwrite`. */
  put(
    temporary: string,
    asset: NewAsset,
    overwrite: boolean,
  ): Promise<{ asset: Asset; replaced: boolean; kept: boolean }>
  /** Resolves with true if the asset existed. */
  remove(key: AssetKey): Promise<boolean>
}

function keyOf({ resource_type, type, public_id }: AssetKey): string {
  return `${resource_type}/${type}/${public_id}`
}

/**
 * Opens the folder of assets. Each asset is a file of bytes and a JSON file that names it. Renaming the JSON file
 * creates the asset, and removing it deletes the asset, so a killed process leaves either the old state or the new
 * one. Bytes that no JSON file names are removed here.
 */
export async function openAssetStore(folder: string): Promise<AssetStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const assets = new Map<string, Asset>()
  const names = await readdir(folder)
  for (const name of names.filter((name) => name.endsWith('.json'))) {
    const asset: Asset = JSON.parse(await readFile(join(folder, name), 'utf8'))
    assets.set(keyOf(asset), asset)
  }
  const known = new Set([...assets.values()].map(({ file }) => file))
  for (const name of names) if (!name.endsWith('.json') && !known.has(name)) await rm(join(folder, name))

  const path = (name: string) => join(folder, name)
  const recordPath = (key: string) => path(`${createHash('sha256').update(key).digest('hex')}.json`)
  const unique = () => randomBytes(16).toString('hex')

  const running = new Map<string, Promise<unknown>>()
  /** Runs the changes of one key one after the other, in the order of the calls. */
  async function exclusively<T>(key: string, change: () => Promise<T>): Promise<T> {
    const result = (running.get(key) ?? Promise.resolve()).catch(() => {}).then(change)
    running.set(key, result)
    try {
      return await result
    } finally {
      if (running.get(key) === result) running.delete(key)
    }
  }

  return {
    find: (key) => assets.get(keyOf(key)),
    all: () => [...assets.values()],
    path: (asset) => path(asset.file),
    temporary: () => path(`${unique()}.part`),

    put: (temporary, content, overwrite) =>
      exclusively(keyOf(content), async () => {
        const key = keyOf(content)
        const older = assets.get(key)
        if (older && !overwrite) return { asset: older, replaced: false, kept: true }
        const now = Date.now()
        const asset: Asset = {
          asset_id: older?.asset_id ?? unique(),
          ...content,
          version: Math.max(Math.floor(now / 1000), (older?.version ?? 0) + 1),
          created_at: older?.created_at ?? new Date(now).toISOString().replace(/\.\d+/, ''),
          file: `${unique()}.bytes`,
        }
        await rename(temporary, path(asset.file))
        const record = path(`${unique()}.part`)
        await writeFile(record, JSON.stringify(asset), { flush: true })
        await rename(record, recordPath(key))
        assets.set(key, asset)
        if (older) await rm(path(older.file))
        return { asset, replaced: older !== undefined, kept: false }
      }),

    remove: (wanted) =>
      exclusively(keyOf(wanted), async () => {
        const key = keyOf(wanted)
        const asset = assets.get(key)
        if (!asset) return false
        await rm(recordPath(key))
        assets.delete(key)
        await rm(path(asset.file))
        return true
      }),
  }
}
