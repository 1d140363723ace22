import {
  checkNetwork,
  checkOrigin,
  checkPasskeyOrigin,
  imageUrl,
  mailAddress,
  mailDomains,
  pageUrl,
  publicUrl,
  serviceUrl,
} from './addresses.js'
import {
  checkMimeType,
  color,
  duration,
  integer,
  keys,
  list,
  oneOf,
  onOff,
  privateKeys,
  size,
  text,
  textOr,
  type Variable,
} from './forms.js'

export const STAND_INS = ['database', 'mailbox', 'cloudinary'] as const
/** A local stand-in for one of the outside services. */
export type StandIn = (typeof STAND_INS)[number]

const googleValue = (description: string) =>
  text('a value without spaces, as Google shows it', description, { pattern: /^\S+$/, isSecret: true })

const SERVER = {
  NODE_ENV: oneOf(
    ['development', 'test', 'production'],
    'development',
    'In production, the start stops unless every service and key is configured.',
  ),
  HOST: text(
    'an address such as 0.0.0.0 or ::1, or a host name',
    'Address to listen on. Default: 127.0.0.1; in production 0.0.0.0.',
    { pattern: /^[\w.:%-]+$/ },
  ),
  PORT: integer(3000, 'Port to listen on.', 0, 65535),
  PUBLIC_URL: publicUrl('URL at which clients reach this API. Default: http://localhost:PORT.'),
  TRUST_PROXY: list(
    '',
    'addresses or networks such as 10.0.0.0/8',
    'Addresses and networks of your reverse proxies; only their X-Forwarded-* headers are believed.',
    checkNetwork,
  ),
  CORS_ORIGINS: list(
    '',
    'origins such as https://app.example.com or capacitor://localhost',
    'Origins of the pages and apps that may call this API from a browser or web view.',
    checkOrigin,
  ),
  PASSKEY_ORIGINS: list(
    '',
    'origins such as android:apk-key-hash:… or https://example.com',
    'Origins of the native apps that may use passkeys. Pages need no entry: those of PUBLIC_URL and CORS_ORIGINS may, if they are on the same site.',
    checkPasskeyOrigin,
  ),
  COOKIE_SAME_SITE: oneOf(
    ['strict', 'lax', 'none'],
    'strict',
    'SameSite attribute of the refresh cookie; none lets a page on another site use it.',
  ),
  LOG_LEVEL: oneOf(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
    'Lowest level that is logged.',
  ),
  DOCS: onOff('on', 'off removes /docs, /openapi.json and /openapi.yaml (404).'),
  PAGES: onOff('on', 'off removes the account pages at / and the console at /console (404).'),
  METRICS_TOKEN: text(
    'a text that is not blank',
    'Bearer token for /metrics. In production, /metrics answers 404 without one.',
    { isSecret: true },
  ),
  DATA_DIR: textOr('.coffer', 'the path of a folder', 'Folder for generated secrets and the data of the stand-ins.'),
  LOCAL_PORT: integer(3001, 'Port of the local mailbox and file store.', 0, 65535),
  LOCAL_SERVICES: list(
    '',
    'some of database, mailbox and cloudinary',
    'Stand-ins that may run in production: database, mailbox, cloudinary.',
    (entry, refuse) => {
      if (!STAND_INS.some((name) => name === entry)) refuse(entry)
    },
  ),
}

const SERVICES = {
  MONGODB_URI: serviceUrl(
    ['mongodb', 'mongodb+srv'],
    'mongodb://user:password@host/coffer?tls=true',
    'MongoDB 7 or 8: a replica set or a sharded cluster.',
  ),
  REDIS_URL: serviceUrl(
    ['redis', 'rediss'],
    'redis://user:password@host:6379',
    'Redis, for rate limits that several processes share.',
  ),
  CLOUDINARY_URL: text(
    'a URL such as cloudinary://KEY:SECRET@CLOUD',
    'Cloudinary account; the options of its SDK, such as ?upload_prefix=, may follow.',
    { pattern: /^cloudinary:\/\/[^:/<>\s]+:[^@/<>\s]+@[^/?<>\s]+\S*$/, isSecret: true },
  ),
}

