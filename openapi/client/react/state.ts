/** A state that never changes in place, and that `useSyncExternalStore` can follow. */
export function createState<S extends object>(initial: S) {
  let state = initial
  const listeners = new Set<() => void>()
  return {
    getSnapshot: () => state,
    set(changes: Partial<S>) {
      state = { ...state, ...changes }
      for (const listener of listeners) listener()
    },
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

/** Returns a function that creates one object for each client, whatever component asks. */
export function onePer<C extends object, T>(create: (client: C) => T): (client: C) => T {
  const created = new WeakMap<C, T>()
  return (client) => {
    const known = created.get(client)
    if (known !== undefined) return known
    const fresh = create(client)
    created.set(client, fresh)
    return fresh
  }
}
