import { setTimeout as delay } from 'node:timers/promises'

const PAUSE_MS = 5

/** Resolves when `condition` holds, which is asked every few milliseconds. The time limit of the test ends the wait. */
export async function until(condition: () => unknown): Promise<void> {
  while (!(await condition())) await delay(PAUSE_MS)
}
