import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { ConfigError } from '../../../plugins/config/error.js'
import { type Brand, render } from '../../../plugins/mailer/layout.js'
import type { MailData, Template } from '../../../plugins/mailer/mails.js'
import { loadOwnTexts } from '../../../plugins/mailer/own-texts.js'
import { preview } from '../../../plugins/mailer/preview.js'
import { SAMPLE_END, SAMPLES } from '../../../plugins/mailer/samples.js'
import { contentOf, TEMPLATES } from '../../../plugins/mailer/templates.js'
import { newDatabase } from '../../support/app.js'
import { buildCore, startSmtp } from '../../support/core.js'
import { newFolder } from '../../support/process.js'

const BRAND: Brand = {
  BRAND_NAME: 'The Vault',
  BRAND_COLOR: '#ffcc00',
  BRAND_LOGO_URL: undefined,
  SUPPORT_EMAIL: undefined,
}

/** Writes files to a new folder and returns its path. */
function folderOf(t: Test, files: Record<string, string>) {
  const folder = newFolder(t)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** Renders a mail from its sample data, parts of which may be replaced, with the operator's own texts. */
function write<T extends Template>(
  folder: string,
  template: T,
  data: Partial<MailData[T]> = {},
  locale: 'en' | 'de' = 'en',
) {
  const content = contentOf(
    template,
    { ...SAMPLES[template], ...data },
    { locale, brand: BRAND, expiresAt: SAMPLE_END },
  )
  return loadOwnTexts(folder, BRAND).apply(template, content, render(content, BRAND))
}

function problemsOf(folder: string) {
  try {
    loadOwnTexts(folder, BRAND)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

t.test('a file replaces one part of one mail in one language, and the others stay', async (t) => {
  const folder = folderOf(t, {
    'de/login-code.subject.liquid': '{{ brand.name }}: Ihr Code\n',
    'de/login-code.text.liquid': 'Hallo {{ name }}, Ihr Code: {{ code }} ({{ validity }})',
    'en/login-notification.html.liquid':
      '<p style="background:{{ brand.color }};color:{{ brand.text_color }}">{% for fact in facts %}{{ fact.label }}={{ fact.value }};{% endfor %}{% if device %}on {{ device }}{% endif %}</p>',
    'notes.txt': 'is no text',
    'de/README.md': 'neither',
  })
  const german = write(folder, 'login-code', {}, 'de')
  t.equal(german.subject, 'The Vault: Ihr Code')
  t.match(german.text, /^Hallo Ada Lovelace, Ihr Code: 012345 \(Der Code lässt sich einmal verwenden/)
  t.match(german.html, '<html lang="de"')
  t.equal(write(folder, 'login-code').subject, 'Your sign-in code')
  t.equal(
    write(folder, 'login-notification').html,
    '<p style="background:#ffcc00;color:#000000">Time=22 November 2026 at 14:05 UTC;Device=Firefox on Linux;Address=2001:db8::7;on Firefox on Linux</p>',
  )
  const at = SAMPLE_END
  const content = contentOf('login-notification', { name: '', at }, { brand: BRAND, expiresAt: null })
  const { html } = loadOwnTexts(folder, BRAND).apply('login-notification', content, render(content, BRAND))
  t.notMatch(html, /on |Device|Address/)
})

t.test('every mail can be replaced, by a text that all of them share', async (t) => {
  const files = TEMPLATES.flatMap((template) =>
    (['text', 'html'] as const).map((part) => [
      `en/${template}.${part}.liquid`,
      `{% render '_shared', greeting: greeting, lead: lead %}{% for fact in facts %}{{ fact.name }}: {{ fact.value }}\n{% endfor %}${
        contentOf(template, SAMPLES[template], { brand: BRAND, expiresAt: null }).code ? '{{ code }} {{ secrecy }}' : ''
      }{{ advice }} {{ footer }} {{ support }}{% if locale == 'en' %} {{ subject }}{% endif %}`,
    ]),
  )
  const folder = folderOf(t, { ...Object.fromEntries(files), '_shared.liquid': '{{ greeting }} {{ lead }}\n' })
  for (const template of TEMPLATES) {
    const { text, html } = write(folder, template)
    t.match(text, /^Hello/, template)
    t.match(html, /^Hello/, template)
  }
})

t.test('what strangers choose is escaped in HTML, verbatim in text, and adds no line to a subject', async (t) => {
  const folder = folderOf(t, {
    'en/webhook-disabled.subject.liquid': 'Disabled:\r\n{{ webhook }}',
    'en/webhook-disabled.text.liquid': '{{ webhook }}',
    'en/webhook-disabled.html.liquid': '<b>{{ webhook }}</b>',
  })
  const webhook = '<img src=x>"\r\nBcc: eve@example.com\u202e{{ brand.name }}'
  t.strictSame(write(folder, 'webhook-disabled', { webhook }), {
    subject: 'Disabled: <img src=x>" Bcc: eve@example.com {{ brand.name }}',
    text: '<img src=x>" Bcc: eve@example.com {{ brand.name }}',
    html: '<b>&lt;img src=x&gt;&#34; Bcc: eve@example.com {{ brand.name }}</b>',
  })
  t.equal(write(folder, 'webhook-disabled', { webhook: 'x'.repeat(300) }).subject.length, 200)
})

t.test('each mistake is told with its file and its line', async (t) => {
  const cases: [name: string, text: string, problem: string | RegExp][] = [
    ['en/login-kode.text.liquid', 'x', /^en\/login-kode\.text\.liquid: login-kode is no mail: registration-code, /],
    [
      'nl/login-code.text.liquid',
      '{{ code }}',
      /^nl\/login-code\.text\.liquid: is neither LOCALE\/TEMPLATE\.PART\.liquid, LOCALE being en, de, /,
    ],
    ['login-code.text.liquid', '{{ code }}', /^login-code\.text\.liquid: is neither /],
    ['en/login-code.liquid', '{{ code }}', /^en\/login-code\.liquid: is neither /],
    ['en/login-code.md.liquid', '{{ code }}', 'en/login-code.md.liquid: md is none of subject, text, html'],
    [
      'en/login-code.text.liquid',
      '\n\n{{ code }} {{ nam }}',
      /^en\/login-code\.text\.liquid:3: no variable nam: there are advice, brand, code, /,
    ],
    [
      'en/login-code.text.liquid',
      '{% if false %}\n{{ brand.logo }}{% endif %}{{ code }}',
      /^en\/login-code\.text\.liquid:2: no variable brand\.logo: there are color, logo_url, /,
    ],
    ['en/password-changed.text.liquid', '{{ code }}', /:1: no variable code: there are address, advice, /],
    [
      'en/login-code.text.liquid',
      '{{ code }}\n{% for fact in facts %}{% endif %}',
      /^en\/login-code\.text\.liquid:2: /,
    ],
    [
      'en/login-code.text.liquid',
      '{{ code }}\n{{ name | shout }}',
      'en/login-code.text.liquid:2: undefined filter: shout',
    ],
    ['en/login-code.html.liquid', '{{ code | raw }}', 'en/login-code.html.liquid:1: undefined filter: raw'],
    [
      'en/login-code.text.liquid',
      '{{ code }}{% for fact in facts %}\n{% endfor %}{% assign a = facts.first %}\n{{ brand.name.x }}{{ a.b }}',
      /:\d: undefined variable: /,
    ],
    ['en/login-code.text.liquid', 'no code', 'en/login-code.text.liquid: never shows the code: write {{ code }}'],
    [
      'en/login-code.html.liquid',
      '<!-- {{ code }} --><b title="{{ code }}">x</b><style>{{ code }}</style>',
      'en/login-code.html.liquid: never shows the code: write {{ code }}',
    ],
    [
      'en/login-code.html.liquid',
      '{% if name %}{{ code }}{% else %}x{% endif %}',
      'en/login-code.html.liquid: never shows the code: write {{ code }}',
    ],
    ['en/login-code.subject.liquid', 'Code {{ code }}', 'en/login-code.subject.liquid: a subject never shows a code'],
    ['en/login-notification.text.liquid', '{% if device %}x{% endif %}', 'en/login-notification.text.liquid: is empty'],
    ['en/login-code.text.liquid', 'x'.repeat(65_537), 'en/login-code.text.liquid: is longer than 64 KiB'],
    [
      'en/login-code.text.liquid',
      '{{ code }}{% for i in (1..99999999) %}x{% endfor %}',
      'en/login-code.text.liquid:1: memory alloc limit exceeded',
    ],
    [
      'en/login-code.text.liquid',
      "{{ code }}\n{% for i in (1..11) %}{{ '0123456789' | append: '' }}{% for j in (1..1000) %}0123456789{% endfor %}{% endfor %}",
      'en/login-code.text.liquid: renders more than 100000 characters',
    ],
    [
      'en/login-code.text.liquid',
      "{{ code }}\n{% render '../../package.json' %}",
      /^en\/login-code\.text\.liquid:?\d?: /,
    ],
    ['en/login-code.text.liquid', "{{ code }}{% include '/etc/passwd' %}", /^en\/login-code\.text\.liquid:?\d?: /],
    [
      'en/login-code.text.liquid',
      '{{ constructor.constructor }}{{ code }}',
      /:1: no variable constructor\.constructor/,
    ],
    ['_shared.liquid', '\n{% if %}', /^_shared\.liquid:2: /],
  ]
  for (const [name, text, problem] of cases) {
    const [told, ...others] = problemsOf(folderOf(t, { [name]: text }))
    t.match(told?.replace(/^MAIL_TEMPLATES: /, ''), problem, `${name}: ${text.slice(0, 40)}`)
    t.strictSame(others, [])
  }
  t.equal(problemsOf(folderOf(t, { 'en/a.text.liquid': '', 'en/b.text.liquid': '' })).length, 2, 'all at once')
  t.match(problemsOf('/nowhere/at/all'), ["MAIL_TEMPLATES=/nowhere/at/all can't be read (ENOENT)."])
  const many = folderOf(t, Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`_${index}.liquid`, ''])))
  t.match(problemsOf(many), [/has more than 1000 texts/])
})

t.test('a mistake of a part that several mails share is told with its own file', async (t) => {
  const folder = folderOf(t, {
    'en/login-code.text.liquid': "{{ code }}{% include '_footer' %}",
    '_footer.liquid': 'x\n{{ adress }}',
  })
  t.match(problemsOf(folder), [/^MAIL_TEMPLATES: _footer\.liquid:2: no variable adress/])
})

t.test('a text about a link is tried with the mail of an invitation that has none', async (t) => {
  const folder = folderOf(t, { 'en/invitation.text.liquid': '{{ code }} {{ link | split: "/" | first }}' })
  t.same(problemsOf(folder), [])
  const only = folderOf(t, { 'en/invitation.subject.liquid': '{{ link }}' })
  t.match(problemsOf(only), [/^MAIL_TEMPLATES: en\/invitation\.subject\.liquid: is empty/])
})

t.test('own texts are sent, and ours if one fails with the data of a mail', async (t) => {
  const smtp = await startSmtp(t)
  const MAIL_TEMPLATES = folderOf(t, {
    'en/login-code.subject.liquid': 'Welcome to {{ brand.name }}',
    'en/login-code.text.liquid': "{{ code }}{% if name == 'Eve' %}{% for i in (1..99999999) %}x{% endfor %}{% endif %}",
  })
  const env = { SMTP_URL: smtp.url, MAIL_TEMPLATES, MAIL_FROM: 'mail@vault.example', BRAND_NAME: 'The Vault' }
  const { app, logged } = await buildCore(t, { uri: await newDatabase(), env })
  const mail = { template: 'login-code', to: 'ada@example.com', locale: undefined } as const
  const data = { code: '012345', minutes: 5 }
  await app.mailer.send({ ...mail, data: { ...data, name: 'Ada' } })
  await app.jobs.drain()
  t.equal(smtp.received[0]?.mail.subject, 'Welcome to The Vault')
  t.equal(smtp.received[0]?.mail.from?.text, '"The Vault" <mail@vault.example>')
  t.equal(smtp.received[0]?.mail.text?.trim(), '012345')
  await app.mailer.send({ ...mail, data: { ...data, name: 'Eve' } })
  await app.jobs.drain()
  t.match(smtp.received[1]?.mail.text, 'Hello Eve,')
  t.match(logged('A text of MAIL_TEMPLATES could not be rendered'), [{ template: 'login-code', locale: 'en' }])
})

t.test('a start with a mistake fails', async (t) => {
  const MAIL_TEMPLATES = folderOf(t, { 'en/login-code.text.liquid': 'no code' })
  await t.rejects(
    buildCore(t, { uri: await newDatabase(), env: { MAIL_TEMPLATES } }),
    new ConfigError(['MAIL_TEMPLATES: en/login-code.text.liquid: never shows the code: write {{ code }}']),
  )
})

t.test('a preview shows the sample data, with own texts if there are some', async (t) => {
  const settings = { ...BRAND, MAIL_TEMPLATES: undefined }
  t.match(await preview(settings, 'login-code', 'it'), {
    subject: 'Il Suo codice di accesso',
    text: /012345/,
    html: /012345/,
  })
  const MAIL_TEMPLATES = folderOf(t, { 'it/login-code.subject.liquid': 'Codice' })
  t.match(await preview({ ...settings, MAIL_TEMPLATES }, 'login-code', 'it'), { subject: 'Codice', text: /012345/ })
})
