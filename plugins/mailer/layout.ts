import type { Locale } from '../../models/locale.js'
import type { Config } from '../config/index.js'
import { embed, isolatesToHtml } from './bidi.js'
import { textColorOn } from './contrast.js'

export type Brand = Pick<Config, 'BRAND_NAME' | 'BRAND_COLOR' | 'BRAND_LOGO_URL' | 'SUPPORT_EMAIL'>

/** The content of a mail in its language; every string is plain text. */
export interface Content {
  locale: Locale
  /** The name of the account holder; null if the mail doesn't show it. */
  name: string | null
  subject: string
  greeting: string
  /** Stands before the code or the facts. */
  lead: string
  code?: string
  /** Tells how long the code is valid, and to keep it secret. */
  validity?: string
  secrecy?: string
  /** A page on which the code is entered. Opening it changes nothing, because programs open the links of mails. */
  link?: { label: string; url: string }
  facts: { name: string; label: string; value: string }[]
  /** Tells the reader what to do if they didn't cause the mail. */
  advice: string
  support?: string
  footer: string
}

/** A mail as it is sent. */
export interface Rendered {
  subject: string
  text: string
  html: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
const toHtml = (text: string) => isolatesToHtml(escapeHtml(text))

/** Colours of dark mode, which override the inline ones. Clients that know no style element show the light ones. */
const STYLE = `:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
.page{background:#111827!important}.card{background:#1f2937!important;color:#f3f4f6!important}
.code{background:#111827!important;color:#ffffff!important}.soft{color:#a3aab8!important}
}
@media (max-width:480px){
.page{padding:0!important}.head{padding:16px 20px!important}.pad{padding:24px 20px!important}.edge{border-radius:0!important}
.code{font-size:30px!important}
}`

/** The header: the logo on white, or the name on the colour of the brand. */
function header({ BRAND_NAME, BRAND_COLOR, BRAND_LOGO_URL }: Brand): string {
  if (BRAND_LOGO_URL === undefined) {
    const colors = `background:${BRAND_COLOR};color:${textColorOn(BRAND_COLOR)}`
    return `<td class="head edge" style="padding:20px 32px;border-radius:12px 12px 0 0;${colors};font-size:18px;font-weight:600">${toHtml(embed(BRAND_NAME))}</td>`
  }
  const style = `padding:20px 32px;border-radius:12px 12px 0 0;border-bottom:4px solid ${BRAND_COLOR};background:#ffffff;color:#1f2937`
  return `<td class="head edge" style="${style}"><img src="${escapeHtml(BRAND_LOGO_URL)}" alt="${escapeHtml(BRAND_NAME)}" height="40" style="display:block;height:40px;max-width:100%;border:0;font-size:18px;font-weight:600"></td>`
}

/**
 * Renders the text and the HTML of a mail. The HTML loads nothing but the logo of the brand, and has no link but that of an invitation,
 * which holds no code: readers who never get a link with a code are less likely to follow a forged one. The text has the code on its own line. The subject doesn't
 * contain it, because locked screens and the logs of servers show subjects.
 */
export function render(content: Content, brand: Brand): Rendered {
  const { locale, subject, greeting, lead, code, validity, secrecy, link, facts, advice, support, footer } = content
  const isGiven = (line: string | undefined) => line !== undefined
  const text = [
    greeting,
    lead,
    code,
    facts.length > 0 ? facts.map(({ label, value }) => `${label}: ${value}`).join('\n') : undefined,
    link && `${link.label}\n${link.url}`,
    validity,
    secrecy,
    advice,
    support,
    `--\n${footer}`,
  ].filter(isGiven)

  const p = (line: string, style = '') => `<p style="margin:0 0 16px;${style}">${toHtml(line)}</p>`
  const codeBlock = (code: string) =>
    `<p class="code" style="margin:0 0 16px;padding:16px 8px 16px 16px;border-radius:8px;background:#f3f4f6;text-align:center;font:700 36px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:8px">${escapeHtml(code)}</p>`
  const row = ({ label, value }: Content['facts'][number]) =>
    `<tr><td class="soft" style="padding:4px 16px 4px 0;vertical-align:top;color:#6b7280">${toHtml(label)}</td><td style="padding:4px 0;overflow-wrap:anywhere">${toHtml(value)}</td></tr>`
  const lines = [
    p(greeting),
    p(lead),
    code && codeBlock(code),
    facts.length > 0
      ? `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 16px;border-collapse:collapse">${facts.map(row).join('')}</table>`
      : undefined,
    link && p(link.label),
    link &&
      `<p style="margin:0 0 16px;overflow-wrap:anywhere"><a href="${escapeHtml(link.url)}" style="color:inherit">${escapeHtml(link.url)}</a></p>`,
    validity && p(validity),
    secrecy && p(secrecy),
    p(advice),
    support && p(support),
    `<p class="soft" style="margin:24px 0 0;font-size:13px;color:#6b7280">${toHtml(footer)}</p>`,
  ].filter(isGiven)
  const html = `<!doctype html>
<html lang="${locale}" dir="ltr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${toHtml(subject)}</title>
<style>
${STYLE}
</style></head>
<body class="page" style="margin:0;padding:24px 12px;background:#f3f4f6">
<table role="presentation" width="520" align="center" cellpadding="0" cellspacing="0" style="width:100%;max-width:520px;margin:0 auto;border-collapse:separate;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<tr>${header(brand)}</tr>
<tr><td class="card pad edge" style="padding:32px;border-radius:0 0 12px 12px;background:#ffffff;color:#1f2937">
${lines.join('\n')}
</td></tr>
</table>
</body>
</html>
`
  return { subject, text: `${text.join('\n\n')}\n`, html }
}

/** Returns the name of the service as it stands within a sentence. */
export const serviceOf = ({ BRAND_NAME }: Brand) => embed(BRAND_NAME)
