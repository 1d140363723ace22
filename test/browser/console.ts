import { randomBytes } from 'node:crypto'
import type { BrowserContext } from 'playwright-core'
import type { Test } from 'tap'
import type { AssetDocument } from '../../models/asset.js'
import type { JobDocument } from '../../models/job.js'
import type { Permission } from '../../models/user.js'
import { codeIn, newEmail, PASSWORD, post, register, type TestApp, withMail } from '../support/app.js'
import { openPerson, startPages } from './web.js'

type Rights = { role?: 'user' | 'admin'; permissions?: Permission[] }
type Pages = Awaited<ReturnType<typeof startPages>>

/** Signs somebody with these rights in, by the cookie of a full sign-in. */
export async function enter(test: Pages, context: BrowserContext, rights: Rights) {
  const { email, user } = await register(test)
  await test.app.db.User.updateOne({ _id: user.id }, { $set: rights })
  const { answer, mail } = await withMail(test, email, /sign-in code/, async () =>
    (await post(test.app, '/v1/auth/login', { email, password: PASSWORD })).json(),
  )
  const response = await post(test.app, '/v1/auth/login/verify', {
    challengeId: answer.challengeId,
    code: codeIn(mail),
  })
  const cookie = response.cookies.find(({ name }) => name === '__Host-refresh')
  if (!cookie) throw new Error(response.body)
  await context.addCookies([
    {
      name: cookie.name,
      value: cookie.value,
      url: test.origin.replace('http:', 'https:'),
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
    },
  ])
  return { id: user.id, email, bearer: { authorization: `Bearer ${response.json().accessToken}` } }
}

/** An app for the consoles of the tests of a file, one after another. */
export const startConsole = (t: Test) => startPages(t, { env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' } })

/** The console of somebody with these rights, the only one on this app. */
export async function openConsole(t: Test, test: Pages, rights: Rights = { role: 'admin' }) {
  await test.reset()
  const { page, context, problems } = await openPerson(t)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: test.origin })
  const viewer = await enter(test, context, rights)
  const go = (path = '') => page.goto(`${test.origin}/console${path}`)
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const dialog = page.getByRole('dialog')
  return {
    test,
    page,
    context,
    problems,
    viewer,
    go,
    /** Goes to another page as the Back button does, without loading the console again. */
    move: (path: string) =>
      page.evaluate(`history.pushState(null, '', '/console${path}'); dispatchEvent(new PopStateEvent('popstate'))`),
    button,
    dialog,
    heading: (name: string | RegExp) => page.getByRole('heading', { name, exact: true }).first().waitFor(),
    /** Waits for the message that an act has succeeded. */
    said: (text: string | RegExp) => page.locator('.toast.good', { hasText: text }).last().waitFor(),
    /** Answers the step-up in place. */
    async stepUp() {
      await page.getByLabel('Your password', { exact: true }).fill(PASSWORD)
      await page.getByRole('dialog', { name: 'Please confirm' }).getByRole('button', { name: 'Confirm' }).click()
    },
  }
}

/**
 * The problems that no page of the console should have. Not among them: the answers that ask for a step-up or tell that somebody was faster, and
 * requests that the browser calls aborted, because another search has replaced them, or because nothing reads the empty body of a 202.
 */
export const unexpected = (problems: string[]) =>
  problems.filter((problem) => !/^((403|412) \w+ \/v1\/admin\/|net::ERR_ABORTED )/.test(problem))

/** Rows of files whose content the file store does not have. */
export function insertFiles({ app }: Pick<TestApp, 'app'>, ownerId: string, files: Partial<AssetDocument>[]) {
  const at = app.now()
  return app.db.Asset.insertMany(
    files.map((file) => ({
      ownerId,
      purpose: 'file',
      state: 'ready',
      stateAt: at,
      uploadId: randomBytes(8).toString('hex'),
      filename: 'lake.pdf',
      filenameKey: file.filename?.toLowerCase() ?? 'lake.pdf',
      contentType: 'application/pdf',
      resourceType: 'raw',
      visibility: 'private',
      bytes: 48_213,
      checksum: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      publicId: `test/${randomBytes(8).toString('hex')}`,
      tags: [],
      createdAt: at,
      updatedAt: at,
      ...file,
    })),
  )
}

/** A mail that is due in an hour, or has failed. */
export async function insertMail({ app }: Pick<TestApp, 'app'>, _id: string, more: Partial<JobDocument>) {
  const { template, content } = app.mailer.seal(_id, {
    template: 'password-changed',
    to: newEmail(),
    locale: 'en',
    data: { name: '', at: app.now() },
  })
  const times = { dueAt: new Date(Date.now() + 3_600_000), createdAt: new Date(Date.now() - 3_600_000) }
  await app.db.Job.create({ _id, kind: 'mail', state: 'waiting', data: { template }, content, ...times, ...more })
}
