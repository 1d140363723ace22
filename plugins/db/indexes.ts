import { isDeepStrictEqual } from 'node:util'
import type { Collection, Connection } from 'mongoose'

type Options = Record<string, unknown>

/** An index that a model declares, or an existing one that no model declares. */
export interface IndexState {
  collection: string
  name: string
  key: Record<string, unknown>
  options: Options
  /** True for unique and TTL indexes, which correctness needs. The others only serve speed. */
  isVital: boolean
  /** `different`: another index has its name. */
  state: 'made' | 'present' | 'missing' | 'different' | 'undeclared'
  /** The existing index, if it is different. */
  found?: Pick<IndexState, 'key' | 'options'>
}

const NAMESPACE_NOT_FOUND = 26
/** Fields of a listed index besides its options. */
const NO_OPTIONS = ['v', 'key', 'name', 'ns', 'background']

const optionsOf = (index: object): Options =>
  Object.fromEntries(Object.entries(index).filter(([name, value]) => !NO_OPTIONS.includes(name) && value !== false))

/** An index depends on the order of its fields. */
const isSame = (a: Pick<IndexState, 'key' | 'options'>, b: Pick<IndexState, 'key' | 'options'>) =>
  isDeepStrictEqual(Object.entries(a.key), Object.entries(b.key)) && isDeepStrictEqual(a.options, b.options)

async function list(
  collection: Collection,
  timeoutMS: number,
): Promise<Pick<IndexState, 'name' | 'key' | 'options'>[]> {
  try {
    const indexes = await collection.listIndexes({ timeoutMS }).toArray()
    return indexes.map((index) => ({ name: index.name, key: { ...index.key }, options: optionsOf(index) }))
  } catch (error) {
    if ((error as { code?: unknown }).code === NAMESPACE_NOT_FOUND) return []
    throw error
  }
}

/**
 * Compares the indexes that models declare with those of their collections. It needs the privilege `listIndexes`.
 * @param patience time limit for each collection, in milliseconds
 */
export async function inspectIndexes({ models }: Connection, patience = 30_000): Promise<IndexState[]> {
  const states: IndexState[] = []
  for (const { schema, collection } of Object.values(models)) {
    const listed = await list(collection, patience)
    const known = new Set(['_id_'])
    for (const [fields, given] of schema.indexes()) {
      const key = fields as Record<string, unknown>
      const options = optionsOf(given)
      const name = given.name ?? Object.entries(key).flat().join('_')
      const same = listed.find((index) => isSame(index, { key, options }))
      const found = same ?? listed.find((index) => index.name === name)
      if (found) known.add(found.name)
      states.push({
        collection: collection.name,
        name,
        key,
        options,
        isVital: options.unique === true || options.expireAfterSeconds !== undefined,
        state: same ? 'present' : found ? 'different' : 'missing',
        ...(found && !same && { found }),
      })
    }
    for (const index of listed) {
      if (known.has(index.name)) continue
      states.push({ ...index, collection: collection.name, isVital: false, state: 'undeclared' })
    }
  }
  return states
}

/**
 * Creates the missing indexes, and changes nothing else. It needs the privilege `createIndex` too. Reads and writes go on meanwhile;
 * another process may create the same indexes at the same time.
 * @throws MongoServerError 11000 if the data violates a unique index
 */
export async function makeIndexes(connection: Connection): Promise<IndexState[]> {
  const states = await inspectIndexes(connection)
  for (const { collection } of Object.values(connection.models)) {
    const missing = states.filter((index) => index.collection === collection.name && index.state === 'missing')
    if (missing.length === 0) continue
    await collection.createIndexes(missing.map(({ name, key, options }) => ({ name, key: key as never, ...options })))
    for (const index of missing) index.state = 'made'
  }
  return states
}

/** Message of the log if {@link lacking} returns any. */
export const LACKING = 'The database lacks indexes: run npm run migrate'

/** Returns the indexes that are missing or different, by collection and name. */
export const lacking = (states: IndexState[]): string[] =>
  states
    .filter(({ state }) => state === 'missing' || state === 'different')
    .map(({ collection, name }) => `${collection}.${name}`)
