import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import bcrypt from 'bcrypt'
import t, { type Test } from 'tap'
import { type ImportProgress, importAccounts } from '../../commands/import-accounts.js'
import { build, login, newEmail, register } from '../support/app.js'
import { newFolder, openDatabase, run } from '../support/process.js'

t.setTimeout(300_000)

const HASH = bcrypt.hashSync('imported', 4)

function write(t: Test, lines: (object | string)[], end = '\n') {
  const file = join(newFolder(t), 'accounts.jsonl')
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(file, text.map((line) => `${line}${end}`).join(''))
  return file
}

t.test('imported accounts sign in with their password, whose hash is then replaced', async (t) => {
  const test = await build(t)
  const prefixes = ['$2a$', '$2b$', '$2y$']
  const accounts = prefixes.map((prefix) => ({
    email: newEmail(),
    name: 'Ada Lovelace',
    hash: HASH.replace('$2b$', prefix),
  }))
  const [first] = accounts as [(typeof accounts)[0]]
  const file = write(
    t,
    [`\uFEFF${JSON.stringify({ ...first, email: ` ${first.email.toUpperCase()}` })}`, '', ...accounts.slice(1)],
    '\r\n',
  )
  t.match(await importAccounts(test.app, file), { done: 1, imported: 3, existing: 0, refused: 0 })
  for (const { email, hash } of accounts) {
    const stored = await test.app.db.User.findOne({ email }).lean()
    t.match(stored, { name: 'Ada Lovelace', nameKey: 'ada lovelace', role: 'user', status: 'active', outbox: [] })
    t.match(stored?.password, { scheme: 'bcrypt', cost: 4, pepperId: null, hash })
    await login(test, { email, password: 'imported' })
    t.match((await test.app.db.User.findOne({ email }).lean())?.password, { scheme: 'bcrypt-hmac-sha384' })
    t.match(await test.app.db.AuditEvent.findOne({ action: 'account.imported', targetId: stored?._id.toString() }), {
      actorId: null,
    })
  }
})

t.test('names are stored in one Unicode form and counted in code points', async (t) => {
  const test = await build(t)
  const decomposed = { email: newEmail(), name: 'Jose\u0301', hash: HASH }
  const long = { email: newEmail(), name: '😀'.repeat(100), hash: HASH }
  t.match(await importAccounts(test.app, write(t, [decomposed, long])), { imported: 2, refused: 0 })
  t.match(await test.app.db.User.findOne({ email: decomposed.email }).lean(), { name: 'José', nameKey: 'josé' })
  t.match(await test.app.db.User.findOne({ email: long.email }).lean(), { name: long.name })
})

t.test('addresses that are there already are skipped, so that an import can be begun anew', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  const before = await test.app.db.User.findOne({ email }).lean()
  const lines = Array.from({ length: 450 }, () => ({ email: newEmail(), name: 'Ada', hash: HASH }))
  const file = write(t, [{ email, name: 'Eve', hash: HASH }, ...lines, lines[0] as object])
  const seen: ImportProgress[] = []
  const onProgress = (progress: ImportProgress) => seen.push({ ...progress })
  t.match(await importAccounts(test.app, file, { onProgress }), { imported: 450, existing: 2, refused: 0 })
  t.same(
    seen.map(({ imported, existing }) => imported + existing),
    [200, 400, 452],
  )
  t.match(await importAccounts(test.app, file), { imported: 0, existing: 452, refused: 0 })
  t.same((await test.app.db.User.findOne({ email }).lean())?.password, before?.password)
  await login(test, { email, password })
})

t.test('a line that is no account is named with its number and reason, and keeps no other out', async (t) => {
  const test = await build(t)
  const good = () => ({ email: newEmail(), name: 'Ada', hash: HASH })
  const lines: [object | string, string][] = [
    ['{"email":', 'is not JSON'],
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['"x"', 'is not a JSON object'],
    [{ ...good(), email: 'nobody' }, 'email must be an e-mail address'],
    [{ ...good(), email: { $ne: null } }, 'email must be an e-mail address'],
    [{ ...good(), name: '' }, 'name must have 1 to 100 characters, one of them visible'],
    [{ ...good(), name: undefined }, 'name must have 1 to 100 characters, one of them visible'],
    [{ ...good(), name: '\u202e\u0000 ' }, 'name must have 1 to 100 characters, one of them visible'],
    [{ ...good(), name: '😀'.repeat(101) }, 'name must have 1 to 100 characters, one of them visible'],
    [{ ...good(), hash: HASH.replace('$04$', '$05$') }, 'hash has cost 5, above BCRYPT_ROUNDS (4)'],
    [{ ...good(), hash: 'secret' }, 'hash must be a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 16)'],
    [
      { ...good(), hash: HASH.replace('$04$', '$31$') },
      'hash must be a bcrypt hash ($2a$, $2b$ or $2y$, cost 4 to 16)',
    ],
    [{ ...good(), role: 'admin' }, 'role is none of email, name, hash'],
    [{ ...good(), constructor: 1 }, 'constructor is none of email, name, hash'],
  ]
  const file = write(t, [good(), ...lines.map(([line]) => line), good()])
  const refused: [number, string][] = []
  const outcome = await importAccounts(test.app, file, { onRefused: (...reason) => refused.push(reason) })
  t.match(outcome, { imported: 2, refused: lines.length })
  t.same(
    refused,
    lines.map(([, reason], i) => [i + 2, reason]),
  )
})

t.test('an empty file imports nothing, and a database that fails is no duplicate', async (t) => {
  const test = await build(t)
  t.match(await importAccounts(test.app, write(t, [])), { done: 1, imported: 0, existing: 0, refused: 0 })
  await t.rejects(importAccounts(test.app, '/nowhere'), { code: 'ENOENT' })
  const { app } = await build(t, { shareDatabaseOf: test })
  await app.db.connection.close()
  const file = write(t, [{ email: newEmail(), name: 'Ada', hash: HASH }])
  await t.rejects(importAccounts(app, file), { name: /^Mongo/ })
})

t.test(
  'the command tells what it did, line by line where there is no terminal, by a bar where there is one',
  async (t) => {
    const env = { DATA_DIR: newFolder(t) }
    const file = write(t, [{ email: 'ada@example.com', name: 'Ada', hash: HASH }, 'x'])
    const command = async (args: string[], nodeArgs: string[] = []) => {
      const child = run(t, 'commands/import.js', env, args, nodeArgs)
      return { code: await child.exitCode(), ...child.output }
    }
    t.match(await command([file]), {
      code: 1,
      stdout: '1 accounts imported, 0 were there already, 1 lines refused.\n',
      stderr: `${file}:2: is not JSON\n`,
    })
    const database = await openDatabase(env.DATA_DIR)
    t.teardown(database.close)
    const good = write(t, [{ email: 'ada@example.com', name: 'Ada', hash: HASH }])
    const terminal = ['--import', 'data:text/javascript,process.stdout.isTTY=true']
    t.match(await command([good], terminal), {
      code: 0,
      stdout: /\r.*\[#{30}\] 100 % 1 accounts\r.*0 accounts imported, 1 were/s,
    })
    t.match(await command([]), { code: 1, stdout: '', stderr: 'One file is needed: npm run import -- FILE\n' })
    t.match(await command(['/nowhere']), { code: 1, stderr: /\/nowhere does not exist/ })
  },
)
