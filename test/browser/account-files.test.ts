import { randomBytes } from 'node:crypto'
import t from 'tap'
import { picture } from '../plugins/storage/samples.js'
import { needsBrowser } from './helper.js'
import { audit, openPerson, signInAt, startPages, told } from './web.js'

t.setTimeout(180_000)

const png = async (name: string) => ({
  name,
  mimeType: 'image/png',
  buffer: Buffer.concat([await picture().png().toBuffer()]),
})

t.test('the files of somebody', needsBrowser, async (t) => {
  const test = await startPages(t)
  const expected =
    /^(415 POST \/v1\/assets|net::ERR_(ABORTED|FAILED) (POST|GET) \/v1\/a|412 PATCH|404 GET \/v1\/assets)/
  const { page, context, complaints } = await openPerson(t, expected)
  await page.goto(test.origin)
  const { email } = await signInAt(test, page)
  const user = await test.app.db.User.findOne({ email }, { _id: 1 })
  const tile = (name: string) => page.getByRole('button', { name: `Details of ${name}` })

  await t.test('there are none at first', async (t) => {
    await page.getByText('No files yet').waitFor()
    t.strictSame(await audit(page), [])
  })

  await t.test('several are uploaded at once, with tags and for their owner alone', async (t) => {
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    await page.getByLabel('Who can open them').selectOption('private')
    await page.getByLabel('Tags').fill('sea, sun')
    t.strictSame(await audit(page), [])
    await page.locator('input[type=file]').setInputFiles([await png('a.png'), await png('b.png')])
    await page.getByText('All uploads are done').waitFor()
    await tile('a.png').waitFor()
    await page.getByText('2 files').waitFor()
    await page.locator('.uploads header').getByRole('button', { name: 'Close' }).click()
    const [asset] = await test.app.db.Asset.find({ ownerId: user?._id })
    t.match(asset, { visibility: 'private', tags: ['sea', 'sun'] })
  })

  await t.test('a file is dropped anywhere on the page, and another pasted', async () => {
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    await page.getByLabel('Who can open them').selectOption('public')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
    const content = (await picture().png().toBuffer()).toString('base64')
    for (const [name, kind] of [
      ['dropped.png', 'drop'],
      ['pasted.png', 'paste'],
    ]) {
      await page.evaluate(
        ([content, name, kind]) => {
          const scope = globalThis as unknown as Record<string, new (...given: unknown[]) => never>
          const bytes = Uint8Array.from(atob(content as string), (character) => character.charCodeAt(0))
          const transfer = new (scope.DataTransfer as new () => { items: { add(file: File): void } })()
          transfer.items.add(new File([bytes], name as string, { type: 'image/png' }))
          const Kind = scope[kind === 'drop' ? 'DragEvent' : 'ClipboardEvent'] as new (...given: unknown[]) => Event
          const event = new Kind(kind as string, {
            bubbles: true,
            cancelable: true,
            dataTransfer: transfer,
            clipboardData: transfer,
          })
          const { body } = (globalThis as unknown as { document: { body: EventTarget } }).document
          body.dispatchEvent(event)
        },
        [content, name, kind],
      )
      await tile(name as string).waitFor()
    }
  })

  await t.test('an upload that the server refuses is told, and can be repeated or taken off', async () => {
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    const bad = { name: 'bad.png', mimeType: 'image/png', buffer: randomBytes(100) }
    await page.locator('input[type=file]').setInputFiles(bad)
    await page.getByText('One upload failed').waitFor()
    await page.getByText('not accepted, or the file is damaged').waitFor()
    await page.getByRole('button', { name: 'Try bad.png again' }).click()
    await page.getByText('One upload failed').waitFor()
    await page.getByRole('button', { name: 'Take bad.png off the list' }).click()
  })

  await t.test('an upload shows its progress, is cancelled, and repeated', async (t) => {
    const waiting: (() => void)[] = []
    await page.route('**/v1/assets', (route) => {
      if (route.request().method() !== 'POST') return route.continue()
      waiting.push(() => void route.continue())
    })
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    await page.locator('input[type=file]').setInputFiles(await png('slow.png'))
    await page.getByRole('progressbar', { name: 'Progress of slow.png' }).waitFor()
    await page.getByText('Uploading one file').waitFor()
    await page.getByRole('button', { name: 'Cancel slow.png' }).click()
    await page.getByText('Cancelled').waitFor()
    await page.unroute('**/v1/assets')
    t.equal(waiting.length, 1)
    await page.getByRole('button', { name: 'Try slow.png again' }).click()
    await tile('slow.png').waitFor()
    await page.locator('.uploads header').getByRole('button', { name: 'Close' }).click()
  })

  await t.test('the search, the type, the order and the view stand in the address', async (t) => {
    await page.getByLabel('File name').fill('dro')
    await page.getByText('One file', { exact: true }).waitFor()
    t.match(page.url(), 'q=dro')
    await page.getByLabel('File name').fill('none')
    await page.getByText('No file matches').waitFor()
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.getByLabel('Type').selectOption('application/pdf')
    await page.getByText('No file matches').waitFor()
    await page.getByLabel('Type').selectOption('image')
    await page.getByLabel('Order').selectOption('filename')
    await page.getByRole('button', { name: 'List' }).click()
    await page.getByRole('row', { name: /a\.png/ }).waitFor()
    await page.reload()
    await page.getByRole('row', { name: /a\.png/ }).waitFor()
    const names = await page.locator('tbody button.link').allTextContents()
    t.strictSame(names, ['a.png', 'b.png', 'dropped.png', 'pasted.png', 'slow.png'])
    t.strictSame(await audit(page), [])
  })

  await t.test('a tag leads to its files', async () => {
    await page
      .getByRole('row', { name: /a\.png/ })
      .getByRole('button', { name: 'sun' })
      .click()
    await page.getByText('2 files').waitFor()
    await page.getByRole('button', { name: 'Remove the filter sun' }).click()
    await page.getByText('5 files').waitFor()
    await page.getByRole('button', { name: 'Gallery' }).click()
  })

  await t.test('the details of a private file, whose links expire', async (t) => {
    await tile('a.png').click()
    await page.getByText('SHA-256').waitFor()
    const preview = page.getByRole('img', { name: 'a.png' })
    await preview.waitFor()
    await preview.evaluate((image: unknown) => (image as { decode(): Promise<void> }).decode())
    await page.getByRole('button', { name: 'Create a link' }).click()
    await page.getByText('The link works until').waitFor()
    const link = (await page.locator('.link-box code').textContent()) as string
    t.equal((await fetch(link)).status, 200)
    t.strictSame(await audit(page), [])
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  await t.test('a file is renamed and gets a description and other tags', async (t) => {
    await page.getByRole('dialog').getByLabel('Name').fill('lake.png')
    await page.getByRole('dialog').getByLabel('Description').fill(' The lake\nat noon ')
    await page.getByLabel('Tags').fill('lake')
    await page.getByRole('button', { name: 'Save' }).click()
    await told(page, 'The file is changed')
    await page.getByRole('heading', { name: 'lake.png' }).waitFor()
    await page.getByRole('img', { name: 'The lake at noon' }).waitFor()
    const stored = await test.app.db.Asset.findOne({ filename: 'lake.png' })
    t.match(stored, { tags: ['lake'], description: 'The lake\nat noon' })
  })

  await t.test('a file that somebody has changed meanwhile is not overwritten', async () => {
    await test.app.db.Asset.updateOne({ filename: 'lake.png' }, { $inc: { revision: 1 } })
    await page.getByRole('dialog').getByLabel('Name').fill('pond.png')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Somebody has changed this meanwhile').waitFor()
    await page.keyboard.press('Escape')
  })

  await t.test('the list shows descriptions', async (t) => {
    await page.getByRole('button', { name: 'List' }).click()
    await page
      .getByRole('row', { name: /lake\.png/ })
      .getByText('The lake at noon')
      .waitFor()
    t.strictSame(await audit(page), [])
    await page.getByRole('button', { name: 'Gallery' }).click()
  })

  await t.test('the link of a public file is copied', async (t) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await tile('dropped.png').click()
    await page.locator('.link-box').getByRole('button', { name: 'Copy' }).click()
    await told(page, 'Copied')
    const copied = (await page.evaluate('navigator.clipboard.readText()')) as string
    t.equal((await fetch(copied)).status, 200)
    const [tab] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'Open' }).click()])
    t.equal(tab.url(), copied)
    await tab.close()
  })

  await t.test('a file is deleted after a question', async (t) => {
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('Delete this file?').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.locator('dialog', { hasText: 'Delete this file?' }).getByRole('button', { name: 'Delete' }).click()
    await told(page, 'One file is deleted')
    await tile('dropped.png').waitFor({ state: 'detached' })
    t.equal(await test.app.db.Asset.countDocuments({ filename: 'dropped.png', state: 'ready' }), 0)
  })

  await t.test('several are deleted at once', async () => {
    await page.getByLabel('Select b.png').check()
    await page.getByText('One selected').waitFor()
    await page.getByRole('button', { name: 'Select all shown' }).click()
    await page.getByText('4 selected').waitFor()
    await page.getByLabel('Select pasted.png').uncheck()
    await page.locator('.selection').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await told(page, '3 files are deleted')
    await page.getByText('One file', { exact: true }).waitFor()
  })

  await t.test('a file that does not exist is told at its address', async () => {
    await page.goto(`${test.origin}/account/files/none`)
    await page.getByText('This does not exist any more').waitFor()
  })

  await t.test('ten thousand files are shown page by page', async (t) => {
    const model = (await test.app.db.Asset.findOne({ filename: 'pasted.png' }).lean()) as unknown as Record<
      string,
      unknown
    >
    const { _id, ...rest } = model
    const nameOf = (index: number) => `file-${`${index}`.padStart(5, '0')}.png`
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      ...rest,
      filename: nameOf(index),
      filenameKey: nameOf(index),
      publicId: `${rest.publicId}-${index}`,
    }))
    await test.app.db.Asset.collection.insertMany(many)
    await page.goto(`${test.origin}/account/files?sort=filename`)
    await page.getByText('10,001 files').waitFor()
    await tile('file-00000.png').waitFor()
    for (const wanted of ['file-00150.png', 'file-00250.png']) {
      while ((await tile(wanted).count()) === 0) {
        const shown = await page.locator('.tile').count()
        await page.evaluate('scrollTo(0, document.body.scrollHeight)')
        await page.locator('.tile').nth(shown).waitFor()
      }
    }
    t.ok((await page.locator('.tile').count()) < 1000, 'no more than were scrolled to')
    await page.getByLabel('File name').fill('file-099')
    await page.getByText('100 files').waitFor()
  })

  t.strictSame(complaints(), [])
})
