import t from 'tap'
import {
  atOnce,
  build,
  challenge,
  newEmail,
  post,
  register,
  type TestApp,
  tally,
  wrong,
} from '../../../../../support/app.js'

const VERIFY = '/v1/auth/password/forgot/verify'

const begin = async (test: TestApp) => {
  const { email } = await register(test)
  return { email, ...(await challenge(test, 'password/forgot', { email })) }
}

t.test('the code is traded for a token that resets, once, and signs nobody in', async (t) => {
  const test = await build(t)
  const { challengeId, code } = await begin(test)
  const answers = await atOnce(50, () => post(test.app, VERIFY, { challengeId, code }))
  t.same(tally(answers.map(({ statusCode }) => statusCode)), { 200: 1, 401: 49 })
  const answer = answers.find(({ statusCode }) => statusCode === 200)
  const { resetToken, expiresAt, ...others } = (answer as NonNullable<typeof answer>).json()
  t.same(others, {})
  t.match(resetToken, /^[\w-]{43}$/)
  const life = Date.parse(expiresAt) - test.clock.now().getTime()
  t.ok(life > 14 * 60_000 && life <= 15 * 60_000)
  t.equal(answer?.headers['set-cookie'], undefined)
  const me = await test.app.inject({
    url: '/v1/users/me',
    headers: { authorization: `Bearer ${resetToken}` },
  })
  t.equal(me.statusCode, 401)
})

t.test('fifty wrong codes are five attempts', async (t) => {
  const test = await build(t)
  const { challengeId, code } = await begin(test)
  const answers = await atOnce(50, () => post(test.app, VERIFY, { challengeId, code: wrong(code) }))
  t.same(tally(answers.map((answer) => answer.json().code)), { INVALID_CODE: 50 })
  t.match(await test.app.db.Challenge.findOne({ purpose: 'password-reset' }), { attempts: 5, consumedAt: null })
  t.equal((await post(test.app, VERIFY, { challengeId, code })).statusCode, 401)
  t.equal(await test.app.db.Challenge.countDocuments({ purpose: 'reset-token' }), 0)
})

t.test('no code opens what was asked for an unknown address', async (t) => {
  const test = await build(t)
  const { challengeId } = (await post(test.app, '/v1/auth/password/forgot', { email: newEmail() })).json()
  for (const code of ['000000', '123456', '999999', '', 'null']) {
    t.not((await post(test.app, VERIFY, { challengeId, code })).statusCode, 200)
  }
})
