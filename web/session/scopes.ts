import type { components } from '@coffer/client'

export type Permission = components['schemas']['Permission']

/** A missing permission doesn't compile. */
const KNOWN: Record<Permission, true> = {
  'users:read': true,
  'users:write': true,
  'users:delete': true,
  'assets:read': true,
  'assets:delete': true,
  'audit:read': true,
  'mails:read': true,
  'mails:write': true,
  'keys:read': true,
  'keys:write': true,
  'webhooks:read': true,
  'webhooks:write': true,
}

/** The permissions, in the order of the contract. */
export const PERMISSIONS = Object.keys(KNOWN) as Permission[]

/** Scopes of API keys that are no permissions. */
export const OWN_SCOPES = ['me:read', 'files:read', 'files:write', 'files:delete'] as const
