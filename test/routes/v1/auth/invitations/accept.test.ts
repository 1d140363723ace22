import { Types } from 'mongoose'
import t from 'tap'
import { audited, caller, loginAs } from '../../../../support/admin.js'
import {
  atOnce,
  build,
  challenge,
  login,
  newEmail,
  PASSWORD,
  post,
  register,
  tally,
  wrong,
} from '../../../../support/app.js'
import { enrol } from '../../../../support/factors.js'
import { startGate, watched } from '../../../../support/gate.js'
import { accept, invite } from '../../../../support/invitations.js'

const DAY = 86_400_000
const INVALID = { status: 401, code: 'INVALID_CODE' }

for (const mode of ['open', 'invite', 'closed']) {
  t.test(
    `the right code creates the account with the rights of the invitation, and signs nobody in: ${mode}`,
    async (t) => {
      const open = await build(t)
      const admin = await loginAs(open, { role: 'admin' })
      const env = { REGISTRATION: mode, REGISTRATION_DOMAINS: 'example.org' }
      const test = await build(t, { shareDatabaseOf: open, clock: open.clock, env })
      const invited = await invite(test, admin, { role: 'admin', permissions: ['users:read'] })
      const { email, id, code } = invited
      // as people type it
      const response = await accept(test, { id, code: ` ${code.slice(0, 3)}-${code.slice(3)} ` }, { name: 'e\u0301' })
      t.equal(response.statusCode, 200)
      t.equal(response.headers['set-cookie'], undefined)
      const { user } = response.json()
      t.match(user, { email, name: 'é', role: 'admin', permissions: ['users:read'], status: 'active', locale: 'en' })
      t.same(Object.keys(response.json()), ['user'])
      t.match(await audited(test.app, user.id), ['account.joined'])
      t.match(await test.app.db.AuditEvent.findOne({ action: 'account.joined' }), {
        actorId: user.id,
        details: { invitationId: id, role: 'admin', permissions: ['users:read'] },
      })
      const session = await login(test, { email, password: PASSWORD })
      t.equal((await caller(test, session)('GET', '/v1/admin/users')).statusCode, 200)
      t.match((await accept(test, invited)).json(), INVALID, 'a code works once')
    },
  )
}

t.test('the account has the language of the invitation or, without one, of the request', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const invited = await invite(test, admin)
  const response = await accept(test, invited, {}, { 'accept-language': 'it-CH' })
  t.equal(response.json().user.locale, 'it')
  const french = await invite(test, admin, { locale: 'fr' })
  t.equal((await accept(test, french, {}, { 'accept-language': 'it' })).json().user.locale, 'fr')
})

t.test('fifty acceptances at once, on two processes, make one account', async (t) => {
  const test = await build(t)
  const beside = await build(t, { shareDatabaseOf: test, clock: test.clock })
  const admin = await loginAs(test, { role: 'admin' })
  const invited = await invite(test, admin, { role: 'admin' })
  const answers = await atOnce(50, (i) => accept(i % 2 ? test : beside, invited, { name: `Name ${i}` }))
  const counts = tally(answers.map(({ statusCode }) => statusCode))
  t.equal(counts[200], 1, JSON.stringify(counts))
  t.same(
    Object.keys(counts).filter((status) => !['200', '401', '409'].includes(status)),
    [],
  )
  t.equal(await test.app.db.User.countDocuments({ email: invited.email }), 1)
  const winner = answers.find(({ statusCode }) => statusCode === 200)?.json().user
  t.match(await test.app.db.Invitation.findOne({ _id: invited.id }), {
    state: 'accepted',
    userId: new Types.ObjectId(winner.id),
  })
  await test.app.audit.idle()
  await beside.app.audit.idle()
  t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'account.joined' }), 1)
})

t.test('what is done between two commands of an acceptance leaves the invitation as it ended', async (t) => {
  const test = await build(t)
  const gate = await startGate(t, test.config.MONGODB_URI)
  const share = { shareDatabaseOf: test, clock: test.clock }
  const held = await build(t, { ...share, env: { MONGODB_URI: gate.uri } })
  const ending = await build(t, share)
  ending.app.invitations.finish = async () => {
    throw new Error('the process ended')
  }
  await held.app.jobs.stop()
  const admin = await loginAs(test, { role: 'admin' })
  const others: Record<string, (invited: { id: string; code: string }) => Promise<unknown>> = {
    'another acceptance': (invited) => accept(test, invited),
    'another acceptance that ends before it has finished': (invited) => accept(ending, invited),
    'a withdrawal': ({ id }) => caller(test, admin)('DELETE', `/v1/admin/invitations/${id}`),
  }
  for (const [name, other] of Object.entries(others))
    for (let commands = 0, isBetween = true; isBetween; commands += 1) {
      const invited = await invite(test, admin)
      gate.hold()
      const work = watched(accept(held, invited))
      for (let count = 0; count < commands && isBetween; count += 1) isBetween = await gate.step(work)
      await gate.arrived(work)
      await other(invited)
      gate.open()
      await work.done
      const user = await test.app.db.User.findOne({ email: invited.email }, { _id: 1 }).lean()
      const end = user ? { state: 'accepted', userId: user._id } : { state: 'withdrawn', userId: null }
      t.match(
        await test.app.db.Invitation.findOne({ _id: invited.id }).lean(),
        end,
        `${name} after ${commands} commands`,
      )
    }
})

