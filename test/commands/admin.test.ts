import t from 'tap'
import { appoint } from '../../commands/appoint.js'
import { open } from '../../commands/open.js'
import { loadSettings } from '../../plugins/config/index.js'
import { build, login, newEmail, register } from '../support/app.js'
import { newFolder, openDatabase, run } from '../support/process.js'

t.setTimeout(300_000)

t.test('appoints an administrator at once, keeps the sessions, and tells the owner', async (t) => {
  const test = await build(t)
  const { email, id, bearer } = await login(test)
  const statistics = () => test.app.inject({ url: '/v1/admin/statistics', headers: bearer })
  t.equal((await statistics()).statusCode, 403)
  const before = await test.app.db.User.findById(id).lean()

  t.equal(await appoint(test.app, ` ${email.toUpperCase()}`), true)
  t.equal((await statistics()).statusCode, 200)
  const after = await test.app.db.User.findById(id).lean()
  t.match(after, { role: 'admin', outbox: [], authVersion: (before?.authVersion as number) + 1 })
  t.equal(after?.revision, (before?.revision as number) + 1)
  t.match((await test.mail(email, /permissions were changed/)).text, /Role: admin/i)
  t.match(await test.app.db.AuditEvent.findOne({ action: 'admin.appointed' }).lean(), { targetId: id, actorId: null })

  t.equal(await appoint(test.app, email), false, 'an administrator already')
})

t.test('appoints once, however often it is told to at the same time', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => appoint(test.app, email)))
  t.equal(outcomes.filter(Boolean).length, 1)
  t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'admin.appointed' }), 1)
})

t.test('appoints nobody who is not there or is suspended', async (t) => {
  const test = await build(t)
  const { email } = await register(test)
  await t.rejects(appoint(test.app, newEmail()), { message: /^No account has the address .* Register it first/ })
  await test.app.db.User.updateOne({ email }, { status: 'suspended' })
  await t.rejects(appoint(test.app, email), { message: /is suspended/ })
})

t.test('the command works without a running server and beside one', async (t) => {
  const DATA_DIR = newFolder(t)
  const admin = async (...args: string[]) => {
    const command = run(t, 'commands/admin.js', { DATA_DIR }, args)
    return { code: await command.exitCode(), ...command.output }
  }
  const before = await openDatabase(DATA_DIR)
  const app = await open(loadSettings({ DATA_DIR }))
  const at = new Date()
  await app.db.User.create({
    email: 'ada@example.com',
    name: 'Ada',
    nameKey: 'ada',
    password: { scheme: 'bcrypt', cost: 4, pepperId: null, hash: '' },
    role: 'user',
    status: 'active',
    createdAt: at,
    updatedAt: at,
  })
  await app.close()
  await before.close()

  t.match(await admin('ada@example.com'), { code: 0, stdout: 'ada@example.com is now an administrator.\n', stderr: '' })
  const database = await openDatabase(DATA_DIR)
  t.teardown(database.close)
  t.match(await admin('ada@example.com'), { code: 0, stdout: 'ada@example.com is already an administrator.\n' })
  t.match(await admin('eve@example.com'), {
    code: 1,
    stdout: '',
    stderr: /^No account has the address eve@example.com.*\n$/,
  })
  t.match(await admin(), { code: 1, stderr: /npm run admin -- EMAIL\n$/ })
})
