import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

export interface Address {
  address: string
  family: 4 | 6
}

/** Each query of a name server; a second one follows. */
export const DNS_TIMEOUT_MS = 2_000

const LOOPBACK: Address[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
]

/** IPv6 addresses beyond this network are not assigned to anybody (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]
/** Azure's metadata and name service, which has a public address. */
const WIRE_SERVER = '168.63.129.16'

function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast' || address.toString() === WIRE_SERVER) return false
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(GLOBAL_UNICAST)
}

/** Tells which addresses webhooks may be delivered to, and finds those of a host. */
export function createNetworks(allowed: readonly string[], nameServers?: string[]) {
  const networks = allowed.map((entry) =>
    ipaddr.parseCIDR(entry.includes('/') ? entry : `${entry}/${isIP(entry) === 4 ? 32 : 128}`),
  )
  // not getaddrinfo: it takes one of the few threads that hash passwords for as long as a name server is silent
  const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 })
  if (nameServers) resolver.setServers(nameServers)

  /**
   * Returns whether webhooks may be delivered to an address: a public one, or one in a network that the operator allows. An IPv4 address
   * within an IPv6 one is refused, except in its mapped form, which is the IPv4 address itself.
   */
  function isAllowed(text: string): boolean {
    const address = ipaddr.process(text)
    const isListed = networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    )
    return isListed || isPublic(address)
  }

  /**
   * Returns the addresses of a host, which is a name or an address. Names are looked up in DNS, never in the hosts file.
   * @throws Error with the code of the look-up, such as ENOTFOUND
   */
  async function addressesOf(hostname: string): Promise<Address[]> {
    const host = hostname.replace(/^\[|\]$/g, '')
    const family = isIP(host)
    if (family !== 0) return [{ address: host, family: family as 4 | 6 }]
    // RFC 6761, 6.3
    if (/^(.+\.)?localhost\.?$/.test(host)) return LOOPBACK
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const found = [
      ...(v4.status === 'fulfilled' ? v4.value.map((address) => ({ address, family: 4 as const })) : []),
      /* c8 ignore next -- the names that tests resolve have no IPv6 address */
      ...(v6.status === 'fulfilled' ? v6.value.map((address) => ({ address, family: 6 as const })) : []),
    ]
    if (found.length === 0) throw (v4 as PromiseRejectedResult).reason
    return found
  }

  return { isAllowed, addressesOf }
}

export type Networks = ReturnType<typeof createNetworks>
