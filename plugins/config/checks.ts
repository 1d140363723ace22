import { closest, distance } from 'fastest-levenshtein'
import { isOriginOf, relyingPartyIdOf } from '../auth/relying-party.js'
import { Environment, type Raw, type StandIn } from './environment.js'
import { GENERATED } from './secrets.js'

export type Name = keyof Raw
export const NAMES = Object.keys(Environment) as Name[]

/** One reason not to start. */
export interface Finding {
  variable: Name
  /** True if the variable is only unset. */
  isMissing: boolean
  text: string
}

const wrong = (variable: Name, text: string): Finding => ({ variable, isMissing: false, text })
const missing = (variable: Name, text: string): Finding => ({ variable, isMissing: true, text })

/** The variables that make a stand-in unnecessary. */
export const SUBSTITUTES = {
  database: { variable: 'MONGODB_URI', names: 'MONGODB_URI' },
  mailbox: { variable: 'SMTP_URL', names: 'SMTP_URL or GMAIL_USER' },
  cloudinary: { variable: 'CLOUDINARY_URL', names: 'CLOUDINARY_URL' },
} as const satisfies Record<StandIn, { variable: Name; names: string }>

/** The key lists without a key; a key pair takes the place of `JWT_SECRET`. */
export const missingKeys = (raw: Raw) =>
  GENERATED.filter((name) => raw[name].length === 0 && !(name === 'JWT_SECRET' && raw.JWT_PRIVATE_KEY.length > 0))

export function* checkMail(raw: Raw): Generator<Finding> {
  if (!raw.GMAIL_USER) return
  if (raw.SMTP_URL) yield wrong('SMTP_URL', 'SMTP_URL and GMAIL_USER are both set; set one.')
  for (const name of ['GMAIL_CLIENT_ID', 'GMAIL_CLIENT_SECRET', 'GMAIL_REFRESH_TOKEN'] as const) {
    if (!raw[name]) yield missing(name, `${name} is missing (GMAIL_USER is set).`)
  }
}

/** Browsers drop a SameSite=None cookie without Secure, and treat only https and localhost as secure. */
export function* checkSameSite(raw: Raw): Generator<Finding> {
  if (raw.COOKIE_SAME_SITE === 'none' && raw.PUBLIC_URL && !isSecure(raw.PUBLIC_URL)) {
    yield wrong('COOKIE_SAME_SITE', 'COOKIE_SAME_SITE=none needs an https PUBLIC_URL.')
  }
}

function isSecure(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || hostname === 'localhost'
}

/** Apps of Apple use passkeys under a domain that is associated with them, which must be that of the passkeys. */
export function* checkPasskeys(raw: Raw): Generator<Finding> {
  if (!raw.PUBLIC_URL) return
  const id = relyingPartyIdOf(raw.PUBLIC_URL)
  for (const origin of raw.PASSKEY_ORIGINS) {
    if (!origin.startsWith('https:') || isOriginOf(id, origin)) continue
    yield wrong(
      'PASSKEY_ORIGINS',
      `PASSKEY_ORIGINS names ${origin}, which is not on ${id}, the domain of the passkeys.`,
    )
  }
}

export function* checkProduction(raw: Raw, standIns: readonly StandIn[]): Generator<Finding> {
  for (const name of missingKeys(raw)) {
    yield missing(
      name,
      `${name} is missing: make one with \`openssl rand -base64 32\`, or all with \`deploy/make-secrets\`.`,
    )
  }
  yield* checkDatabase(raw)
  for (const name of standIns) {
    if (name !== 'database' && !raw.LOCAL_SERVICES.includes(name)) yield isMissing(SUBSTITUTES[name])
  }
  if (!raw.PUBLIC_URL) yield isMissing({ variable: 'PUBLIC_URL', names: 'PUBLIC_URL' })
  else if (!isSecure(raw.PUBLIC_URL)) yield wrong('PUBLIC_URL', 'PUBLIC_URL must be https.')
  if (raw.INVITATION_URL && !isSecure(raw.INVITATION_URL)) {
    yield wrong('INVITATION_URL', 'INVITATION_URL must be https.')
  }
  if (!raw.MAIL_FROM && !raw.GMAIL_USER) yield isMissing({ variable: 'MAIL_FROM', names: 'MAIL_FROM' })
  if (raw.BCRYPT_ROUNDS < 10) yield wrong('BCRYPT_ROUNDS', 'BCRYPT_ROUNDS must be at least 10 in production.')
}

const isMissing = ({ variable, names }: { variable: Name; names: string }) =>
  missing(variable, `${names} is missing: ${Environment[variable].form}.`)

export function* checkDatabase(raw: Pick<Raw, 'LOCAL_SERVICES' | 'MONGODB_URI'>): Generator<Finding> {
  const { LOCAL_SERVICES, MONGODB_URI } = raw
  if (!MONGODB_URI && !LOCAL_SERVICES.includes('database')) yield isMissing(SUBSTITUTES.database)
  if (MONGODB_URI && !/^mongodb\+srv:|[?&](tls|ssl)=/.test(MONGODB_URI)) {
    yield wrong('MONGODB_URI', 'MONGODB_URI must say tls=true (or tls=false if the network itself is private).')
  }
}

/** Pairs of which the first must not exceed the second, and what happens otherwise. */
const ORDER = [
  ['ACCESS_TOKEN_TTL', 'REFRESH_TOKEN_TTL', 'access tokens end with their session'],
  ['ACCESS_TOKEN_TTL', 'REFRESH_IDLE_TTL', 'a session may end before its client refreshes it'],
  ['REFRESH_IDLE_TTL', 'REFRESH_TOKEN_TTL', 'no session lives long enough to end by disuse'],
  ['OTP_RESEND_COOLDOWN', 'OTP_TTL', 'a code expires before another one can be sent'],
  ['UPLOAD_MAX_BYTES', 'USER_QUOTA_BYTES', 'the quota refuses the largest files'],
] as const

/** The most that Cloudinary takes in one request. */
const CLOUDINARY_REQUEST = 100e6

/** Returns warnings about settings that are allowed but hardly meant; `written` returns the text of a value. */
export function* suspicions(raw: Raw, written: (name: Name) => string | undefined): Generator<string> {
  for (const [less, more, consequence] of ORDER) {
    if (raw[less] > raw[more]) yield `${less}=${written(less)} exceeds ${more}=${written(more)}: ${consequence}.`
  }
  if (raw.UPLOAD_MAX_BYTES > CLOUDINARY_REQUEST) {
    yield `UPLOAD_MAX_BYTES=${written('UPLOAD_MAX_BYTES')} exceeds 100 MB: Cloudinary refuses larger files.`
  }
}

/** Names that Node.js and its libraries read. */
const FOREIGN = /^(NODE_(?!ENV)|UV_|OPENSSL_|SSL_|TZ$)/

/** The names of a `.env` file that no variable has. */
export function* unknownNames(names: readonly string[]): Generator<string> {
  const known = NAMES.flatMap((name) => [name, `${name}_FILE`])
  for (const name of names) {
    if (known.includes(name)) continue
    const nearest = closest(name, known)
    const isNear = distance(name, nearest) <= 2
    if (isNear) yield `.env sets ${name}, which Coffer does not read: is ${nearest} meant?`
    else if (!FOREIGN.test(name)) yield `.env sets ${name}, which Coffer does not read.`
  }
}
