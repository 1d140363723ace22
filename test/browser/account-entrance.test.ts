import t from 'tap'
import { picture } from '../plugins/storage/samples.js'
import { codeIn, login, newEmail, PASSWORD, post, register, withMail, wrong } from '../support/app.js'
import { storeBackupCodes, storeTotp } from '../support/factors.js'
import { needsBrowser } from './helper.js'
import { audit, enterCode, enterPassword, openPerson, signInAt, startPages, told } from './web.js'

t.setTimeout(180_000)

const REFUSED = /^(401|422|400|429) POST \/v1\/auth\//

t.test('without an account', needsBrowser, async (t) => {
  const test = await startPages(t, { env: { TRUSTED_DEVICE_TTL: '30d' } })
  const { page, context, complaints } = await openPerson(t, REFUSED)
  const welcome = page.getByRole('heading', { name: 'Welcome back' })
  const files = page.getByRole('heading', { name: 'Files', exact: true })
  const email = newEmail()
  await page.goto(test.origin)

  await t.test('the sign-in page is accessible', async (t) => {
    await welcome.waitFor()
    t.strictSame(await audit(page), [])
  })

  await t.test('a weak password is refused at its field', async (t) => {
    await page.getByRole('link', { name: 'Create an account' }).click()
    await page.getByLabel('Name').fill('Ada Lovelace')
    await page.getByLabel('E-mail address').fill(email)
    await page.getByLabel('Password', { exact: true }).fill('password')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByText('too easy to guess').first().waitFor()
    await page.locator('input[name=password]:focus').waitFor()
    t.strictSame(await audit(page), [])
  })

  await t.test('a form keeps its values over a reload, but no password', async (t) => {
    await page.reload()
    t.equal(await page.getByLabel('E-mail address').inputValue(), email)
    t.equal(await page.getByLabel('Password', { exact: true }).inputValue(), '')
    const kept = (await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })')) as string
    t.notMatch(kept, /password/i)
  })

  await t.test('an account with a picture is created and verified, after a wrong code and a new one', async () => {
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Show password' }).click()
    const buffer = await picture().png().toBuffer()
    await page.getByLabel('Picture').setInputFiles({ name: 'ada.png', mimeType: 'image/png', buffer })
    const { mail: first } = await withMail(test, email, /registration/, () =>
      page.getByRole('button', { name: 'Create account' }).click(),
    )
    await enterCode(page, wrong(codeIn(first)))
    await page.getByText('The code is wrong').waitFor()
    await page.reload()
    const { mail } = await withMail(test, email, /registration/, () =>
      page.getByRole('button', { name: 'Send a new code' }).click(),
    )
    await enterCode(page, codeIn(mail))
    await told(page, 'Your account is ready')
    await welcome.waitFor()
  })

  await t.test('the new account signs in, and trusts the device', async (t) => {
    const { mail } = await withMail(test, email, /sign-in code/, async () => {
      await enterPassword(page, { email, password: PASSWORD })
      await page.getByLabel('Code', { exact: true }).waitFor()
    })
    t.strictSame(await audit(page), [])
    await page.reload()
    await page.getByText(`a code to ${email}`).waitFor()
    await page.getByLabel('Trust this device').check()
    await enterCode(page, codeIn(mail))
    await files.waitFor()
    t.equal(new URL(page.url()).pathname, '/account/files')
    const cookies = await context.cookies(test.origin)
    t.ok(cookies.every(({ httpOnly }) => httpOnly))
  })

  await t.test('a trusted device signs in by the password alone', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click()
    await welcome.waitFor()
    await enterPassword(page, { email, password: PASSWORD })
    await files.waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await welcome.waitFor()
  })

  await t.test('a wrong password is told', async () => {
    await enterPassword(page, { email, password: 'not the password' })
    await page.getByText('The e-mail address or the password is wrong.').waitFor()
  })

  await t.test('a forgotten password is replaced', async (t) => {
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByLabel('E-mail address').fill(email)
    const { mail } = await withMail(test, email, /reset code/, () =>
      page.getByRole('button', { name: 'Send a code' }).click(),
    )
    t.strictSame(await audit(page), [])
    await enterCode(page, codeIn(mail))
    await page.getByLabel('New password').fill(`another ${PASSWORD}`)
    await page.getByRole('button', { name: 'Set password' }).click()
    await told(page, 'The new password is set')
    await signInAt(test, page, { email, password: `another ${PASSWORD}` })
    await files.waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await welcome.waitFor()
  })

  await t.test('an authenticator app is the second step', async () => {
    const account = await register(test)
    const app = await storeTotp(test, account.email)
    await enterPassword(page, account)
    await page.getByText('your authenticator app shows').waitFor()
    await enterCode(page, app())
    await files.waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await welcome.waitFor()
  })

  await t.test('a backup code is another way', async () => {
    const account = await register(test)
    await storeTotp(test, account.email)
    const [code = ''] = await storeBackupCodes(test, account.email)
    await enterPassword(page, account)
    await page.getByRole('button', { name: 'Backup code' }).click()
    await page.getByLabel('Backup code').fill(code)
    await page.getByRole('button', { name: 'Confirm' }).click()
    await files.waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await welcome.waitFor()
  })

  await t.test('the texts follow the language that is chosen, and the theme too', async (t) => {
    const titles = {
      de: 'Willkommen zurück',
      fr: 'Bon retour',
      es: 'Hola de nuevo',
      pt: 'Bem-vindo de volta',
      it: 'Bentornato',
    }
    for (const [language, title] of Object.entries(titles)) {
      await page.locator('.page-footer select').first().selectOption(language)
      await page.getByRole('heading', { name: title }).waitFor()
      t.equal(await page.evaluate('document.documentElement.lang'), language)
    }
    await page.locator('.page-footer select').last().selectOption('dark')
    await page.reload()
    await page.getByRole('heading', { name: 'Bentornato' }).waitFor()
    t.equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark')
    await page.locator('.page-footer select').first().selectOption('en')
    await welcome.waitFor()
  })

  t.strictSame(complaints(), [])
})

