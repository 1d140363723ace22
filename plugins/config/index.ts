import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type StaticDecode, type TObject, type TProperties, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import fp from 'fastify-plugin'
import ipaddr from 'ipaddr.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
  }
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZES: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }

const scaled = (factors: Record<string, number>, fallback: string, description: string) =>
  Type.Transform(
    Type.String({ pattern: `^\\d{1,9}(${Object.keys(factors).join('|')})$`, default: fallback, description }),
  )
    .Decode((text) => Number.parseInt(text, 10) * (factors[text.replace(/^\d+/, '')] as number))
    .Encode(String)

const duration = (fallback: string, description: string) => scaled(UNITS, fallback, description)

const size = (fallback: string, description: string) => scaled(SIZES, fallback, description)

const list = (fallback: string, description: string) =>
  Type.Transform(Type.String({ default: fallback, description }))
    .Decode((text) => split(text))
    .Encode((entries) => entries.join(','))

const oneOf = <const T extends string>(values: readonly T[], fallback: T, description: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    { default: fallback, description },
  )

const onOff = (fallback: 'on' | 'off', description: string) =>
  Type.Transform(Type.String({ pattern: '^(on|off)$', default: fallback, description }))
    .Decode((text) => text === 'on')
    .Encode((on) => (on ? 'on' : 'off'))

const count = (fallback: number, description: string, minimum = 0) =>
  Type.Integer({ default: fallback, minimum, description })

const url = (description: string) => Type.Optional(Type.String({ pattern: '^[a-z+]+://\\S+$', description }))

const secret = (description: string) => Type.Optional(Type.String({ description }))

const split = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)

