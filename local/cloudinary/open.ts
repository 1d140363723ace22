import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Credentials, openCredentials } from './credentials.js'
import { type AssetStore, openAssetStore } from './store.js'

export interface Cloudinary {
  credentials: Credentials
  store: AssetStore
  /** The URL of the whole stand-in, known once it listens. */
  base(): string
}

/** Opens the stand-in's data under `folder`. */
export async function openCloudinary(folder: string, base: () => string): Promise<Cloudinary> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return { credentials: await openCredentials(folder), store: await openAssetStore(join(folder, 'assets')), base }
}
