import { createClient } from '@coffer/client'
import { at } from '../settings.js'

const listeners = new Set<() => void>()
let isFactorRequired = false

/** True if the server has refused a call because the account must have a second factor first. */
export const factorRequired = {
  get: () => isFactorRequired,
  set(next: boolean) {
    if (next === isFactorRequired) return
    isFactorRequired = next
    for (const listener of listeners) listener()
  },
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
}

async function noteRefusal(response: Response) {
  const problem = (await response.json()) as { code?: string }
  if (problem.code === 'FACTOR_REQUIRED') factorRequired.set(true)
}

/** The client of these pages. The session is in memory and in the httpOnly cookie. */
export const client = createClient({
  baseUrl: at('') || '/',
  async fetch(url, init) {
    const response = await fetch(url, init)
    if (response.status === 403) void noteRefusal(response.clone())
    return response
  },
})

/** True after somebody has signed out on purpose, until somebody signs in. */
export const departure = { isChosen: false }

client.onChange((user) => {
  factorRequired.set(false)
  if (user) departure.isChosen = false
})

/** Ends the session, in every tab. */
export async function signOut() {
  departure.isChosen = true
  try {
    await client.logout()
  } catch (error) {
    departure.isChosen = false
    throw error
  }
}
