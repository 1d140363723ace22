import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { join } from 'node:path'
import nodemailer, { type SendMailOptions } from 'nodemailer'
import t, { type Test } from 'tap'
import { startLocalServices } from '../../../local/index.js'
import type { Message } from '../../../local/mailbox/store.js'

async function startMailbox(t: Test, dataDir = t.testdir()) {
  const services = await startLocalServices({
    services: ['mailbox'],
    dataDir,
    host: 'localhost',
    port: 0,
    threads: false,
  })
  let ended: Promise<void> | undefined
  const close = () => {
    ended ??= services.close()
    return ended
  }
  t.teardown(close)
  const transport = nodemailer.createTransport(services.SMTP_URL)
  const url = `${services.urls.mailbox}`
  return {
    dataDir,
    close,
    url,
    folder: join(dataDir, 'mailbox'),
    smtp: new URL(`${services.SMTP_URL}`),
    send: (mail: SendMailOptions) =>
      transport.sendMail({ from: 'Coffer <coffer@example.org>', to: 'a@example.com', ...mail }),
    messages: async (query = '') => {
      const response = await fetch(`${url}/messages${query}`)
      return ((await response.json()) as { items: Message[] }).items
    },
    page: async () => (await fetch(url)).text(),
  }
}

t.test('mail that was sent is listed, the newest first', async (t) => {
  const { send, messages } = await startMailbox(t)
  await send({ to: 'Ann <ann@example.com>', subject: 'Ünicode ✓', text: 'first', html: '<p>first</p>' })
  await send({ to: 'ann@example.com', cc: 'bob@example.com', bcc: 'cy@example.com', text: 'second' })
  const items = await messages()
  t.match(items, [
    { to: 'ann@example.com, bob@example.com, cy@example.com', subject: '', text: 'second', html: null },
    {
      id: /^\d{15}-[0-9a-f]{12}$/,
      from: 'coffer@example.org',
      to: 'ann@example.com',
      subject: 'Ünicode ✓',
      text: 'first',
      html: '<p>first</p>',
      date: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
    },
  ])
  t.equal(items.length, 2)
})

t.test('mail is found by any of its recipients, in any case, and by nothing else', async (t) => {
  const { send, messages, url } = await startMailbox(t)
  await send({ to: ['Ann@Example.com', 'bob@example.com'], text: 'x' })
  t.equal((await messages('?to=ANN@example.COM')).length, 1)
  t.equal((await messages('?to=%20bob@example.com')).length, 1)
  t.equal((await messages('?to=example.com')).length, 0)
  t.equal((await messages('?to=')).length, 0)
  t.equal((await fetch(`${url}/messages?from=x`)).status, 400)
})

t.test('a mail without a readable sender is listed under that of its envelope', async (t) => {
  const { send, messages } = await startMailbox(t)
  const raw = 'Subject: bare\r\n\r\ntext only\r\n'
  await send({ envelope: { from: 'envelope@example.org', to: 'a@example.com' }, raw })
  await send({ envelope: { from: '', to: 'a@example.com' }, raw: `From: \r\n${raw}` })
  t.match(await messages(), [
    { from: '', subject: 'bare' },
    { from: 'envelope@example.org', text: 'text only' },
  ])
  await send({ envelope: { from: '', to: 'a@example.com' }, raw: 'From: a@example.org\r\n\r\n' })
  t.match((await messages())[0], { from: 'a@example.org', text: '' })
})

t.test('mail is on disk when its sender is told so, and is there after a restart', async (t) => {
  const first = await startMailbox(t)
  const { response } = await first.send({ text: '1' })
  const [name = ''] = await readdir(first.folder)
  t.match(response, /^250 Stored as /)
  t.match(JSON.parse(await readFile(join(first.folder, name), 'utf8')), { to: 'a@example.com' })
  await first.send({ text: '2' })
  const before = await first.messages()
  await first.close()
  await writeFile(join(first.folder, '9.json.part'), '{"half')
  const second = await startMailbox(t, first.dataDir)
  t.same(await second.messages(), before)
  t.equal((await readdir(first.folder)).length, 2)
  await second.send({ text: '3' })
  t.equal((await second.messages())[0]?.text, '3')
})

