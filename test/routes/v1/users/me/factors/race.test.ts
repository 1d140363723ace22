import t, { type Test } from 'tap'
import { caller, loginAs } from '../../../../../support/admin.js'
import { build, newEmail, PASSWORD, type TestApp } from '../../../../../support/app.js'
import { Authenticator } from '../../../../../support/authenticator.js'
import { authenticator, enrol, storePasskey, storeTotp } from '../../../../../support/factors.js'
import { startGate, watched } from '../../../../../support/gate.js'
import { storeSession } from '../../../../../support/session.js'

const REFUSALS = ['TOKEN_INVALID', 'INVALID_CODE', 'NOT_FOUND', 'FACTOR_REQUIRED', 'STEP_UP_REQUIRED']

type Call = ReturnType<typeof caller>

/** What happens to the account between two commands of a request. */
const INTERRUPTIONS = {
  'the session ends': (test: TestApp, email: string) =>
    test.app.db.User.updateOne({ email }, { $set: { sessions: [] }, $inc: { authVersion: 1 } }),
  'the account is deleted': (test: TestApp, email: string) => test.app.db.User.deleteOne({ email }),
}

/**
 * Interrupts a request after each of its commands on accounts in turn, each time from the same state.
 * @returns the answers, each with the account after it
 */
async function interruptions(
  t: Test,
  test: TestApp,
  email: string,
  ask: (app: TestApp) => ReturnType<Call>,
  interrupt: (test: TestApp, email: string) => PromiseLike<unknown>,
) {
  const gate = await startGate(t, test.config.MONGODB_URI)
  const held = await build(t, { shareDatabaseOf: test, clock: test.clock, env: { MONGODB_URI: gate.uri } })
  await Promise.all([test.app.jobs.stop(), held.app.jobs.stop()])
  const users = test.app.db.User.collection
  const before = await users.findOne({ email })
  if (!before) throw new Error(`There is no ${email}`)
  const answers: { status: number; code: string | undefined; factors: number | undefined }[] = []
  for (let commands = 0; ; commands += 1) {
    gate.hold()
    const work = watched(ask(held))
    let isWhole = true
    for (let count = 0; count < commands && isWhole; count += 1) isWhole = await gate.step(work)
    if (isWhole) {
      await gate.arrived(work)
      await interrupt(test, email)
    }
    gate.open()
    const { statusCode, body } = await work.done
    const after = await users.findOne({ _id: before._id })
    answers.push({ status: statusCode, code: body && JSON.parse(body).code, factors: after?.factors.length })
    await users.replaceOne({ _id: before._id }, before, { upsert: true })
    await test.app.db.Challenge.deleteMany()
    if (!isWhole) return answers
  }
}

/** Checks that an interrupted request is refused, or took place as a whole; and that one is refused after the guard has let it pass. */
function checkAnswers(t: Test, answers: Awaited<ReturnType<typeof interruptions>>, before: number, after: number) {
  for (const { status, code, factors } of answers) {
    if (status < 300) t.ok(factors === after || factors === undefined, `${status}: ${factors} factors`)
    else {
      t.ok(REFUSALS.includes(`${code}`), `${code}`)
      t.ok(factors === before || factors === undefined, `${code}: ${factors} factors`)
    }
  }
  t.equal(answers.at(-1)?.status.toString()[0], '2', 'without an interruption it succeeds')
}

for (const [name, interrupt] of Object.entries(INTERRUPTIONS)) {
  t.test(`factors: where ${name} in the midst of a request, it is refused or was done as a whole`, async (t) => {
    const test = await build(t)
    const session = await storeSession(test)
    const { email } = session
    const { code, factorId } = await enrol(test, session)
    await storePasskey(test, email)
    test.clock.advance(30_000)
    // the enrolment has stepped the session up
    const walk = async (ask: (call: Call) => ReturnType<Call>, before: number, after: number) => {
      const asked = (app: TestApp) => ask(caller(app, session))
      checkAnswers(t, await interruptions(t, test, email, asked, interrupt), before, after)
    }
    await walk((call) => call('POST', '/v1/auth/step-up', { method: 'totp', code: code() }), 3, 3)
    await walk((call) => call('POST', '/v1/users/me/factors/totp', {}), 3, 3)
    await walk((call) => call('POST', '/v1/users/me/factors/backup-codes', {}), 3, 3)
    await walk((call) => call('DELETE', `/v1/users/me/factors/${factorId}`, {}), 3, 2)
    await walk((call) => call('GET', '/v1/users/me/factors'), 3, 3)
    const { secret, ...pending } = (await caller(test, session)('POST', '/v1/users/me/factors/totp', {})).json()
    const app = authenticator(test, secret)
    const confirm = () => ({ factorId: pending.factorId, code: app() })
    await walk((call) => call('POST', '/v1/users/me/factors/totp/verify', confirm()), 3, 4)
    const { challengeId, options } = (await caller(test, session)('POST', '/v1/users/me/factors/passkeys', {})).json()
    const response = new Authenticator().create(options)
    await walk((call) => call('POST', '/v1/users/me/factors/passkeys/verify', { challengeId, response }), 3, 4)
  })
}

t.test('factors: a reset that meets a change of the account starts over', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const person = await storeSession(test)
  await storeTotp(test, person.email)
  const change = () => test.app.db.User.updateOne({ _id: person.id }, { $set: { email: newEmail() } })
  const ask = (app: TestApp) =>
    caller(app, admin)('DELETE', `/v1/admin/users/${person.id}/factors`, { currentPassword: PASSWORD })
  for (const { status, factors } of await interruptions(t, test, person.email, ask, change)) {
    t.equal(status, 204)
    t.equal(factors, 0)
  }
})
