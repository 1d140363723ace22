import { readFileSync } from 'node:fs'
import { EJSON } from 'bson'
import { type Document, MongoServerError } from 'mongodb'
import t from 'tap'
import { database, isStandIn } from './helper.js'

type Case = {
  name: string
  docs: Document[]
  indexes?: Document[]
  command: Document
  reply: Document
  after?: Document[]
  idsAreAny?: boolean
}

const cases = JSON.parse(readFileSync('test/local/database/cases.json', 'utf8')) as Case[]
const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const
const deserialize = (value: unknown) => EJSON.deserialize(value as Document, { relaxed: false }) as never
const serialize = (value: unknown) => EJSON.serialize(value as Document, { relaxed: false })

const db = await database(t, 'cases', { ...exact, retryWrites: false })

const anyIds = (value: unknown) => JSON.parse(JSON.stringify(value).replace(/\{"\$oid":"[0-9a-f]{24}"\}/g, '"AN ID"'))

/** Reduces a reply to the fields of the recorded one. */
function shape(actual: Document, wanted: Document): Document {
  const result: Document = {}
  for (const key of Object.keys(wanted)) {
    if (key === 'cursor') {
      const { firstBatch, id } = actual.cursor
      result.cursor = {
        ...('firstBatch' in wanted.cursor && { firstBatch }),
        ...('open' in wanted.cursor && { open: String(id) !== '0' }),
      }
    } else if (key === 'writeErrors' && actual.writeErrors) {
      result.writeErrors = actual.writeErrors.map((error: Document, i: number) =>
        Object.fromEntries(Object.keys(wanted.writeErrors[i] ?? error).map((name) => [name, error[name]])),
      )
    } else result[key] = actual[key]
  }
  return result
}

const picked = (value: Document, like: Document): Document =>
  Object.fromEntries(Object.keys(like).map((key) => [key, value[key]]))

/** The cases in which DocumentDB, on which the suite runs too, differs from MongoDB. */
const DIFFERS = new Set([
  'update: inc zero',
  'index: unique number across types',
  'index: two arrays in a compound index',
  'index: a swap in one multi update stops at the duplicate',
])

for (const recorded of cases) {
  const skip = !isStandIn && DIFFERS.has(recorded.name) && 'DocumentDB differs'
  t.test(recorded.name, { skip }, async (t) => {
    await db.dropCollection('c').catch(() => {})
    await db.dropCollection('nowhere').catch(() => {})
    await db.dropCollection('fresh').catch(() => {})
    const docs = deserialize(recorded.docs) as Document[]
    if (docs.length > 0) await db.command({ insert: 'c', documents: docs })
    if (recorded.indexes) await db.command({ createIndexes: 'c', indexes: deserialize(recorded.indexes) })
    let reply: Document
    try {
      reply = await db.command(deserialize(recorded.command), exact)
    } catch (error) {
      if (!(error instanceof MongoServerError)) throw error
      reply = { ...error.errorResponse, error: error.code }
    }
    const wanted = recorded.reply
    let actual = serialize(shape(reply, wanted))
    if (recorded.command.listIndexes && actual.cursor?.firstBatch)
      actual.cursor.firstBatch = actual.cursor.firstBatch.map((index: Document, i: number) =>
        picked(index, wanted.cursor.firstBatch[i]),
      )
    if (recorded.idsAreAny) actual = anyIds(actual)
    if (wanted.values) {
      const order = (values: unknown[]) => values.map((value) => JSON.stringify(value)).sort()
      t.same(order(actual.values), order(wanted.values))
      return
    }
    t.same(JSON.stringify(actual), JSON.stringify(wanted))
    if (recorded.after) {
      const after = serialize(await db.collection('c').find({}, exact).sort({ _id: 1 }).toArray())
      t.same(JSON.stringify(recorded.idsAreAny ? anyIds(after) : after), JSON.stringify(recorded.after))
    }
  })
}
