import type { User } from '@coffer/client'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Permission } from '../session/scopes.js'

export const isAdmin = (user: User) => user.role === 'admin'

/** Returns true if an account has a permission, by its role or by its own permissions. */
export const may = (user: User, permission: Permission) => isAdmin(user) || user.permissions.includes(permission)

/** The person who is signed in to the console. */
export const Viewer = createContext<User | undefined>(undefined)

export function useViewer(): User {
  const user = useContext(Viewer)
  if (!user) throw new Error('There is no Viewer above this component.')
  return user
}

/** Returns a function that tells if the person who is signed in has a permission. */
export function useMay() {
  const user = useViewer()
  return (permission: Permission) => may(user, permission)
}
