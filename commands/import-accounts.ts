import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { FastifyInstance } from 'fastify'
import mongoose, { Types } from 'mongoose'
import { isDuplicateKey } from '../models/duplicate-key.js'
import { toKey } from '../models/prefix.js'
import { canonicalEmail, type UserDocument } from '../models/user.js'
import { Email, Name } from '../openapi/schemas/account.js'
import { BCRYPT_HASH } from '../plugins/auth/passwords.js'

export interface ImportProgress {
  /** Progress from 0 to 1. */
  done: number
  imported: number
  /** Addresses that have an account already. An interrupted import is simply started again. */
  existing: number
  refused: number
}

export interface ImportOptions {
  onRefused?(line: number, reason: string): void
  onProgress?(progress: ImportProgress): void
}

interface Account {
  email: string
  name: string
  hash: string
}

const BATCH = 200
const costOf = (hash: string) => Number(hash.slice(4, 6))
const EMAIL = new RegExp(Email.pattern as string)
const SHOWN = new RegExp(Name.pattern as string, 'u')

const RULES: Record<keyof Account, { accepts(value: string): boolean; says: string }> = {
  email: { accepts: (value) => value.trim().length <= 254 && EMAIL.test(value), says: 'must be an e-mail address' },
  name: {
    accepts: (value) => SHOWN.test(value) && [...value].length <= 100,
    says: 'must have 1 to 100 characters, one of them visible',
  },
  hash: {
    accepts: (value) => BCRYPT_HASH.test(value),
    says: 'must be a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 16)',
  },
}

/**
 * Makes an account of each line of a file: JSON of `email`, `name` and `hash`, a plain bcrypt hash of another system, which is
 * replaced at the first sign-in. A line that is refused doesn't keep the others out.
 */
export async function importAccounts(
  app: FastifyInstance,
  file: string,
  { onRefused, onProgress }: ImportOptions = {},
): Promise<ImportProgress> {
  const { size } = await stat(file)
  const progress: ImportProgress = { done: 0, imported: 0, existing: 0, refused: 0 }
  const stream = createReadStream(file)
  let batch: Account[] = []
  let number = 0

  const store = async () => {
    const imported = await insert(app, batch)
    progress.imported += imported
    progress.existing += batch.length - imported
    progress.done = size === 0 ? 1 : stream.bytesRead / size
    batch = []
    onProgress?.(progress)
  }

  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    if (line.trim() === '') continue
    const parsed = parse(number === 1 ? line.replace(/^\uFEFF/, '') : line, app.config.BCRYPT_ROUNDS)
    if (typeof parsed === 'string') {
      progress.refused++
      onRefused?.(number, parsed)
    } else if (batch.push(parsed) === BATCH) {
      await store()
    }
  }
  await store()
  return progress
}

/** Returns the account that a line describes, or the reason of its refusal. */
function parse(line: string, maxCost: number): Account | string {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line)
  } catch {
    return 'is not JSON'
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'is not a JSON object'
  for (const [name, { accepts, says }] of Object.entries(RULES)) {
    const given = value[name]
    if (typeof given !== 'string' || !accepts(given)) return `${name} ${says}`
  }
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(RULES, name))
  if (unknown !== undefined) return `${unknown} is none of email, name, hash`
  const account = value as unknown as Account
  const cost = costOf(account.hash)
  // otherwise the time of a sign-in tells which accounts were imported
  if (cost > maxCost) return `hash has cost ${cost}, above BCRYPT_ROUNDS (${maxCost})`
  return { ...account, name: account.name.normalize('NFC') }
}

/** Creates the accounts whose address has none yet; resolves to their number. */
async function insert(app: FastifyInstance, accounts: Account[]): Promise<number> {
  if (accounts.length === 0) return 0
  const now = app.now()
  const users = accounts.map(({ email, name, hash }) => {
    const _id = new Types.ObjectId()
    return {
      _id,
      email: canonicalEmail(email),
      name,
      nameKey: toKey(name),
      password: { scheme: 'bcrypt', cost: costOf(hash), pepperId: null, hash },
      role: 'user',
      permissions: [],
      status: 'active',
      outbox: [app.audit.entry(null, { action: 'account.imported', targetId: _id })],
      createdAt: now,
      updatedAt: now,
    } satisfies Partial<UserDocument>
  })
  const taken = new Set<number>()
  try {
    await app.db.User.bulkWrite(
      users.map((document) => ({ insertOne: { document } })),
      { ordered: false },
    )
  } catch (error) {
    const failures = error instanceof mongoose.mongo.MongoBulkWriteError ? [error.writeErrors].flat() : []
    if (failures.length === 0 || !failures.every(isDuplicateKey)) throw error
    for (const { index } of failures) taken.add(index)
  }
  const made = users.filter((_user, index) => !taken.has(index))
  await app.audit.move(...made.map(({ _id }) => _id))
  return made.length
}