t.test('the newest 1000 mails are kept, in the order of their arrival', async (t) => {
  const dataDir = t.testdir()
  const folder = join(dataDir, 'mailbox')
  await mkdir(folder)
  const date = Date.now() + 1_000_000
  for (let index = 0; index < 1000; index += 1) {
    const id = `${String(date + index).padStart(15, '0')}-x`
    const mail = { id, from: '', to: '', subject: `${index}`, text: '', html: null, date: new Date(date + index) }
    await writeFile(join(folder, `${id}.json`), JSON.stringify(mail))
  }
  const { send, messages, page } = await startMailbox(t, dataDir)
  // The clock was set back since these mails arrived.
  await Promise.all([send({ subject: 'new' }), send({ subject: 'new' })])
  const items = await messages()
  t.equal(items.length, 1000)
  t.same([items[0]?.subject, items[1]?.subject, items[2]?.subject, items.at(-1)?.subject], ['new', 'new', '999', '2'])
  t.same(
    items.map(({ id }) => id),
    items
      .map(({ id }) => id)
      .sort()
      .reverse(),
  )
  t.equal((await readdir(folder)).length, 1000)
  t.match(await page(), /800 older mails/)
})

t.test('a mail that is too large or can not be kept is refused', async (t) => {
  const { send, messages, smtp, folder } = await startMailbox(t)
  await t.rejects(send({ text: 'x'.repeat(11 * 1024 * 1024) }), { message: /552/ })
  // A client that doesn't announce its size.
  const socket = net.connect(Number(smtp.port), smtp.hostname)
  await once(socket, 'data')
  socket.write('HELO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n')
  socket.write(`${`${'x'.repeat(998)}\r\n`.repeat(11 * 1024)}.\r\nQUIT\r\n`)
  let answers = ''
  for await (const chunk of socket) answers += chunk
  t.match(answers, /552 Message exceeds the maximum size/)
  await t.rejects(send({ raw: 'x: y\r\n'.repeat(1_000_000) }), { message: /450/ })
  await rm(folder, { recursive: true })
  await t.rejects(send({ text: 'x' }), { message: /450/ })
  t.same(await messages(), [])
})

t.test('a client that breaks off or talks nonsense disturbs no other', async (t) => {
  const { send, messages, smtp } = await startMailbox(t)
  const socket = net.connect(Number(smtp.port), smtp.hostname)
  await once(socket, 'data')
  socket.write('HELO me\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\nSubject: half')
  socket.resetAndDestroy()
  await send({ text: 'whole' })
  t.match(await messages(), [{ text: 'whole' }])
  t.equal((await messages()).length, 1)
})

t.test('the page shows the code of each mail at a glance', async (t) => {
  const { send, page } = await startMailbox(t)
  t.match(await page(), /No mail yet/)
  await send({ subject: 'Your code', text: 'Order 1234567: 048213 is your code', html: '<b>048213</b>' })
  await send({ subject: '', text: 'nothing to enter' })
  const html = await page()
  t.match(html, '<strong class="code">048213</strong>\n<span class="subject">Your code</span>')
  t.match(html, '<strong class="code"></strong>\n<span class="subject">(no subject)</span>')
  t.notMatch(html, /older mails/)
})

