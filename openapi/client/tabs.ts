import type { User } from './operations.js'

/** What a tab tells the others: who is signed in from now on. */
export interface Message {
  user: User | undefined
}

/** What the client uses of the standard `BroadcastChannel`. */
export interface Channel {
  postMessage(message: Message): void
  addEventListener(type: 'message', listener: (event: { data: Message }) => void): void
  close(): void
}

export interface Tabs {
  tell(message: Message): void
  close(): void
}

/** Connects the tabs of one origin that use the same API; without `BroadcastChannel` each is alone. */
export function openTabs(
  Channel: (new (name: string) => Channel) | undefined,
  name: string,
  onMessage: (message: Message) => void,
): Tabs {
  const channel = Channel && new Channel(name)
  channel?.addEventListener('message', ({ data }) => onMessage(data))
  return { tell: (message) => channel?.postMessage(message), close: () => channel?.close() }
}