/** The environment variables that Coffer reads: the one declaration of their names, forms and defaults. */
export const Environment = Type.Object({
  NODE_ENV: oneOf(
    ['development', 'test', 'production'],
    'development',
    'production stops the start where anything is missing.',
  ),
  HOST: Type.Optional(Type.String({ description: 'Address to listen on: 127.0.0.1, in production 0.0.0.0.' })),
  PORT: Type.Integer({ default: 3000, minimum: 0, maximum: 65535, description: 'Port to listen on.' }),
  PUBLIC_URL: url('Where clients reach this API; default http://localhost:PORT.'),
  TRUST_PROXY: list('', 'CIDRs of the proxies whose X-Forwarded-* headers are believed.'),
  LOG_LEVEL: oneOf(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'info',
    'Least level that is logged.',
  ),
  DATA_DIR: Type.String({
    default: '.coffer',
    minLength: 1,
    description: 'Folder of the local stand-ins and made secrets.',
  }),
  DOCS: onOff('on', 'off: /docs, /openapi.json and /openapi.yaml answer 404.'),
  METRICS_TOKEN: secret('Bearer token of /metrics; in production that answers 404 without one.'),
  CORS_ORIGINS: list('', 'Origins of the browser pages that may call this API.'),
  COOKIE_SAME_SITE: oneOf(['strict', 'lax', 'none'], 'strict', 'none: for a page on another site.'),
  LOCAL_PORT: Type.Integer({
    default: 3001,
    minimum: 0,
    maximum: 65535,
    description: 'Port of the local mailbox and file store.',
  }),
  LOCAL_SERVICES: list('', 'Stand-ins allowed in production, by name: database, mailbox, cloudinary.'),

  MONGODB_URI: url('MongoDB 7 or 8, replica set or sharded.'),
  REDIS_URL: url('Redis for rate limits that several processes share.'),
  SMTP_URL: url('SMTP server for mail.'),
  GMAIL_USER: secret('Gmail address to send from by OAuth2, instead of SMTP_URL.'),
  GMAIL_CLIENT_ID: secret('OAuth2 client id for Gmail.'),
  GMAIL_CLIENT_SECRET: secret('OAuth2 client secret for Gmail.'),
  GMAIL_REFRESH_TOKEN: secret('OAuth2 refresh token for Gmail.'),
  MAIL_FROM: Type.Optional(
    Type.String({ minLength: 3, maxLength: 320, description: 'Sender of the mail; default GMAIL_USER.' }),
  ),
  CLOUDINARY_URL: Type.Optional(
    Type.String({
      pattern: '^cloudinary://[^:/]+:[^@/]+@[^/?]+',
      description: 'cloudinary://KEY:SECRET@CLOUD, ?upload_prefix= included.',
    }),
  ),

  JWT_SECRET: secret('Keys that sign access tokens (HS256).'),
  JWT_PRIVATE_KEY: secret('Private keys (PEM, Ed25519 or P-256) that sign access tokens, instead of JWT_SECRET.'),
  CODE_KEY: secret('Keys of the HMAC over mailed codes.'),
  DATA_KEY: secret('Keys of the encryption at rest.'),
  PASSWORD_PEPPER: secret('Peppers of the password hashes.'),

  JWT_ISSUER: Type.Optional(Type.String({ minLength: 1, description: 'Issuer of access tokens; default PUBLIC_URL.' })),
  JWT_AUDIENCE: Type.String({ default: 'coffer', minLength: 1, description: 'Audience of access tokens.' }),
  ACCESS_TOKEN_TTL: duration('15m', 'Life of an access token.'),
  REFRESH_TOKEN_TTL: duration('30d', 'Absolute life of a session.'),
  REFRESH_IDLE_TTL: duration('7d', 'A session unused for this long ends.'),
  REFRESH_GRACE: duration('10s', 'How long a replaced refresh token still yields its successor.'),
  MAX_SESSIONS: count(20, 'Sessions of one user; the oldest goes.', 1),

  BCRYPT_ROUNDS: Type.Integer({
    default: 12,
    minimum: 4,
    maximum: 16,
    description: 'Cost of bcrypt; in production at least 10.',
  }),
  PASSWORD_MIN_LENGTH: Type.Integer({
    default: 12,
    minimum: 8,
    maximum: 128,
    description: 'Least length of a password, in code points.',
  }),
  PASSWORD_BREACH_CHECK: onOff(
    'off',
    'on: ask api.pwnedpasswords.com by k-anonymity; an unreachable service refuses nobody.',
  ),

  OTP_TTL: duration('5m', 'Life of a mailed code.'),
  OTP_MAX_ATTEMPTS: count(5, 'Attempts at one challenge.', 1),
  OTP_RESEND_COOLDOWN: duration('60s', 'Least time between two codes of one challenge.'),
  OTP_MAX_SENDS: count(5, 'Codes an hour and address that were not used; 0 is off.'),

  LOGIN_MAX_FAILURES: count(10, 'Failed attempts per 15 minutes and account; 0 is off.'),
  RATE_LIMIT_AUTH: count(30, 'Requests a minute and address to the routes of sign-in; 0 is off.'),
  RATE_LIMIT: count(600, 'Requests a minute and address in all; 0 is off.'),

  UPLOAD_MAX_BYTES: size('10MiB', 'Largest file.'),
  UPLOAD_MAX_FILES: count(10, 'Files in one upload.', 1),
  UPLOAD_TYPES: list('image/jpeg,image/png,image/webp,image/gif,application/pdf', 'MIME types that are accepted.'),
  UPLOAD_MAX_PIXELS: count(50_000_000, 'Pixels of an image.', 1),
  STRIP_METADATA: onOff('on', 'off: EXIF, GPS and other metadata of images are kept.'),
  ASSET_VISIBILITY: oneOf(['public', 'private'], 'public', 'Visibility of an upload that names none.'),
  USER_QUOTA_BYTES: size('1GiB', 'Bytes of all files of a user.'),
  USER_QUOTA_FILES: count(10_000, 'Number of files of a user.'),

  AUDIT_TTL: duration('400d', 'How long audit events are kept.'),
})

const STAND_INS = ['database', 'mailbox', 'cloudinary'] as const
/** A local stand-in for one of the outside services. */
export type StandIn = (typeof STAND_INS)[number]

/** The variables that make a stand-in unnecessary. */
const VARIABLES: Record<StandIn, string> = {
  database: 'MONGODB_URI',
  mailbox: 'SMTP_URL or GMAIL_USER',
  cloudinary: 'CLOUDINARY_URL',
}

