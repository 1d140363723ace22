import bcrypt from 'bcrypt'
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { newInvitationId } from '../../models/invitation.js'
import { caller, loginAs } from '../support/admin.js'
import { build, login, newDatabase, newEmail, PASSWORD, post, register, type TestApp, wrong } from '../support/app.js'
import { Authenticator, type Deviations } from '../support/authenticator.js'
import { storeBackupCodes, storePasskey, storeTotp } from '../support/factors.js'
import { accept, invite } from '../support/invitations.js'

const MINUTE = 60_000
const DAY = 86_400_000

/** An app whose driver reports its commands. */
async function buildMonitored(t: Test, env: Record<string, string> = {}, shareDatabaseOf?: TestApp) {
  const uri = new URL(shareDatabaseOf?.config.MONGODB_URI ?? (await newDatabase()))
  uri.searchParams.set('monitorCommands', 'true')
  return build(t, {
    env: { MONGODB_URI: uri.href, OTP_MAX_SENDS: '1000', LOGIN_MAX_FAILURES: '1000', ...env },
    ...(shareDatabaseOf && { shareDatabaseOf, clock: shareDatabaseOf.clock }),
  })
}

/** An address for each state in which an account can be. */
async function accounts(test: TestApp) {
  const active = await register(test)
  const signedIn = await login(test)
  return {
    active: active.email,
    signedIn: signedIn.email,
    withFactor: await registerWithFactor(test),
    suspended: await registerSuspended(test),
  }
}

async function registerWithFactor(test: TestApp) {
  const { email } = await register(test)
  await storeTotp(test, email)
  await storeBackupCodes(test, email)
  return email
}

async function registerSuspended(test: TestApp) {
  const { email } = await register(test)
  await test.app.db.User.updateOne({ email }, { $set: { status: 'suspended' } })
  return email
}

/** An address that was never used, and one whose registration isn't finished. */
async function strangers({ app }: TestApp) {
  const unverified = newEmail()
  await post(app, '/v1/auth/register', { email: unverified, password: PASSWORD, name: 'Ada' })
  return { unknown: newEmail(), unverified }
}

/** Returns the answer to a request, without the parts that always differ, and its cost. */
function observer(t: Test, { app }: TestApp) {
  const commands: string[] = []
  app.db.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    const collection = command[commandName]
    // what becomes of a queued mail is nobody's answer, and what the queue looks for by itself no request's cost
    const isPoll = (collection === 'jobs' || collection === 'webhooks') && commandName !== 'insert'
    if (!isPoll) commands.push(`${commandName} ${collection}`)
  })
  const compares = t.capture(bcrypt, 'compare', bcrypt.compare)
  const hashes = t.capture(bcrypt, 'hash', bcrypt.hash)
  return async (act: () => Promise<LightMyRequestResponse>) => {
    await app.audit.idle()
    await app.jobs.drain()
    compares()
    hashes()
    commands.length = 0
    const response = await act()
    const cost = { commands: [...commands], compares: compares().length, hashes: hashes().length }
    const { date: _date, 'x-request-id': _id, ...headers } = response.headers
    const body = response.json()
    const lengths = Object.entries(body).map(([name, value]) => `${name} ${String(value).length}`)
    return { seen: { status: response.statusCode, headers, lengths }, cost, body }
  }
}

/** The settings of who may register, and what `register` answers then. */
const MODES: Record<string, { env: Record<string, string>; status: number }> = {
  open: { env: { REGISTRATION: 'open' }, status: 202 },
  invite: { env: { REGISTRATION: 'invite' }, status: 403 },
  closed: { env: { REGISTRATION: 'closed' }, status: 403 },
  'open to their domain': { env: { REGISTRATION_DOMAINS: 'example.com' }, status: 202 },
  'open to another domain': { env: { REGISTRATION_DOMAINS: 'example.org' }, status: 422 },
}