t.test('a server that is closed to registration says so', needsBrowser, async (t) => {
  const test = await startPages(t, { env: { REGISTRATION: 'invite' } })
  const { page, complaints } = await openPerson(t)
  await page.goto(test.origin)
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  t.equal(await page.getByRole('link', { name: 'Create an account' }).count(), 0)
  await page.goto(`${test.origin}/account/register`)
  await page.getByText('New accounts need an invitation').waitFor()
  await page.getByRole('link', { name: 'I have an invitation' }).click()
  await page.getByRole('heading', { name: 'You are invited' }).waitFor()
  t.strictSame(await audit(page), [])
  t.strictSame(complaints(), [])
})

t.test('who is invited joins with the code of the mail', needsBrowser, async (t) => {
  const test = await startPages(t)
  const { email: administrator, password } = await register(test)
  await test.app.db.User.updateOne({ email: administrator }, { $set: { role: 'admin' } })
  const { bearer: headers } = await login(test, { email: administrator, password })
  const email = newEmail()
  const { answer, mail } = await withMail(test, email, /./, async () =>
    (await post(test.app, '/v1/admin/invitations', { email }, { headers })).json(),
  )
  const { page, complaints } = await openPerson(t, REFUSED)
  await page.goto(`${test.origin}/account/invitation?invitation=${answer.id}`)
  await page.getByLabel('Code', { exact: true }).fill(codeIn(mail))
  await page.getByLabel('Name').fill('Grace Hopper')
  await page.getByLabel('Password', { exact: true }).fill('password')
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByText('too easy to guess').first().waitFor()
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Join' }).click()
  await told(page, 'Your account is ready')
  await signInAt(test, page, { email, password: PASSWORD })
  await page.getByRole('heading', { name: 'Files', exact: true }).waitFor()
  t.strictSame(complaints(), [])
})
