import t from 'tap'
import { caller, loginAs } from '../../../admin.js'
import { build, login } from '../../../helper.js'

t.test('what there is is counted', async (t) => {
  const test = await build(t)
  const admin = await loginAs(test, { role: 'admin' })
  const owner = await login(test)
  await login(test, owner)
  const response = await caller(test, admin)('GET', '/v1/admin/statistics')
  t.equal(response.statusCode, 200, response.body)
  t.same(response.json(), {
    users: { active: 2, suspended: 0 },
    assets: { count: 0, bytes: 0 },
    mails: { waiting: 0, failed: 0 },
    sessions: 3,
  })
})