const KEY_LISTS = ['JWT_SECRET', 'JWT_PRIVATE_KEY', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER'] as const
type KeyList = (typeof KEY_LISTS)[number]

/**
 * The decoded environment: durations in milliseconds, sizes in bytes, lists as arrays; of each key list the first is used
 * and all are accepted. The addresses of the services may still be missing, where a stand-in is to be started.
 */
export type Settings = Omit<
  StaticDecode<typeof Environment>,
  KeyList | 'HOST' | 'PUBLIC_URL' | 'JWT_ISSUER' | 'MAIL_FROM'
> & {
  HOST: string
  PUBLIC_URL: string
  JWT_ISSUER: string
  MAIL_FROM: string
  JWT_SECRET: string[]
  JWT_PRIVATE_KEY: KeyObject[]
  CODE_KEY: string[]
  DATA_KEY: string[]
  PASSWORD_PEPPER: string[]
  /** The stand-ins to start: those whose variable is unset. */
  standIns: StandIn[]
  /** In production the metrics are for whoever has their token, and nobody without one is set. */
  servesMetrics: boolean
  /** The server's user may have no right to; the stand-in is its own. */
  makesIndexes: boolean
}

/** Where the services are reached that a stand-in serves. */
export type Addresses = Partial<Pick<Settings, 'MONGODB_URI' | 'SMTP_URL' | 'CLOUDINARY_URL'>>

/** What an app is built from: the settings with the addresses of the services in place; empty if the app needs none. */
export type Config = Settings & { MONGODB_URI: string; CLOUDINARY_URL: string }

/** Thrown where the environment can't be used; `problems` lists every reason at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly problems: string[]) {
    super(`The configuration can't be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
  }
}

/**
 * Reads and checks the environment, `.env` in the working directory included. Outside production missing keys are made at the first start
 * and kept in `DATA_DIR/secrets.json`, readable by the owner alone.
 * @throws ConfigError that lists every problem
 */
export function loadSettings(environment: NodeJS.ProcessEnv = readProcessEnvironment()): Settings {
  const problems: string[] = []
  const { raw, refused } = read(Environment, environment, problems)
  const production = raw.NODE_ENV === 'production'
  const usesKeyPair = raw.JWT_PRIVATE_KEY !== undefined
  const required = KEY_LISTS.filter((name) => name !== (usesKeyPair ? 'JWT_SECRET' : 'JWT_PRIVATE_KEY'))
  const made = production || required.every((name) => raw[name]) ? {} : madeSecrets(resolve(raw.DATA_DIR))
  const keys = Object.fromEntries(KEY_LISTS.map((name) => [name, split(raw[name] ?? made[name] ?? '')])) as Record<
    KeyList,
    string[]
  >
  const privateKeys = keys.JWT_PRIVATE_KEY.map((pem) => parsePrivateKey(pem, problems)).filter(
    (key) => key !== undefined,
  )
  const publicUrl = (raw.PUBLIC_URL ?? `http://localhost:${raw.PORT}`).replace(/\/$/, '')
  const standIns = STAND_INS.filter((name) => !isConfigured(name, raw))

  problems.push(...checkLists(raw), ...checkGmail(raw), ...checkSameSite(raw, publicUrl))
  for (const name of required) if (name !== 'JWT_PRIVATE_KEY') problems.push(...checkKeys(name, keys[name]))
  if (production) problems.push(...checkProduction(raw, standIns, publicUrl))
  refuse(problems, refused)

  return {
    ...raw,
    ...keys,
    HOST: raw.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    PUBLIC_URL: publicUrl,
    JWT_ISSUER: raw.JWT_ISSUER ?? publicUrl,
    MAIL_FROM: raw.MAIL_FROM ?? raw.GMAIL_USER ?? 'Coffer <coffer@localhost>',
    JWT_SECRET: usesKeyPair ? [] : keys.JWT_SECRET,
    JWT_PRIVATE_KEY: privateKeys,
    standIns,
    servesMetrics: raw.METRICS_TOKEN !== undefined || !production,
    makesIndexes: !production || standIns.includes('database'),
  }
}

/**
 * Returns the settings with the addresses of the stand-ins in place. An app that sends no mail or keeps no files, such as a command,
 * names the services that it needs.
 * @throws ConfigError that lists every service without an address
 */
export function completed(
  settings: Settings,
  addresses: Addresses = {},
  needed: readonly StandIn[] = STAND_INS,
): Config {
  const {
    MONGODB_URI = settings.MONGODB_URI ?? '',
    SMTP_URL = settings.SMTP_URL,
    CLOUDINARY_URL = settings.CLOUDINARY_URL ?? '',
  } = addresses
  const config = { ...settings, MONGODB_URI, SMTP_URL, CLOUDINARY_URL }
  const missing = needed.filter((name) => !isConfigured(name, config))
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${VARIABLES[name]} is missing.`))
  return config
}

const DatabaseEnvironment = Type.Pick(Environment, [
  'NODE_ENV',
  'DATA_DIR',
  'LOCAL_PORT',
  'LOCAL_SERVICES',
  'MONGODB_URI',
])
export type DatabaseSettings = StaticDecode<typeof DatabaseEnvironment>

/**
 * What a command needs that only looks after the database: no key, and no secret but the address of the database.
 * @throws ConfigError as {@link loadSettings}
 */
export function loadDatabaseSettings(environment: NodeJS.ProcessEnv = readProcessEnvironment()): DatabaseSettings {
  const problems: string[] = []
  const { raw, refused } = read(DatabaseEnvironment, environment, problems)
  if (raw.NODE_ENV === 'production') problems.push(...checkDatabase(raw))
  refuse(problems, refused)
  return raw
}

type Raw = StaticDecode<typeof Environment>

/** Decodes the variables of a schema; what is wrong with one is added to `problems`, and it counts as unset. */
function read<T extends TProperties>(schema: TObject<T>, environment: NodeJS.ProcessEnv, problems: string[]) {
  const given = withFiles(Object.keys(schema.properties), environment, problems)
  const completed = () => Value.Convert(schema, Value.Default(schema, { ...given }))
  const refused: string[] = []
  for (const { path, schema: property, message } of Value.Errors(schema, completed())) {
    const name = path.slice(1)
    refused.push(name)
    const choices: string[] | undefined = property.anyOf?.map((choice: { const: string }) => choice.const)
    problems.push(`${name} is not accepted (${choices?.join(', ') ?? message}): ${property.description}`)
  }
  // the rest is checked all the same, so that one start tells everything
  for (const name of refused) delete given[name]
  return { raw: Value.Decode(schema, completed()), refused }
}

function readProcessEnvironment(): NodeJS.ProcessEnv {
  try {
    process.loadEnvFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return process.env
}

/** What was refused isn't called missing as well. */
function refuse(problems: string[], refused: string[]) {
  const told = problems.filter((text) => !text.endsWith('missing.') || !refused.some((name) => text.includes(name)))
  if (told.length > 0) throw new ConfigError(told)
}

/** Empty variables count as unset; `NAME_FILE` names a file that holds the value of a secret `NAME`. */
function withFiles(names: string[], environment: NodeJS.ProcessEnv, problems: string[]): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of names) {
    const value = environment[name]
    const file = environment[`${name}_FILE`]
    if (value) env[name] = value
    if (!file) continue
    if (value) problems.push(`${name} and ${name}_FILE are both set; set one.`)
    try {
      env[name] = readFileSync(file, 'utf8').trim()
    } catch (error) {
      problems.push(`${name}_FILE=${file} can't be read (${(error as NodeJS.ErrnoException).code}).`)
    }
  }
  return env
}

