import type { Locator, Page } from 'playwright-core'
import t from 'tap'
import { TAGS } from '../../openapi/tags.js'
import { WEBHOOKS } from '../../openapi/webhooks.js'
import { picture } from '../plugins/storage/samples.js'
import { codeIn, login, register, withMail } from '../support/app.js'
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
    t.equal(await tab.locator('.opblock').count(), operations.length + Object.keys(WEBHOOKS).length)

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

const isOurs = (problem: string) => !problem.includes('JsonSchema_string_binary')

/** Opens an operation of the page and lets its values be filled in. */
async function tryOut(tab: Page, id: string) {
  const operation = tab.locator(`#operations-${id}`)
  await operation.locator('.opblock-summary-control').click()
  await operation.getByText('Try it out').click()
  await operation.locator('.execute').waitFor()
  return operation
}

/** Executes an operation of the page. */
async function execute(operation: Locator) {
  await operation.locator('.execute').click()
  const answer = operation.locator('.live-responses-table .response').first()
  await answer.locator('.response-col_status').waitFor()
  return answer
}

const answerOf = async (answer: Locator) =>
  JSON.parse((await answer.locator('.microlight').first().textContent()) as string)

t.test(
  '/docs takes the token of a sign-in that was tried there, and keeps it when the page is opened again',
  needsBrowser,
  async (t) => {
    const test = await start(t)
    const { email, password } = await register(test)
    const { context, problems } = await openBrowser(t)
    const tab = await context.newPage()
    await tab.goto(`${test.api}/docs`)

    const login = await tryOut(tab, 'Sign-in-login')
    await login.locator('textarea').fill(JSON.stringify({ email, password }))
    const { answer, mail } = await withMail(test, email, /sign-in code/, async () => answerOf(await execute(login)))
    const verify = await tryOut(tab, 'Sign-in-verifyLogin')
    await verify.locator('textarea').fill(JSON.stringify({ challengeId: answer.challengeId, code: codeIn(mail) }))
    await execute(verify)
    const profile = await execute(await tryOut(tab, 'Account-getProfile'))
    t.equal((await answerOf(profile)).email, email)

    await tab.goto('about:blank')
    await tab.goto(`${test.api}/docs`)
    const again = await execute(await tryOut(tab, 'Account-getProfile'))
    t.equal((await answerOf(again)).email, email)
    t.strictSame(problems.filter(isOurs), [])
  },
)

t.test('/docs fills in no value, so that an upload and a list do what one expects', needsBrowser, async (t) => {
  const test = await start(t, { env: { ASSET_VISIBILITY: 'private' } })
  const { accessToken } = await login(test)
  const { context, problems } = await openBrowser(t)
  const tab = await context.newPage()
  await tab.goto(`${test.api}/docs`)
  await tab.locator('.auth-wrapper .authorize').click()
  await tab.getByLabel('auth-bearer-value').fill(accessToken)
  await tab.getByLabel('Apply credentials').first().click()
  await tab.locator('.auth-container .btn-done').first().click()

  const upload = await tryOut(tab, 'Assets-uploadAssets')
  for (const tag of ['black', 'square']) {
    await upload.getByText('Add string item').first().click()
    await upload.locator('input.json-schema-form-item, .json-schema-form-item input[type=text]').last().fill(tag)
  }
  const content = await picture().png().toBuffer()
  for (const name of ['1.png', '2.png']) {
    const file = { name, mimeType: 'image/png', buffer: Buffer.concat([content, Buffer.from(name)]) }
    await upload.locator('input[type=file]').setInputFiles(file)
    const answer = await execute(upload)
    t.match(await answerOf(answer), { items: [{ filename: name, tags: ['black', 'square'], visibility: 'private' }] })
    await upload.locator('.btn-clear').click()
  }
  const list = await execute(await tryOut(tab, 'Assets-listAssets'))
  t.equal((await answerOf(list)).items.length, 2)
  t.strictSame(problems.filter(isOurs), [])
})

t.test('/docs shows the operations in the order of the contract, on a phone too', needsBrowser, async (t) => {
  const test = await start(t, { mailbox: 'http://localhost:3001/mailbox' })
  const { context } = await openBrowser(t)
  const tab = await context.newPage()
  await tab.setViewportSize({ width: 390, height: 844 })
  await tab.goto(`${test.api}/docs`)
  await tab.locator('.opblock').first().waitFor()
  t.equal(await tab.title(), 'Coffer API')
  t.equal(await tab.locator('.topbar').count(), 0, 'nobody else’s logo, and no field for another document')
  t.equal(await tab.getByRole('link', { name: 'Mailbox' }).getAttribute('href'), 'http://localhost:3001/mailbox')
  const shown = await tab
    .locator('.opblock')
    .evaluateAll((all: { id: string }[]) => all.map(({ id }) => id.split('-').at(-1)))
  const received = Object.values(WEBHOOKS).map(({ post }) => post.operationId)
  t.strictSame(shown, TAGS.flatMap<string>(({ operations }) => [...operations]).concat(received))

  const isWide = () => tab.evaluate('document.documentElement.scrollWidth > innerWidth')
  t.notOk(await isWide())
  const upload = await tryOut(tab, 'Assets-uploadAssets')
  t.notOk(await isWide(), 'nor with an operation opened')
  const { width = 0, x = 0 } = (await upload.locator('.execute').boundingBox()) ?? {}
  t.ok(x >= 0 && width > 100 && x + width <= 390, 'and what is clicked is in view')
})
