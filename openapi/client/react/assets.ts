import { ApiError, type Client, type components, type Input, type Output } from '../index.js'
import { sessionOf } from './session.js'
import { createState, onePer } from './state.js'

export type Asset = components['schemas']['Asset']
/** The filters, the order and the page size of a list of files. */
export type AssetQuery = Omit<Input<'listAssets'>, 'cursor'>

export interface AssetListState {
  /** The files loaded so far, without those that are being removed. */
  items: readonly Asset[]
  /** The number of all files, if the query asks for the `total`. */
  total: number | undefined
  /** `true` while the first page is loaded or loaded again. The previous items stay until then. */
  isLoading: boolean
  isLoadingMore: boolean
  /** `true` if there is another page. */
  hasMore: boolean
  /** Why the last page could not be loaded. */
  error: unknown
}

export interface AssetListActions {
  /** Loads the next page. Does nothing while a page is loading or if there is none. */
  loadMore(): Promise<void>
  /** Loads the list again, as many items as it has. */
  refresh(): Promise<void>
  /** Deletes a file. It leaves every list of the client at once, and returns if the call rejects. */
  remove(assetId: string): Promise<void>
}

/** The state before anything is loaded, on a server and during hydration too. */
export const LOADING: AssetListState = {
  items: [],
  total: undefined,
  isLoading: true,
  isLoadingMore: false,
  hasMore: false,
  error: undefined,
}

/** After these errors the file does not exist any more: of a file whose store failed, only the bytes are removed later. */
const GONE = new Set(['NOT_FOUND', 'STORAGE_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_TIMEOUT'])

/** A change of a client's files that concerns each of its lists. */
export const changesOf = onePer((_client: Client) =>
  createState({
    /** The ids of the files that are removed or being removed. */
    removed: new Set<string>() as ReadonlySet<string>,
    /** Rises when files were added. */
    additions: 0,
  }),
)

/** Creates a list of the signed-in user's files. It is loaded while somebody subscribes, and again when somebody else signs in. */
export function createAssetList(client: Client) {
  const session = sessionOf(client)
  const changes = changesOf(client)
  const state = createState(LOADING)
  let query: AssetQuery = {}
  let owner: string | undefined
  let additions = 0
  /** All loaded items, also those that are being removed. */
  let loaded: Asset[] = []
  let total: number | undefined
  let cursor: string | null | undefined
  let running = new AbortController()
  let isActive = false

  function show(also: Partial<AssetListState> = {}) {
    const { removed } = changes.getSnapshot()
    const items = loaded.filter(({ id }) => !removed.has(id))
    const hidden = loaded.length - items.length
    state.set({ items, total: total && total - hidden, hasMore: typeof cursor === 'string', ...also })
  }

  async function load(what: 'first page' | 'same pages' | 'next page'): Promise<void> {
    running.abort()
    running = new AbortController()
    const { signal } = running
    const isMore = what === 'next page'
    const wanted = what === 'same pages' ? loaded.length : 0
    const found = isMore ? [...loaded] : []
    show({ isLoading: !isMore, isLoadingMore: isMore, error: undefined })
    try {
      let next = isMore ? cursor : undefined
      let page: Output<'listAssets'>
      do {
        page = await client.listAssets({ ...query, ...(typeof next === 'string' && { cursor: next }) }, { signal })
        found.push(...page.items)
        next = page.nextCursor
      } while (next && found.length < wanted)
      signal.throwIfAborted()
      // a file that moves between two pages is on both
      loaded = [...new Map(found.map((asset) => [asset.id, asset])).values()]
      total = page.total
      cursor = next
      show({ isLoading: false, isLoadingMore: false })
    } catch (error) {
      if (!signal.aborted) show({ isLoading: false, isLoadingMore: false, error })
    }
  }

  function followSession() {
    const { status, user, error } = session.getSnapshot()
    if (user && user.id === owner) return
    running.abort()
    owner = user?.id
    loaded = []
    total = cursor = undefined
    if (user) void load('first page')
    else show({ isLoading: status === 'loading' && error === undefined, isLoadingMore: false, error })
  }

  function followChanges() {
    const now = changes.getSnapshot()
    if (now.additions !== additions && owner !== undefined) void load('same pages')
    else show()
    additions = now.additions
  }

  const actions: AssetListActions = {
    async loadMore() {
      const { isLoading, isLoadingMore, hasMore } = state.getSnapshot()
      if (hasMore && !isLoading && !isLoadingMore) await load('next page')
    },
    refresh: () => (owner === undefined ? session.actions.restore() : load('same pages')),
    async remove(assetId) {
      const mark = (isRemoved: boolean) => {
        const removed = new Set(changes.getSnapshot().removed)
        if (isRemoved) removed.add(assetId)
        else removed.delete(assetId)
        changes.set({ removed })
      }
      mark(true)
      try {
        await client.deleteAsset({ assetId })
      } catch (error) {
        if (error instanceof ApiError && GONE.has(error.code)) return
        mark(false)
        throw error
      }
    },
  }

  return {
    actions,
    getSnapshot: state.getSnapshot,
    /** Sets what is listed. The items of the previous query stay until those of the new one are loaded. */
    setQuery(next: AssetQuery) {
      query = next
      if (isActive && owner !== undefined) void load('first page')
    },
    subscribe(listener: () => void): () => void {
      isActive = true
      additions = changes.getSnapshot().additions
      const stops = [state.subscribe(listener), session.subscribe(followSession), changes.subscribe(followChanges)]
      const known = owner
      followSession()
      if (known !== undefined && owner === known) void load('same pages')
      return () => {
        isActive = false
        for (const stop of stops) stop()
        running.abort()
      }
    },
  }
}
