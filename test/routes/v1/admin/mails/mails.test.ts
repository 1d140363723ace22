import t from 'tap'
import type { JobDocument } from '../../../../../models/job.js'
import { audited, caller, loginAs } from '../../../../support/admin.js'
import { build, login, newEmail, type TestApp } from '../../../../support/app.js'

const URL = '/v1/admin/mails'
const HOUR = 3_600_000

/** A queued mail that nothing sends by itself for now. */
async function keep({ app }: TestApp, _id: string, to: string, more: Partial<JobDocument>) {
  const { template, content } = app.mailer.seal(_id, {
    template: 'password-changed',
    locale: 'en',
    to,
    data: { name: '', at: app.now() },
  })
  const times = { dueAt: new Date(Date.now() + HOUR), createdAt: new Date(Date.now() - HOUR) }
  await app.db.Job.create({ _id, kind: 'mail', state: 'waiting', data: { template }, content, ...times, ...more })
}

t.test('queued mail is listed by its state, without content or address', async (t) => {
  const test = await build(t)
  const admin = await login(test)
  await test.app.db.User.updateOne({ email: admin.email }, { $set: { permissions: ['mails:read'] } })
  const call = caller(test, admin)
  await test.app.audit.idle()
  await test.app.jobs.drain()
  const to = newEmail()
  await keep(test, 'waits', to, { attempts: 2, lastError: 'ECONNREFUSED' })
  await keep(test, 'failed', to, { state: 'failed' })
  await keep(test, 'expired', to, { state: 'expired', content: null })
  const list = async (query: string) => (await call('GET', `${URL}?${query}`)).json()
  t.match(await list('state=waiting'), {
    items: [{ id: 'waits', template: 'password-changed', state: 'waiting', attempts: 2, lastError: 'ECONNREFUSED' }],
    nextCursor: null,
  })
  t.match((await list('state=failed')).items, [{ id: 'failed', nextAttemptAt: null }])
  t.match((await list('state=expired')).items, [{ id: 'expired' }])
  const sent = (await list('state=sent')).items
  const templates = new Set(sent.map(({ template }: { template: string }) => template))
  t.same(templates, new Set(['login-notification', 'login-code', 'registration-code']))
  const all = await call('GET', `${URL}?limit=100`)
  t.equal(all.json().items.length, sent.length + 3, 'and no other job')
  t.notMatch(all.body, '@example.com')
  t.same(Object.keys(all.json().items[0]).sort(), [
    ...['attempts', 'createdAt', 'id', 'lastError', 'nextAttemptAt', 'state', 'template'],
  ])
  t.equal((await list('state=done')).code, 'VALIDATION_FAILED')
  const first = await list('limit=1')
  t.equal((await list(`limit=1&state=sent&cursor=${first.nextCursor}`)).code, 'INVALID_CURSOR')
})

t.test('a mail that failed or waits is sent again', async (t) => {
  const test = await build(t)
  const { app, mail } = test
  const admin = await loginAs(test, { permissions: ['mails:write'] })
  const call = caller(test, admin)
  const [waits, failed] = [newEmail(), newEmail()]
  await keep(test, 'waits', waits, {})
  await keep(test, 'failed', failed, { state: 'failed', attempts: 40 })
  await keep(test, 'expired', failed, { state: 'expired', content: null })
  await keep(test, 'sent', failed, { state: 'done', content: null })
  for (const id of ['waits', 'failed']) {
    const response = await call('POST', `${URL}/${id}/resend`)
    t.equal(response.statusCode, 202)
    t.equal(response.body, '')
    t.same(await audited(app, id), ['admin.mail-resent'])
  }
  t.ok(await mail(waits))
  t.ok(await mail(failed))
  for (const id of ['expired', 'sent', 'outbox', 'removal-sweep', 'none', '$ne', '%00']) {
    t.match((await call('POST', `${URL}/${id}/resend`)).json(), { status: 404, code: 'NOT_FOUND' }, id)
  }
})

t.test('only who may see or send mail does', async (t) => {
  const test = await build(t)
  const { app } = test
  const reader = caller(test, await loginAs(test, { permissions: ['mails:read'] }))
  const nobody = caller(test, await login(test))
  t.equal((await app.inject({ url: URL })).json().code, 'TOKEN_INVALID')
  t.equal((await app.inject({ method: 'POST', url: `${URL}/x/resend` })).json().code, 'TOKEN_INVALID')
  t.equal((await nobody('GET', URL)).json().code, 'FORBIDDEN')
  t.equal((await reader('POST', `${URL}/none/resend`)).json().code, 'FORBIDDEN', 'before the mail is looked for')
})
