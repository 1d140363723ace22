import t from 'tap'
import { caller } from '../../../../admin.js'
import { build, login, PASSWORD } from '../../../../helper.js'

const URL = '/v1/users/me'

t.test('an account is deleted by its password, and nothing of it is left', async (t) => {
  const test = await build(t)
  const { app, mail } = test
  const owner = await login(test)
  const call = caller(test, owner)
  const response = await call('DELETE', URL, { currentPassword: PASSWORD })
  t.equal(response.statusCode, 202)
  t.equal(response.body, '')
  t.equal((await call('GET', URL)).json().code, 'TOKEN_INVALID')
  t.match(await mail(owner.email, /deleted/i), { to: owner.email })
  await app.audit.settled()
  await app.jobs.drain()
  t.equal(await app.db.User.countDocuments({}), 0, test.logs.join(''))
  t.equal(await app.db.Challenge.countDocuments({}), 0)
  t.equal(await app.db.Budget.countDocuments({}), 0)
  const events = await app.db.AuditEvent.find({}).lean()
  t.match(
    events.find(({ action }) => action === 'account.deleted'),
    { actorId: owner.id, targetId: owner.id, ip: null },
  )
  t.notMatch(JSON.stringify(events), owner.email)
})
