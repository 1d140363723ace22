import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import fp from 'fastify-plugin'
import { parseSender } from '../mailer/sender.js'
import {
  checkDatabase,
  checkMail,
  checkPasskeys,
  checkProduction,
  checkSameSite,
  type Finding,
  missingKeys,
  NAMES,
  type Name,
  SUBSTITUTES,
  suspicions,
  unknownNames,
} from './checks.js'
import { Environment, type Raw, STAND_INS, type StandIn } from './environment.js'
import { ConfigError } from './error.js'
import type { Variable } from './forms.js'
import { type GeneratedName, generatedSecrets } from './secrets.js'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
  }
}

/**
 * The decoded environment: durations in milliseconds, sizes in bytes, lists as arrays; of each key list the first is used and all are
 * accepted. The address of a service is missing if its stand-in is to be started.
 */
export type Settings = Omit<Raw, 'HOST' | 'PUBLIC_URL' | 'JWT_ISSUER' | 'MAIL_FROM' | 'BRAND_NAME'> & {
  HOST: string
  PUBLIC_URL: string
  JWT_ISSUER: string
  MAIL_FROM: string
  BRAND_NAME: string
  /** The stand-ins to start: those of the services that are not configured. */
  standIns: StandIn[]
  /** Production serves /metrics only with METRICS_TOKEN. */
  servesMetrics: boolean
  /** In production the database user may lack createIndex. */
  makesIndexes: boolean
  /** Likely mistakes that don't stop the start. */
  warnings: string[]
}

/** Addresses of the services that stand-ins serve. */
export type Addresses = Partial<Pick<Settings, 'MONGODB_URI' | 'SMTP_URL' | 'CLOUDINARY_URL'>>

/** The configuration of an app: the settings, with the addresses of all services. */
export type Config = Settings & { MONGODB_URI: string; CLOUDINARY_URL: string }

/**
 * Reads and checks the environment; by default that of the process and the `.env` file in the working directory. Outside production,
 * missing keys are generated at the first start and kept in `DATA_DIR/secrets.json`.
 * @throws ConfigError that lists every problem
 */