function isConfigured(standIn: StandIn, raw: Pick<Raw, 'MONGODB_URI' | 'SMTP_URL' | 'GMAIL_USER' | 'CLOUDINARY_URL'>) {
  if (standIn === 'database') return Boolean(raw.MONGODB_URI)
  if (standIn === 'cloudinary') return Boolean(raw.CLOUDINARY_URL)
  return Boolean(raw.SMTP_URL || raw.GMAIL_USER)
}

function parsePrivateKey(pem: string, problems: string[]): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'))
    const curve = key.asymmetricKeyDetails?.namedCurve
    if (key.asymmetricKeyType === 'ed25519' || curve === 'prime256v1') return key
    problems.push('JWT_PRIVATE_KEY holds a key that is neither Ed25519 nor P-256.')
  } catch {
    problems.push('JWT_PRIVATE_KEY holds a key that is not in PEM.')
  }
  return undefined
}

function* checkLists(raw: Raw): Generator<string> {
  for (const cidr of raw.TRUST_PROXY) {
    if (!ipaddr.isValidCIDR(cidr) && !ipaddr.isValid(cidr)) yield `TRUST_PROXY: ${cidr} is no CIDR.`
  }
  for (const origin of raw.CORS_ORIGINS) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      yield `CORS_ORIGINS: ${origin} is no origin (https://host).`
  }
  for (const name of raw.LOCAL_SERVICES) {
    if (!STAND_INS.includes(name as StandIn)) yield `LOCAL_SERVICES: ${name} is none of ${STAND_INS.join(', ')}.`
  }
  for (const type of raw.UPLOAD_TYPES) {
    if (!/^(image|video|audio|application|text)\/[\w.+-]+$/.test(type)) yield `UPLOAD_TYPES: ${type} is no MIME type.`
  }
}

