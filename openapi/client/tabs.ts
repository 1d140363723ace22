import type { User } from './operations.js'

/** A message to the other tabs: the user who is signed in from now on. */
export interface Message {
  user: User | undefined
}

/** The part of the standard `BroadcastChannel` that the client uses. */
export interface Channel {
  postMessage(message: Message): void
  addEventListener(type: 'message', listener: (event: { data: Message }) => void): void
  close(): void
}

export interface Tabs {
  tell(message: Message): void
  close(): void
}

/** Connects the tabs of one origin that use the same API. Without `BroadcastChannel`, each tab is on its own. */
export function openTabs(
  Channel: (new (name: string) => Channel) | undefined,
  name: string,
  onMessage: (message: Message) => void,
): Tabs {
  const channel = Channel && new Channel(name)
  channel?.addEventListener('message', ({ data }) => onMessage(data))
  return { tell: (message) => channel?.postMessage(message), close: () => channel?.close() }
}
