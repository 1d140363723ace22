import t from 'tap'
import { audited, caller, loginAs } from '../../../support/admin.js'
import { createKey } from '../../../support/api-keys.js'
import { atOnce, build, codeIn, login, newEmail, PASSWORD, register, tally, withMail } from '../../../support/app.js'
import { startSmtp } from '../../../support/core.js'
import { accept, invite } from '../../../support/invitations.js'

const INVITATIONS = '/v1/admin/invitations'
const DAY = 86_400_000
const currentPassword = PASSWORD

t.test('an invitation is created with its mail, and shown', async (t) => {
  const test = await build(t, { env: { INVITATION_URL: 'https://app.example.com/join?from=mail' } })
  const admin = await loginAs(test, { permissions: ['users:write', 'users:read'] })
  const email = newEmail()
  const { invitation, mail, code } = await invite(test, admin, {
    email: ` ${email.toUpperCase()} `,
    name: 'Grace Hopper',
    locale: 'de',
  })
  const { id, createdAt, expiresAt } = invitation
  t.match(id, /^[a-z]{24}$/)
  t.same(invitation, {
    id,
    email,
    name: 'Grace Hopper',
    locale: 'de',
    role: 'user',
    permissions: [],
    state: 'pending',
    mailState: 'waiting',
    mailError: null,
    invitedBy: admin.id,
    userId: null,
    createdAt,
    expiresAt,
  })
  t.equal(Date.parse(expiresAt) - Date.parse(createdAt), 7 * DAY)
  t.equal(mail.to, email)
  t.match(mail.text, id)
  t.ok(mail.text.includes(`https://app.example.com/join?from=mail&invitation=${id}`))
  const links = [...mail.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href as string)
  t.ok(links.length > 0)
  for (const link of links) t.notOk(link.includes(code), 'no link has the code')
  t.notOk(mail.subject.includes(code))

  await test.app.jobs.drain()
  const call = caller(test, admin)
  const { items } = (await call('GET', INVITATIONS)).json()
  t.match(items, [{ id, state: 'pending', mailState: 'sent', mailError: null }])
  t.same(await audited(test.app, id), ['admin.invitation-created'])
  t.match(await test.app.db.AuditEvent.findOne({ targetId: id }), {
    actorId: admin.id,
    details: { role: 'user', permissions: [] },
  })
  const stored = JSON.stringify(await test.app.db.Invitation.findOne().lean())
  t.notOk(stored.includes(code))
})

t.test('without a page, the mail has the id and no link', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const { mail, id } = await invite(test, admin)
  t.match(mail.text, `: ${id}\n`)
  t.notMatch(mail.html + mail.text, /https?:\/\/(?!localhost)|href/)
})

t.test('only an administrator who steps up invites to the role or to permissions', async (t) => {
  const test = await build(t)
  const writer = await loginAs(test, { permissions: ['users:write'] })
  const admin = await loginAs(test, { role: 'admin' })
  const create = (by: typeof admin, payload: object) =>
    caller(test, by)('POST', INVITATIONS, { email: newEmail(), ...payload })
  for (const rights of [
    { role: 'admin' },
    { permissions: ['users:read'] },
    { role: 'user', permissions: ['users:write'] },
  ]) {
    t.match((await create(writer, { ...rights, currentPassword })).json(), { status: 403, code: 'FORBIDDEN' })
    t.match((await create(admin, rights)).json(), { status: 403, code: 'STEP_UP_REQUIRED', methods: ['password'] })
    const wrong = await create(admin, { ...rights, currentPassword: 'wrong wrong wrong' })
    t.match(wrong.json(), { status: 401, code: 'INVALID_CREDENTIALS' })
    t.equal((await create(admin, { ...rights, currentPassword })).statusCode, 201)
  }
  for (const none of [{}, { role: 'user' }, { permissions: [] }]) {
    t.equal((await create(writer, none)).statusCode, 201, 'an account without rights needs no step-up')
  }
  const shown = await create(admin, { permissions: ['audit:read', 'users:read'], currentPassword })
  t.same(shown.json().permissions, ['users:read', 'audit:read'], 'in the order of the contract')
})

