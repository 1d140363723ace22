import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

export interface LoadState<T> {
  /** The value of the last load that succeeded. */
  value: T | undefined
  error: unknown
  isLoading: boolean
  reload(): void
  /** Replaces the value, after a change that returned the new one. */
  set(value: T): void
}

/** Loads a value when the component appears and when `key` changes. A load that is not needed any more is aborted. */
export function useLoad<T>(load: (signal: AbortSignal) => Promise<T>, key = ''): LoadState<T> {
  const [state, setState] = useState<{ value?: T; error?: unknown; isLoading: boolean }>({ isLoading: true })
  const [count, setCount] = useState(0)
  const loader = useRef(load)
  loader.current = load
  useEffect(() => {
    const controller = new AbortController()
    setState(({ value }) => ({ ...(value !== undefined && { value }), isLoading: true }))
    loader.current(controller.signal).then(
      (value) => !controller.signal.aborted && setState({ value, isLoading: false }),
      (error) => !controller.signal.aborted && setState({ error, isLoading: false }),
    )
    return () => controller.abort()
  }, [key, count])
  const reload = useCallback(() => setCount((before) => before + 1), [])
  const set = useCallback((value: T) => setState({ value, isLoading: false }), [])
  return { value: state.value, error: state.error, isLoading: state.isLoading, reload, set }
}

interface Page<Item> {
  items: Item[]
  nextCursor: string | null
  total?: number
}

export interface PagesState<Item> {
  items: Item[]
  total: number | undefined
  error: unknown
  /** True while the first page is loading. */
  isLoading: boolean
  isLoadingMore: boolean
  hasMore: boolean
  loadMore(): void
  reload(): void
  /** Replaces the loaded items, after a change of some of them. */
  change(change: (items: Item[]) => Item[]): void
}

/** Loads a list page by page. It begins anew when `key`, which stands for the filters, changes. */
export function usePages<Item>(
  load: (page: { cursor?: string }, signal: AbortSignal) => Promise<Page<Item>>,
  key = '',
): PagesState<Item> {
  const [items, setItems] = useState<Item[]>([])
  const [total, setTotal] = useState<number>()
  const [cursor, setCursor] = useState<string | null>(null)
  const [running, setRunning] = useState<'first' | 'more' | undefined>('first')
  const [error, setError] = useState<unknown>()
  const [count, setCount] = useState(0)
  const loader = useRef(load)
  loader.current = load
  const controller = useRef(new AbortController())

  const run = useCallback(async (from: string | undefined) => {
    controller.current.abort()
    controller.current = new AbortController()
    const { signal } = controller.current
    setRunning(from === undefined ? 'first' : 'more')
    setError(undefined)
    try {
      const page = await loader.current(from === undefined ? {} : { cursor: from }, signal)
      if (signal.aborted) return
      setItems((before) => (from === undefined ? page.items : [...before, ...page.items]))
      setCursor(page.nextCursor)
      setTotal(page.total)
    } catch (problem) {
      if (signal.aborted) return
      setError(problem)
    }
    setRunning(undefined)
  }, [])

  useEffect(() => {
    void run(undefined)
    return () => controller.current.abort()
  }, [key, count])

  return {
    items,
    total,
    error,
    isLoading: running === 'first',
    isLoadingMore: running === 'more',
    hasMore: cursor !== null,
    loadMore: () => {
      if (cursor !== null && running === undefined) void run(cursor)
    },
    reload: () => setCount((before) => before + 1),
    change: setItems,
  }
}