t.test('five wrong codes at most, also at once, until another code is sent', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const { id, code, email } = await invite(test, admin)
  const answers = await atOnce(30, () => accept(test, { id, code: wrong(code) }))
  for (const answer of answers) t.match(answer.json(), INVALID)
  t.match(await test.app.db.Invitation.findOne({ _id: id }), { attempts: 5 })
  t.match((await accept(test, { id, code })).json(), INVALID, 'the right code comes too late')
  t.equal(await test.app.db.User.countDocuments({ email }), 0)
  t.match(await test.app.db.AuditEvent.findOne({ action: 'code.refused' }), {
    outcome: 'failure',
    details: { purpose: 'invitation' },
  })
})

t.test('a code belongs to its invitation and to nothing else', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const [a, b] = [await invite(test, admin), await invite(test, admin)]
  if (a.code !== b.code) t.match((await accept(test, { id: a.id, code: b.code })).json(), INVALID)
  const email = newEmail()
  const { challengeId, code } = await challenge(test, 'register', { email, password: PASSWORD, name: 'Ada' })
  t.match((await accept(test, { id: challengeId, code })).json(), INVALID)
  const verified = await post(test.app, '/v1/auth/register/verify', { challengeId: a.id, code: a.code })
  t.match(verified.json(), INVALID)
  for (const id of ['', 'x', '__proto__', '66f2a1b7c3d4e5f60718293a', a.id.toUpperCase(), `${a.id} `]) {
    t.ok([400, 401].includes((await accept(test, { id, code: a.code })).statusCode), id)
  }
  t.equal(
    (
      await post(test.app, '/v1/auth/invitations/accept', {
        invitationId: { $ne: '' },
        code: a.code,
        password: PASSWORD,
        name: 'A',
      })
    ).statusCode,
    400,
  )
  t.equal((await accept(test, a)).statusCode, 200)
})

t.test('an invitation is good until its end, to the second', async (t) => {
  const test = await build(t, { env: { INVITATION_TTL: '1d' } })
  const admin = await loginAs(test, { role: 'admin' })
  const [early, late] = [await invite(test, admin), await invite(test, admin)]
  test.clock.advance(DAY - 60_000)
  t.equal((await accept(test, early)).statusCode, 200)
  test.clock.advance(60_000)
  t.match((await accept(test, late)).json(), INVALID)
})

t.test('a weak password is refused with its reason, and uses up nothing', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const invited = await invite(test, admin)
  for (let i = 0; i < 8; i++) {
    const response = await accept(test, invited, { password: i % 2 ? 'qwertyuiop' : `${invited.email}!` })
    t.match(response.json(), { status: 422, code: 'PASSWORD_TOO_WEAK' })
  }
  t.match((await accept(test, { ...invited, code: wrong(invited.code) }, { password: 'qwertyuiop' })).json(), INVALID)
  t.equal((await accept(test, invited)).statusCode, 200)
})

t.test('an invitation is no better than the account that sent it', async (t) => {
  const test = await build(t)
  const boss = await loginAs(test, { role: 'admin' })
  const call = caller(test, boss)
  const change = (id: string, body: object) =>
    call('PATCH', `/v1/admin/users/${id}`, { ...body, currentPassword: PASSWORD })
  const inviters = {
    demoted: (id: string) => change(id, { role: 'user', permissions: ['users:write'] }),
    suspended: (id: string) => change(id, { status: 'suspended' }),
    deleted: (id: string) => call('DELETE', `/v1/admin/users/${id}`, { currentPassword: PASSWORD }),
  }
  for (const [state, act] of Object.entries(inviters)) {
    const inviter = await loginAs(test, { role: 'admin' })
    const invited = await invite(test, inviter, { role: 'admin' })
    t.ok((await act(inviter.id)).statusCode < 300)
    t.match((await accept(test, invited)).json(), INVALID, state)
    t.equal(await test.app.db.User.countDocuments({ email: invited.email }), 0)
    await test.app.jobs.drain()
    t.match(await test.app.db.Invitation.findOne({ _id: invited.id }), { state: 'withdrawn' }, state)
  }
  await test.app.audit.idle()
  t.match(
    await test.app.db.AuditEvent.findOne({ action: 'admin.invitation-withdrawn', details: { reason: 'inviter' } }),
    { actorId: null },
  )

  const writer = await loginAs(test, { permissions: ['users:write'] })
  const [first, second] = [await invite(test, writer), await invite(test, writer)]
  t.equal((await accept(test, first)).statusCode, 200, 'users:write is enough for an account without rights')
  await change(writer.id, { permissions: [] })
  t.match((await accept(test, second)).json(), INVALID)

  const leaver = await loginAs(test, { role: 'admin' })
  const kept = await invite(test, leaver, { permissions: ['users:read'] })
  await change(leaver.id, { role: 'user', permissions: ['users:write'] })
  test.clock.advance(60_000)
  t.equal(
    (await call('POST', `/v1/admin/invitations/${kept.id}/resend`, { currentPassword: PASSWORD })).statusCode,
    202,
  )
  t.match(await test.app.db.Invitation.findOne({ _id: kept.id }), {
    state: 'pending',
    invitedBy: new Types.ObjectId(boss.id),
  })
})

