/** What the client uses of the Web Locks API. */
export interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, act: () => Promise<T>): Promise<T>
}

/** A tab that hangs while it holds the lock must not keep the others from ever refreshing. */
const PATIENCE = 10_000

/**
 * Runs `act` while no other tab runs one under this name. Without Web Locks, or where no lock is to be had in time, it runs at once: the server
 * answers a replaced refresh token for ten seconds with the same successor, so that tabs that refresh together don't end their session.
 */
export async function acrossTabs<T>(
  locks: Locks | undefined,
  name: string,
  act: () => Promise<T>,
  patience = PATIENCE,
): Promise<T> {
  if (!locks) return act()
  let isHeld = false
  try {
    return await locks.request(name, { signal: AbortSignal.timeout(patience) }, () => {
      isHeld = true
      return act()
    })
  } catch (error) {
    if (isHeld) throw error
    return act()
  }
}

/** Runs what it is given one after the other. */
export function queue() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(act: () => Promise<T>): Promise<T> => {
    const run = last.then(act)
    last = run.catch(() => {})
    return run
  }
}
