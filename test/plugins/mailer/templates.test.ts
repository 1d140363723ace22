import t from 'tap'
import { render } from '../../../plugins/mailer/layout.js'
import { describeDevice, type Template, templates } from '../../../plugins/mailer/templates.js'

const CODE = { name: 'Ada Lovelace', code: '012345', minutes: 5 }
const NOTICE = {
  name: 'Ada Lovelace',
  at: '2026-11-22T14:05:30.000Z',
  ip: '2001:db8::7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
}
const ACCESS = { ...NOTICE, role: 'admin', permissions: ['users:read', 'mails:read'] }
const BACKUP_CODE = { remaining: 9 }
const FACTOR = { factor: 'passkey' }
const API_KEY = { prefix: 'cof_7Fq2mXw9', scopes: ['files:read', 'me:read'] }
const INVITATION = { invitationId: 'qwertzuiopasdfghjklyxcvb', link: null }
const WEBHOOK = { webhook: 'Mailing list', reason: 'failing' }
const WITH_CODE: Template[] = ['registration-code', 'login-code', 'password-reset-code', 'email-change-code']
const expiresAt = new Date('2026-11-22T14:05:00Z')

const write = (template: Template, data: object) =>
  render(
    templates[template]({
      ...CODE,
      ...ACCESS,
      ...API_KEY,
      ...BACKUP_CODE,
      ...FACTOR,
      ...WEBHOOK,
      ...INVITATION,
      ...data,
    } as never),
    {
      service: 'Coffer',
      expiresAt,
    },
  )

t.test('every mail has a subject, a text and an HTML that say the same', (t) => {
  for (const template of Object.keys(templates) as Template[]) {
    const { subject, text, html } = write(template, {})
    t.match(subject, /^[A-Z][\w -]{10,60}$/, template)
    t.ok(html.includes(`<title>${subject}</title>`))
    t.match(text, /^Hello/)
    const shown = html.replace(/<head>.*<\/head>/s, '').replace(/<[^>]*>/g, ' ')
    for (const sentence of text.split('\n').filter((line) => line.endsWith('.'))) {
      t.ok(shown.includes(sentence.replaceAll("'", '&#39;')), sentence)
    }
  }
  t.end()
})

t.test('a mail with a code has it on a line of its own, and no other six digits', (t) => {
  for (const template of WITH_CODE) {
    const { subject, text, html } = write(template, {})
    t.ok(text.split('\n').includes('012345'), template)
    t.match(text, 'within 5 minutes, until 22 November 2026 at 14:05 UTC.')
    t.same(text.match(/\d{6}/g), ['012345'])
    t.same(html.match(/\d{6}/g), ['012345'])
    t.notMatch(subject, /\d/, 'nor is it in the subject')
  }
  t.end()
})

