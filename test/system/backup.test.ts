import { deserialize } from 'bson'
import { type CollectionInfo, type IndexDescriptionInfo, MongoClient } from 'mongodb'
import t, { type Test } from 'tap'
import { reconcile } from '../../plugins/assets/reconcile/index.js'
import { GRACE } from '../../plugins/assets/reconcile/run.js'
import { form, pdf, pixel, start } from '../routes/v1/assets/client.js'
import { build, login, newDatabase, post, type TestApp } from '../support/app.js'

interface Dump {
  collection: CollectionInfo
  documents: Buffer[]
  indexes: IndexDescriptionInfo[]
}

/** Reads what mongodump reads: each collection's documents as they are stored, and its indexes. */
async function dump(uri: string): Promise<Dump[]> {
  const client = await MongoClient.connect(uri)
  const dumps: Dump[] = []
  for (const collection of await client.db().listCollections().toArray()) {
    const source = client.db().collection(collection.name)
    const documents = (await source.find({}, { raw: true }).toArray()) as unknown as Buffer[]
    dumps.push({ collection: collection as CollectionInfo, documents, indexes: await source.indexes() })
  }
  await client.close()
  return dumps
}

/** Writes what mongorestore writes, into a database that doesn't exist yet. */
async function restore(uri: string, dumps: Dump[]) {
  const client = await MongoClient.connect(uri)
  for (const { collection, documents, indexes } of dumps) {
    const target = client.db().collection(collection.name)
    if (documents.length > 0) {
      await target.insertMany(
        documents.map((bytes) => deserialize(bytes, { promoteValues: false, promoteBuffers: false })),
      )
    }
    const others = indexes.filter(({ name }) => name !== '_id_').map(({ v: _v, ...index }) => index)
    if (others.length > 0) await target.createIndexes(others)
  }
  await client.close()
}

/** A server on what a dump of another's database restores. */
async function restored(t: Test, original: TestApp) {
  const dumps = await dump(original.config.MONGODB_URI)
  const uri = await newDatabase()
  await restore(uri, dumps)
  const { JWT_SECRET, CODE_KEY, DATA_KEY, PASSWORD_PEPPER } = original.config
  const keys = { JWT_SECRET, CODE_KEY, DATA_KEY, PASSWORD_PEPPER }
  const env = Object.fromEntries(Object.entries(keys).map(([name, list]) => [name, list.join()]))
  const test = await build(t, { clock: original.clock, env: { ...env, MONGODB_URI: uri } })
  return { ...test, dumps }
}

async function findings({ app }: TestApp) {
  const found: string[] = []
  const { signal } = new AbortController()
  await reconcile(app, { dryRun: true, force: false, signal, tell: (finding) => found.push(finding) })
  return found
}

t.test('a server on a restored backup is the one that was backed up', async (t) => {
  const original = await start(t)
  await original.keep(pixel(), pdf())
  const avatar = await original.app.inject({
    method: 'PUT',
    url: '/v1/users/me/avatar',
    headers: { ...original.user.bearer, ...form([pixel()]).headers },
    payload: form([pixel()]).body,
  })
  t.equal(avatar.statusCode, 200)
  const { items } = (await original.call('GET', '/assets')).json()
  await original.app.audit.idle()
  await original.app.jobs.drain()

  const test = await restored(t, original)
  t.equal((await test.app.inject('/health/ready')).statusCode, 200, 'with every index')
  const { email, password, refreshToken } = original.user
  const again = await login(test, { email, password })
  const assets = (await test.app.inject({ url: '/v1/assets', headers: again.bearer })).json().items
  t.equal(assets.length, 2)
  t.strictSame(assets, items)
  for (const { secureUrl } of assets) t.equal((await fetch(secureUrl)).status, 200)
  t.equal((await post(test.app, '/v1/auth/refresh-token', { refreshToken })).statusCode, 200, 'sessions live on')

  test.clock.advance(GRACE + 60_000)
  t.strictSame(await findings(test), [], 'rows, accounts and files agree')
})

t.test('what has changed since the backup is told by a dry run', async (t) => {
  const original = await start(t)
  const [kept] = await original.keep(pdf())
  const gone = await restored(t, original)
  await original.call('DELETE', `/assets/${kept?.id}`)
  await original.app.jobs.drain()
  await original.keep(pdf('b.pdf'))
  original.clock.advance(GRACE + 60_000)
  t.strictSame((await findings(gone)).sort(), ['file-destroyed', 'file-missing'])
})
