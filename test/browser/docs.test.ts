import type { Locator, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { TAGS } from '../../openapi/tags.js'
import { WEBHOOKS } from '../../openapi/webhooks.js'
import { picture } from '../plugins/storage/samples.js'
import { type BuildOptions, codeIn, login, register, withMail } from '../support/app.js'
import { needsBrowser, openBrowser, start } from './helper.js'

t.setTimeout(120_000)

/** Excludes a warning about Swagger UI, and what browsers say of every page by plain http that isn't on this machine. */
const isOurs = (problem: string) =>
  !problem.includes('JsonSchema_string_binary') &&
  !/^The (Cross-Origin-Opener-Policy header has been ignored|page requested an origin-keyed agent cluster)/.test(
    problem,
  )

/** Opens an operation of the page and lets its values be filled in. */
async function tryOut(tab: Page, id: string) {
  const operation = tab.locator(`#operations-${id}`)
  await operation.locator('.opblock-summary-control').click()
  await operation.getByText('Try it out').click()
  await operation.locator('.execute').waitFor()
  return operation
}

/** Closes an operation again: the page renders all that are open after each change. */
const close = (operation: Locator) => operation.locator('.opblock-summary-control').click()

/** Executes an operation of the page. */
async function execute(operation: Locator) {
  await operation.locator('.execute').click()
  const answer = operation.locator('.live-responses-table .response').first()
  await answer.locator('.response-col_status').waitFor()
  return answer
}

const answerOf = async (answer: Locator) =>
  JSON.parse((await answer.locator('.microlight').first().textContent()) as string)

/** An app whose page of the API is open in a browser, on a name that leads to this machine. */
async function open(t: Test, name: 'localhost' | 'coffer.test', options: BuildOptions = {}) {
  const test = await start(t, options)
  const browser = await openBrowser(t)
  const tab = await browser.context.newPage()
  await tab.goto(`http://${name}:${test.port}/docs`)
  await tab.locator('.opblock').first().waitFor()
  return { ...test, ...browser, tab }
}

async function showsAll(t: Test, { app, tab, problems }: Awaited<ReturnType<typeof open>>) {
  const { paths } = app.swagger()
  const operations = Object.values(paths ?? {}).flatMap((methods) => Object.keys(methods))
  t.equal(await tab.locator('.opblock').count(), operations.length + Object.keys(WEBHOOKS).length)
  t.strictSame(problems.filter(isOurs), [])
}

/** Gives the page a token, and calls an operation with it. */
async function callsWithToken(t: Test, test: Awaited<ReturnType<typeof open>>) {
  const { tab, sent, problems } = test
  const { accessToken, email } = await login(test)
  await tab.locator('.auth-wrapper .authorize').click()
  await tab.getByLabel('auth-bearer-value').fill(accessToken)
  await tab.getByLabel('Apply credentials').first().click()
  await tab.locator('.auth-container .btn-done').first().click()
  const answer = await execute(await tryOut(tab, 'Account-getProfile'))
  t.match(await answer.locator('.response-col_status').textContent(), /^200/)
  t.equal((await answerOf(answer)).email, email)
  t.ok(sent.includes('GET /v1/users/me'))
  t.strictSame(problems.filter(isOurs), [])
}

t.test('/docs on this machine', needsBrowser, async (t) => {
  const test = await open(t, 'localhost', {
    env: { ASSET_VISIBILITY: 'private' },
    mailbox: 'http://localhost:3001/mailbox',
  })
  const { tab, problems } = test
  const { email, password } = await register(test)
  const upload = tab.locator('#operations-Assets-uploadAssets')
  const profile = tab.locator('#operations-Account-getProfile')

  await t.test('shows every operation, in the order of the contract', async (t) => {
    await showsAll(t, test)
    t.equal(await tab.title(), 'Coffer API')
    t.equal(await tab.locator('.topbar').count(), 0, 'nobody else’s logo, and no field for another document')
    t.equal(await tab.getByRole('link', { name: 'Mailbox' }).getAttribute('href'), 'http://localhost:3001/mailbox')
    const shown = await tab
      .locator('.opblock')
      .evaluateAll((all: { id: string }[]) => all.map(({ id }) => id.split('-').at(-1)))
    const received = Object.values(WEBHOOKS).map(({ post }) => post.operationId)
    t.strictSame(shown, TAGS.flatMap<string>(({ operations }) => [...operations]).concat(received))
  })

  await t.test('calls an operation with the token that it is given', (t) => callsWithToken(t, test))

  await t.test('takes the token of a sign-in that was tried there', async (t) => {
    const login = await tryOut(tab, 'Sign-in-login')
    await login.locator('textarea').fill(JSON.stringify({ email, password }))
    const { answer, mail } = await withMail(test, email, /sign-in code/, async () => answerOf(await execute(login)))
    await close(login)
    const verify = await tryOut(tab, 'Sign-in-verifyLogin')
    await verify.locator('textarea').fill(JSON.stringify({ challengeId: answer.challengeId, code: codeIn(mail) }))
    await execute(verify)
    await close(verify)
    await profile.locator('.btn-clear').click()
    t.equal((await answerOf(await execute(profile))).email, email)
    await close(profile)
    t.strictSame(problems.filter(isOurs), [])
  })

  await t.test('fits on a phone', async (t) => {
    await tab.setViewportSize({ width: 390, height: 844 })
    const isWide = () => tab.evaluate('document.documentElement.scrollWidth > innerWidth')
    t.notOk(await isWide())
    await tryOut(tab, 'Assets-uploadAssets')
    t.notOk(await isWide(), 'nor with an operation opened')
    const { width = 0, x = 0 } = (await upload.locator('.execute').boundingBox()) ?? {}
    t.ok(x >= 0 && width > 100 && x + width <= 390, 'and what is clicked is in view')
    await tab.setViewportSize({ width: 1280, height: 720 })
  })

  await t.test('fills in no value, so that an upload and a list do what one expects', async (t) => {
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
    await close(upload)
    const list = await execute(await tryOut(tab, 'Assets-listAssets'))
    t.equal((await answerOf(list)).items.length, 2)
    t.strictSame(problems.filter(isOurs), [])
  })

  await t.test('keeps the token when the page is opened again', async (t) => {
    await tab.reload()
    t.equal((await answerOf(await execute(await tryOut(tab, 'Account-getProfile')))).email, email)
    t.strictSame(problems.filter(isOurs), [])
  })
})

t.test('/docs on another machine', needsBrowser, async (t) => {
  const test = await open(t, 'coffer.test')
  await t.test('shows every operation', (t) => showsAll(t, test))
  await t.test('calls an operation with the token that it is given', (t) => callsWithToken(t, test))
})
