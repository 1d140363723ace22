import type { InjectOptions } from 'fastify'
import { mongo } from 'mongoose'
import t from 'tap'
import {
  atOnce,
  build,
  login,
  newDatabase,
  post,
  register,
  type TestApp,
  tally,
  withMail,
} from '../../../support/app.js'
import { storeSession } from '../../../support/session.js'

const REFRESH = '/v1/auth/refresh-token'
const DAY = 24 * 3_600_000

const refresh = async (test: TestApp, refreshToken: string, options: InjectOptions = {}) => {
  const response = await post(test.app, REFRESH, { refreshToken }, options)
  return { status: response.statusCode, ...response.json() }
}

t.test('a refresh replaces both tokens', async (t) => {
  const test = await build(t)
  const session = await storeSession(test)
  const tokens = await refresh(test, session.refreshToken)
  t.match(tokens, { status: 200, tokenType: 'Bearer', expiresIn: 900, user: { email: session.email } })
  t.not(tokens.refreshToken, session.refreshToken)
  t.not(tokens.accessToken, session.accessToken)
  for (const accessToken of [session.accessToken, tokens.accessToken]) {
    const me = await test.app.inject({ url: '/v1/users/me', headers: { authorization: `Bearer ${accessToken}` } })
    t.equal(me.statusCode, 200)
  }
})

t.test('a refresh takes one command', async (t) => {
  const uri = new URL(await newDatabase())
  uri.searchParams.set('monitorCommands', 'true')
  const test = await build(t, { env: { MONGODB_URI: uri.href } })
  const { refreshToken } = await storeSession(test)
  await test.app.audit.idle()
  await test.app.jobs.stop()
  const commands: string[] = []
  test.app.db.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    commands.push(`${commandName} ${command[commandName]}`)
  })
  t.equal((await refresh(test, refreshToken)).status, 200)
  t.same(commands, ['findAndModify users'])
})

t.test('fifty refreshes at once all get one and the same token, and it is alive', async (t) => {
  const test = await build(t)
  const { refreshToken } = await storeSession(test)
  const answers = await atOnce(50, () => refresh(test, refreshToken))
  t.same(tally(answers.map(({ status }) => status)), { 200: 50 })
  t.equal(new Set(answers.map((answer) => answer.refreshToken)).size, 1)
  const next = await refresh(test, answers[0]?.refreshToken)
  t.equal(next.status, 200)
  t.not(next.refreshToken, refreshToken)
  t.match((await test.app.db.User.findOne().lean())?.sessions, [{ counter: 2 }])
})

t.test('two processes that refresh one token at once agree', async (t) => {
  const env = { LOG_LEVEL: 'warn' }
  const one = await build(t, { env })
  const two = await build(t, { env, shareDatabaseOf: one })
  const { refreshToken } = await storeSession(one)
  const answers = await atOnce(20, (i) => refresh(i % 2 ? one : two, refreshToken))
  t.same(tally(answers.map(({ status }) => status)), { 200: 20 })
  t.equal(new Set(answers.map((answer) => answer.refreshToken)).size, 1)
})

t.test('of refreshes at once each gets its own answer', async (t) => {
  // without grace, a rotation that is taken for a replay ends its session
  const test = await build(t, { env: { REFRESH_GRACE: '0s' } })
  const living = await Promise.all(Array.from({ length: 8 }, () => storeSession(test)))
  const account = await register(test)
  const ended = await login(test, account)
  const other = await login(test, account)
  await post(test.app, '/v1/auth/logout', { refreshToken: ended.refreshToken })
  const sessions = [...living.slice(0, 4), ended, other, ...living.slice(4)]
  const answers = await atOnce(sessions.length, (i) => refresh(test, sessions[i]?.refreshToken as string))
  for (const [i, session] of sessions.entries()) {
    if (session === ended) t.match(answers[i], { status: 401, code: 'INVALID_REFRESH_TOKEN' })
    else t.match(answers[i], { status: 200, user: { email: session.email } })
  }
  t.equal(new Set(answers.map(({ refreshToken }) => refreshToken)).size, sessions.length)
  for (const { status, refreshToken } of answers)
    if (status === 200) t.equal((await refresh(test, refreshToken)).status, 200)
  t.same(
    (await test.app.db.User.find().lean()).map(({ sessions }) => sessions.map(({ counter }) => counter)),
    Array.from({ length: 9 }, () => [2]),
  )
})