t.test('an API key invites to accounts without rights only', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const key = await createKey(test, admin, { scopes: ['users:write', 'users:read'] })
  const call = caller(test, key)
  const created = await call('POST', INVITATIONS, { email: newEmail() })
  t.match(created.json(), { state: 'pending', invitedBy: admin.id })
  const refused = await call('POST', INVITATIONS, { email: newEmail(), role: 'admin', currentPassword })
  t.match(refused.json(), { status: 403, code: 'SESSION_REQUIRED' })
  t.equal((await call('DELETE', `${INVITATIONS}/${created.json().id}`)).statusCode, 204)
})

t.test('an address has one pending invitation, and none if it has an account', async (t) => {
  const test = await build(t, { env: { OTP_MAX_SENDS: '0' } })
  const admin = await loginAs(test, { role: 'admin' })
  const call = caller(test, admin)
  const { email: known } = await register(test)
  const create = (email: string) => call('POST', INVITATIONS, { email })
  t.match((await create(known.toUpperCase())).json(), { status: 409, code: 'EMAIL_TAKEN' })

  const email = newEmail()
  const answers = await atOnce(20, () => create(email))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 201: 1, 409: 19 })
  t.equal(
    answers.filter((answer) => answer.statusCode === 409 && answer.json().code === 'INVITATION_EXISTS').length,
    19,
  )
  t.equal(await test.app.db.Invitation.countDocuments({ email }), 1)
  await test.app.jobs.drain()
  t.equal((await test.mails(email)).length, 1)

  const { id } = answers.find(({ statusCode }) => statusCode === 201)?.json() ?? {}
  t.equal((await call('DELETE', `${INVITATIONS}/${id}`)).statusCode, 204)
  t.equal((await create(email)).statusCode, 201, 'a withdrawn one is in nobody’s way')
  test.clock.advance(7 * DAY)
  const again = await loginAs(test, { role: 'admin' })
  t.equal((await caller(test, again)('POST', INVITATIONS, { email })).statusCode, 201, 'nor an expired one')
})

t.test('the list shows each state, by itself and page by page', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const old = await invite(test, admin)
  const accepted = await invite(test, admin)
  const { user } = (await accept(test, accepted)).json()
  const withdrawn = await invite(test, admin)
  await caller(test, admin)('DELETE', `${INVITATIONS}/${withdrawn.id}`)
  test.clock.advance(7 * DAY)
  const later = await loginAs(test, { permissions: ['users:read', 'users:write'] })
  const fresh = await invite(test, later)
  const call = caller(test, later)
  const list = async (query = '') => (await call('GET', `${INVITATIONS}?${query}`)).json()
  const states = { pending: fresh, expired: old, accepted, withdrawn }
  for (const [state, { id }] of Object.entries(states)) {
    const { items, nextCursor } = await list(`state=${state}`)
    t.match(items, [{ id, state }])
    t.equal(items.length, 1)
    t.equal(nextCursor, null)
  }
  t.match(await list('state=accepted'), { items: [{ userId: user.id, mailState: 'sent' }] })
  const all = await list()
  t.same(
    all.items.map(({ id }: { id: string }) => id),
    [fresh, withdrawn, accepted, old].map(({ id }) => id),
  )
  const first = await list('limit=3')
  const second = await list(`limit=3&cursor=${first.nextCursor}`)
  t.same([...first.items, ...second.items], all.items)
  t.equal((await call('GET', `${INVITATIONS}?state=open`)).statusCode, 400)

  test.clock.advance(31 * DAY)
  await test.app.db.Job.deleteMany({})
  const much = await loginAs(test, { role: 'admin' })
  t.match((await caller(test, much)('GET', `${INVITATIONS}?state=accepted`)).json(), { items: [{ mailState: null }] })
})