t.test('an invitation tells its code, its id and its end, and links to the page without the code', (t) => {
  const { text } = write('invitation', {})
  t.ok(text.split('\n').includes('012345'))
  t.match(text, 'Invitation: qwertzuiopasdfghjklyxcvb')
  t.match(text, 'The code works once, until 22 November 2026 at 14:05 UTC.')
  t.notMatch(text, 'page')
  const link = "https://app.example.com/join?a='&invitation=qwertzuiopasdfghjklyxcvb"
  const linked = write('invitation', { link })
  t.match(linked.text, `Enter it on this page:\n${link}\n`)
  const [href] = [...linked.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
  t.equal(href, link.replace("'", '&#39;').replace('&inv', '&amp;inv'))
  t.same(linked.text.match(/\d{6}/g), ['012345'])
  t.end()
})

t.test('a code without an end names only how long it is valid', (t) => {
  const { text } = render(templates['login-code'](CODE), { service: 'Coffer', expiresAt: null })
  t.match(text, 'The code works once, within 5 minutes.')
  t.end()
})

t.test('no mail has a link or loads anything, and every one says what to do if it was not the reader', (t) => {
  for (const template of Object.keys(templates) as Template[]) {
    const { text, html } = write(template, {})
    t.notMatch(text + html, /https?:|www\.|<a\b|<img|<link|<script|url\(|\bhref\b|\bsrc\b/i, template)
    t.match(text, /not you|did not|not signing in|do not know|If not/i, template)
  }
  t.end()
})

t.test('a notice tells when, from where and on what', (t) => {
  const { text, html } = write('login-notification', {})
  t.match(text, 'Time: 22 November 2026 at 14:05 UTC\nDevice: Firefox on Linux\nAddress: 2001:db8::7')
  t.match(html, '2001:db8::7')
  t.end()
})

t.test('a notice leaves out what it is not told, and an address that is none', (t) => {
  const { text } = render(templates['account-suspended']({ name: 'Ada', at: new Date(NOTICE.at) }), {
    service: 'Coffer',
    expiresAt: null,
  })
  t.match(text, 'Time: 22 November 2026')
  t.notMatch(text, /Device|Address/)
  t.match(write('login-notification', { ip: 'evil.example' }).text, 'Address: unknown')
  t.end()
})

t.test('a new API key is told by the beginning of its secret and by its scopes', (t) => {
  t.match(write('api-key-created', {}).text, 'Key: cof_7Fq2mXw9…\nScopes: files:read, me:read\n')
  t.end()
})

t.test('changed permissions are listed', (t) => {
  t.match(write('access-changed', {}).text, 'Role: admin\nPermissions: users:read, mails:read\n')
  t.match(write('access-changed', { permissions: [] }).text, 'Permissions: none besides those of the role\n')
  t.end()
})

t.test('mail to an address that may be a stranger’s greets nobody', (t) => {
  for (const template of ['registration-code', 'registration-attempt', 'email-change-code'] as const) {
    const { text, html } = write(template, {})
    t.match(text, /^Hello,$/m, template)
    t.notMatch(text + html, /Ada|Lovelace/)
  }
  t.end()
})

t.test('a name greets its owner only where it looks like one', (t) => {
  const greeting = (name: string) => write('login-notification', { name }).text.split('\n', 1)[0]
  for (const name of [
    'Ada',
    "Conan O'Brien",
    'J. R. R. Tolkien',
    'Ада',
    'Zoë-Ann',
    '山田 太郎',
    'Sammy Davis Jr.',
    'ادا',
  ]) {
    t.equal(greeting(name), `Hello ${name},`)
  }
  for (const name of [
    '',
    ' ',
    'evil.example',
    'Win at http://evil.example now',
    'ada@example.com',
    '<img src=x onerror=alert(1)>',
    '{{7*7}}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what an attacker types
    '${7*7}',
    'Ada\r\nBcc: eve@example.com',
    'Ada\u2028Bcc',
    '\u202etxet',
    'x'.repeat(61),
  ]) {
    t.equal(greeting(name), 'Hello,', encodeURIComponent(name))
  }
  t.end()
})

t.test('the name that somebody gave at registration is not repeated to the owner of the address', (t) => {
  t.notMatch(write('registration-code', {}).text, 'Ada')
  t.notMatch(write('registration-attempt', {}).text, 'Ada')
  t.end()
})

t.test('everything is escaped in the HTML, and verbatim in the text', (t) => {
  const hostile = `<b>"'&`
  const { text, html } = render(
    { subject: hostile, greeting: hostile, lead: hostile, facts: [[hostile, hostile]], advice: hostile },
    { service: hostile, expiresAt: null },
  )
  t.notOk(html.includes('<b>'))
  t.equal(html.split('&lt;b&gt;&quot;&#39;&amp;').length - 1, 8)
  t.ok(text.includes(hostile))
  t.end()
})

t.test('a device is named in words of our own, or by its product', (t) => {
  const mozilla = 'Mozilla/5.0'
  for (const [userAgent, device] of [
    [
      `${mozilla} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0`,
      'Edge on Windows',
    ],
    [`${mozilla} (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 OPR/114.0`, 'Opera on Windows'],
    [`${mozilla} (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36`, 'Chrome on Android'],
    [
      `${mozilla} (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1`,
      'Safari on iPhone',
    ],
    [`${mozilla} (iPad; CPU OS 18_0 like Mac OS X) CriOS/130.0 Mobile/15E148 Safari/604.1`, 'Chrome on iPad'],
    [`${mozilla} (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15`, 'Safari on macOS'],
    ['curl/8.5.0', 'curl/8.5.0'],
    ['python-requests/2.32.3 extra', 'python-requests/2.32.3'],
    ['node', 'node'],
    ['', 'an unknown device'],
    ['evil.example', 'an unknown device'],
    ['<script>', 'an unknown device'],
    ['Firefox/131.0', 'Firefox/131.0'],
  ] as const) {
    t.equal(describeDevice(userAgent), device, userAgent)
  }
  t.end()
})

t.test('a disabled webhook is named with the reason', (t) => {
  const { text } = write('webhook-disabled', {})
  t.match(text, 'did not accept an event for three days')
  t.match(text, 'Webhook: Mailing list')
  t.match(write('webhook-disabled', { reason: 'gone' }).text, 'answered that it is gone (410)')
  t.end()
})
