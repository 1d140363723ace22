import { createRequire } from 'node:module'
import type { Raw } from '../config/environment.js'

const require = createRequire(import.meta.url)

/** The domain and the origins that passkeys are bound to. */
export interface RelyingParty {
  /** The domain of the passkeys (WebAuthn: RP ID). */
  id: string
  /** The origins of pages and native apps that may use them. */
  origins: string[]
}

type Sources = Pick<Raw, 'CORS_ORIGINS' | 'PASSKEY_ORIGINS'> & { PUBLIC_URL: string }

/** Returns true for an origin that browsers give passkeys of a domain to: a secure one of the domain or below it. */
export function isOriginOf(id: string, origin: string): boolean {
  const { protocol, hostname } = new URL(origin)
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  const isSecure = protocol === 'https:' || (protocol === 'http:' && isLocal)
  return isSecure && (hostname === id || hostname.endsWith(`.${id}`))
}

/**
 * Returns the domain of the passkeys: the registrable domain of `PUBLIC_URL` by the Public Suffix List, so that the passkeys of the API's
 * site work on all its pages; the host itself if it has none, as `localhost`. It depends on nothing else, because with another domain every
 * passkey would be lost.
 */
export function relyingPartyIdOf(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  if (hostname === 'localhost') return hostname
  // the list takes long to load, which a trial needn't wait for
  const { getDomain } = require('tldts') as typeof import('tldts')
  return getDomain(hostname, { allowPrivateDomains: true }) ?? hostname
}

/** Returns the relying party, which the configuration alone determines. */
export function relyingPartyOf({ PUBLIC_URL, CORS_ORIGINS, PASSKEY_ORIGINS }: Sources): RelyingParty {
  const id = relyingPartyIdOf(PUBLIC_URL)
  const pages = [new URL(PUBLIC_URL).origin, ...CORS_ORIGINS].filter((origin) => isOriginOf(id, origin))
  return { id, origins: [...new Set([...pages, ...PASSKEY_ORIGINS])] }
}
