import t from 'tap'
import { build, login, newEmail, PASSWORD } from '../../support/app.js'

t.test('an access token alone changes nothing of weight', async (t) => {
  const test = await build(t)
  const { bearer, email } = await login(test)
  const change = (payload: object) =>
    test.app.inject({ method: 'POST', url: '/v1/users/me/email', headers: bearer, payload })
  const bare = await change({ email: newEmail() })
  t.match(bare.json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  const wrong = await change({ email: newEmail(), currentPassword: 'wrong wrong wrong' })
  t.match(wrong.json(), { status: 401, code: 'INVALID_CREDENTIALS' })
  t.equal((await change({ email: newEmail(), currentPassword: PASSWORD })).statusCode, 202)
  t.ok(await test.app.db.User.exists({ email }), 'and nothing is changed before the code')
  t.match(await test.app.db.Budget.findOne({ _id: /^password:.+:session:/ }), { count: 1 })
})
