import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Client, Progress } from '../../openapi/client/index.js'
import { nothingIsKept, pdf, stored } from '../routes/v1/assets/client.js'
import { needsBrowser, openBrowser, openTab, serveClient, signIn, start } from './helper.js'

declare const coffer: Client

const SIZE = 3_000_000
const file = { name: 'thèse.pdf', mimeType: 'application/pdf', buffer: Buffer.from(pdf('', SIZE).content) }

t.setTimeout(120_000)

/** A page of somebody who is signed in, on a line that takes a second and more for the file. */
async function open(t: Test) {
  const origin = await serveClient(t)
  const test = await start(t, { env: { CORS_ORIGINS: origin } })
  const browser = await openBrowser(t)
  const tab = await openTab(browser.context, origin, test.api)
  const { user } = await signIn(test, tab)
  await tab.setInputFiles('input', file)
  const session = await browser.context.newCDPSession(tab)
  const line = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2_000_000 }
  await session.send('Network.emulateNetworkConditions', line)
  return { ...test, ...browser, tab, user }
}

t.test('an upload tells how much of it was sent, to its end', needsBrowser, async (t) => {
  const { app, tab, problems, count } = await open(t)
  const { item, steps } = await tab.locator('input').evaluate(async (input: unknown) => {
    const steps: Progress[] = []
    const { items } = await coffer.uploadAssets(
      { file: [...(input as { files: Iterable<File> }).files], tags: ['été'], visibility: 'private' },
      { onProgress: ({ loaded, total }) => steps.push({ loaded, total }) },
    )
    return { item: items[0], steps }
  })
  t.match(item, { filename: 'thèse.pdf', tags: ['été'], visibility: 'private', bytes: file.buffer.length })
  t.ok(steps.length > 4, `${steps.length} steps`)
  t.ok(steps.every(({ loaded, total }, index) => loaded >= (steps[index - 1]?.loaded ?? 0) && loaded <= total))
  const { loaded, total } = steps.at(-1) as Progress
  t.equal(loaded, total)
  t.ok(total > file.buffer.length)
  t.equal((await stored(app)).length, 1)
  t.equal(count('POST /v1/assets'), 1)
  t.strictSame(problems, [])
})

t.test('an upload that is aborted in its midst leaves nothing', needsBrowser, async (t) => {
  const { app, tab, user, problems } = await open(t)
  const aborted = tab.waitForEvent('requestfailed')
  const { name, sent } = await tab.locator('input').evaluate(async (input: unknown) => {
    const controller = new AbortController()
    let sent = 0
    const onProgress = ({ loaded, total }: Progress) => {
      sent = loaded / total
      if (sent > 0.3) controller.abort()
    }
    const given = { file: [...(input as { files: Iterable<File> }).files] }
    const name = await coffer
      .uploadAssets(given, { onProgress, signal: controller.signal })
      .then(String, ({ name }) => name)
    return { name, sent }
  })
  t.equal(name, 'AbortError')
  t.ok(sent > 0.3 && sent < 0.9, `at ${sent}`)
  const { User, Asset } = app.db
  while ((await Asset.countDocuments()) > 0 || (await User.countDocuments({ 'reservations.0': { $exists: true } })) > 0)
    await delay(10)
  await nothingIsKept(t, app, user.id)
  await aborted
  t.strictSame(problems, ['net::ERR_ABORTED POST /v1/assets'])
})
