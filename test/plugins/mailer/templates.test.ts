import t from 'tap'
import { LOCALES, type Locale } from '../../../models/locale.js'
import { LANGUAGES } from '../../../plugins/mailer/languages/languages.js'
import { type Brand, render } from '../../../plugins/mailer/layout.js'
import type { MailData, Template } from '../../../plugins/mailer/mails.js'
import { SAMPLE_END, SAMPLES } from '../../../plugins/mailer/samples.js'
import { contentOf, describeDevice, TEMPLATES } from '../../../plugins/mailer/templates.js'

const BRAND: Brand = {
  BRAND_NAME: 'Coffer',
  BRAND_COLOR: '#1d4ed8',
  BRAND_LOGO_URL: undefined,
  SUPPORT_EMAIL: undefined,
}
const WITH_CODE: Template[] = [
  'registration-code',
  'invitation',
  'login-code',
  'password-reset-code',
  'email-change-code',
]
const TO_STRANGERS: Template[] = ['registration-code', 'registration-attempt', 'email-change-code']

interface Options {
  locale?: Locale | undefined
  brand?: Partial<Brand>
  expiresAt?: Date | null
}

/** Renders a mail from its sample data, parts of which may be replaced. */
function write<T extends Template>(
  template: T,
  data: Partial<MailData[T]> = {},
  { locale, brand, expiresAt = SAMPLE_END }: Options = {},
) {
  const wanted = { ...BRAND, ...brand }
  return render(contentOf(template, { ...SAMPLES[template], ...data }, { locale, brand: wanted, expiresAt }), wanted)
}

/** The text that HTML shows, with single spaces. */
const shownBy = (html: string) =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<\/?bdi>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')

const normal = (text: string) => text.replace(/\s+/g, ' ').trim()

