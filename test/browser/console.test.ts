import { readFileSync } from 'node:fs'
import type { Response } from 'playwright-core'
import t from 'tap'
import { form, pdf, pixel, post } from '../routes/v1/assets/client.js'
import { audited, insertUsers } from '../support/admin.js'
import { createKey } from '../support/api-keys.js'
import { login, newEmail } from '../support/app.js'
import { storeTotp } from '../support/factors.js'
import { until } from '../support/until.js'
import { settle, startEndpoint } from '../support/webhooks.js'
import { insertFiles, insertMail, openConsole, startConsole, unexpected } from './console.js'
import { needsBrowser } from './helper.js'

t.setTimeout(240_000)

let pages: Awaited<ReturnType<typeof startConsole>>
t.before(async () => {
  pages = await startConsole(t)
})

t.test('people: search, filter, sort, count, and a deep link to all of it', needsBrowser, async (t) => {
  const { test, page, problems, go, heading } = await openConsole(t, pages)
  const names = ['Grace Hopper', 'Gerda Taro', 'Barbara Liskov']
  await insertUsers(
    test.app,
    names.map((name, index) => ({
      name,
      nameKey: name.toLowerCase(),
      status: index === 1 ? 'suspended' : 'active',
      role: index === 2 ? 'admin' : 'user',
    })),
  )
  const shown = () => page.locator('tbody th b').allTextContents()
  const shows = (...wanted: string[]) => until(async () => (await shown()).join() === wanted.join())
  await go('/people')
  await heading('People')
  await page.getByText('4 entries').waitFor()
  await page.getByLabel('Search').fill('g')
  await page.getByLabel('Sort by').selectOption('name')
  await shows('Gerda Taro', 'Grace Hopper')
  await page.getByLabel('Status').selectOption('suspended')
  await shows('Gerda Taro')
  t.equal(new URL(page.url()).search, '?sort=name&q=g&status=suspended')
  await page.reload()
  await shows('Gerda Taro')
  t.equal(await page.getByLabel('Search').inputValue(), 'g')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByLabel('Role').selectOption('admin')
  await shows('Ada Lovelace', 'Barbara Liskov')
  await page.getByLabel('Search').fill('zzz')
  await page.getByRole('heading', { name: 'No people found' }).waitFor()
  t.strictSame(unexpected(problems), [])
})

