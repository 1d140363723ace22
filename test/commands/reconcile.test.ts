import { resolve } from 'node:path'
import { Types } from 'mongoose'
import t from 'tap'
import { openWithFiles } from '../../commands/open.js'
import { reconcileOnce } from '../../commands/reconcile-once.js'
import { startLocalServices } from '../../local/index.js'
import { loadSettings } from '../../plugins/config/index.js'
import { newFolder, openDatabase, run } from '../support/process.js'

t.setTimeout(300_000)

const FILE = { resourceType: 'raw', visibility: 'public' } as const

t.test('the command works without a running server and beside one', async (t) => {
  const DATA_DIR = newFolder(t)
  // a free port that no other test uses
  const probe = await startLocalServices({
    services: ['mailbox'],
    dataDir: newFolder(t),
    host: 'localhost',
    port: 0,
    threads: false,
  })
  const LOCAL_PORT = new URL(probe.urls.mailbox as string).port
  await probe.close()
  const env = { DATA_DIR, LOCAL_PORT }
  const reconcile = async (...args: string[]) => {
    const command = run(t, 'commands/reconcile.js', env, args)
    return { code: await command.exitCode(), ...command.output }
  }
  t.match(await reconcile(), { code: 0, stdout: 'Done: all agrees.\n', stderr: '' })

  const database = await openDatabase(DATA_DIR)
  t.teardown(database.close)
  const startFiles = () =>
    startLocalServices({
      services: ['cloudinary'],
      dataDir: resolve(DATA_DIR),
      host: 'localhost',
      port: Number(LOCAL_PORT),
      threads: false,
      faults: true,
    })
  const before = await startFiles()
  const app = await openWithFiles(loadSettings(env))
  const row = (state: 'ready' | 'deleting') => {
    const _id = new Types.ObjectId()
    return {
      ...FILE,
      _id,
      uploadId: _id.toString(),
      publicId: `${app.assets.prefix}${_id}.pdf`,
      ownerId: new Types.ObjectId(),
      purpose: 'file' as const,
      state,
      stateAt: new Date(0),
      filename: 'a.pdf',
      filenameKey: 'a.pdf',
      contentType: 'application/pdf',
      bytes: 1,
      createdAt: new Date(0),
      updatedAt: new Date(0),
    }
  }
  const deleting = await app.db.Asset.create(row('deleting'))
  await app.storage.upload(bytes(), deleting)
  await app.close()

  t.match(await reconcile('--dry-run'), {
    code: 0,
    stdout: `would have finished a deletion {"assetId":"${deleting._id}"}\nDone: deletion-finished 1.\n`,
  })
  await before.close()
  t.match(await reconcile(), {
    code: 1,
    stdout: '',
    stderr: /its file store doesn't answer on port \d+: set LOCAL_PORT/,
  })
  const files = await startFiles()
  t.teardown(files.close)
  const fail = (operation: string) =>
    fetch(`${files.urls.cloudinary}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ operation, fault: 500 }),
    })
  await fail('bulk-delete')
  t.match(await reconcile(), { code: 1, stdout: /the store failed to destroy files.*\nDone: store-failed 1\.\n$/ })

  const beside = await openWithFiles(loadSettings(env))
  const lines: string[] = []
  const once = () => reconcileOnce(beside, { dryRun: false, force: false }, (line) => lines.push(line))
  await fail('list')
  await t.rejects(once(), { message: /^The file store/ })
  t.strictSame(lines, [])
  await beside.db.Asset.deleteMany()
  await beside.db.Asset.create(Array.from({ length: 11 }, () => row('ready')))
  t.equal(await once(), false)
  t.match(lines.join(''), /"wouldGo":11,"mayGo":10\}\nStopped; --force goes on all the same: stopped 1\.\n$/)
  await beside.close()
  t.match(await reconcile('--force'), { code: 0, stdout: /\nDone: row-removed 11\.\n$/ })

  for (const args of [['--now'], ['all'], ['--force=yes']]) {
    t.match(await reconcile(...args), {
      code: 1,
      stdout: '',
      stderr: /Usage: npm run reconcile -- \[--dry-run\] \[--force\]\n$/,
    })
  }
})

async function* bytes() {
  yield Buffer.from('%PDF-1.4')
}
