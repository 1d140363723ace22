import { readFile } from 'node:fs/promises'
import t from 'tap'
import { picture } from '../plugins/storage/samples.js'
import { codeIn, login, newEmail, PASSWORD, withMail } from '../support/app.js'
import { authenticator } from '../support/factors.js'
import { needsBrowser } from './helper.js'
import { audit, enterCode, openPerson, signInAt, startPages, told, visit } from './web.js'

t.setTimeout(180_000)

t.test('the account of somebody', needsBrowser, async (t) => {
  const test = await startPages(t)
  const expected = /^((401|403|400|422) (POST|PATCH|PUT|DELETE) \/v1\/|net::ERR_ABORTED GET \/v1\/)/
  const { page, context, complaints, sent } = await openPerson(t, expected)
  await page.goto(test.origin)
  const account = await signInAt(test, page)
  await page.getByRole('heading', { name: 'Files', exact: true }).waitFor()
  const dialog = page.getByRole('dialog')
  const userOf = (email = account.email) => test.app.db.User.findOne({ email })

  await t.test('a picture is set, and removed', async (t) => {
    await visit(page, 'Profile')
    t.strictSame(await audit(page), [])
    const buffer = await picture().png().toBuffer()
    await page.locator('.picture input').setInputFiles({ name: 'ada.png', mimeType: 'image/png', buffer })
    await told(page, 'The picture is changed')
    await page.locator('.side img.avatar').waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await told(page, 'The picture is removed')
    await page.locator('.side span.avatar').waitFor()
  })

  await t.test('the name and the language are changed, here and in mail', async (t) => {
    await page.getByRole('textbox', { name: 'Name' }).fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Please fill in this field').waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('Grace Hopper')
    await page.reload()
    t.equal(
      await page.getByRole('textbox', { name: 'Name' }).inputValue(),
      'Grace Hopper',
      'the draft outlives a reload',
    )
    await page.getByLabel('Language', { exact: true }).first().selectOption('de')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Profil', exact: true }).waitFor()
    await page.locator('.side', { hasText: 'Grace Hopper' }).waitFor()
    t.match(await userOf(), { name: 'Grace Hopper', locale: 'de' })
    await page.getByLabel('Sprache', { exact: true }).first().selectOption('en')
    await page.getByRole('button', { name: 'Speichern' }).click()
    await page.getByRole('heading', { name: 'Profile', exact: true }).waitFor()
  })

  await t.test('the address is changed, after a step-up in place', async (t) => {
    const next = newEmail()
    await page.getByRole('button', { name: 'Change address' }).click()
    await dialog.getByLabel('New e-mail address').fill(next)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByLabel('Your password').waitFor()
    t.strictSame(await audit(page), [])
    await dialog.getByLabel('Your password').fill('not the password')
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await dialog.getByText('The e-mail address or the password is wrong').waitFor()
    await dialog.getByLabel('Your password').fill(PASSWORD)
    const { mail } = await withMail(test, next, /./, () => dialog.getByRole('button', { name: 'Confirm' }).click())
    await enterCode(page, codeIn(mail))
    await told(page, 'Your address is changed')
    await page.getByText(`You sign in with ${next}`).waitFor()
    account.email = next
  })

  await t.test('the password is changed', async () => {
    await page.getByLabel('Current password').fill('not the password')
    await page.getByLabel('New password').fill(`newer ${PASSWORD}`)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('the password is wrong').waitFor()
    await page.getByLabel('Current password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Change password' }).click()
    await told(page, 'Your password is changed')
    account.password = `newer ${PASSWORD}`
  })

  let code: (steps?: number) => string
  await t.test('an authenticator app is added, with its backup codes', async (t) => {
    await visit(page, 'Security')
    await page.getByText('No second factor yet').waitFor()
    t.strictSame(await audit(page), [])
    await page.getByRole('button', { name: 'Add an authenticator app' }).click()
    await page.getByRole('img', { name: 'QR code' }).waitFor()
    t.strictSame(await audit(page), [])
    const secret = ((await page.locator('.secret code').textContent()) as string).replaceAll(' ', '')
    code = authenticator(test, secret)
    await dialog.getByLabel('Code that the app shows now').fill('000000')
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await dialog.getByText('The code is wrong').waitFor()
    await dialog.getByLabel('Code that the app shows now').fill(code())
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('heading', { name: 'Your backup codes' }).waitFor()
    t.equal(await page.locator('.backup-codes li').count(), 10)
    t.strictSame(await audit(page), [])
  })

  await t.test('backup codes are copied, saved, and printed alone', async (t) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const codes = await page.locator('.backup-codes li').allTextContents()
    await dialog.getByRole('button', { name: 'Copy' }).click()
    await told(page, 'Copied')
    const copied = (await page.evaluate('navigator.clipboard.readText()')) as string
    for (const one of codes) t.match(copied, one)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save as a file' }).click(),
    ])
    t.match(await readFile(await download.path(), 'utf8'), codes[0] as string)
    await page.emulateMedia({ media: 'print' })
    t.notOk(await page.locator('.side').isVisible())
    t.ok(await page.locator('.backup-codes').isVisible())
    await page.emulateMedia({ media: 'screen' })
    await dialog.getByRole('button', { name: 'I have kept them' }).click()
  })

  await t.test('a passkey is added', async () => {
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await dialog.getByLabel('Name').fill('Laptop')
    await dialog.getByRole('button', { name: 'Create a passkey' }).click()
    await page.getByText('Laptop').first().waitFor()
    await page.getByText('10 codes left').waitFor()
  })

  await t.test('a factor is renamed', async () => {
    await page.getByRole('button', { name: 'Actions for Laptop' }).click()
    await page.keyboard.press('Enter')
    await dialog.getByLabel('Name').fill('Desk')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Actions for Desk' }).waitFor()
  })

  await t.test('new backup codes take the place of the old ones', async (t) => {
    await page.getByRole('button', { name: 'Actions for Backup codes' }).click()
    await page.getByRole('menuitem', { name: 'Create new codes' }).click()
    t.strictSame(await audit(page), [])
    await dialog.getByRole('button', { name: 'Create new codes' }).click()
    await page.getByRole('heading', { name: 'Your backup codes' }).waitFor()
    await dialog.getByRole('button', { name: 'I have kept them' }).click()
  })

  await t.test('an account without backup codes gets some', async (t) => {
    const { email } = account
    const create = page.getByRole('button', { name: 'Create backup codes' })
    t.equal(await create.count(), 0)
    await test.app.db.User.updateOne({ email }, { $pull: { factors: { type: 'backup-codes' } } })
    await page.reload()
    await create.click()
    await page.getByRole('heading', { name: 'Your backup codes' }).waitFor()
    await dialog.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText('10 codes left').waitFor()
    await create.waitFor({ state: 'detached' })
    t.equal(await create.count(), 0)
    t.strictSame(await audit(page), [])
  })

  await t.test('a passkey is offered in the field of the address, and signs in', async () => {
    // the authenticator of the test answers at once
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Files', exact: true }).waitFor()
  })

  await t.test('a passkey signs in by its button', async () => {
    await page.evaluate('PublicKeyCredential.isConditionalMediationAvailable = async () => false')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Files', exact: true }).waitFor()
  })

  await t.test('an old session is asked for a factor, in place', async () => {
    test.clock.advance(6 * 60_000)
    await visit(page, 'Security')
    await page.getByRole('button', { name: 'Actions for Desk' }).click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    const ask = page.locator('dialog', { hasText: 'Please confirm that it is you' })
    await ask.getByRole('button', { name: 'Cancel' }).click()
    await page.locator('dialog', { hasText: 'Remove Desk?' }).getByRole('button', { name: 'Remove' }).click()
    await ask.getByRole('button', { name: 'Authenticator app' }).click()
    await ask.getByLabel('Code').fill(code())
    await ask.getByRole('button', { name: 'Confirm' }).click()
    await told(page, 'Desk is removed')
  })

  await t.test('the sessions are shown, and ended', async (t) => {
    const { headers } = { headers: { 'user-agent': 'Mozilla/5.0 (Windows NT 10.0) Firefox/146.0' } }
    await test.app.db.User.updateOne({ email: account.email }, { $set: { factors: [] } })
    await login(test, account, headers)
    await login(test, account, { 'user-agent': 'curl/8.1' })
    await visit(page, 'Devices')
    await page.getByText('Firefox on Windows').waitFor()
    t.strictSame(await audit(page), [])
    await page.getByRole('button', { name: 'Sign out: Firefox on Windows' }).click()
    await told(page, 'Firefox on Windows is signed out')
    await page.getByRole('button', { name: 'Sign out all others' }).click()
    await dialog.getByRole('button', { name: 'Sign out all others' }).click()
    await told(page, 'All other devices are signed out')
    await page.getByText('This device').waitFor()
    await page.locator('.rows .row').nth(1).waitFor({ state: 'detached' })
    t.equal(await page.locator('.rows .row').count(), 1)
  })

  await t.test('an API key is created, and its secret shown once', async (t) => {
    await visit(page, 'API keys')
    await page.getByText('No API keys').waitFor()
    await page.getByRole('button', { name: 'Create a key' }).click()
    t.strictSame(await audit(page), [])
    await dialog.getByLabel('Name').fill('Nightly backup')
    await dialog.getByRole('button', { name: 'Create a key' }).click()
    await dialog.getByText('Choose at least one').waitFor()
    await dialog.getByLabel('Read your files').check()
    await dialog.getByLabel('Read your profile and activity').check()
    await dialog.getByLabel('Expires').selectOption('90')
    await dialog.getByLabel('Allowed networks').fill('127.0.0.0/8\n::1/128')
    await dialog.getByRole('button', { name: 'Create a key' }).click()
    await page.getByRole('heading', { name: 'The key is created' }).waitFor()
    const secret = (await page.locator('.secret code').textContent()) as string
    const headers = { authorization: `Bearer ${secret}` }
    t.equal((await fetch(`${test.origin}/v1/users/me`, { headers })).status, 200)
    await dialog.getByRole('button', { name: 'Done' }).click()
    t.strictSame(await audit(page), [])
  })

  await t.test('an API key is changed, renewed, and revoked', async (t) => {
    const open = async (action: string) => {
      await page.getByRole('button', { name: 'Actions for Nightly backup' }).click()
      await page.getByRole('menuitem', { name: action }).click()
    }
    await open('Edit')
    await dialog.getByLabel('Delete files').check()
    await dialog.getByLabel('Expires').selectOption('never')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await told(page, 'The key is changed')
    await page.getByText('files:delete').waitFor()
    await open('New secret')
    await dialog.getByLabel('The old secret works').selectOption('1h')
    await dialog.getByRole('button', { name: 'New secret' }).click()
    await page.getByRole('heading', { name: 'The key has a new secret' }).waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await open('Revoke')
    await dialog.getByRole('button', { name: 'Revoke' }).click()
    await told(page, 'Nightly backup is revoked')
    await page.getByText('No API keys').waitFor()
    t.equal(await test.app.db.ApiKey.countDocuments({}), 0)
  })

  await t.test('the activity is told in words', async (t) => {
    await visit(page, 'Activity')
    await page.getByRole('row', { name: /API key revoked/ }).waitFor()
    await page.getByRole('row', { name: /Account created/ }).waitFor()
    t.strictSame(await audit(page), [])
  })

  await t.test('the data is exported as a file', async (t) => {
    await visit(page, 'Your data')
    t.strictSame(await audit(page), [])
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export your data' }).click(),
    ])
    t.match(JSON.parse(await readFile(await download.path(), 'utf8')), { user: { email: account.email } })
  })

  await t.test('the menu of a phone leads everywhere, by the keyboard too', async (t) => {
    await page.setViewportSize({ width: 360, height: 800 })
    await page.getByRole('button', { name: 'Menu' }).click()
    t.strictSame(await audit(page), [])
    await page.setViewportSize({ width: 360, height: 800 })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Menu' }).focus()
    await page.keyboard.press('Enter')
    await dialog.getByRole('link', { name: 'Devices' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  await t.test('every session ends at once', async () => {
    await page.getByRole('button', { name: 'Sign out everywhere' }).click()
    await dialog.getByRole('button', { name: 'Sign out everywhere' }).click()
    await page.getByText('Your session has ended').waitFor()
    await signInAt(test, page, account)
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  })

  await t.test('the account is deleted, after its address is typed', async (t) => {
    await visit(page, 'Your data')
    await page.getByRole('button', { name: 'Delete account' }).click()
    t.strictSame(await audit(page), [])
    await dialog.getByLabel('Your e-mail address').fill('somebody@example.com')
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await dialog.getByText('This is not your address').waitFor()
    await dialog.getByLabel('Your e-mail address').fill(account.email)
    await dialog.getByRole('button', { name: 'Delete account' }).click()
    await dialog.getByLabel('Your password').fill(account.password)
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    t.equal(await userOf(), null)
  })

  t.strictSame(complaints(), [])
  t.notOk(
    sent.some((request) => !/ \/(v1|web|account|cloudinary|favicon)?/.test(request)),
    'nothing else was asked',
  )
})
