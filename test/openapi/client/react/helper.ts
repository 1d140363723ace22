import type { Test } from 'tap'
import type { Client } from '../../../../openapi/client/index.js'
import { watch } from '../helper.js'

interface Store<S> {
  subscribe(listener: () => void): () => void
  getSnapshot(): S
}

/** Subscribes as a component does, and counts the changes. */
export function mount<S>(t: Test, store: Store<S>) {
  const listeners = new Set<() => void>()
  let changes = 0
  const stop = store.subscribe(() => {
    changes++
    for (const listener of listeners) listener()
  })
  t.teardown(stop)
  /** Resolves to the first state, from the present one on, that is as wanted. */
  const when = (isWanted: (state: S) => boolean): Promise<S> =>
    new Promise((resolve) => {
      const look = () => {
        const state = store.getSnapshot()
        if (!isWanted(state)) return
        listeners.delete(look)
        resolve(state)
      }
      listeners.add(look)
      look()
    })
  return { stop, when, changes: () => changes, state: store.getSnapshot }
}

/** A fetch that keeps back requests, or their answers, until they are released. */
export function gate() {
  const held: { route: string; release(): void }[] = []
  let holds: (route: string) => boolean = () => false
  const { fetch, sent } = watch(async (send, route) => {
    if (!holds(route)) return send()
    const answer = send()
    await new Promise<void>((resolve) => held.push({ route, release: resolve }))
    return answer
  })
  return {
    fetch,
    sent,
    held,
    hold(route: string | undefined) {
      holds = (other) => other === route
    },
    release() {
      for (const { release } of held.splice(0)) release()
    },
  }
}

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')
export const picture = (name: string) => new File([PIXEL], name, { type: 'image/gif' })

export const keep = (client: Client, ...names: string[]) =>
  client.uploadAssets({ tags: ['sea'], visibility: 'public', file: names.map(picture) })
