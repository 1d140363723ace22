import type { FastifyInstance } from 'fastify'
import type { Factor } from '../../models/factor.js'
import type { Locale } from '../../models/locale.js'
import type { PasswordHash, UserDocument } from '../../models/user.js'
import { Email, Name } from '../../openapi/schemas/account.js'
import { MAX_FACTORS, newFactorId } from '../../plugins/auth/enrolment.js'
import { createFactors } from '../../plugins/auth/factors.js'
import { MAX_PROFILES } from '../../plugins/auth/imported-hashes.js'
import { localeOf } from '../../plugins/http/accept-language.js'
import { createMetadata } from '../../plugins/metadata/index.js'
import { type ForeignAccount, type ForeignFactor, isObject, type Read } from './account.js'

/** An account to create. */
export interface Account
  extends Partial<Pick<UserDocument, 'metadata' | 'filters' | 'adminMetadata' | 'adminFilters' | 'factors'>> {
  email: string
  name: string
  password?: PasswordHash
  externalId?: string
  isSuspended: boolean
  locale?: Locale
  createdAt?: Date
}

export interface ConversionOptions {
  /** Accepts addresses too that the other system hasn't verified. */
  includesUnverified?: boolean | undefined
  /** Takes over metadata. */
  includesMetadata?: boolean | undefined
  /** Called for what is left out of an account. */
  onNote?(line: number, reason: string): void
}

const EMAIL = new RegExp(Email.pattern as string)
const SHOWN = new RegExp(Name.pattern as string, 'u')
const MAX_NAME = 100
const MAX_ID = 256
/** Errors of metadata that are told of one row. */
const MAX_TOLD = 3

/** The fields of an account that hold metadata of a kind, and its values that lists can be filtered by. */
const FIELDS = { user: ['metadata', 'filters'], admin: ['adminMetadata', 'adminFilters'] } as const

export const isEmail = (value: string) => value.trim().length <= 254 && EMAIL.test(value)
export const isName = (value: string) => SHOWN.test(value) && [...value].length <= MAX_NAME

/** Returns the first text that a name can be, shortened if it is too long; otherwise the other one. */
function nameOf(names: unknown[], otherwise: string): string {
  const shortened = names
    .filter((name) => typeof name === 'string')
    .map((name) => [...name.trim()].slice(0, MAX_NAME).join(''))
  return (shortened.find(isName) ?? otherwise).normalize('NFC')
}

/** Returns a time of another system; undefined if it is none, or in the future. */
function timeOf(value: unknown, now: Date): Date | undefined {
  const time = new Date((value ?? Number.NaN) as string)
  return time <= now ? time : undefined
}

/**
 * Creates the conversion of accounts of another system.
 * @param profiles the kinds of imported hashes that the database holds; those of converted accounts are added
 * @throws ConfigError if a schema for metadata can't be used
 */
export function createConversion(
  app: FastifyInstance,
  { name: system, read }: { name: string; read: Read },
  profiles: Set<string>,
  { includesUnverified = false, includesMetadata = false, onNote }: ConversionOptions,
) {
  const { seal } = createFactors(app)
  const metadata = includesMetadata ? createMetadata(app) : undefined

  /** Returns the hash, unless it is of one kind too many. */
  function affordable(password: PasswordHash): PasswordHash | { unusable: string } {
    const { profile } = password
    if (profile === undefined || profiles.has(profile)) return password
    if (profiles.size === MAX_PROFILES) {
      return { unusable: `the database has ${MAX_PROFILES} other kinds of imported hashes already (${profile})` }
    }
    profiles.add(profile)
    return password
  }

  function passwordOf({ password }: ForeignAccount, line: number): PasswordHash | undefined {
    if (!password) return undefined
    const usable = 'unusable' in password ? password : affordable(password)
    if (!('unusable' in usable)) return usable
    onNote?.(line, `is imported without a password: ${usable.unusable}`)
    return undefined
  }

  function toFactor(foreign: ForeignFactor, isVerified: boolean, count: number): Factor | { unusable: string } {
    if ('unusable' in foreign) return foreign
    // a sign-in with a factor mails no code
    if (!isVerified) return { unusable: 'the mailed code of the first sign-in must prove the address' }
    // one place is for backup codes
    if (count === MAX_FACTORS - 1) return { unusable: `an account has at most ${count} beside its backup codes` }
    const _id = newFactorId()
    return {
      _id,
      type: 'totp',
      name: nameOf([foreign.name], 'Authenticator app'),
      createdAt: timeOf(foreign.createdAt, app.now()) ?? app.now(),
      lastUsedAt: null,
      step: 0,
      ...seal(_id, foreign.secret),
    }
  }

  function factorsOf({ factors = [], isVerified }: ForeignAccount, line: number): Factor[] {
    const usable: Factor[] = []
    for (const foreign of factors) {
      const factor = toFactor(foreign, isVerified, usable.length)
      if ('unusable' in factor) onNote?.(line, `is imported without a second factor: ${factor.unusable}`)
      else usable.push(factor)
    }
    return usable
  }

  /** Returns the fields that hold metadata of a kind, or why it is refused. */
  function metadataOf(kind: 'user' | 'admin', value: unknown): Partial<Account> | string {
    if (!metadata || value === undefined || value === null || value === '') return {}
    const [field, filtersField] = FIELDS[kind]
    if (!isObject(value)) return `${field} must be a JSON object`
    if (Object.keys(value).length === 0) return {}
    const errors = metadata.errorsOf(kind, value)
    if (errors.length > 0) {
      const told = errors.slice(0, MAX_TOLD).map(({ pointer, message }) => `${pointer.slice(1)} ${message}`)
      return told.join('; ')
    }
    const filters = metadata.check(kind, value)
    return { [field]: value, ...(filters.length > 0 && { [filtersField]: filters }) }
  }

  function toAccount(row: ForeignAccount, line: number): Account | string {
    const { id, email, isVerified, isSuspended, names, locale } = row
    if (typeof email !== 'string' || !isEmail(email)) return 'has no e-mail address'
    if (typeof id !== 'string' || id.length > MAX_ID) return 'has no id'
    if (!isVerified && !includesUnverified) return 'has an e-mail address that is not verified (--include-unverified)'
    const own = metadataOf('user', row.metadata)
    if (typeof own === 'string') return own
    const administrators = metadataOf('admin', row.adminMetadata)
    if (typeof administrators === 'string') return administrators
    const password = passwordOf(row, line)
    const factors = factorsOf(row, line)
    const createdAt = timeOf(row.createdAt, app.now())
    return {
      email,
      name: nameOf(names, email.trim().split('@', 1)[0] as string),
      ...(password && { password }),
      ...(factors.length > 0 && { factors }),
      ...own,
      ...administrators,
      externalId: `${system}:${id}`,
      isSuspended,
      ...(typeof locale === 'string' && { locale: localeOf(locale.replaceAll('_', '-')) }),
      ...(createdAt && { createdAt }),
    }
  }

  /** Returns the account to create, or the reason why the row is refused. */
  return (row: Record<string, unknown>, line: number): Account | string => {
    const account = read(row)
    return typeof account === 'string' ? account : toAccount(account, line)
  }
}