t.test('nothing in a mail becomes part of the page', async (t) => {
  const { send, page, url, messages } = await startMailbox(t)
  const attack = `<img src=x onerror="alert('1')">&amp;</pre></details><script>alert(1)</script>`
  await send({ from: `"${attack.replaceAll('"', '')}" <x@example.org>`, subject: attack, text: attack })
  await send({ subject: 'html', text: attack, html: attack })
  const html = await page()
  t.notMatch(html, '<img')
  t.equal(html.match(/<script/g)?.length, 1, "the page's own script is the only one")
  t.match(html, '&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;amp;&#60;/pre&#62;')
  const [mail] = await messages()
  t.match(html, `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy"`)
  t.match(html, `src="/mailbox/messages/${mail?.id}/html"`)
  t.notMatch(html, /srcdoc|allow-scripts|allow-same-origin| style=|<style| on\w+=[^&]/)

  const { headers } = await fetch(url)
  t.match(Object.fromEntries(headers), {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  t.notOk(headers.has('access-control-allow-origin'))
})

t.test('a mail in HTML is shown in a sandbox in which nothing runs or loads', async (t) => {
  const { send, messages, url } = await startMailbox(t)
  await send({ html: '<p style="color: red">Hello</p><script>1</script>' })
  await send({ text: 'no HTML' })
  const [plain, mail] = await messages()
  t.equal(mail?.text, 'Hello')
  const response = await fetch(`${url}/messages/${mail?.id}/html`)
  t.equal(
    await response.text(),
    '<!doctype html><base target="_blank"><p style="color: red">Hello</p><script>1</script>',
  )
  const policy = `${response.headers.get('content-security-policy')}`
  t.match(policy, /^sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';/)
  t.notMatch(policy, /script|connect|http|allow-s/)
  t.equal((await fetch(`${url}/messages/${plain?.id}/html`)).status, 404)
  t.equal((await fetch(`${url}/messages/none/html`)).status, 404)
})

t.test('the page is only sent again when it has changed', async (t) => {
  const { send, url } = await startMailbox(t)
  const etag = `${(await fetch(url)).headers.get('etag')}`
  t.equal((await fetch(url, { headers: { 'if-none-match': etag } })).status, 304)
  await send({ text: 'x' })
  t.equal((await fetch(url, { headers: { 'if-none-match': etag } })).status, 200)
})

t.test("the page's script and style are there, and the root leads to the page", async (t) => {
  const { url } = await startMailbox(t)
  const script = await fetch(`${url}/page.js`)
  t.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8')
  t.match(await script.text(), /setInterval/)
  t.equal((await fetch(`${url}/page.css`)).headers.get('content-type'), 'text/css; charset=utf-8')
  t.equal((await fetch(new URL('/', url))).url, url)
})

t.test('every mail is previewed in every language, if the mailbox knows the settings', async (t) => {
  const brand = { BRAND_NAME: 'The Vault', BRAND_COLOR: '#1d4ed8', BRAND_LOGO_URL: undefined, SUPPORT_EMAIL: undefined }
  const services = await startLocalServices({
    services: ['mailbox'],
    dataDir: t.testdir(),
    host: 'localhost',
    port: 0,
    threads: false,
    preview: { ...brand, MAIL_TEMPLATES: undefined },
  })
  t.teardown(services.close)
  const get = async (path: string) => {
    const response = await fetch(new URL(path, services.urls.mailbox))
    return {
      status: response.status,
      policy: response.headers.get('content-security-policy'),
      body: await response.text(),
    }
  }
  t.match((await get('/mailbox')).body, '<a href="/mailbox/preview">Previews</a>')
  const list = (await get('/mailbox/preview')).body
  const paths = [...list.matchAll(/href="(\/mailbox\/preview\/[^"]+)"/g)].map(([, path]) => path as string)
  t.ok(paths.length > 250)
  const html = await get('/mailbox/preview/login-code/de/html')
  t.ok(paths.includes('/mailbox/preview/login-code/de/html'))
  t.match(html, { status: 200, policy: /^sandbox .*default-src 'none'/, body: /<html lang="de".*The Vault.*012345/s })
  t.match(await get('/mailbox/preview/login-code/it/text'), {
    status: 200,
    body: /^Il Suo codice di accesso\n\nBuongiorno/,
  })
  t.equal((await get('/mailbox/preview/login-code/nl/html')).status, 404)
  t.equal((await get('/mailbox/preview/login/de/html')).status, 404)
  const { page, url } = await startMailbox(t)
  t.notMatch(await page(), 'preview')
  t.equal((await fetch(`${url}/preview`)).status, 404)
})
