import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const PREFIX = 'cof_'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LENGTH = 34
const CHECKSUM_LENGTH = 6
const FORM = new RegExp(`^${PREFIX}([0-9A-Za-z]{${RANDOM_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`)
/** Characters of a secret that are stored and shown. The other 26 random ones have 154 bits. */
const SHOWN_LENGTH = PREFIX.length + 8

/** Returns the CRC-32 of a text as six base62 digits, so that a scanner can tell a secret from similar text without the server. */
function checksum(text: string): string {
  let digits = ''
  for (let value = crc32(text); digits.length < CHECKSUM_LENGTH; value = Math.floor(value / DIGITS.length)) {
    digits = DIGITS.charAt(value % DIGITS.length) + digits
  }
  return digits
}

/** Creates the secret of an API key: `cof_`, 34 random base62 digits (202 bits) and their checksum. */
export function newSecret(): string {
  const random = Array.from({ length: RANDOM_LENGTH }, () => DIGITS.charAt(randomInt(DIGITS.length))).join('')
  return PREFIX + random + checksum(random)
}

/** Returns whether a bearer token claims to be an API key; no access token begins so. */
export const isApiKey = (token: string) => token.startsWith(PREFIX)

/** Returns whether a text has the form and the checksum of an API key. */
export function isWellFormed(secret: string): boolean {
  const [, random, end] = FORM.exec(secret) ?? []
  return random !== undefined && checksum(random) === end
}

/** Returns the part of a secret that is stored and shown. */
export const prefixOf = (secret: string) => secret.slice(0, SHOWN_LENGTH)
