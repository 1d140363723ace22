/** The part of the Web Locks API that the client uses. */
export interface Locks {
  request<T>(name: string, options: { signal: AbortSignal }, act: () => Promise<T>): Promise<T>
}

/** Longest wait for the lock, in milliseconds: a tab that hangs must not keep the others from refreshing. */
const PATIENCE = 10_000

/**
 * Runs `act` while no other tab runs one under this name. Without Web Locks, or if the lock is not available in time, runs it at once:
 * for a grace period the server returns the same successor for a replaced refresh token, so parallel refreshes do not end the session.
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

/** Returns a function that runs the functions it is given one after the other. */
export function queue() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(act: () => Promise<T>): Promise<T> => {
    const run = last.then(act)
    last = run.catch(() => {})
    return run
  }
}
