import t from 'tap'
import { audited, caller, loginAs } from '../../../../../support/admin.js'
import { build, login, PASSWORD, withMail } from '../../../../../support/app.js'
import { beginLogin, enrol } from '../../../../../support/factors.js'

const url = (id: string) => `/v1/admin/users/${id}/factors`
const confirmed = { currentPassword: PASSWORD }

t.test('an administrator removes the factors of an account whose owner lost them', async (t) => {
  const test = await build(t)
  const helper = await loginAs(test, { permissions: ['users:write'] })
  const owner = await login(test)
  await enrol(test, owner)
  await caller(test, owner)('POST', '/v1/users/me/factors/totp', {})
  const call = caller(test, helper)
  t.match((await call('DELETE', url(owner.id))).json(), { status: 403, code: 'STEP_UP_REQUIRED' })
  const { answer, mail } = await withMail(test, owner.email, /second factors were removed/, () =>
    call('DELETE', url(owner.id), confirmed),
  )
  t.equal(answer.statusCode, 204)
  t.notMatch(mail.text, /Address|Device/, 'of the administrator')
  t.equal((await test.app.inject({ url: '/v1/users/me', headers: owner.bearer })).statusCode, 401)
  t.same((await beginLogin(test, owner)).methods, ['mail'])
  t.ok((await audited(test.app, owner.id)).includes('admin.factors-reset'))
  const stored = await test.app.db.User.findOne({ email: owner.email }).lean()
  t.match(stored, { factors: [], pendingTotp: undefined })
  t.equal((await call('DELETE', url(owner.id), confirmed)).statusCode, 204, 'once more')
})

t.test('only an administrator removes those of an administrator', async (t) => {
  const test = await build(t)
  const helper = await loginAs(test, { permissions: ['users:write'] })
  const admin = await loginAs(test, { role: 'admin' })
  const other = await loginAs(test, { role: 'admin' })
  t.match((await caller(test, helper)('DELETE', url(admin.id), confirmed)).json(), { status: 403, code: 'FORBIDDEN' })
  t.equal((await caller(test, other)('DELETE', url(admin.id), confirmed)).statusCode, 204)
  t.equal((await caller(test, helper)('DELETE', url('unknown'), confirmed)).statusCode, 404)
})
