import { useState } from 'preact/hooks'

/** Milliseconds for which a step is kept: the life of a challenge. */
const LIFE = 30 * 60_000

/**
 * Returns a state that outlives a reload in this tab, for a while: a step that somebody has reached. It must hold no password, code or token.
 */
export function useKept<T>(name: string): [T | undefined, (value: T | undefined) => void] {
  const key = `coffer:step:${name}`
  const [value, setValue] = useState<T | undefined>(() => read<T>(key))
  function set(next: T | undefined) {
    setValue(next)
    try {
      if (next === undefined) sessionStorage.removeItem(key)
      else sessionStorage.setItem(key, JSON.stringify({ at: Date.now(), value: next }))
    } catch {
      // storage may be blocked: a reload then loses the step
    }
  }
  return [value, set]
}

function read<T>(key: string): T | undefined {
  try {
    const { at, value } = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    return Date.now() - at < LIFE ? value : undefined
  } catch {
    return undefined
  }
}
