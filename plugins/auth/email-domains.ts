import { Problem } from '../../openapi/errors.js'
import type { Config } from '../config/index.js'

/**
 * Checks the domain of an address that its owner chooses. Only the same domain matches, not its subdomains.
 * @param email the canonical address
 * @throws Problem EMAIL_NOT_ALLOWED if `REGISTRATION_DOMAINS` names other domains
 */
export function requireAllowedDomain({ REGISTRATION_DOMAINS }: Config, email: string): void {
  const domain = email.slice(email.indexOf('@') + 1)
  if (REGISTRATION_DOMAINS.length > 0 && !REGISTRATION_DOMAINS.includes(domain)) throw new Problem('EMAIL_NOT_ALLOWED')
}
