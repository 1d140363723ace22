import t from 'tap'
import { inviteAddress } from '../../commands/invite-address.js'
import { audited, caller } from '../support/admin.js'
import { build, codeIn, login, newEmail, PASSWORD, register } from '../support/app.js'
import { accept } from '../support/invitations.js'
import { newFolder, openDatabase, run } from '../support/process.js'

t.setTimeout(300_000)

t.test('the first administrator is invited before anybody exists, and audited', async (t) => {
  const test = await build(t, { env: { REGISTRATION: 'closed' } })
  const email = newEmail()
  const { id } = await inviteAddress(test.app, ` ${email.toUpperCase()} `, 'admin')
  const code = codeIn(await test.mail(email, /invited/))
  const { user } = (await accept(test, { id, code })).json()
  t.match(user, { email, role: 'admin', permissions: [] })
  const session = await login(test, { email, password: PASSWORD })
  const { items } = (await caller(test, session)('GET', '/v1/admin/invitations')).json()
  t.match(items, [{ id, state: 'accepted', invitedBy: null, userId: user.id }])
  t.match(await test.app.db.AuditEvent.findOne({ action: 'admin.invitation-created' }), {
    actorId: null,
    targetId: id,
    details: { role: 'admin', permissions: [] },
  })
  t.match(await audited(test.app, user.id), ['account.joined'])
})

t.test('the command again replaces the invitation, and says why an address cannot be invited', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const first = await inviteAddress(test.app, email, 'admin')
  const firstCode = codeIn(await test.mail(email, /invited/))
  const second = await inviteAddress(test.app, email, 'user')
  t.not(second.id, first.id)
  t.match((await accept(test, { id: first.id, code: firstCode })).json(), { code: 'INVALID_CODE' })
  t.same(await audited(test.app, first.id), ['admin.invitation-created', 'admin.invitation-withdrawn'])
  const { email: known } = await register(test)
  await t.rejects(inviteAddress(test.app, known, 'admin'), { message: /has an account: npm run admin -- EMAIL/ })
  for (const wrong of ['ada', 'a@b@c.d', '', `${'x'.repeat(250)}@example.com`]) {
    await t.rejects(inviteAddress(test.app, wrong, 'user'), { message: /is no e-mail address/ })
  }
  const another = newEmail()
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => inviteAddress(test.app, another, 'admin')))
  // one that comes after another replaces it; one that comes between is refused
  t.equal(await test.app.db.Invitation.countDocuments({ openEmail: another }), 1, 'of several at once, one is open')
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  t.ok(refused.length > 0)
  t.ok(refused.every(({ reason }) => ['INVITATION_EXISTS', 'INVITATION_ENDED'].includes(reason.code)))
})

t.test('the command works without a running server and beside one', async (t) => {
  const DATA_DIR = newFolder(t)
  const invite = async (...args: string[]) => {
    const command = run(t, 'commands/invite.js', { DATA_DIR }, args)
    return { code: await command.exitCode(), ...command.output }
  }
  t.match(await invite('ada@example.com', '--admin'), {
    code: 0,
    stdout: /^ada@example\.com is invited until \d{4}-.*Z, as an administrator\. .* is [a-z]{24}\.\n$/,
    stderr: '',
  })
  const database = await openDatabase(DATA_DIR)
  t.teardown(database.close)
  t.match(await invite('eve@example.com'), { code: 0, stdout: /^eve@example\.com is invited until [^,]*Z\. / })
  t.match(await invite(), { code: 1, stdout: '', stderr: /npm run invite -- EMAIL \[--admin\]\n$/ })
  t.match(await invite('a@example.com', 'b@example.com'), { code: 1, stderr: /^One address is needed/ })
  t.match(await invite('a@example.com', '--root'), { code: 1, stderr: /--root/ })
})