t.test('no answer and no cost of it tells whether an address has an account, or in which state', async (t) => {
  const open = await build(t)
  const known = await accounts(open)
  for (const [mode, { env, status }] of Object.entries(MODES)) {
    await t.test(`registration ${mode}`, async (t) => {
      const states = { ...(await strangers(open)), ...known }
      const test = await buildMonitored(t, env, open)
      const observe = observer(t, test)
      const ask = (path: string, payload: object) => () => post(test.app, `/v1/auth/${path}`, payload)
      const requests = {
        register: (email: string) => ask('register', { email, password: 'another good password', name: 'Eve' }),
        'password/forgot': (email: string) => ask('password/forgot', { email }),
        login: (email: string) => ask('login', { email, password: 'wrong wrong wrong' }),
      }
      for (const [name, request] of Object.entries(requests)) {
        const observed = []
        for (const email of Object.values(states)) observed.push(await observe(request(email)))
        const [first] = observed as [(typeof observed)[0]]
        for (const [i, { seen, cost }] of observed.entries()) {
          const state = Object.keys(states)[i]
          t.same(seen, first.seen, `${name}, ${state}`)
          t.same(cost, first.cost, `${name}, ${state}`)
        }
        if (name === 'register' && status !== 202) {
          t.same(first.cost, { commands: [], compares: 0, hashes: 0 })
          t.match(first, { seen: { status }, body: { code: /REGISTRATION_CLOSED|EMAIL_NOT_ALLOWED/ } })
          continue
        }
        t.ok(first.cost.commands.length > 2, 'the commands are seen')
        if (name === 'login') {
          t.match(first, { seen: { status: 401 }, cost: { compares: 1, hashes: 0 } })
          continue
        }
        t.equal(first.seen.status, 202)

        test.clock.advance(MINUTE)
        for (const next of [
          (challengeId: string) => ask('resend-code', { challengeId }),
          (challengeId: string) => ask(`${name}/verify`, { challengeId, code: '12345x' }),
        ]) {
          const followed = []
          for (const { body } of observed) followed.push(await observe(next(body.challengeId)))
          for (const [i, { seen, cost }] of followed.entries()) {
            const state = Object.keys(states)[i]
            t.same(seen, followed[0]?.seen, `after ${name}, ${state}`)
            t.same(cost, followed[0]?.cost, `after ${name}, ${state}`)
          }
        }
      }
    })
  }
})

t.test('only the right code of a pending invitation tells anything', async (t) => {
  const test = await buildMonitored(t)
  const observe = observer(t, test)
  const first = await loginAs(test, { role: 'admin' })
  const expired = await invite(test, first)
  test.clock.advance(7 * DAY)
  const admin = await loginAs(test, { role: 'admin' })
  const [pending, taken, accepted, withdrawn, exhausted] = [
    await invite(test, admin),
    await invite(test, admin),
    await invite(test, admin),
    await invite(test, admin),
    await invite(test, admin),
  ]
  await register(test, taken.email)
  await accept(test, accepted)
  await caller(test, admin)('DELETE', `/v1/admin/invitations/${withdrawn.id}`)
  for (let i = 0; i < 5; i++) await accept(test, { id: exhausted.id, code: wrong(exhausted.code) })

  const guesses = {
    unknown: { id: newInvitationId(), code: '123456' },
    'wrong code': { id: pending.id, code: wrong(pending.code) },
    'wrong code, and the address has an account': { id: taken.id, code: wrong(taken.code) },
    'right code of an accepted one': accepted,
    'right code of a withdrawn one': withdrawn,
    'right code of an expired one': expired,
    'right code after too many attempts': exhausted,
  }
  const observed: Record<string, Awaited<ReturnType<typeof observe>>> = {}
  for (const [guess, invitation] of Object.entries(guesses)) {
    // a weak password is told only to who has the code
    for (const password of [PASSWORD, 'qwertyuiop']) {
      observed[`${guess}, ${password}`] = await observe(() => accept(test, invitation, { password }))
    }
  }
  const [expected] = Object.values(observed)
  t.match(expected, { seen: { status: 401 }, body: { code: 'INVALID_CODE' }, cost: { compares: 0, hashes: 0 } })
  t.ok((expected?.cost.commands.length ?? 0) > 1, 'the commands are seen')
  for (const [guess, { seen, cost }] of Object.entries(observed)) {
    t.same(seen, expected?.seen, guess)
    t.same(cost, expected?.cost, guess)
  }
})

t.test('no answer to a code of a factor tells anything to who does not hold the challenge', async (t) => {
  const test = await buildMonitored(t)
  const observe = observer(t, test)
  const withFactor = await registerWithFactor(test)
  const begun = await post(test.app, '/v1/auth/login', { email: withFactor, password: PASSWORD })
  const unknown = begun.json().challengeId.replace(/^../, '__')
  for (const [method, code] of [
    ['totp', '123456'],
    ['backup-code', '00000-00000'],
  ] as const) {
    const observed = []
    for (const challengeId of [unknown, `${unknown}x`]) {
      observed.push(await observe(() => post(test.app, '/v1/auth/login/verify', { challengeId, method, code })))
    }
    for (const { seen, cost } of observed) {
      t.same(seen, observed[0]?.seen, method)
      t.same(cost, observed[0]?.cost, method)
    }
    t.equal(observed[0]?.seen.status, 401)
  }
  const mailed = await observe(() => post(test.app, '/v1/auth/login/verify', { challengeId: unknown, code: '123456' }))
  const typed = await observe(() =>
    post(test.app, '/v1/auth/login/verify', { challengeId: unknown, method: 'totp', code: '123456' }),
  )
  t.same(typed.seen, mailed.seen)
  t.same(typed.cost, mailed.cost)
})