const MAIL = {
  SMTP_URL: serviceUrl(
    ['smtp', 'smtps'],
    'smtp://user:password@host:587',
    'SMTP server; the options of Nodemailer may follow.',
  ),
  GMAIL_USER: mailAddress(
    'coffer@gmail.com',
    'Gmail address to send from by OAuth2, instead of SMTP_URL; docs/gmail.md describes how to set it up.',
    {
      isBare: true,
    },
  ),
  GMAIL_CLIENT_ID: googleValue('OAuth2 client id for Gmail.'),
  GMAIL_CLIENT_SECRET: googleValue('OAuth2 client secret for Gmail.'),
  GMAIL_REFRESH_TOKEN: googleValue('OAuth2 refresh token for Gmail.'),
  MAIL_FROM: mailAddress(
    'Coffer <coffer@example.com>',
    'Sender of all mail; its display name is the default of BRAND_NAME. Default: GMAIL_USER.',
  ),
  MAIL_TEMPLATES: text(
    'the path of a folder',
    'Folder with your own texts of mail, which is checked at the start; docs/mail.md describes it.',
  ),
}

const BRAND = {
  BRAND_NAME: text(
    'a name of 1 to 60 visible characters on one line',
    'Name of the service in mail, on the pages and in authenticator apps. Default: the display name of MAIL_FROM, or Coffer.',
    { pattern: /^(?=.*[\p{L}\p{N}])[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]{1,60}$/u },
  ),
  BRAND_COLOR: color(
    '0f6b5f',
    'Colour of the brand in mail and on the pages; text on it is black or white, whichever is easier to read.',
  ),
  BRAND_LOGO_URL: imageUrl(
    'URL of a logo, shown 40 pixels high in HTML mail and on the pages. Mail without one loads nothing.',
  ),
  SUPPORT_EMAIL: mailAddress('help@example.com', 'Address that mail and the pages name for questions.', {
    isBare: true,
  }),
}

const KEYS = {
  JWT_SECRET: keys('Keys that sign access tokens by HS256.'),
  JWT_PRIVATE_KEY: privateKeys('Private keys (PEM, Ed25519 or P-256) that sign access tokens, instead of JWT_SECRET.'),
  CODE_KEY: keys('Keys of the HMAC over mailed codes.'),
  DATA_KEY: keys('Keys that encrypt data in the database.'),
  PASSWORD_PEPPER: keys('Peppers of the password hashes.'),
}

const REGISTRATION = {
  REGISTRATION: oneOf(
    ['open', 'invite', 'closed'],
    'open',
    'Who may register: everybody, or nobody; with invite, people are told that administrators invite. Invitations, sign-in and recovery work in each mode.',
  ),
  REGISTRATION_DOMAINS: mailDomains(
    'Domains of the e-mail addresses that people may register or change to, subdomains not included; none: every domain. Invitations and imports are exempt.',
  ),
  INVITATION_TTL: duration('7d', 'Lifetime of an invitation.', { minimum: '1m', maximum: '90d' }),
  INVITATION_URL: pageUrl(
    'Page that the mail of an invitation links to, with the id as the parameter invitation; never with the code.',
  ),
}

const TOKENS = {
  JWT_ISSUER: text('a text that is not blank', 'Issuer of access tokens. Default: PUBLIC_URL.'),
  JWT_AUDIENCE: textOr('coffer', 'a text that is not blank', 'Audience of access tokens.'),
  ACCESS_TOKEN_TTL: duration('15m', 'Lifetime of an access token.'),
  REFRESH_TOKEN_TTL: duration('30d', 'Lifetime of a session, however often it is used.'),
  REFRESH_IDLE_TTL: duration('7d', 'A session that is not refreshed for this long ends.'),
  REFRESH_GRACE: duration('10s', 'Time for which a replaced refresh token still yields its successor.', {
    minimum: '0s',
  }),
  MAX_SESSIONS: integer(20, 'Sessions per account; one more ends the oldest.', 1),
}

const PASSWORDS = {
  BCRYPT_ROUNDS: integer(12, 'Cost of bcrypt; at least 10 in production.', 4, 16),
  PASSWORD_MIN_LENGTH: integer(12, 'Minimum length of a password, in code points.', 8, 128),
  PASSWORD_BREACH_CHECK: onOff(
    'off',
    'on asks api.pwnedpasswords.com by k-anonymity whether a new password is known; if it does not answer, the password is accepted.',
  ),
}

const CODES = {
  OTP_TTL: duration('5m', 'Lifetime of a mailed code.', { maximum: '30m' }),
  OTP_MAX_ATTEMPTS: integer(5, 'Attempts per challenge.', 1),
  OTP_RESEND_COOLDOWN: duration('60s', 'Minimum time between two codes of one challenge.', { minimum: '0s' }),
  OTP_MAX_SENDS: integer(
    5,
    'Unused codes per hour, e-mail address and network, four times that per address in all; 0 turns the limit off.',
  ),
}