t.test('an address that got an account in the meantime keeps it as it is', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const invited = await invite(test, admin, { role: 'admin' })
  const { user } = await register(test, invited.email, 'another of my passwords')
  t.match(
    (await accept(test, { ...invited, code: wrong(invited.code) })).json(),
    INVALID,
    'only the right code is told',
  )
  t.match((await accept(test, invited)).json(), { status: 409, code: 'EMAIL_TAKEN' })
  t.match(await test.app.db.User.findOne({ email: invited.email }), { _id: new Types.ObjectId(user.id), role: 'user' })
  t.match(await test.app.db.Invitation.findOne({ _id: invited.id }), { state: 'withdrawn', userId: null })
  t.match((await accept(test, invited)).json(), INVALID)
})

t.test('a registration that was begun before the invitation was accepted comes too late', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const email = newEmail()
  const begun = await challenge(test, 'register', { email, password: PASSWORD, name: 'Ada' })
  const invited = await invite(test, admin, { email })
  t.equal((await accept(test, invited)).statusCode, 200)
  const { challengeId, code } = begun
  const late = await post(test.app, '/v1/auth/register/verify', { challengeId, code })
  t.match(late.json(), { status: 409, code: 'EMAIL_TAKEN' })
})

t.test('where a process ends between the code and the account, the same code works again, once', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const { app } = test
  const invited = await invite(test, admin)
  const create = app.db.User.create
  // the process ends before the account exists
  app.db.User.create = (async () => {
    throw new Error('the process ended')
  }) as never
  t.equal((await accept(test, invited)).statusCode, 500)
  app.db.User.create = create
  const consumed = await app.db.Invitation.findOne({ _id: invited.id }).lean()
  t.equal(consumed?.state, 'accepted')
  const again = await accept(test, invited)
  t.equal(again.json().user.id, consumed?.userId?.toString(), 'the account has the id that it was to have')
  t.match((await accept(test, invited)).json(), INVALID)

  // the process ends after that
  const other = await invite(test, admin)
  const { finish } = app.invitations
  app.invitations.finish = async () => {
    throw new Error('the process ended')
  }
  t.equal((await accept(test, other)).statusCode, 500)
  app.invitations.finish = finish
  t.match((await accept(test, other)).json(), { status: 409, code: 'EMAIL_TAKEN' }, 'the account exists')
  t.match(await app.db.Invitation.findOne({ _id: other.id }), { state: 'accepted' })
  t.match((await accept(test, other)).json(), INVALID)
  await login(test, { email: other.email, password: PASSWORD })

  // an invitation whose account is missing can still be withdrawn
  const third = await invite(test, admin)
  app.db.User.create = (async () => {
    throw new Error('the process ended')
  }) as never
  await accept(test, third)
  app.db.User.create = create
  t.equal((await caller(test, admin)('DELETE', `/v1/admin/invitations/${third.id}`)).statusCode, 204)
  t.match((await accept(test, third)).json(), INVALID)
})

t.test('an invited administrator needs the factor that MFA_REQUIRED asks for', async (t) => {
  const open = await build(t)
  const admin = await loginAs(open, { role: 'admin' })
  const invited = await invite(open, admin, { role: 'admin' })
  const test = await build(t, { shareDatabaseOf: open, clock: open.clock, env: { MFA_REQUIRED: 'admin' } })
  t.equal((await accept(test, invited)).statusCode, 200)
  const session = await login(test, { email: invited.email, password: PASSWORD })
  const list = async () => (await caller(test, session)('GET', '/v1/admin/users')).statusCode
  t.equal(await list(), 403)
  await enrol(test, session)
  t.equal(await list(), 200)
})