t.test('a person: rights, sessions, factors, lock, suspension, key, deletion', needsBrowser, async (t) => {
  const { test, page, problems, go, button, dialog, heading, said, stepUp } = await openConsole(t, pages)
  const { app } = test
  const ada = await login(test)
  const stored = () => app.db.User.findById(ada.id).lean()
  await storeTotp(test, ada.email)
  const { apiKey } = await createKey(test, await login(test))
  await app.db.ApiKey.updateOne({ _id: apiKey.id }, { $set: { ownerId: (await stored())?._id } })
  await insertFiles(test, ada.id, [{ filename: 'Lake.pdf' }])
  await app.audit.idle()

  await go(`/people?q=${encodeURIComponent(ada.email)}`)
  await page.locator('tbody tr').click()
  await page.getByText(ada.email).first().waitFor()
  await page.getByText('Signed in on 1 device').waitFor()
  await page.getByRole('link', { name: 'Lake.pdf' }).waitFor()
  await page.getByRole('button', { name: 'login.succeeded' }).waitFor()

  // the draft of a form outlives a reload, and a step-up that is cancelled changes nothing
  await button('Edit').first().click()
  await page.getByLabel('Read the audit log').check()
  await page.reload()
  t.ok(await page.getByLabel('Read the audit log').isChecked(), 'the draft is kept')
  await button('Save').click()
  await page.getByRole('dialog', { name: 'Please confirm' }).getByRole('button', { name: 'Cancel' }).click()
  await page.getByText('This was not confirmed, so nothing has changed.').waitFor()
  await button('Save').click()
  await stepUp()
  await said('Saved.')
  t.strictSame((await stored())?.permissions, ['audit:read'])

  await button('Edit').nth(1).click()
  await dialog.getByLabel('Notes').fill('["a list"]')
  await button('Save').click()
  await page.getByText('This is not an object of JSON.').waitFor()
  await dialog.getByLabel('Notes').fill('{"note": "key account"}')
  await button('Save').click()
  await page.locator('pre', { hasText: 'key account' }).waitFor()
  t.strictSame((await stored())?.adminMetadata, { note: 'key account' })

  await button('End sessions').click()
  await dialog.getByRole('button', { name: 'End sessions' }).click()
  await said('All sessions have ended.')
  t.equal((await stored())?.sessions.length, 0)
  await button('Reset factors').click()
  await dialog.getByRole('button', { name: 'Reset factors' }).click()
  await said('The second factors are removed.')
  t.equal((await stored())?.factors?.length ?? 0, 0)
  const isOf = (method: string) => (response: Response) =>
    response.request().method() === method && response.url().endsWith(`/v1/admin/users/${ada.id}`)
  // the page has loaded the account again after this change
  const reloaded = page.waitForResponse(isOf('PATCH')).then(() => page.waitForResponse(isOf('GET')))
  await button('Unlock').click()
  await said('The account is unlocked.')
  await reloaded

  // somebody else changes the account in between
  await page.getByText('Signed in on 0 devices').waitFor()
  await app.db.User.updateOne({ _id: ada.id }, { $set: { name: 'Ada King' }, $inc: { revision: 1 } })
  await button('Suspend').click()
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await page.getByText('Somebody has changed this meanwhile.').waitFor()
  t.equal((await stored())?.status, 'active')
  await button('Try again').click()
  await heading('Ada King')
  await button('Suspend').click()
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await said('The account is suspended.')
  t.equal((await stored())?.status, 'suspended')
  await button('Reactivate').click()
  await dialog.getByRole('button', { name: 'Reactivate' }).click()
  await said('The account is active again.')
  t.equal((await stored())?.status, 'active')

  await page.getByRole('button', { name: 'Revoke: Backup' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await said('The key is revoked.')
  t.equal(await app.db.ApiKey.countDocuments({ _id: apiKey.id }), 0)

  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByLabel('Type “').fill('somebody else')
  await dialog.getByRole('button', { name: 'Delete account' }).click()
  await page.getByText('This is not the same text.').waitFor()
  await page.getByLabel('Type “').fill(ada.email)
  await dialog.getByRole('button', { name: 'Delete account' }).click()
  await said('The account is deleted.')
  await heading('People')
  t.equal(await app.db.User.countDocuments({ email: ada.email }), 0)
  for (const action of ['user-updated', 'sessions-revoked', 'factors-reset', 'user-unlocked', 'user-deleted']) {
    t.ok((await audited(app, ada.id)).includes(`admin.${action}`), action)
  }
  t.strictSame(unexpected(problems), [])
})

t.test('files: search, filter, preview, delete one, some and all of an owner', needsBrowser, async (t) => {
  const { test, page, problems, go, button, dialog, heading, said, stepUp } = await openConsole(t, pages)
  const owner = await login(test)
  const { body } = await post(test.origin, owner.bearer, form([pixel('Sea.png'), pdf('Bill.pdf'), pdf('Ask.pdf')]))
  const [sea, bill] = body.items as { id: string }[]
  const count = (filter: object = {}) => test.app.db.Asset.countDocuments({ state: 'ready', ...filter })
  await go('/files')
  await heading('Files')
  await page.getByLabel('Type', { exact: true }).selectOption('image')
  await page.getByText('1 entry').waitFor()
  await page.getByRole('link', { name: 'Sea.png' }).click()
  await heading('Sea.png')
  const preview = page.getByRole('img', { name: 'Preview of Sea.png' })
  await preview.waitFor()
  await until(() => preview.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth > 0))
  await button('Delete').click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await said('The file is deleted.')
  t.equal(await count({ _id: sea?.id }), 0)

  await heading('Files')
  await page.getByLabel('Search').fill('bi')
  await page.getByText('1 entry').waitFor()
  await page.getByLabel('Select Bill.pdf').check()
  await page.getByText('1 file selected').waitFor()
  await button('Delete').click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await until(async () => (await count({ _id: bill?.id })) === 0)
  t.equal(await count(), 1)

  await go(`/files?ownerId=${owner.id}`)
  await button('Select all shown').click()
  await button('Clear selection').click()
  await button('Delete all files of the owner').click()
  await page.getByLabel('Type “').fill(owner.id)
  await dialog.getByRole('button', { name: 'Delete all' }).click()
  await stepUp()
  await said('The files are being deleted.')
  await until(async () => (await count()) === 0)
  t.strictSame(unexpected(problems), [])
})

t.test('service accounts and their keys, whose secret is shown once', needsBrowser, async (t) => {
  const { test, page, problems, go, button, dialog, heading, said, stepUp } = await openConsole(t, pages)
  const { app } = test
  await go('/service-accounts')
  await button('New service account').click()
  await page.getByLabel('Name').fill('Backup')
  await page.getByLabel('See all files').check()
  await button('Save').click()
  await stepUp()
  await heading('Backup')
  const account = () => app.db.User.findOne({ kind: 'service' }).lean()
  t.match(await account(), { name: 'Backup', permissions: ['assets:read'], status: 'active' })

  await button('Edit').click()
  await page.getByLabel('Name').fill('Nightly backup')
  await button('Save').click()
  await said('Saved.')
  await heading('Nightly backup')
  await button('Suspend').click()
  await dialog.getByRole('button', { name: 'Suspend' }).click()
  await button('Reactivate').waitFor()
  t.equal((await account())?.status, 'suspended')
  await button('Reactivate').click()
  await dialog.getByRole('button', { name: 'Reactivate' }).click()
  await button('Suspend').waitFor()

  await button('New key').click()
  await dialog.getByLabel('Name').fill('Server 1')
  await dialog.getByRole('button', { name: 'New key' }).click()
  await page.getByText('Please fill in this field.').waitFor()
  await page.getByLabel('See all files').check()
  await page.getByLabel('Networks').fill('203.0.113.0/24\n198.51.100.7')
  await page.getByLabel('Expires').fill('2036-01-31T10:30')
  await dialog.getByRole('button', { name: 'New key' }).click()
  await page.getByText('This secret is shown only once.').waitFor()
  const secret = (await page.locator('.secret').textContent()) as string
  await button('Copy the secret').click()
  await said('Copied.')
  t.equal(await page.evaluate('navigator.clipboard.readText()'), secret)
  await button('I have stored it').click()
  await page.getByText(secret).waitFor({ state: 'detached' })
  t.equal(await page.getByText(secret).count(), 0)
  t.match(await app.db.ApiKey.findOne().lean(), {
    name: 'Server 1',
    scopes: ['assets:read'],
    prefix: secret.slice(0, 12),
    expiresAt: new Date('2036-01-31T10:30'),
  })

  await go('/keys')
  await page.locator('tbody a').click()
  await heading('Nightly backup')
  t.match(page.url(), /service-accounts/, 'the owner of a key may be a service account')
  t.match(problems.pop(), /^404 GET \/v1\/admin\/users\//)
  await page.getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('button', { name: 'Revoke: Server 1' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await said('The key is revoked.')
  t.equal(await app.db.ApiKey.countDocuments(), 0)

  await go('/service-accounts')
  await page.getByRole('link', { name: 'Nightly backup' }).click()
  await button('Delete').click()
  await page.getByLabel('Type “').fill('Nightly backup')
  await dialog.getByRole('button', { name: 'Delete service account' }).click()
  await said('The service account is deleted.')
  await until(async () => (await account()) === null)
  t.strictSame(unexpected(problems), [])
})

t.test('webhooks, their deliveries and secrets', needsBrowser, async (t) => {
  const { test, page, problems, go, button, dialog, heading, said, stepUp } = await openConsole(t, pages)
  const { app } = test
  const endpoint = await startEndpoint(t)
  const webhook = () => app.db.Webhook.findOne().lean()
  await go('/webhooks')
  await button('New webhook').click()
  await page.getByLabel('Address of the endpoint').fill(endpoint.url)
  await page.getByLabel('Description').fill('Mailing list')
  await page.getByLabel('All events').uncheck()
  await button('Save').click()
  await page.getByText('Choose at least one event.').waitFor()
  await page.getByLabel('user.created').check()
  await button('Save').click()
  await stepUp()
  await page.getByText('This secret is shown only once.').waitFor()
  t.match(await page.locator('.secret').textContent(), /^whsec_/)
  await button('I have stored it').click()
  await heading('Mailing list')
  t.match(await webhook(), { events: ['user.created'], description: 'Mailing list', enabled: true })

  await button('Send a test').click()
  await said('A test event is on its way.')
  await settle(test)
  t.equal(endpoint.received.length, 1)
  await button('Refresh').click()
  await page.locator('td', { hasText: 'Delivered' }).waitFor()
  await page.getByRole('button', { name: 'Send again: webhook.test' }).click()
  await said('It is on its way again.')
  await settle(test)
  t.equal(endpoint.received.length, 2)
  await page.getByLabel('State').selectOption('failed')
  await page.getByRole('heading', { name: 'No deliveries' }).waitFor()

  await button('Edit').click()
  await page.getByLabel('Description').fill('Newsletter')
  await page.getByLabel('All events').check()
  await button('Save').click()
  await heading('Newsletter')
  t.match(await webhook(), { events: ['*'] })
  await button('Disable').click()
  await dialog.getByRole('button', { name: 'Disable' }).click()
  await button('Enable').waitFor()
  t.equal((await webhook())?.enabled, false)
  await button('Enable').click()
  await button('Disable').waitFor()
  t.equal((await webhook())?.enabled, true)
  await button('New secret').click()
  await dialog.getByRole('button', { name: 'New secret' }).click()
  await page.getByRole('heading', { name: 'The new secret' }).waitFor()
  await button('I have stored it').click()
  t.equal((await webhook())?.secrets.length, 2)
  await button('Delete').click()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await said('The webhook is deleted.')
  await until(async () => (await webhook()) === null)
  t.strictSame(unexpected(problems), [])
})

t.test('invitations, the mail queue, the audit log and its export, the overview', needsBrowser, async (t) => {
  const { test, page, problems, go, button, dialog, heading, said, stepUp } = await openConsole(t, pages)
  const { app } = test
  const email = newEmail()
  const invitation = () => app.db.Invitation.findOne().lean()
  await go('/invitations')
  await button('Invite').click()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Name').fill('Grace Hopper')
  await dialog.getByLabel('Language').selectOption('fr')
  await page.getByLabel('See the mail queue').check()
  await button('Send invitation').click()
  await stepUp()
  await said('The invitation is on its way.')
  t.match(await invitation(), { email, name: 'Grace Hopper', locale: 'fr', permissions: ['mails:read'] })
  await test.mail(email)
  await page.getByRole('button', { name: `Send again: ${email}` }).click()
  await said('A new code is on its way.')
  await until(async () => (await test.mails(email)).length === 2)
  await page.getByRole('button', { name: `Withdraw: ${email}` }).click()
  await dialog.getByRole('button', { name: 'Withdraw' }).click()
  await said('The invitation is withdrawn.')
  await page.getByLabel('State').selectOption('pending')
  await page.getByRole('heading', { name: 'No invitations' }).waitFor()

  await insertMail(test, 'failed', { state: 'failed', attempts: 12, lastError: 'ECONNREFUSED' })
  await go('/mails?state=failed')
  await page.getByText('ECONNREFUSED').waitFor()
  await page.getByRole('button', { name: 'Send now: password-changed' }).click()
  await said('The e-mail is due now.')
  await until(async () => (await app.db.Job.findById('failed').lean())?.state === 'done')
  await app.audit.idle()

  await go('/audit')
  await page.getByLabel('Action').fill('admin.mail-resent')
  await until(async () => (await page.locator('tbody tr').count()) === 1)
  await page.getByRole('button', { name: 'admin.mail-resent' }).click()
  await dialog.getByText('Request', { exact: true }).waitFor()
  await page.keyboard.press('Escape')
  for (const [kind, item] of [
    ['ndjson', 'As NDJSON'],
    ['csv', 'As CSV'],
  ] as const) {
    await button('Export').click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: item }).click()
    const file = await download
    t.equal(file.suggestedFilename(), `audit-events.${kind}`)
    const lines = readFileSync(await file.path(), 'utf8')
      .trim()
      .split('\n')
    if (kind === 'ndjson') t.match(JSON.parse(lines[0] as string), { action: 'admin.mail-resent', targetId: 'failed' })
    else t.match(lines, [/^at,action,/, /"admin\.mail-resent","success"/])
  }

  await page.getByRole('link', { name: 'Overview' }).click()
  await heading('Overview')
  const people = page.locator('.stat', { hasText: 'People' })
  await people.getByText('Suspended 0').waitFor()
  t.equal(await people.locator('.value').textContent(), '1')
  await page.getByText('Show as a table').click()
  t.equal(
    await page.getByRole('table', { name: 'New people' }).getByRole('row').last().locator('td').textContent(),
    '1',
  )
  await page.getByText('File store').waitFor()
  await button('Refresh').click()
  const working = page.locator('.chip', { hasText: 'Working' })
  await until(async () => (await working.count()) === 3)
  t.equal(await working.count(), 3)
  t.strictSame(unexpected(problems), [])
})