t.test('the right password of a suspended account costs and answers what a wrong one does', async (t) => {
  const test = await buildMonitored(t)
  const observe = observer(t, test)
  const suspended = await registerSuspended(test)
  const [right, wrong] = [
    await observe(() => post(test.app, '/v1/auth/login', { email: suspended, password: PASSWORD })),
    await observe(() => post(test.app, '/v1/auth/login', { email: suspended, password: 'wrong wrong wrong' })),
  ]
  t.same(right.seen, wrong.seen)
  t.same(right.cost, wrong.cost)
})

t.test('a passkey that is refused costs and answers the same in every state of an account', async (t) => {
  const test = await buildMonitored(t)
  const observe = observer(t, test)
  const { email: active } = await register(test)
  const suspended = await registerSuspended(test)
  const [known, ofSuspended, unknown, elsewhere] = [
    await storePasskey(test, active),
    await storePasskey(test, suspended),
    new Authenticator(),
    new Authenticator(),
  ]
  elsewhere.userHandle = known.userHandle
  const sign = async (passkey: Authenticator, deviations: Deviations = {}) => {
    const { challengeId, options } = (await post(test.app, '/v1/auth/passkey', {})).json()
    const response = passkey.get(options, deviations)
    return observe(() => post(test.app, '/v1/auth/passkey/verify', { challengeId, response }))
  }
  const [first, ...others] = [
    await sign(unknown),
    await sign(elsewhere),
    await sign(ofSuspended),
    await sign(ofSuspended, { userVerified: false }),
    await sign(known, { userVerified: false }),
    await sign(known, { client: { challenge: 'AAAA' } }),
  ]
  t.match(first, { seen: { status: 401 }, cost: { commands: ['find users', 'insert auditevents'] } })
  for (const { seen, cost } of others) {
    t.same(seen, first?.seen)
    t.same(cost, first?.cost)
  }
})

t.test('the start of a sign-in with a passkey reads and stores nothing', async (t) => {
  const test = await buildMonitored(t)
  const observe = observer(t, test)
  const { seen, cost } = await observe(() => post(test.app, '/v1/auth/passkey', {}))
  t.match({ seen, cost }, { seen: { status: 200 }, cost: { commands: [] } })
  t.equal(cost.commands.length, 0)
})

t.test('a hash of lower cost takes as many rounds as that of an unknown account', async (t) => {
  const test = await build(t, { env: { BCRYPT_ROUNDS: '7' } })
  const { email } = await register(test)
  const hash = await bcrypt.hash('imported', 5)
  await test.app.db.User.updateOne(
    { email },
    { $set: { password: { scheme: 'bcrypt', cost: 5, pepperId: null, hash } } },
  )
  const compares = t.capture(bcrypt, 'compare', bcrypt.compare)
  const rounds = async (email: string) => {
    await post(test.app, '/v1/auth/login', { email, password: 'wrong wrong wrong' })
    return compares()
      .map(({ args }) => 2 ** bcrypt.getRounds(args[1]))
      .reduce((sum, count) => sum + count, 0)
  }
  t.equal(await rounds(email), 2 ** 7)
  t.equal(await rounds(newEmail()), 2 ** 7)
})

t.test('a hash of higher cost than that of new ones takes as many rounds as any other', async (t) => {
  const before = await build(t, { env: { BCRYPT_ROUNDS: '7' } })
  const { email } = await register(before)
  const test = await build(t, { shareDatabaseOf: before, env: { BCRYPT_ROUNDS: '5' } })
  const { email: cheap } = await register(test)
  const compares = t.capture(bcrypt, 'compare', bcrypt.compare)
  const rounds = async (email: string) => {
    await post(test.app, '/v1/auth/login', { email, password: 'wrong wrong wrong' })
    return compares()
      .map(({ args }) => 2 ** bcrypt.getRounds(args[1]))
      .reduce((sum, count) => sum + count, 0)
  }
  t.equal(await rounds(newEmail()), 2 ** 7, 'from the start')
  t.equal(await rounds(email), 2 ** 7)
  t.equal(await rounds(cheap), 2 ** 7)

  // a process with a higher BCRYPT_ROUNDS runs beside it
  const beside = await build(t, { shareDatabaseOf: before, env: { BCRYPT_ROUNDS: '8' } })
  const { email: costly } = await register(beside)
  compares()
  await rounds(costly)
  t.equal(await rounds(newEmail()), 2 ** 8)
})