export function loadSettings(environment?: NodeJS.ProcessEnv): Settings {
  const namesInFile = environment ? [] : loadEnvFile()
  const findings: Finding[] = []
  const { raw, texts } = read(NAMES, environment ?? process.env, findings)
  const production = raw.NODE_ENV === 'production'
  const standIns = STAND_INS.filter((name) => !isConfigured(name, raw))
  findings.push(...checkMail(raw), ...checkSameSite(raw), ...checkPasskeys(raw))
  if (production) findings.push(...checkProduction(raw, standIns))
  refuse(findings)

  const MAIL_FROM = raw.MAIL_FROM ?? raw.GMAIL_USER ?? 'Coffer <coffer@localhost>'
  const PUBLIC_URL = raw.PUBLIC_URL ?? `http://localhost:${raw.PORT}`
  return {
    ...raw,
    ...keysOf(raw),
    HOST: raw.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    PUBLIC_URL,
    JWT_ISSUER: raw.JWT_ISSUER ?? PUBLIC_URL,
    MAIL_FROM,
    BRAND_NAME: raw.BRAND_NAME ?? (parseSender(MAIL_FROM)?.name || 'Coffer'),
    standIns,
    servesMetrics: raw.METRICS_TOKEN !== undefined || !production,
    makesIndexes: !production || standIns.includes('database'),
    warnings: [...unknownNames(namesInFile), ...suspicions(raw, (name) => texts[name])],
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
  if (missing.length > 0) throw new ConfigError(missing.map((name) => `${SUBSTITUTES[name].names} is missing.`))
  return config
}

const DATABASE_NAMES = ['NODE_ENV', 'DATA_DIR', 'LOCAL_PORT', 'LOCAL_SERVICES', 'MONGODB_URI'] as const
export type DatabaseSettings = Pick<Raw, (typeof DATABASE_NAMES)[number]>

/**
 * Reads and checks the variables of a command that only looks after the database: no keys, and no secret but the database's address.
 * @throws ConfigError as {@link loadSettings}
 */
export function loadDatabaseSettings(environment?: NodeJS.ProcessEnv): DatabaseSettings {
  if (!environment) loadEnvFile()
  const findings: Finding[] = []
  const { raw } = read(DATABASE_NAMES, environment ?? process.env, findings)
  if (raw.NODE_ENV === 'production') findings.push(...checkDatabase(raw))
  refuse(findings)
  return raw
}

/** Adds the variables of `.env` to the environment of the process, which wins, and returns their names. */
function loadEnvFile(): string[] {
  try {
    const variables = parseEnv(readFileSync('.env', 'utf8'))
    for (const [name, value] of Object.entries(variables)) process.env[name] ??= value
    return Object.keys(variables)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
}

/** Reads variables. A wrong one is told in `findings` and counts as unset from then on, so that one start tells everything. */
function read<Names extends Name>(names: readonly Names[], environment: NodeJS.ProcessEnv, findings: Finding[]) {
  const texts: Partial<Record<Name, string>> = {}
  const values = names.map((name) => {
    const variable: Variable<unknown> = Environment[name]
    const wrong: string[] = []
    const parse = (text?: string) =>
      text === undefined
        ? undefined
        : variable.parse(text, (part, hint) => wrong.push(refusal(name, variable, part, hint)))
    let text = textOf(name, environment, wrong) ?? variable.fallback
    let value = parse(text)
    if (wrong.length > 0) {
      text = variable.fallback
      value = parse(text)
    }
    findings.push(...wrong.map((text) => ({ variable: name, isMissing: false, text })))
    texts[name] = text
    return [name, value]
  })
  return { raw: Object.fromEntries(values) as Pick<Raw, Names>, texts }
}

function refusal(name: Name, { form, isSecret }: Variable<unknown>, part: string, hint?: string): string {
  const not = isSecret ? '' : `, not ${JSON.stringify(part)}`
  return `${name} must be ${form}${not}${hint ? `: ${hint}` : ''}.`
}

/** An empty variable counts as unset; `NAME_FILE` names a file that holds the value of `NAME`. */
function textOf(name: Name, environment: NodeJS.ProcessEnv, wrong: string[]): string | undefined {
  const value = environment[name] || undefined
  const file = environment[`${name}_FILE`]
  if (!file) return value
  if (value) wrong.push(`${name} and ${name}_FILE are both set; set one.`)
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch (error) {
    wrong.push(`${name}_FILE=${file} can't be read (${(error as NodeJS.ErrnoException).code}).`)
    return undefined
  }
}

/** A wrong variable isn't called missing as well. */
function refuse(findings: readonly Finding[]) {
  const wrong = new Set(findings.filter(({ isMissing }) => !isMissing).map(({ variable }) => variable))
  const told = findings.filter(({ variable, isMissing }) => !isMissing || !wrong.has(variable))
  if (told.length > 0) throw new ConfigError(told.map(({ text }) => text))
}

function isConfigured(
  standIn: StandIn,
  { MONGODB_URI, SMTP_URL, GMAIL_USER, CLOUDINARY_URL }: Addresses & Pick<Raw, 'GMAIL_USER'>,
): boolean {
  if (standIn === 'database') return Boolean(MONGODB_URI)
  if (standIn === 'cloudinary') return Boolean(CLOUDINARY_URL)
  return Boolean(SMTP_URL || GMAIL_USER)
}

/** The keys of the configuration, and generated ones in place of those that are missing. */
function keysOf(raw: Raw): Pick<Raw, GeneratedName> {
  const generated = missingKeys(raw).length > 0 ? generatedSecrets(resolve(raw.DATA_DIR)) : undefined
  const keys = (name: GeneratedName) => (raw[name].length === 0 && generated ? [generated[name]] : raw[name])
  return {
    JWT_SECRET: raw.JWT_PRIVATE_KEY.length > 0 ? [] : keys('JWT_SECRET'),
    CODE_KEY: keys('CODE_KEY'),
    DATA_KEY: keys('DATA_KEY'),
    PASSWORD_PEPPER: keys('PASSWORD_PEPPER'),
  }
}

/** Decorates `config`. */
export default fp<{ config: Config }>(async (app, { config }) => app.decorate('config', config), { name: 'config' })
