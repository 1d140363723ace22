import type { JSX } from 'preact'

// what the client's hooks import from React, with the types of Preact
export { type ComponentChildren as ReactNode, createContext, createElement } from 'preact'
export { useContext, useEffect, useMemo } from 'preact/hooks'
export type ReactElement = JSX.Element
export function useSyncExternalStore<T>(
  subscribe: (onChange: () => void) => () => void,
  getSnapshot: () => T,
  getServerSnapshot?: () => T,
): T
