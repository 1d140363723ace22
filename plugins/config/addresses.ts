import { domainToASCII } from 'node:url'
import ipaddr from 'ipaddr.js'
import { parseSender } from '../mailer/sender.js'
import { type Fallback, type Refuse, split, type Variable } from './forms.js'

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** An URL as the services' drivers take it, MongoDB's with several hosts too. */
function checkUrl(text: string, schemes: readonly string[], refuse: Refuse) {
  const [placeholder] = /<[^>]*>/.exec(text) ?? []
  if (placeholder) return refuse(text, `replace ${placeholder} by its value`)
  const [, scheme = '', authority = '', rest = ''] = /^([a-z+]+):\/\/([^/?#\s]*)(\S*)$/.exec(text) ?? []
  if (!schemes.includes(scheme)) return refuse(text)
  const [hosts = '', ...credentials] = authority.split('@').reverse()
  const isUrl = hosts.split(',').every((host) => host !== '' && URL.canParse(`${scheme}://${host}${rest}`))
  // a delimiter inside a password ends the authority before the "@" that belongs to it
  const isCut = isUrl ? /^[/?#][^=]*@/.test(rest) : rest.includes('@')
  if (isCut || credentials.some((part) => !isDecodable(part))) {
    return refuse(text, 'percent-encode the user and the password: / is %2F, # is %23, ? is %3F, @ is %40, % is %25')
  }
  if (!isUrl) refuse(text)
}

/** The URL of a service; it may hold a password. */
export function serviceUrl(schemes: readonly string[], example: string, description: string) {
  const variable: Variable<string | undefined> = {
    description,
    form: `a URL such as ${example}`,
    isSecret: true,
    parse(value, refuse) {
      checkUrl(value, schemes, refuse)
      return value
    },
  }
  return variable
}

/** One e-mail address; with a display name, unless `isBare` is set. */
export function mailAddress(
  example: string,
  description: string,
  { isBare = false } = {},
): Variable<string | undefined> {
  return {
    description,
    form: `an address such as ${example}`,
    isSecret: false,
    parse(value, refuse) {
      const sender = parseSender(value)
      if (!sender || (isBare && sender.address !== value)) refuse(value)
      return value
    },
  }
}

/** The URL of an HTTP API, without the slash at its end. */
export function publicUrl(description: string): Variable<string | undefined> {
  return {
    description,
    form: 'a URL such as https://api.example.com',
    isSecret: false,
    parse(value, refuse) {
      const isPlain = /^https?:\/\/[^\s@?#]+$/.test(value) && URL.canParse(value)
      if (!isPlain) refuse(value)
      return isPlain ? value.replace(/\/$/, '') : undefined
    },
  }
}

/** The https URL of an image that others load. */
export function imageUrl(description: string): Variable<string | undefined> {
  return {
    description,
    form: 'a URL such as https://example.com/logo.png',
    isSecret: false,
    parse(value, refuse) {
      const isPlain = /^https:\/\/[^\s@"'<>\\]{1,2000}$/.test(value) && URL.canParse(value)
      if (!isPlain) refuse(value)
      return isPlain ? new URL(value).href : undefined
    },
  }
}

/** The URL of a page that a mail may link to. A fragment would hide the parameters behind it from the server of the page. */
export function pageUrl(description: string): Variable<string | undefined> {
  return {
    description,
    form: 'a URL such as https://app.example.com/join',
    isSecret: false,
    parse(value, refuse) {
      const isPlain = /^https?:\/\/[^\s@#]+$/.test(value) && URL.canParse(value)
      if (!isPlain) refuse(value)
      return isPlain ? value : undefined
    },
  }
}

/**
 * Reads the domains of e-mail addresses in the form in which addresses have them: in lower case, international ones in Punycode
 * (RFC 5891).
 */
export function mailDomains(description: string): Variable<string[]> & Fallback {
  return {
    description,
    form: 'domains such as example.com',
    fallback: '',
    isSecret: false,
    parse(text, refuse) {
      return split(text).map((entry) => {
        const domain = domainToASCII(entry)
        const isDomain = /^[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))+$/.test(domain)
        const isAddress = /^\d+(?:\.\d+){3}$/.test(domain)
        if (entry.startsWith('*.') || entry.startsWith('.')) refuse(entry, 'name each subdomain')
        else if (entry.includes('@')) refuse(entry, `write ${entry.slice(entry.indexOf('@') + 1)}`)
        else if (!isDomain || isAddress) refuse(entry)
        return domain
      })
    },
  }
}

/** Refuses what is no network: `ipaddr.js` and Fastify read a bare number as an address, Express as a count of proxies. */
export function checkNetwork(entry: string, refuse: Refuse) {
  const [address = ''] = entry.split('/')
  const isAddress = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address)
  if (isAddress && (entry === address || ipaddr.isValidCIDR(entry))) return
  refuse(entry, /^\d+$/.test(entry) ? 'a number of proxies is not supported, write their addresses' : undefined)
}

/**
 * Refuses what no browser sends as `Origin`, which is compared literally. Pages of apps and of browser extensions have schemes of
 * their own, whose origins the URL standard does not define.
 */
export function checkOrigin(entry: string, refuse: Refuse) {
  if (entry.includes('*')) return refuse(entry, 'there is no wildcard, name each origin')
  if (!URL.canParse(entry)) return refuse(entry)
  const { origin, protocol, host, username, password } = new URL(entry)
  if (host === '' || username || password) return refuse(entry)
  const literal = origin === 'null' ? `${protocol}//${host.toLowerCase()}` : origin
  if (literal === entry) return
  const ending = entry === `${literal}/` ? ', without the / at its end' : ''
  refuse(entry, `write ${literal}${ending}`)
}

/** The origin of an Android app (FIDO AppID and Facet Specification: the SHA-256 of the certificate that it is signed with). */
const ANDROID_ORIGIN = /^android:apk-key-hash:[\w-]{43}$/

/** Refuses what no native app has as its origin: apps of Android have one of their own, those of Apple that of their associated domain. */
export function checkPasskeyOrigin(entry: string, refuse: Refuse) {
  if (entry.startsWith('https://')) checkOrigin(entry, refuse)
  else if (!ANDROID_ORIGIN.test(entry)) refuse(entry)
}
