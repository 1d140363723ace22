import { LOCALES, type Locale } from '../../models/locale.js'
import type { Rendered } from '../../plugins/mailer/layout.js'
import type { Template } from '../../plugins/mailer/mails.js'
import { type PreviewSettings, preview } from '../../plugins/mailer/preview.js'
import { TEMPLATES } from '../../plugins/mailer/templates.js'

/** Renders a mail from sample data; undefined if there is no such mail or language. */
export async function findPreview(
  settings: PreviewSettings,
  name: string,
  language: string,
): Promise<Rendered | undefined> {
  const template = TEMPLATES.find((known) => known === name)
  const locale = LOCALES.find((known) => known === language)
  return template && locale && preview(settings, template, locale)
}

/** Renders the list of previews: every mail in every language, as HTML and as text. */
export function renderPreviews(): string {
  const cell = (template: Template, locale: Locale) => {
    const path = `/mailbox/preview/${template}/${locale}`
    return `<td><a href="${path}/html">${locale}</a> <a href="${path}/text">text</a></td>`
  }
  const row = (template: Template) =>
    `<tr><th scope="row">${template}</th>${LOCALES.map((locale) => cell(template, locale)).join('')}</tr>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Previews of mail</title>
<link rel="stylesheet" href="/mailbox/page.css">
</head>
<body>
<header><h1>Previews of mail</h1><p>Every mail with sample data, your brand and your own texts. <a href="/mailbox">Mailbox</a></p></header>
<div class="wide"><table>${TEMPLATES.map(row).join('\n')}</table></div>
</body>
</html>
`
}
