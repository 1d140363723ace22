import t from 'tap'
import { login } from '../support/helper.js'
import { needsBrowser, openBrowser, start } from './helper.js'

t.setTimeout(120_000)

for (const name of ['localhost', 'coffer.test']) {
  t.test(`/docs shows every operation, and calls them, on ${name}`, needsBrowser, async (t) => {
    const test = await start(t)
    const { accessToken, email } = await login(test)
    const { context, problems, sent } = await openBrowser(t)
    const tab = await context.newPage()
    await tab.goto(`http://${name}:${test.port}/docs`)
    await tab.locator('.opblock').first().waitFor()
    const { paths } = test.app.swagger()
    const operations = Object.values(paths ?? {}).flatMap((methods) => Object.keys(methods))
    t.equal(await tab.locator('.opblock').count(), operations.length)

    await tab.locator('.auth-wrapper .authorize').click()
    await tab.getByLabel('auth-bearer-value').fill(accessToken)
    await tab.getByLabel('Apply credentials').first().click()
    await tab.locator('.auth-container .btn-done').first().click()
    const operation = tab.locator('#operations-Account-getProfile')
    await operation.locator('.opblock-summary-control').click()
    await operation.getByText('Try it out').click()
    await operation.locator('.execute').click()
    const answer = operation.locator('.live-responses-table .response').first()
    t.match(await answer.locator('.response-col_status').textContent(), /^200/)
    t.match(await answer.locator('.microlight').first().textContent(), email)

    t.ok(sent.includes('GET /v1/users/me'))
    // said of every page by plain http that isn't on this machine
    const untrusted =
      /^The (Cross-Origin-Opener-Policy header has been ignored|page requested an origin-keyed agent cluster)/
    t.strictSame(
      problems.filter((problem) => !untrusted.test(problem)),
      [],
    )
  })
}