const FACTORS = {
  MFA_REQUIRED: oneOf(
    ['off', 'admin', 'all'],
    'off',
    'Who needs a second factor: nobody, everybody with the role admin or a permission, or all. Without it, a session can only add one.',
  ),
  TRUSTED_DEVICE_TTL: duration(
    '0s',
    'Time for which a device that its owner trusts signs in by the password alone; 0s: each sign-in takes its second step.',
    { minimum: '0s' },
  ),
  STEP_UP_TTL: duration('5m', 'Time for which a step-up confirms sensitive changes.'),
}

const LIMITS = {
  LOGIN_MAX_FAILURES: integer(10, 'Wrong passwords per 15 minutes, e-mail address and network; 0 turns the limit off.'),
  RATE_LIMIT_AUTH: integer(
    30,
    'Requests per minute and network address to the routes of sign-in; 0 turns the limit off.',
  ),
  RATE_LIMIT: integer(
    600,
    'Requests per minute and API key, or per network address without one; 0 turns the limit off.',
  ),
}

const FILES = {
  UPLOAD_MAX_BYTES: size('10MiB', 'Maximum size of a file.'),
  UPLOAD_MAX_FILES: integer(10, 'Maximum number of files in one upload.', 1),
  UPLOAD_TYPES: list(
    'image/jpeg,image/png,image/webp,image/gif,application/pdf',
    'MIME types such as image/png',
    'MIME types that are accepted.',
    checkMimeType,
  ),
  UPLOAD_MAX_PIXELS: integer(50_000_000, 'Maximum number of pixels in an image.', 1),
  STRIP_METADATA: onOff('on', 'off keeps EXIF, GPS and other metadata of images.'),
  ASSET_VISIBILITY: oneOf(['public', 'private'], 'public', 'Visibility of an upload that names none.'),
  USER_QUOTA_BYTES: size('1GiB', "Maximum total size of an account's files.", { minimum: '0B' }),
  USER_QUOTA_FILES: integer(10_000, "Maximum number of an account's files."),
}

const metadataSchema = (what: string) =>
  text('the path of a JSON file', `JSON Schema (2020-12 or draft-07) that ${what} must match. Unset: any object.`)

const METADATA = {
  USER_METADATA_SCHEMA: metadataSchema('the metadata of accounts'),
  ADMIN_METADATA_SCHEMA: metadataSchema('the metadata that administrators keep of accounts'),
  ASSET_METADATA_SCHEMA: metadataSchema('the metadata of files'),
}

const WEBHOOKS = {
  WEBHOOK_ALLOWED_NETWORKS: list(
    '',
    'addresses or networks such as 10.20.0.0/16',
    'Addresses and networks, private or otherwise refused, that webhooks may be delivered to.',
    checkNetwork,
  ),
}

const RECORDS = {
  AUDIT_TTL: duration('400d', 'Time for which audit events are kept.'),
}

/** The variables in the order in which they are documented. */
export const GROUPS: Record<string, Record<string, Variable<unknown>>> = {
  Server: SERVER,
  Services: SERVICES,
  Mail: MAIL,
  Brand: BRAND,
  Keys: KEYS,
  Registration: REGISTRATION,
  'Tokens and sessions': TOKENS,
  Passwords: PASSWORDS,
  'Mailed codes': CODES,
  'Second factors': FACTORS,
  Limits: LIMITS,
  Files: FILES,
  Metadata: METADATA,
  Webhooks: WEBHOOKS,
  Records: RECORDS,
}

/** Every environment variable that Coffer reads: the one declaration of their names, forms and defaults. */
export const Environment = {
  ...SERVER,
  ...SERVICES,
  ...MAIL,
  ...BRAND,
  ...KEYS,
  ...REGISTRATION,
  ...TOKENS,
  ...PASSWORDS,
  ...CODES,
  ...FACTORS,
  ...LIMITS,
  ...FILES,
  ...METADATA,
  ...WEBHOOKS,
  ...RECORDS,
}

type Values<Variables> = { [Name in keyof Variables]: Variables[Name] extends Variable<infer T> ? T : never }

/** The value of each variable: durations in milliseconds, sizes in bytes, lists and keys as arrays. */
export type Raw = Values<typeof Environment>
