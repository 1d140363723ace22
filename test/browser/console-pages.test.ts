import t from 'tap'
import type { AssetModel } from '../../models/asset.js'
import type { Permission, UserModel } from '../../models/user.js'
import { caller, insertUsers } from '../support/admin.js'
import { codeIn, login, PASSWORD, withMail } from '../support/app.js'
import { until } from '../support/until.js'
import { createWebhook, settle, startEndpoint } from '../support/webhooks.js'
import { insertFiles, insertMail, openConsole, startConsole, unexpected } from './console.js'
import { needsBrowser } from './helper.js'
import { audit } from './web.js'

t.setTimeout(240_000)

let pages: Awaited<ReturnType<typeof startConsole>>
t.before(async () => {
  pages = await startConsole(t)
})

t.test(
  'every page and dialog: axe finds nothing serious, at both widths and in both themes',
  needsBrowser,
  async (t) => {
    const { test, page, problems, viewer, go, move, heading } = await openConsole(t, pages)
    const call = caller(test, viewer)
    const ada = await login(test)
    await test.app.db.User.updateOne({ _id: ada.id }, { $set: { permissions: ['users:read', 'audit:read'] } })
    const [file] = await insertFiles(test, ada.id, [
      { filename: 'A very long name of a file without any space'.replaceAll(' ', '-') },
    ])
    await insertMail(test, 'failed', { state: 'failed', attempts: 12, lastError: 'ECONNREFUSED' })
    const { webhook } = await createWebhook(test, viewer, (await startEndpoint(t)).url, ['*'])
    await call('POST', `/v1/admin/webhooks/${webhook.id}/test`)
    const account = (
      await call('POST', '/v1/admin/service-accounts', {
        name: 'Backup',
        permissions: ['assets:read'],
        currentPassword: PASSWORD,
      })
    ).json()
    await call('POST', `/v1/admin/service-accounts/${account.id}/api-keys`, {
      name: 'Server 1',
      scopes: ['assets:read'],
      currentPassword: PASSWORD,
    })
    await call('POST', '/v1/admin/invitations', { email: 'grace@example.com' })
    await settle(test)

    const addresses: [path: string, heading: string][] = [
      ['', 'Overview'],
      ['/people', 'People'],
      [`/people/${ada.id}`, 'Ada Lovelace'],
      [`/people/${ada.id}?dialog=rights`, 'Rights of Ada Lovelace'],
      [`/people/${ada.id}?dialog=delete`, 'Delete account'],
      ['/invitations', 'Invitations'],
      ['/invitations?dialog=new', 'Invite'],
      ['/files', 'Files'],
      [`/files/${file?.id}`, file?.filename as string],
      ['/service-accounts', 'Service accounts'],
      [`/service-accounts/${account.id}`, 'Backup'],
      [`/service-accounts/${account.id}?dialog=key`, 'New key'],
      ['/webhooks', 'Webhooks'],
      [`/webhooks/${webhook.id}`, '127.0.0.1'],
      ['/webhooks?dialog=new', 'New webhook'],
      ['/mails', 'Mail queue'],
      ['/audit', 'Audit log'],
    ]
    await go()
    for (const [path, name] of addresses) {
      // a thing and a dialog are opened by their address; the test below does that for each part
      await (/^\/.+[/?]/.test(path) ? go(path) : move(path))
      await heading(new RegExp(`^${name}`))
      await page.locator('.skeleton').first().waitFor({ state: 'detached' })
      t.strictSame(await audit(page), [], path)
    }
    t.strictSame(unexpected(problems), [])
  },
)

/** The parts, and the permission that opens each. */
const PARTS: [path: string, name: string, permission: Permission][] = [
  ['/people', 'People', 'users:read'],
  ['/invitations', 'Invitations', 'users:read'],
  ['/files', 'Files', 'assets:read'],
  ['/service-accounts', 'Service accounts', 'keys:read'],
  ['/keys', 'API keys', 'keys:read'],
  ['/webhooks', 'Webhooks', 'webhooks:read'],
  ['/mails', 'Mail queue', 'mails:read'],
  ['/audit', 'Audit log', 'audit:read'],
]

t.test('with one permission, there is that part only; without any, a way back', needsBrowser, async (t) => {
  const { test, page, problems, viewer, go, heading } = await openConsole(t, pages, { permissions: ['users:read'] })
  const permissions = [...new Set(PARTS.map(([, , permission]) => permission))]
  for (const permission of permissions) {
    await test.app.db.User.updateOne({ _id: viewer.id }, { $set: { permissions: [permission] } })
    await go()
    const names = PARTS.filter(([, , needed]) => needed === permission).map(([, name]) => name)
    await page
      .getByRole('navigation')
      .getByRole('link', { name: names[0] as string })
      .waitFor()
    const links = await page.getByRole('navigation').getByRole('link').allTextContents()
    t.strictSame(links, ['Overview', ...names, 'Account'], permission)
    t.equal(await page.getByRole('link', { name: 'Account', exact: true }).getAttribute('href'), '/')
    const path = PARTS.find(([, , needed]) => needed === permission)?.[0]
    await go(path)
    await heading(names[0] as string)
    t.equal(await page.locator('main .button.primary, main .button.danger, tbody .button').count(), 0, 'it only reads')
  }
  for (const [path] of PARTS.slice(0, -1)) {
    await go(path)
    await heading('No access')
  }
  for (const path of ['/people/x', '/files/x', '/service-accounts/x', '/webhooks/x']) {
    await go(path)
    await heading('No access')
  }
  await test.app.db.User.updateOne({ _id: viewer.id }, { $set: { permissions: [] } })
  await go('/people')
  await heading('No access')
  t.strictSame(await audit(page), [])
  await page.getByRole('link', { name: 'To your account' }).click()
  await until(() => new URL(page.url()).pathname !== '/console/people')
  await page.getByRole('navigation').first().waitFor()
  t.equal(await page.getByRole('link', { name: 'Console' }).count(), 0)
  await test.app.db.User.updateOne({ _id: viewer.id }, { $set: { permissions: ['mails:read'] } })
  await page.reload()
  await page.getByRole('link', { name: 'Console' }).click()
  await heading('Overview')
  t.strictSame(unexpected(problems), [])
})

