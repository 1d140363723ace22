import t from 'tap'
import { codeIn, register, withMail } from '../support/app.js'
import { needsBrowser } from './helper.js'
import { audit, openPerson, startPages, withAxe } from './web.js'

t.setTimeout(120_000)

t.test('somebody signs in by password and mailed code, and out', needsBrowser, async (t) => {
  const test = await startPages(t)
  const { email, password } = await register(test)
  const { page, context, problems } = await openPerson(t)
  await withAxe(context)
  await page.goto(test.origin)
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  t.strictSame(await audit(page), [], 'the sign-in')

  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  const { mail } = await withMail(test, email, /sign-in code/, async () => {
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByLabel('Code').waitFor()
  })
  t.strictSame(await audit(page), [], 'the second step')
  await page.getByLabel('Code').fill(codeIn(mail))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('heading', { name: 'Files' }).waitFor()
  t.strictSame(await audit(page), [], 'the first page')
  await page.reload()
  await page.getByRole('heading', { name: 'Files' }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor()
  t.strictSame(
    problems.filter((problem) => !/^401 POST \/v1\/auth\/refresh-token/.test(problem)),
    [],
  )
})