t.test('a session that cannot be written stops no other refresh', async (t) => {
  const test = await build(t, { env: { LOG_LEVEL: 'silent' } })
  const full = await storeSession(test)
  const sessions = [await storeSession(test), full, await storeSession(test)]
  const { User } = test.app.db
  await test.app.audit.idle()
  const bytes = mongo.BSON.calculateObjectSize((await User.collection.findOne({ email: full.email })) as object)
  // less room than a rotation needs
  const ballast = 'x'.repeat(16 * 1024 * 1024 - bytes - 100)
  await User.collection.updateOne({ email: full.email }, { $set: { ballast } })
  const answers = await atOnce(3, (i) => refresh(test, sessions[i]?.refreshToken as string))
  t.same(
    answers.map(({ status }) => status),
    [200, 500, 200],
  )
  for (const i of [0, 2]) t.equal((await refresh(test, answers[i]?.refreshToken)).status, 200)
  await User.collection.updateOne({ email: full.email }, { $unset: { ballast: 1 } })
  t.equal((await refresh(test, full.refreshToken)).status, 200, 'nothing of it is lost')
})

t.test('within the time of grace every ancestor leads to the living token', async (t) => {
  const test = await build(t)
  const { refreshToken: first } = await storeSession(test)
  const { refreshToken: second } = await refresh(test, first)
  const { refreshToken: third } = await refresh(test, second)
  const { refreshToken: fourth } = await refresh(test, third)
  t.equal(new Set([first, second, third, fourth]).size, 4)
  test.clock.advance(8_000)
  t.equal((await refresh(test, first)).refreshToken, second)
  t.equal((await refresh(test, second)).refreshToken, third)
  t.equal((await refresh(test, third)).refreshToken, fourth)
  t.equal((await refresh(test, fourth)).status, 200)
})

t.test('a token that was replaced long ago ends the session, and the owner is told', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const session = await login(test, account)
  const other = await login(test, account)
  const living = (await refresh(test, session.refreshToken)).refreshToken
  test.clock.advance(10_001)
  const { answer, mail } = await withMail(test, account.email, /session was ended/, () =>
    post(test.app, REFRESH, { refreshToken: session.refreshToken }, { headers: { 'user-agent': 'thief/1.0' } }),
  )
  t.match({ status: answer.statusCode, ...answer.json() }, { status: 401, code: 'INVALID_REFRESH_TOKEN' })
  t.match(mail.text, /thief\/1\.0/)
  t.equal((await refresh(test, living)).status, 401, 'the living token died with it')
  const me = await test.app.inject({ url: '/v1/users/me', headers: session.bearer })
  t.equal(me.statusCode, 401)
  t.equal((await refresh(test, other.refreshToken)).status, 200, 'other sessions stay')
  await test.app.audit.idle()
  t.match(await test.app.db.AuditEvent.findOne({ action: 'session.token-reused' }), {
    actorId: null,
    targetId: session.id,
    outcome: 'failure',
  })
})

t.test('a refresh whose answer was lost can be repeated for an hour, twice, from where it came', async (t) => {
  const test = await build(t)
  const events = (action: string) => test.app.audit.idle().then(() => test.app.db.AuditEvent.countDocuments({ action }))
  const { refreshToken } = await storeSession(test)
  const lost = await refresh(test, refreshToken)
  test.clock.advance(59 * 60_000)
  t.match(await refresh(test, refreshToken), { status: 200, refreshToken: lost.refreshToken })
  t.match(await refresh(test, refreshToken), { status: 200, refreshToken: lost.refreshToken })
  t.equal(await events('session.refresh-repeated'), 2)
  t.equal((await refresh(test, lost.refreshToken)).status, 200, 'the session goes on')

  const other = await storeSession(test)
  const unread = await refresh(test, other.refreshToken)
  test.clock.advance(11_000)
  for (const status of [200, 200, 401]) t.equal((await refresh(test, other.refreshToken)).status, status)
  t.equal((await refresh(test, unread.refreshToken)).status, 401, 'the third in a row ends the session')
  t.equal(await events('session.token-reused'), 1)
})

