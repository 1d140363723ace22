import { mongo } from 'mongoose'
import t from 'tap'
import { isDuplicateKey } from '../../models/duplicate-key.js'

const errorOf = (code: number, message: string) => new mongo.MongoServerError({ code, message })

t.test('a duplicate is recognised by its code, and on FerretDB by the text of PostgreSQL', async (t) => {
  t.ok(isDuplicateKey(errorOf(11000, 'E11000 duplicate key error')))
  const texts = [
    'duplicate key value violates unique constraint "collection_pk_1"',
    'conflicting key value violates exclusion constraint "documents_rum_index_2"',
    'could not create exclusion constraint "documents_rum_index_2"',
  ]
  for (const text of texts) {
    t.ok(isDuplicateKey(errorOf(1, text)), text)
    t.ok(isDuplicateKey({ code: 1, errmsg: text, index: 0 }), 'an entry of writeErrors')
    t.notOk(isDuplicateKey(errorOf(2, text)))
    t.notOk(isDuplicateKey(new Error(text)))
  }
  for (const other of [errorOf(1, 'out of memory'), errorOf(112, 'WriteConflict'), { code: 1 }, null, undefined])
    t.notOk(isDuplicateKey(other))
})
