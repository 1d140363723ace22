/**
 * Stores the refresh token where there is no cookie jar. A token is saved before it is used, so that a crash never loses the newest
 * one.
 */
export interface TokenStore {
  load(): string | undefined | null | Promise<string | undefined | null>
  /** @param replaced the token that this one replaces; undefined after a sign-in */
  save(token: string, replaced?: string): unknown
  clear(): unknown
  /** The deviceToken of the last sign-in, which keeps others from locking this device out. `clear` leaves it. */
  loadDevice?(): string | undefined | null | Promise<string | undefined | null>
  saveDevice?(deviceToken: string): unknown
  /** Runs `act` while no other process does. Required if several processes share the store. */
  lock?<T>(act: () => Promise<T>): Promise<T>
}

/** Creates a store in the memory of the process. */
export function memoryStore(token?: string): TokenStore {
  let kept = token
  let device: string | undefined
  return {
    load: () => kept,
    save: (next) => {
      kept = next
    },
    clear: () => {
      kept = undefined
    },
    loadDevice: () => device,
    saveDevice: (deviceToken) => {
      device = deviceToken
    },
  }
}