t.test('what is not the repetition of a lost answer ends the session', async (t) => {
  const test = await build(t)
  const cases: Record<string, (first: string) => Promise<{ status: number }>> = {
    'after an hour': async (first) => {
      await refresh(test, first)
      test.clock.advance(3_600_001)
      return refresh(test, first)
    },
    'from another network': async (first) => {
      await refresh(test, first)
      test.clock.advance(11_000)
      return refresh(test, first, { remoteAddress: '198.51.100.1' })
    },
    'by another program': async (first) => {
      await refresh(test, first)
      test.clock.advance(11_000)
      return refresh(test, first, { headers: { 'user-agent': 'thief/1.0' } })
    },
    'once the successor was presented': async (first) => {
      const { refreshToken } = await refresh(test, first)
      await refresh(test, refreshToken)
      test.clock.advance(11_000)
      return refresh(test, first)
    },
    'once the thief was first': async (first) => {
      await refresh(test, first, { remoteAddress: '198.51.100.1' })
      test.clock.advance(11_000)
      return refresh(test, first)
    },
  }
  for (const [name, replay] of Object.entries(cases)) {
    const { refreshToken, email } = await storeSession(test)
    t.equal((await replay(refreshToken)).status, 401, name)
    t.match(await test.app.db.User.findOne({ email }).lean(), { sessions: [] }, name)
  }
})

t.test('twenty replays of an old token are one theft', async (t) => {
  const test = await build(t)
  const { refreshToken } = await storeSession(test)
  await refresh(test, refreshToken)
  test.clock.advance(11_000)
  const answers = await atOnce(20, () => refresh(test, refreshToken, { remoteAddress: '198.51.100.1' }))
  t.same(tally(answers.map(({ code }) => code)), { INVALID_REFRESH_TOKEN: 20 })
  await test.app.audit.idle()
  t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'session.token-reused' }), 1)
})

t.test('a token that was not made here does nothing', async (t) => {
  const test = await build(t)
  const stranger = await build(t, { env: { DATA_KEY: 'another-key-of-the-same-length-0123456789' } })
  const { refreshToken } = await storeSession(test)
  const foreign = (await storeSession(stranger)).refreshToken
  // by now the session is past the counter of what is forged below
  const living = await refresh(test, refreshToken)
  test.clock.advance(11_000)
  const bytes = Buffer.from(refreshToken, 'base64url')
  const flipped = (i: number) => {
    const copy = Buffer.from(bytes)
    copy[i] = (copy[i] as number) ^ 1
    return copy.toString('base64url')
  }
  const forged = [
    foreign,
    ...[0, 12, 24, 27, 28, 59, 60, 91].map(flipped),
    refreshToken.slice(0, -1),
    `${refreshToken}A`,
    `${refreshToken}=`,
    'x',
    '__proto__',
    'a'.repeat(512),
    bytes.subarray(0, 60).toString('base64url'),
  ]
  for (const token of forged) t.match(await refresh(test, token), { status: 401, code: 'INVALID_REFRESH_TOKEN' })
  t.equal((await refresh(test, living.refreshToken)).status, 200)
  await test.app.audit.idle()
  t.equal(await test.app.db.AuditEvent.countDocuments({ action: 'session.token-reused' }), 0)
})

