import t from 'tap'
import { build, login, post } from '../../../helper.js'

t.test('signs in with password and mailed code', async (t) => {
  const test = await build(t)
  const session = await login(test)
  const profile = await test.app.inject({ url: '/v1/users/me', headers: session.bearer })
  t.equal(profile.statusCode, 200, profile.body)
  t.match(profile.json(), { email: session.email, role: 'user', status: 'active' })
  const refreshed = await post(test.app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
  t.equal(refreshed.statusCode, 200, test.logs.at(-2) ?? '')
  const again = await post(test.app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
  t.equal(again.json().refreshToken, refreshed.json().refreshToken)
})