t.test('a mail that cannot be delivered is seen in the list', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const smtp = await startSmtp(t, {
    onRcptTo: (_address, _session, callback) =>
      callback(Object.assign(new Error('5.1.1 no such user'), { responseCode: 550 })),
  })
  // the queue of the first app must not send the mail
  await test.app.jobs.stop()
  const beside = await build(t, { shareDatabaseOf: test, clock: test.clock, env: { SMTP_URL: smtp.url } })
  const call = caller(beside, admin)
  const email = newEmail()
  t.equal((await call('POST', INVITATIONS, { email })).statusCode, 201)
  await beside.app.audit.idle()
  await beside.app.jobs.drain()
  t.match((await call('GET', INVITATIONS)).json().items, [
    { email, state: 'pending', mailState: 'failed', mailError: 'EENVELOPE 550 5.1.1' },
  ])
})

t.test(
  'a new code replaces the old one, after the cooldown, within the budget, and starts the life anew',
  async (t) => {
    const test = await build(t, { env: { OTP_MAX_SENDS: '3' } })
    const admin = await loginAs(test, { role: 'admin' })
    const { id, email, code: first } = await invite(test, admin)
    const resend = (by = admin, payload = {}) => caller(test, by)('POST', `${INVITATIONS}/${id}/resend`, payload)
    const early = await resend()
    t.match(early.json(), { status: 429, code: 'TOO_MANY_CODES' })
    t.equal(early.headers['retry-after'], '60')

    test.clock.advance(60_000)
    const { answer, mail } = await withMail(test, email, /invited/, () => resend())
    t.equal(answer.statusCode, 202)
    const second = codeIn(mail)
    t.match((await accept(test, { id, code: first })).json(), { code: 'INVALID_CODE' })
    t.ok((await audited(test.app, id)).includes('admin.invitation-resent'))

    test.clock.advance(60_000)
    const { answer: answers } = await withMail(test, email, /invited/, () => atOnce(10, () => resend()))
    t.same(tally(answers.map(({ statusCode }) => statusCode)), { 202: 1, 429: 9 }, 'of many at once, one mails a code')
    test.clock.advance(60_000)
    t.match((await resend()).json(), { status: 429, code: 'TOO_MANY_CODES' }, 'the budget is used up')
    t.match((await accept(test, { id, code: second })).json(), { code: 'INVALID_CODE' })

    test.clock.advance(8 * DAY)
    const later = await loginAs(test, { permissions: ['users:write'] })
    const expired = await withMail(test, email, /invited/, () => resend(later))
    t.equal(expired.answer.statusCode, 202, 'an expired invitation is pending again')
    const revived = await test.app.db.Invitation.findOne({ _id: id }).lean()
    t.match(revived, { state: 'pending', openEmail: email, attempts: 0 })
    t.equal(revived?.invitedBy?.toString(), later.id, 'the caller answers for it')
    const joined = await accept(test, { id, code: codeIn(expired.mail) })
    t.match(joined.json(), { user: { email } })
    test.clock.advance(60_000)
    t.match((await resend(later)).json(), { status: 409, code: 'INVITATION_ENDED' })
  },
)

t.test('an invitation to an address that has got an account since is not sent again', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const { id, email } = await invite(test, admin)
  await register(test, email)
  test.clock.advance(60_000)
  const again = await caller(test, admin)('POST', `${INVITATIONS}/${id}/resend`, {})
  t.match(again.json(), { status: 409, code: 'EMAIL_TAKEN' })
})

t.test('resending what gives rights needs what creating it needs', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const writer = await loginAs(test, { permissions: ['users:write'] })
  const { id } = await invite(test, admin, { role: 'admin' })
  test.clock.advance(60_000)
  const resend = (by: typeof admin, payload = {}) => caller(test, by)('POST', `${INVITATIONS}/${id}/resend`, payload)
  t.match((await resend(writer, { currentPassword })).json(), { status: 403, code: 'FORBIDDEN' })
  t.match((await resend(admin)).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  t.equal((await resend(admin, { currentPassword })).statusCode, 202)
})

