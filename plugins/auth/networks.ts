import ipaddr from 'ipaddr.js'
import { type FieldError, Problem } from '../../openapi/errors.js'

/** Returns an address or a network as the network that it is, such as `203.0.113.0/24`; undefined if the text is neither. */
function canonical(entry: string): string | undefined {
  const [address = ''] = entry.split('/')
  // a zone has a meaning on one machine only
  if (address.includes('%') || !(ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)))
    return undefined
  if (entry === address) {
    const parsed = ipaddr.process(address)
    return `${parsed}/${parsed.kind() === 'ipv4' ? 32 : 128}`
  }
  if (!ipaddr.isValidCIDR(entry)) return undefined
  const [parsed, bits] = ipaddr.parseCIDR(entry)
  const { IPv4, IPv6 } = ipaddr
  const network = parsed.kind() === 'ipv4' ? IPv4.networkAddressFromCIDR(entry) : IPv6.networkAddressFromCIDR(entry)
  return `${network}/${bits}`
}

/**
 * Returns addresses and networks in their canonical form (CIDR).
 * @throws Problem VALIDATION_FAILED with the place of each entry that is neither
 */
export function toNetworks(entries: readonly string[]): string[] {
  const networks = entries.map(canonical)
  const errors: FieldError[] = [...networks.entries()]
    .filter(([, network]) => network === undefined)
    .map(([index]) => ({
      pointer: `/allowedNetworks/${index}`,
      code: 'format',
      message: 'must be an IP address or a network such as 203.0.113.0/24',
    }))
  if (errors.length > 0) throw new Problem('VALIDATION_FAILED', { errors })
  return [...new Set(networks as string[])]
}

/** Returns whether an address is in one of the networks (CIDR), or there are none. */
export function isInNetworks(ip: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true
  const address = ipaddr.process(ip)
  return networks.some((entry) => {
    const [network, bits] = ipaddr.parseCIDR(entry)
    return address.kind() === network.kind() && address.match(network, bits)
  })
}
