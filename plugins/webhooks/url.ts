import { Problem } from '../../openapi/errors.js'
import type { Networks } from './networks.js'

/** Ports above 1023 that browsers refuse, because other protocols live there (Fetch standard, "port blocking"). */
const BAD_PORTS = [1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080]

function isSanePort({ port }: URL): boolean {
  const number = Number(port)
  if (port === '' || number === 80 || number === 443) return true
  return number > 1023 && !BAD_PORTS.includes(number) && !(number >= 6665 && number <= 6669)
}

const refuse = (detail: string) => new Problem('WEBHOOK_URL_NOT_ALLOWED', { detail })

/**
 * Returns the URL that a webhook may be delivered to, as far as that is known before a delivery.
 * @throws Problem WEBHOOK_URL_NOT_ALLOWED with the reason
 */
export async function toEndpoint(text: string, networks: Networks, isProduction: boolean): Promise<URL> {
  if (!URL.canParse(text)) throw refuse('The URL cannot be parsed.')
  const url = new URL(text)
  const protocols = isProduction ? ['https:'] : ['https:', 'http:']
  if (!protocols.includes(url.protocol)) throw refuse('The URL must be an https URL.')
  if (url.username || url.password) throw refuse('The URL must not contain a user or a password.')
  if (!isSanePort(url))
    throw refuse('The URL must have no port, 80, 443, or one above 1023 that no other protocol uses.')
  // a name that does not resolve now may resolve later, and is checked again then
  const addresses = await networks.addressesOf(url.hostname).catch(() => [])
  if (addresses.length > 0 && !addresses.some(({ address }) => networks.isAllowed(address))) {
    throw refuse('The URL leads to a network that is not allowed.')
  }
  return url
}
