import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import proxyAddr from '@fastify/proxy-addr'
import fp from 'fastify-plugin'
import ipaddr from 'ipaddr.js'

/** `address`, `address:port`, `[address]` or `[address]:port`, of which the brackets belong to IPv6. */
const ENTRY = /^(?:\[([^\]]+)\](?::\d+)?|([^:]+)(?::\d+)?|(.+))$/

/** The address of one entry of X-Forwarded-For without its port and brackets; undefined if the entry holds none. */
function addressIn(entry: string): string | undefined {
  const [, bracketed, withPort, bare] = ENTRY.exec(entry.trim()) ?? []
  const [address = ''] = (bracketed ?? withPort ?? bare ?? '').split('%', 1)
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString()
}

/**
 * Rewrites X-Forwarded-For to plain addresses: some proxies (Azure, IIS) append the port. An entry that holds no address ends the
 * list, because no one can say who wrote what stands to the left of it.
 */
function normalizeForwardedFor({ headers }: IncomingMessage): void {
  const header = headers['x-forwarded-for']
  if (header === undefined) return
  const addresses: string[] = []
  for (const entry of [header].flat().join().split(',').reverse()) {
    const address = addressIn(entry)
    if (address === undefined) break
    addresses.unshift(address)
  }
  if (addresses.length > 0) headers['x-forwarded-for'] = addresses.join(', ')
  else delete headers['x-forwarded-for']
}

/** The address of the client of a request that no hook has seen, as `request.ip` says it for all others. */
export function clientAddress(raw: IncomingMessage, trustedProxies: readonly string[]): string {
  normalizeForwardedFor(raw)
  return proxyAddr(raw, proxyAddr.compile([...trustedProxies]))
}

/**
 * Makes `request.ip` an address whatever form a proxy gives it, and warns once about a proxy that `TRUST_PROXY` doesn't name: all
 * its clients would share one rate limit.
 */
export default fp(
  async (app) => {
    let isWarned = false
    app.addHook('onRequest', (request, _reply, done) => {
      normalizeForwardedFor(request.raw)
      const isForwarded = request.raw.headers['x-forwarded-for'] !== undefined
      // a trusted peer adds at least one address to that of the socket
      if (isForwarded && !isWarned && (request.ips?.length ?? 1) === 1) {
        isWarned = true
        const peer = request.raw.socket.remoteAddress
        app.log.warn(
          { peer },
          'X-Forwarded-For comes from an address that TRUST_PROXY does not name: if it is your proxy, all its clients share one rate limit',
        )
      }
      done()
    })
  },
  { name: 'client-address' },
)
