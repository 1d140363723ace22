import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'
import type { Client } from '../index.js'

const Context = createContext<Client | undefined>(undefined)

/** Gives the components below it a client. Create the client once, outside of components; another client replaces it with its session. */
export function CofferProvider({ client, children }: { client: Client; children?: ReactNode }): ReactElement {
  return createElement(Context.Provider, { value: client }, children)
}

/** Returns the client of the nearest `CofferProvider`. @throws Error if there is none */
export function useCoffer(): Client {
  const client = useContext(Context)
  if (!client) throw new Error('There is no CofferProvider above this component.')
  return client
}