for (const locale of LOCALES) {
  const { mails, greeting, greetingOf, labels } = LANGUAGES[locale]

  t.test(`every mail is complete in ${locale}, and its text and its HTML say the same`, async (t) => {
    for (const template of TEMPLATES) {
      const { subject, text, html } = write(template, {}, { locale, brand: { SUPPORT_EMAIL: 'help@example.com' } })
      t.match(subject, /^\p{Lu}[\p{L}\p{N}’ -]{10,60}$/u, `${template}: subject`)
      t.ok(html.startsWith(`<!doctype html>\n<html lang="${locale}" dir="ltr">`), `${template}: language`)
      t.ok(html.includes(`<title>${subject}</title>`), `${template}: title`)
      t.ok(text.length > 250 && text.length < 1400, `${template}: ${text.length} characters of text`)
      t.ok(html.length < 6000, `${template}: ${html.length} characters of HTML`)
      t.ok(
        text.split('\n').every((line) => line === line.trim() && line.length < 350),
        `${template}: lines`,
      )
      t.notMatch(
        text + html,
        /undefined|\bnull\b|NaN|\[object|\$\{|\{\{|%[sd]/,
        `${template}: nothing is left unfilled`,
      )
      const shown = shownBy(html)
      for (const line of text.split('\n')) {
        const [label, value] = line.includes(': ') && !/[.:]$/.test(line) ? line.split(/: (.*)/) : [line, '']
        for (const part of [label, value]) {
          t.ok(part === '--' || shown.includes(normal(part as string)), `${template}: ${part}`)
        }
      }
    }
  })

  t.test(`every mail has the same facts in ${locale} as in English`, async (t) => {
    for (const template of TEMPLATES) {
      const content = contentOf(template, SAMPLES[template], { locale, brand: BRAND, expiresAt: SAMPLE_END })
      const english = contentOf(template, SAMPLES[template], { brand: BRAND, expiresAt: SAMPLE_END })
      t.equal(content.code, english.code, template)
      t.strictSame(Object.keys(content), Object.keys(english), template)
      t.equal(content.facts.length, english.facts.length, template)
      const { text, html } = write(template, {}, { locale })
      const data = SAMPLES[template]
      const values = {
        code: WITH_CODE.includes(template) && '012345',
        day: 'at' in data && /\b22\.? (de )?[a-z]+\.? (de )?2026\b/i,
        time: 'at' in data && '14:05 UTC',
        end: WITH_CODE.includes(template) && '14:10 UTC',
        address: 'ip' in data && '2001:db8::7',
        device: 'userAgent' in data && /Firefox \p{L}+ Linux/u,
        remaining: 'remaining' in data && `${labels.remaining}: 9`,
        key: 'prefix' in data && 'cof_7Fq2mXw9…',
        scopes: 'scopes' in data && 'files:read, me:read',
        role: 'role' in data && `${labels.role}: admin`,
        permissions: 'permissions' in data && 'users:read, mails:read',
        webhook: 'webhook' in data && 'Mailing list',
        invitation: 'invitationId' in data && 'qwertzuiopasdfghjklyxcvb',
      }
      for (const [name, value] of Object.entries(values)) {
        if (value === false) continue
        t.match(text, value, `${template}: ${name} in the text`)
        t.match(
          name === 'remaining' || name === 'role' ? text : shownBy(html),
          value,
          `${template}: ${name} in the HTML`,
        )
      }
      t.equal(text.match(/\d{6}/g)?.length ?? 0, WITH_CODE.includes(template) ? 1 : 0, `${template}: six digits`)
      t.equal(html.replaceAll(/#\d{6}/g, '').match(/\d{6}/g)?.length ?? 0, WITH_CODE.includes(template) ? 1 : 0)
      t.notMatch(write(template, {}, { locale }).subject, /\d/, 'the subject has no code')
    }
  })

  t.test(`${locale} greets by name, and strangers without one`, async (t) => {
    for (const template of TEMPLATES) {
      const [line] = write(template, {}, { locale }).text.split('\n')
      t.equal(line, TO_STRANGERS.includes(template) ? greeting : greetingOf('Ada Lovelace'), template)
    }
  })

  t.test(`no two mails have the same subject or lead in ${locale}`, async (t) => {
    t.equal(new Set(Object.values(mails).map(({ subject }) => subject)).size, TEMPLATES.length)
    const { gone } = mails['webhook-disabled']
    t.equal(new Set([gone, ...Object.values(mails).map(({ lead }) => lead)]).size, TEMPLATES.length + 1)
  })
}

t.test('no text of another language is English', async (t) => {
  const textsOf = (locale: Locale) =>
    Object.entries(LANGUAGES[locale].mails).flatMap(([template, texts]) =>
      Object.entries(texts).map(([part, text]) => ({ part: `${template}.${part}`, text })),
    )
  for (const locale of LOCALES) {
    if (locale === 'en') continue
    const english = textsOf('en')
    for (const [index, { part, text }] of textsOf(locale).entries()) {
      t.not(text, english[index]?.text, `${locale} ${part}`)
      t.equal(part, english[index]?.part)
    }
  }
})

t.test('a mail with a code has it on a line of its own', async (t) => {
  for (const template of WITH_CODE) {
    const { text } = write(template)
    t.ok(text.split('\n').includes('012345'), template)
    t.match(text, `${template === 'invitation' ? '' : 'within 5 minutes, '}until 22 November 2026 at 14:10 UTC.`)
  }
})

t.test('an invitation tells its code, its id and its end, and links to the page without the code', async (t) => {
  const { text, html } = write('invitation')
  t.match(text, 'Invitation: qwertzuiopasdfghjklyxcvb')
  t.match(text, 'The code works once, until 22 November 2026 at 14:10 UTC.')
  t.notMatch(text, 'page')
  t.notMatch(html, 'href')
  const link = "https://app.example.com/join?a='&invitation=qwertzuiopasdfghjklyxcvb"
  for (const locale of LOCALES) {
    const linked = write('invitation', { link }, { locale })
    t.match(linked.text, `${LANGUAGES[locale].enterOn}\n${link}\n`)
    const [href, ...others] = [...linked.html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)
    t.equal(href, link.replace("'", '&#39;').replace('&inv', '&amp;inv'))
    t.strictSame(others, [])
    t.same(linked.text.match(/\d{6}/g), ['012345'])
  }
})

t.test('a code without an end names only how long it is valid, in the words of the language', async (t) => {
  for (const [locale, minutes, words] of [
    ['en', 5, 'The code works once, within 5 minutes.'],
    ['en', 1, 'within 1 minute.'],
    ['de', 5, 'gilt 5 Minuten.'],
    ['fr', 5, /pendant 5\sminutes\./],
    ['es', 5, 'durante 5 minutos.'],
    ['pt', 5, 'por 5 minutos.'],
    ['it', 1, 'per 1 minuto.'],
  ] as const) {
    t.match(write('login-code', { minutes }, { locale, expiresAt: null }).text, words, locale)
  }
})

t.test('times are those of the language, and in UTC', async (t) => {
  const times = {
    en: 'Time: 22 November 2026 at 14:05 UTC',
    de: 'Zeit: 22. November 2026 um 14:05 UTC',
    fr: 'Date: 22 novembre 2026 à 14:05 UTC',
    // versions of the Unicode CLDR differ
    es: /Fecha: 22 de noviembre de 2026(,| a las) 14:05 UTC/,
    pt: 'Data: 22 de novembro de 2026 às 14:05 UTC',
    it: 'Data: 22 novembre 2026 alle ore 14:05 UTC',
  }
  for (const locale of LOCALES) t.match(write('password-changed', {}, { locale }).text, times[locale])
})

t.test('without a language a mail is in English', async (t) => {
  t.equal(write('login-code', {}, { locale: undefined }).text, write('login-code', {}, { locale: 'en' }).text)
})

t.test('no mail has a link or loads anything, and every one says what to do if it was not the reader', async (t) => {
  for (const template of TEMPLATES) {
    const { text, html } = write(template)
    t.notMatch(text + html, /https?:|www\.|<a\b|<img|<link|<script|url\(|\bhref\b|\bsrc\b/i, template)
    t.match(text, /not you|did not|not signing in|do not know|If not/i, template)
  }
})

t.test('a notice tells when, from where and on what', async (t) => {
  const { text, html } = write('login-notification')
  t.match(text, 'Time: 22 November 2026 at 14:05 UTC\nDevice: Firefox on Linux\nAddress: 2001:db8::7')
  t.match(html, '2001:db8::7')
})

t.test('a notice leaves out what it is not told, and an address that is none', async (t) => {
  const at = new Date('2026-11-22T14:05:30.000Z')
  const content = contentOf('account-suspended', { name: 'Ada', at }, { brand: BRAND, expiresAt: null })
  t.strictSame(content.facts, [{ name: 'time', label: 'Time', value: '22 November 2026 at 14:05 UTC' }])
  t.match(write('login-notification', { ip: 'evil.example' }).text, 'Address: unknown')
})

t.test('a new API key is told by the beginning of its secret and by its scopes', async (t) => {
  t.match(write('api-key-created').text, 'Key: cof_7Fq2mXw9…\nScopes: files:read, me:read\n')
})

t.test('changed permissions are listed', async (t) => {
  t.match(write('access-changed').text, 'Role: admin\nPermissions: users:read, mails:read\n')
  t.match(write('access-changed', { permissions: [] }).text, 'Permissions: none besides those of the role\n')
})

t.test('a factor is named in the language', async (t) => {
  t.match(write('factor-added', { factor: 'totp' }).text, 'Factor: authenticator app\n')
  t.match(write('factor-removed', { factor: 'backup-codes' }, { locale: 'it' }).text, 'Fattore: codici di backup\n')
})

t.test('a disabled webhook is named with the reason', async (t) => {
  const { text } = write('webhook-disabled')
  t.match(text, 'did not accept an event for three days')
  t.match(text, 'Webhook: Mailing list')
  for (const locale of LOCALES) {
    t.match(write('webhook-disabled', { reason: 'gone' }, { locale }).text, /\(410\)/, locale)
  }
})

t.test('mail to an address that may be a stranger’s greets nobody', async (t) => {
  for (const template of TO_STRANGERS) {
    const { text, html } = write(template)
    t.match(text, /^Hello,$/m, template)
    t.notMatch(text + html, /Ada|Lovelace/)
  }
})

t.test('a name greets its owner only if it looks like one', async (t) => {
  const greeting = (name: string) => write('login-notification', { name }).text.split('\n', 1)[0]
  for (const name of ['Ada', "Conan O'Brien", 'J. R. R. Tolkien', 'Ада', 'Zoë-Ann', '山田 太郎', 'Sammy Davis Jr.']) {
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
})

t.test('a name that is written from right to left does not turn the sentence around', async (t) => {
  for (const name of ['ادا', 'עדה לאבלייס']) {
    const { text, html } = write('login-notification', { name })
    t.equal(text.split('\n', 1)[0], `Hello \u2068${name}\u2069,`)
    t.match(html, `Hello <bdi>${name}</bdi>,`)
    t.notMatch(html, /[\u2066-\u2069]/)
  }
  const { text } = write('webhook-disabled', { webhook: 'שלום\u202egnp.exe\nAddress: 192.0.2.1\u2069' })
  t.match(text, 'Webhook: \u2068שלום gnp.exe Address: 192.0.2.1\u2069\n')
  t.match(write('webhook-disabled', { webhook: 'a\u202eb\u2028c' }).text, 'Webhook: a b c\n')
})

t.test('a brand whose name is written from right to left is isolated too', async (t) => {
  const { text, html } = write('login-code', {}, { brand: { BRAND_NAME: 'خزنة' } })
  t.match(text, 'with anyone: \u2068خزنة\u2069 never')
  t.match(html, '<bdi>خزنة</bdi> never asks')
  t.match(html, /<td class="head edge"[^>]*><bdi>خزنة<\/bdi><\/td>/)
})

t.test('everything is escaped in the HTML, and verbatim in the text', async (t) => {
  const hostile = `<b>"'&`
  const { text, html } = render(
    {
      locale: 'en',
      name: null,
      subject: hostile,
      greeting: hostile,
      lead: hostile,
      code: hostile,
      facts: [{ name: 'time', label: hostile, value: hostile }],
      advice: hostile,
      footer: hostile,
    },
    { ...BRAND, BRAND_NAME: hostile, BRAND_LOGO_URL: `https://example.com/${hostile}` },
  )
  t.notOk(html.includes('<b>'))
  t.equal(html.split('&lt;b&gt;&quot;&#39;&amp;').length - 1, 10)
  t.ok(text.includes(hostile))
})

t.test(
  'the brand is shown by its name on its colour, or by its logo, and names an address for questions',
  async (t) => {
    const named = write('login-code', {}, { brand: { BRAND_NAME: 'The Vault', BRAND_COLOR: '#ffcc00' } })
    t.match(named.html, /background:#ffcc00;color:#000000[^>]*>The Vault<\/td>/)
    t.match(named.text, 'The Vault never asks for it')
    t.notMatch(named.text, /questions/)
    t.match(write('login-code').html, 'background:#1d4ed8;color:#ffffff')
    const brand = { BRAND_LOGO_URL: 'https://example.com/logo.png?a=1&b=2', SUPPORT_EMAIL: 'help@example.com' }
    const { text, html } = write('login-code', {}, { brand })
    t.match(html, '<img src="https://example.com/logo.png?a=1&amp;b=2" alt="Coffer" height="40"')
    t.equal(html.match(/https?:/g)?.length, 1, 'nothing else is loaded')
    t.match(text, '\n\nIf you have questions, write to help@example.com.\n\n')
    t.match(html, 'If you have questions, write to help@example.com.')
  },
)

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
    t.equal(describeDevice(userAgent, LANGUAGES.en), device, userAgent)
  }
  t.end()
})
