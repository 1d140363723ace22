'use client'

import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { type AssetListActions, type AssetListState, type AssetQuery, createAssetList, LOADING } from './assets.js'
import { useCoffer } from './provider.js'
import { type SessionActions, type SessionState, sessionOf, UNKNOWN } from './session.js'
import { createUploads, NO_UPLOADS, type UploadsActions, type UploadsState } from './uploads.js'

export type { Asset, AssetListActions, AssetListState, AssetQuery } from './assets.js'
export { CofferProvider, useCoffer } from './provider.js'
export type { SessionActions, SessionState } from './session.js'
export type { Upload, UploadsActions, UploadsState } from './uploads.js'

/** Returns who is signed in, follows every tab, and signs in and out. All components of one client share this state. */
export function useSession(): SessionState & SessionActions {
  const session = sessionOf(useCoffer())
  const state = useSyncExternalStore(session.subscribe, session.getSnapshot, () => UNKNOWN)
  return { ...state, ...session.actions }
}

/**
 * Returns the files of the signed-in user, page by page. The list is loaded again after uploads by {@link useUpload}, and when `query`
 * or the user changes; the items stay until then.
 */
export function useAssets(query: AssetQuery = {}): AssetListState & AssetListActions {
  const client = useCoffer()
  const list = useMemo(() => createAssetList(client), [client])
  // an equal query of the next rendering must not load the list again
  const key = JSON.stringify(query)
  // before the subscription, which loads what the query says
  useEffect(() => list.setQuery(JSON.parse(key)), [list, key])
  const state = useSyncExternalStore(list.subscribe, list.getSnapshot, () => LOADING)
  return { ...state, ...list.actions }
}

/** Uploads files with progress. Uploads belong to the component: they are cancelled when it is removed, or somebody else signs in. */
export function useUpload(): UploadsState & UploadsActions {
  const client = useCoffer()
  const uploads = useMemo(() => createUploads(client), [client])
  const state = useSyncExternalStore(uploads.subscribe, uploads.getSnapshot, () => NO_UPLOADS)
  return { ...state, ...uploads.actions }
}