function* checkGmail(raw: Raw): Generator<string> {
  if (raw.SMTP_URL && raw.GMAIL_USER) yield 'SMTP_URL and GMAIL_USER are both set; set one.'
  if (!raw.GMAIL_USER) return
  for (const name of ['GMAIL_CLIENT_ID', 'GMAIL_CLIENT_SECRET', 'GMAIL_REFRESH_TOKEN'] as const) {
    if (!raw[name]) yield `${name} is missing (GMAIL_USER is set).`
  }
}

/** Browsers drop a SameSite=None cookie that isn't Secure, and treat only https and localhost as secure. */
function* checkSameSite(raw: Raw, publicUrl: string): Generator<string> {
  const { protocol, hostname } = new URL(publicUrl)
  if (raw.COOKIE_SAME_SITE === 'none' && protocol !== 'https:' && hostname !== 'localhost') {
    yield 'COOKIE_SAME_SITE=none needs an https PUBLIC_URL.'
  }
}

/** RFC 7518, 3.2: a key of HMAC-SHA-256 has at least 256 bits. */
function* checkKeys(name: KeyList, keys: string[]): Generator<string> {
  if (keys.length === 0) yield `${name} is missing.`
  for (const key of keys) {
    if (key.length < 32) yield `${name} holds a key of fewer than 32 characters.`
    else if (new Set(key).size < 10) yield `${name} holds a key that is no random one.`
  }
}

function* checkProduction(raw: Raw, standIns: StandIn[], publicUrl: string): Generator<string> {
  yield* checkDatabase(raw)
  for (const name of standIns) {
    if (name !== 'database' && !raw.LOCAL_SERVICES.includes(name)) yield `${VARIABLES[name]} is missing.`
  }
  if (!raw.PUBLIC_URL) yield 'PUBLIC_URL is missing.'
  else if (new URL(publicUrl).protocol !== 'https:' && new URL(publicUrl).hostname !== 'localhost') {
    yield 'PUBLIC_URL must be https.'
  }
  if (!raw.MAIL_FROM && !raw.GMAIL_USER) yield 'MAIL_FROM is missing.'
  if (raw.BCRYPT_ROUNDS < 10) yield 'BCRYPT_ROUNDS must be at least 10.'
}

function* checkDatabase({
  LOCAL_SERVICES,
  MONGODB_URI,
}: Pick<Raw, 'LOCAL_SERVICES' | 'MONGODB_URI'>): Generator<string> {
  if (!MONGODB_URI && !LOCAL_SERVICES.includes('database')) yield 'MONGODB_URI is missing.'
  if (MONGODB_URI && !/^mongodb\+srv:|[?&](tls|ssl)=/.test(MONGODB_URI)) {
    yield 'MONGODB_URI must say tls=true (or tls=false where the network itself is private).'
  }
}

/** Made at the first start and linked into place, so that two processes that start at once agree on one set. */
function madeSecrets(dataDir: string): Partial<Record<KeyList, string>> {
  const file = join(dataDir, 'secrets.json')
  const names = KEY_LISTS.filter((name) => name !== 'JWT_PRIVATE_KEY')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`
    const secrets = Object.fromEntries(names.map((name) => [name, randomBytes(32).toString('base64url')]))
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true })
    try {
      linkSync(draft, file)
    } catch (error) {
      /* c8 ignore next -- a file system without hard links */
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    } finally {
      rmSync(draft)
    }
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigError([`DATA_DIR=${dataDir} can't be used for the secrets (${(error as Error).message}).`])
  }
}

/** Decorates `config`. */
export default fp<{ config: Config }>(async (app, { config }) => app.decorate('config', config), { name: 'config' })