t.test('a session that ends meanwhile, and an API that is down', needsBrowser, async (t) => {
  const { test, page, context, problems, viewer, go, button, heading } = await openConsole(t, pages)
  await go('/people?status=active')
  await page.getByText('1 entry').waitFor()
  await test.app.db.User.updateOne({ _id: viewer.id }, { $set: { sessions: [] } })
  await page.getByLabel('Status').selectOption('suspended')
  await page.getByText('Your session has ended.').waitFor()
  await page.getByLabel('E-mail address').fill(viewer.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  const { mail } = await withMail(test, viewer.email, /sign-in code/, async () => {
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByLabel('Code').waitFor()
  })
  await page.getByLabel('Code').fill(codeIn(mail))
  await button('Confirm').click()
  await page.getByRole('heading', { name: 'No people found' }).waitFor()
  t.equal(new URL(page.url()).search, '?status=suspended', 'the person goes on at the same place')
  const told = unexpected(problems.splice(0))
  t.ok(
    told.every((problem) => /^401 (GET \/v1\/admin\/users|POST \/v1\/auth\/refresh-token)$/.test(problem)),
    `${told}`,
  )

  await context.setOffline(true)
  await page.getByLabel('Status').selectOption('')
  await page.getByText('The server does not answer.').waitFor()
  await page.getByRole('link', { name: 'Audit log' }).click()
  await heading('Audit log')
  await page.getByText('The server does not answer.').waitFor()
  await context.setOffline(false)
  await button('Try again').click()
  await page.getByRole('button', { name: 'login.succeeded' }).first().waitFor()
  t.ok(unexpected(problems).every((problem) => /INTERNET_DISCONNECTED/.test(problem)))
})

/** Inserts copies of a row by the driver: Mongoose's validation of so many would take longer than the rest of the test. */
const insertCopies = (
  { collection }: AssetModel | UserModel,
  { _id, ...row }: object & { _id?: unknown },
  changes: object[],
) => collection.insertMany(changes.map((change) => ({ ...row, ...change })))

t.test('10,000 people and files: lists, search, pages and the count', needsBrowser, async (t) => {
  // a database that is dropped afterwards, which takes less time than emptying it
  const { test, page, problems, viewer, go, button } = await openConsole(t, await startConsole(t))
  const { User, Asset } = test.app.db
  const numbers = Array.from({ length: 10_000 }, (_, index) => `${index}`.padStart(5, '0'))
  const people = numbers.map((number) => ({
    name: `Person ${number}`,
    nameKey: `person ${number}`,
    email: `p${number}@example.com`,
  }))
  const [person] = await insertUsers(test.app, people.splice(0, 1))
  await insertCopies(User, person?.toObject() ?? {}, people)
  const files = numbers.map((number) => ({
    filename: `File ${number}.pdf`,
    filenameKey: `file ${number}.pdf`,
    publicId: `test/${number}`,
  }))
  const [file] = await insertFiles(test, viewer.id, files.splice(0, 1))
  await insertCopies(Asset, file?.toObject() ?? {}, files)
  const rows = page.locator('tbody tr')
  for (const [path, last, found] of [
    ['/people?sort=name', 'Person 00098', 'Person 09999'],
    ['/files?sort=filename', 'File 00099.pdf', 'File 09999.pdf'],
  ] as const) {
    await go(path)
    await page.getByText('50 entries shown').waitFor()
    await button('Load more').click()
    await page.getByText('100 entries shown').waitFor()
    t.match(await rows.last().locator('th').textContent(), last)
    await button('Count all').click()
    await page.getByText(/^10,00[01] entries$/).waitFor()
    await page.getByLabel('Search').fill(found.slice(0, -1))
    await page.getByText(found).waitFor()
    await until(async () => (await rows.count()) <= 10)
  }
  t.strictSame(unexpected(problems), [])
})

t.test('the console in every language, behind a menu on a phone', needsBrowser, async (t) => {
  const { page, problems, test } = await openConsole(t, pages)
  for (const [locale, name] of Object.entries({
    de: 'Übersicht',
    fr: 'Vue d’ensemble',
    es: 'Resumen',
    pt: 'Visão geral',
    it: 'Panoramica',
  })) {
    await page.goto(`${test.origin}/console`)
    await page.locator('.page-footer select').first().selectOption(locale)
    await page.getByRole('heading', { level: 1, name }).waitFor()
    t.equal(await page.evaluate('document.documentElement.lang'), locale)
  }
  await page.setViewportSize({ width: 360, height: 740 })
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Registro di controllo' }).click()
  await page.getByRole('heading', { level: 1, name: 'Registro di controllo' }).waitFor()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  t.equal(await page.getByRole('dialog').count(), 0)
  t.strictSame(unexpected(problems), [])
})