t.test('a withdrawn invitation is over at once, and so is its mail', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const call = caller(test, admin)
  const invited = await invite(test, admin)
  const url = `${INVITATIONS}/${invited.id}`
  t.equal((await call('DELETE', url)).statusCode, 204)
  t.match((await accept(test, invited)).json(), { status: 401, code: 'INVALID_CODE' })
  t.match((await call('DELETE', url)).json(), { status: 409, code: 'INVITATION_ENDED' })
  test.clock.advance(60_000)
  t.match((await call('POST', `${url}/resend`)).json(), { status: 409, code: 'INVITATION_ENDED' })
  t.same((await audited(test.app, invited.id)).slice(0, 3), ['admin.invitation-created', 'admin.invitation-withdrawn'])

  const accepted = await invite(test, admin)
  await accept(test, accepted)
  t.match((await call('DELETE', `${INVITATIONS}/${accepted.id}`)).json(), { status: 409, code: 'INVITATION_ENDED' })

  const { mailId } = (await test.app.db.Invitation.findOne({ _id: (await invite(test, admin)).id }).lean()) ?? {}
  await test.app.db.Job.updateOne({ _id: mailId }, { $set: { state: 'failed' } })
  const failing = await test.app.db.Invitation.findOne({ mailId }).lean()
  t.equal((await call('DELETE', `${INVITATIONS}/${failing?._id}`)).statusCode, 204)
  t.equal(await test.app.db.Job.countDocuments({ _id: mailId }), 0)
})

t.test('of a withdrawal and many acceptances at once, one side wins', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const call = caller(test, admin)
  for (let round = 0; round < 5; round++) {
    const invited = await invite(test, admin)
    const [withdrawn, ...accepted] = await Promise.all([
      call('DELETE', `${INVITATIONS}/${invited.id}`),
      ...[1, 2, 3].map(() => accept(test, invited)),
    ])
    const joined = accepted.filter(({ statusCode }) => statusCode === 200).length
    t.ok(joined <= 1)
    t.equal(await test.app.db.User.countDocuments({ email: invited.email }), joined)
    const { items } = (await call('GET', `${INVITATIONS}?limit=1`)).json()
    t.match(items, [{ id: invited.id, state: joined === 1 ? 'accepted' : 'withdrawn' }], `${withdrawn?.statusCode}`)
  }
})

t.test('deletion and export know the invitations of a person', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const other = await loginAs(test, { role: 'admin' })
  const accepted = await invite(test, other)
  await accept(test, accepted)
  const sent = await invite(test, admin)
  const exported = (await caller(test, admin)('GET', '/v1/users/me/export')).json()
  t.match(exported.invitations, [{ id: sent.id, email: sent.email, invitedBy: admin.id }])
  const guest = await login(test, { email: accepted.email, password: PASSWORD })
  const own = (await caller(test, guest)('GET', '/v1/users/me/export')).json()
  t.match(own.invitations, [{ id: accepted.id, state: 'accepted', userId: guest.id }])
  t.equal(own.invitations.length, 1)

  for (const one of [guest, admin]) {
    t.equal((await caller(test, one)('DELETE', '/v1/users/me', { currentPassword })).statusCode, 202)
  }
  await test.app.jobs.drain()
  t.equal(await test.app.db.Invitation.countDocuments({ email: accepted.email }), 0, 'the address is gone')
  t.match((await accept(test, sent)).json(), { code: 'INVALID_CODE' })
  const { items } = (await caller(test, other)('GET', INVITATIONS)).json()
  t.match(items, [{ id: sent.id, state: 'withdrawn', invitedBy: admin.id }])
})
