import t from 'tap'
import { login, register } from '../support/app.js'
import { authenticator } from '../support/factors.js'
import { needsBrowser } from './helper.js'
import { audit, enterCode, openPerson, signInAt, startPages, visit } from './web.js'

t.setTimeout(120_000)

t.test('a session, its tabs and its end', needsBrowser, async (t) => {
  const test = await startPages(t)
  const expected = /^(401 (GET|DELETE|POST) |net::ERR_(ABORTED|FAILED|CONNECTION_REFUSED|INTERNET_DISCONNECTED) )/
  const { page, context, complaints } = await openPerson(t, expected)
  await page.goto(`${test.origin}/account/devices?x=1`)
  const devices = page.getByRole('heading', { name: 'Devices', level: 1 })
  const welcome = page.getByRole('heading', { name: 'Welcome back' })

  await t.test('a deep link leads there after the sign-in', async (t) => {
    const account = await signInAt(test, page)
    await devices.waitFor()
    t.ok(account)
    t.equal(new URL(page.url()).pathname, '/account/devices')
  })

  await t.test('who signs out in one tab is signed out in the other, and signs in for both', async () => {
    const second = await context.newPage()
    await second.goto(`${test.origin}/account/profile`)
    await second.getByRole('heading', { name: 'Profile', level: 1 }).waitFor()
    await second.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('Your session has ended').waitFor()
    await signInAt(test, page)
    await devices.waitFor()
    await second.getByRole('heading', { name: 'Files', exact: true }).waitFor()
    await second.close()
  })

  await t.test('a session that ended meanwhile goes on at the same place', async () => {
    const account = await register(test)
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await welcome.waitFor()
    await signInAt(test, page, account)
    await visit(page, 'Security')
    const { bearer } = await login(test, account)
    await test.app.inject({
      method: 'POST',
      url: '/v1/auth/logout-all',
      headers: bearer,
      payload: { keepCurrent: true },
    })
    await page.getByRole('link', { name: 'Activity', exact: true }).click()
    await page.getByText('Your session has ended').waitFor()
    await signInAt(test, page, account)
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  })

  await t.test('a server that does not answer is told, and asked again', async (t) => {
    await page.route('**/v1/**', (route) => route.abort())
    await page.getByRole('link', { name: 'Devices', exact: true }).click()
    await page.getByText('The server does not answer. Check your connection.').waitFor()
    t.strictSame(await audit(page), [])
    await page.unroute('**/v1/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('This device').waitFor()

    await page.route('**/v1/**', (route) => route.abort())
    await page.reload()
    await page.getByRole('heading', { name: 'The server does not answer' }).waitFor()
    t.strictSame(await audit(page), [])
    await page.unroute('**/v1/**')
    await page.getByRole('button', { name: 'Try again' }).click()
    await devices.waitFor()
  })

  await t.test('an address of nothing says so', async () => {
    await page.goto(`${test.origin}/account/nothing`)
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
    await page.getByRole('link', { name: 'To the start page' }).click()
    await page.getByRole('heading', { name: 'Files', exact: true }).waitFor()
  })

  await t.test('the way back of the browser leads to the page before', async () => {
    await page.goBack()
    await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
  })

  t.strictSame(complaints(), [])
})

t.test('who must have a second factor adds it on the way in', needsBrowser, async (t) => {
  const test = await startPages(t, { env: { MFA_REQUIRED: 'all' } })
  const { page, complaints } = await openPerson(t, /^(403 GET|403 POST|net::ERR_ABORTED)/)
  await page.goto(test.origin)
  const account = await signInAt(test, page)
  await page.getByRole('heading', { name: 'Your account needs a second factor' }).waitFor()
  t.strictSame(await audit(page), [])
  await page.getByRole('button', { name: 'Add an authenticator app' }).click()
  await page.getByLabel('Your password').fill(account.password)
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click()
  const secret = ((await page.locator('.secret code').textContent()) as string).replaceAll(' ', '')
  const code = authenticator(test, secret)
  await page.getByLabel('Code that the app shows now').fill(code())
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByRole('heading', { name: 'Files', exact: true }).waitFor()
  await page.getByText('No files yet').waitFor()
  t.strictSame(complaints(), [])
  await page.getByRole('button', { name: 'Sign out' }).click()
  test.clock.advance(60_000)
  await page.getByLabel('E-mail address').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await enterCode(page, code())
  await page.getByText('No files yet').waitFor()
})
