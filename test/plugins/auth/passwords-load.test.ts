import t from 'tap'
import { atOnce, build, newEmail, PASSWORD, post, tally } from '../../support/app.js'

t.test('of a hundred sign-ins at once the excess is turned away, and the rest of the server lives on', async (t) => {
  const test = await build(t, { env: { BCRYPT_ROUNDS: '10' } })
  const answered: string[] = []
  const logins = atOnce(100, async () => {
    const response = await post(test.app, '/v1/auth/login', { email: newEmail(), password: PASSWORD })
    answered.push('login')
    return response
  })
  for (let i = 0; i < 10; i++) {
    t.equal((await test.app.inject('/health/live')).statusCode, 200)
    answered.push('health')
  }
  const answers = await logins
  t.ok(answered.length - answered.lastIndexOf('health') > 10, 'ten probes overtake at least ten sign-ins')
  const counts = tally(answers.map(({ statusCode }) => statusCode))
  t.same(Object.keys(counts), ['401', '503'])
  t.ok((counts[401] as number) >= 25 && (counts[503] as number) >= 20, JSON.stringify(counts))
  for (const answer of answers.filter(({ statusCode }) => statusCode === 503)) {
    t.match(answer.json(), { code: 'OVERLOADED' })
    t.ok(Number(answer.headers['retry-after']) > 0)
  }
  const counted = await test.app.db.Budget.countDocuments({ _id: /^password:[^:]+$/, count: 1 })
  t.equal(counted, counts[401], 'who was turned away has lost no attempt')
})
