import { stat } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import mongoose, { Types } from 'mongoose'
import { isDuplicateKey } from '../models/duplicate-key.js'
import { instanceName } from '../models/instance.js'
import { toKey } from '../models/prefix.js'
import { canonicalEmail, type PasswordHash, type UserDocument } from '../models/user.js'
import { BCRYPT_HASH } from '../plugins/auth/passwords.js'
import { costOf, type Read } from './importers/account.js'
import { type Account, type ConversionOptions, createConversion, isEmail, isName } from './importers/conversion.js'
import { type Form, rowsOf } from './importers/rows.js'

export interface ImportProgress {
  /** Progress from 0 to 1. */
  done: number
  imported: number
  /** Of those, the accounts without a password, whose owners recover it by mail. */
  withoutPassword: number
  /** Addresses and ids that have an account already. An interrupted import is simply started again. */
  existing: number
  refused: number
}

/** Another system, and how its export is read. */
export interface Source {
  name: string
  form: Form
  read: Read
}

export interface ImportOptions extends ConversionOptions {
  /** Undefined for lines of `email`, `name` and `hash`. */
  source?: Source | undefined
  /** Only counts: nothing is written. */
  isDryRun?: boolean | undefined
  onRefused?(line: number, reason: string): void
  onProgress?(progress: ImportProgress): void
}

const BATCH = 200

const RULES: Record<'email' | 'name' | 'hash', { accepts(value: string): boolean; says: string }> = {
  email: { accepts: isEmail, says: 'must be an e-mail address' },
  name: { accepts: isName, says: 'must have 1 to 100 characters, one of them visible' },
  hash: {
    accepts: (value) => BCRYPT_HASH.test(value),
    says: 'must be a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 16)',
  },
}

/**
 * Creates an account of each row of a file: JSON of `email`, `name` and `hash`, a plain bcrypt hash of another system, or an export of
 * `source`. A hash is replaced at the first sign-in. A row that is refused doesn't keep the others out.
 */
export async function importAccounts(
  app: FastifyInstance,
  file: string,
  { source, isDryRun = false, onRefused, onProgress, ...options }: ImportOptions = {},
): Promise<ImportProgress> {
  const { size } = await stat(file)
  const progress: ImportProgress = { done: 0, imported: 0, withoutPassword: 0, existing: 0, refused: 0 }
  const profiles = new Set(await storedProfiles(app))
  const convert = source
    ? createConversion(app, source, profiles, options)
    : (row: Record<string, unknown>) => parsePlain(row, app.config.BCRYPT_ROUNDS)
  const { stream, rows } = rowsOf(file, source?.form ?? 'lines')
  let batch: Account[] = []

  const store = async () => {
    const created = isDryRun ? await missing(app, batch) : await insert(app, batch, [...profiles])
    progress.imported += created.length
    progress.withoutPassword += created.filter(({ password }) => !password).length
    progress.existing += batch.length - created.length
    progress.done = size === 0 ? 1 : stream.bytesRead / size
    batch = []
    onProgress?.(progress)
  }

  for await (const { line, row } of rows) {
    const parsed = typeof row === 'string' ? row : convert(row, line)
    if (typeof parsed === 'string') {
      progress.refused++
      onRefused?.(line, parsed)
    } else if (batch.push(parsed) === BATCH) {
      await store()
    }
  }
  await store()
  return progress
}

/** Returns the account that a line of `email`, `name` and `hash` describes, or the reason of its refusal. */
function parsePlain(value: Record<string, unknown>, maxCost: number): Account | string {
  for (const [name, { accepts, says }] of Object.entries(RULES)) {
    const given = value[name]
    if (typeof given !== 'string' || !accepts(given)) return `${name} ${says}`
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(RULES, name))
  if (unknown !== undefined) return `${unknown} is none of email, name, hash`
  const { email, name, hash } = value as Record<'email' | 'name' | 'hash', string>
  const cost = costOf(hash)
  // otherwise the time of a sign-in tells which accounts were imported
  if (cost > maxCost) return `hash has cost ${cost}, above BCRYPT_ROUNDS (${maxCost})`
  const password: PasswordHash = { scheme: 'bcrypt', cost, pepperId: null, hash }
  return { email, name: name.normalize('NFC'), password, isSuspended: false }
}

async function storedProfiles({ db: { Instance } }: FastifyInstance): Promise<string[]> {
  const instance = await Instance.findOne({ _id: 'instance' }, { passwordProfiles: 1 }).lean()
  return instance?.passwordProfiles ?? []
}

/** Returns the accounts that an import would create. */
async function missing({ db: { User } }: FastifyInstance, accounts: Account[]): Promise<Account[]> {
  const externalIds = accounts.flatMap(({ externalId }) => externalId ?? [])
  const known = await User.find(
    {
      $or: [
        { email: { $in: accounts.map(({ email }) => canonicalEmail(email)) } },
        { externalId: { $in: externalIds } },
      ],
    },
    { email: 1, externalId: 1 },
  ).lean()
  const taken = new Set(known.flatMap(({ email, externalId }) => [email, externalId]))
  return accounts.filter(
    ({ email, externalId }) => !taken.has(canonicalEmail(email)) && !(externalId && taken.has(externalId)),
  )
}

/** Creates the accounts whose address and id have none yet, and returns them. */
async function insert(app: FastifyInstance, accounts: Account[], profiles: string[]): Promise<Account[]> {
  if (accounts.length === 0) return []
  // every process knows the kinds before it meets a hash of them
  if (profiles.length > 0) {
    await instanceName(app.db.Instance)
    await app.db.Instance.updateOne({ _id: 'instance' }, { $addToSet: { passwordProfiles: { $each: profiles } } })
  }
  const now = app.now()
  const users = accounts.map(({ email, name, isSuspended, createdAt = now, ...others }) => {
    const _id = new Types.ObjectId()
    return {
      ...others,
      _id,
      email: canonicalEmail(email),
      name,
      nameKey: toKey(name),
      role: 'user',
      permissions: [],
      status: isSuspended ? 'suspended' : 'active',
      outbox: [app.audit.entry(null, { action: 'account.imported', targetId: _id })],
      createdAt,
      updatedAt: now,
    } satisfies Partial<UserDocument>
  })
  const taken = new Set<number>()
  try {
    await app.db.User.bulkWrite(users.map((document) => ({ insertOne: { document } })) as never, { ordered: false })
  } catch (error) {
    /* c8 ignore next 2 -- anything but a duplicate: the database went away in the meantime */
    const failures = error instanceof mongoose.mongo.MongoBulkWriteError ? [error.writeErrors].flat() : []
    if (failures.length === 0 || !failures.every(isDuplicateKey)) throw error
    for (const { index } of failures) taken.add(index)
  }
  await app.audit.move(...users.flatMap(({ _id }, index) => (taken.has(index) ? [] : [_id])))
  return accounts.filter((_account, index) => !taken.has(index))
}
