import nodemailer from 'nodemailer'
import t from 'tap'
import { startLocalServices } from '../../local/index.js'
import { needsBrowser, openBrowser } from './helper.js'

t.setTimeout(120_000)

t.test('the mailbox is readable on a phone', needsBrowser, async (t) => {
  const { urls, SMTP_URL, close } = await startLocalServices({
    services: ['mailbox'],
    dataDir: t.testdir(),
    host: 'localhost',
    port: 0,
    threads: false,
  })
  t.teardown(close)
  const transport = nodemailer.createTransport(SMTP_URL)
  const send = (subject: string, html?: string) =>
    transport.sendMail({ from: 'a@example.org', to: 'ada.lovelace@example.com', subject, text: subject, html })
  await send('A new device signed in to your account')
  await send('Your sign-in code: 048213', '<table width="600"><tr><td>048213</td></tr></table>')

  const { context, problems } = await openBrowser(t)
  const page = await context.newPage()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${urls.mailbox}`)
  const summaries = page.locator('#messages > details > summary')
  await summaries.first().click()
  await page.locator('iframe').first().waitFor()
  for (const summary of await summaries.all()) {
    const subject = await summary.locator('.subject').boundingBox()
    const row = await summary.boundingBox()
    t.ok(subject && subject.width > 200, `a subject is ${subject?.width} px wide`)
    t.ok(row && row.height < 130, `a mail is ${row?.height} px high`)
  }
  const code = await summaries.first().locator('.code').boundingBox()
  const subject = await summaries.first().locator('.subject').boundingBox()
  t.ok(code && subject && code.x + code.width <= subject.x, 'the code stands before the subject')
  t.equal(await page.evaluate('document.documentElement.scrollWidth'), 390, 'nothing lies outside the screen')
  t.strictSame(problems, [])
})