t.test('a session ends when it is not used, and at last in any case', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const idle = await login(test, account)
  const { refreshTokenExpiresAt } = await refresh(test, (await login(test, account)).refreshToken)
  t.ok(Math.abs(Date.parse(refreshTokenExpiresAt) - test.clock.now().getTime() - 7 * DAY) < 5_000)
  test.clock.advance(7 * DAY + 1_000)
  t.match(await refresh(test, idle.refreshToken), { status: 401, code: 'INVALID_REFRESH_TOKEN' })
  t.equal((await test.app.db.User.findOne().lean())?.sessions.length, 0, 'what is over is gone')

  let { refreshToken } = await login(test, account)
  const end = test.clock.now().getTime() + 30 * DAY
  for (let day = 6; day < 30; day += 6) {
    test.clock.advance(6 * DAY)
    const tokens = await refresh(test, refreshToken)
    t.equal(tokens.status, 200)
    t.ok(Date.parse(tokens.refreshTokenExpiresAt) <= end)
    refreshToken = tokens.refreshToken
  }
  test.clock.advance(6 * DAY + 1_000)
  t.equal((await refresh(test, refreshToken)).status, 401)
})

t.test('nothing is refreshed once the account has changed hands or state', async (t) => {
  const test = await build(t)
  const changes = [
    { $set: { status: 'suspended' as const } },
    { $set: { sessions: [] } },
    { $set: { status: 'deleting' as const }, $unset: { email: 1 as const } },
  ]
  for (const change of changes) {
    const { email, refreshToken } = await storeSession(test)
    await test.app.db.User.updateOne({ email }, change)
    t.match(await refresh(test, refreshToken), { status: 401, code: 'INVALID_REFRESH_TOKEN' })
  }
})

t.test('a change of the password while others refresh leaves no token of theirs alive', async (t) => {
  const test = await build(t)
  const account = await register(test)
  const mine = await login(test, account)
  const theirs = await login(test, account)
  const change = test.app.inject({
    method: 'PUT',
    url: '/v1/users/me/password',
    headers: mine.bearer,
    payload: { currentPassword: account.password, newPassword: 'quite another password' },
  })
  let token = theirs.refreshToken
  for (;;) {
    const tokens = await refresh(test, token)
    if (tokens.status === 401) break
    token = tokens.refreshToken
    if (await Promise.race([change.then(() => true), Promise.resolve(false)])) break
  }
  t.equal((await change).statusCode, 204)
  t.equal((await refresh(test, token)).status, 401)
  t.equal((await refresh(test, mine.refreshToken)).status, 200)
})

t.test('keys are exchanged without a refused token', async (t) => {
  const oldKey = 'the-old-key-0123456789-abcdefghijklmnop'
  const newKey = 'the-new-key-9876543210-abcdefghijklmnop'
  const before = await build(t, { env: { DATA_KEY: oldKey } })
  const announced = await build(t, { shareDatabaseOf: before, env: { DATA_KEY: `${oldKey},${newKey}` } })
  const exchanged = await build(t, { shareDatabaseOf: before, env: { DATA_KEY: `${newKey},${oldKey}` } })
  const { refreshToken } = await storeSession(before)
  const second = await refresh(announced, refreshToken)
  t.equal(second.status, 200)
  t.equal((await refresh(exchanged, refreshToken)).refreshToken, second.refreshToken, 'the successor is readable')
  const third = await refresh(exchanged, second.refreshToken)
  t.equal(third.status, 200)
  const fourth = await refresh(announced, third.refreshToken)
  t.equal(fourth.status, 200, 'a process that is not restarted yet reads what another signed')
  const fifth = await refresh(exchanged, fourth.refreshToken)
  const after = await build(t, { shareDatabaseOf: before, env: { DATA_KEY: newKey } })
  t.equal((await refresh(after, fifth.refreshToken)).status, 200)
  t.equal((await refresh(after, refreshToken)).status, 401)
})

t.test('without a token there is nothing to refresh', async (t) => {
  const { app } = await build(t)
  for (const payload of [undefined, {}]) {
    const response = await post(app, REFRESH, payload)
    t.match({ status: response.statusCode, ...response.json() }, { status: 401, code: 'INVALID_REFRESH_TOKEN' })
  }
  for (const refreshToken of [null, 5, {}, ['x'], { $gt: '' }, '', 'x'.repeat(513)]) {
    t.equal((await post(app, REFRESH, { refreshToken })).statusCode, 400)
  }
})
