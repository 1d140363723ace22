/** The content of a mail; every string is plain text. */
export interface Content {
  subject: string
  greeting: string
  /** Stands before the code or the facts. */
  lead: string
  code?: string
  /** Lifetime of the code; left out if its end alone is told. */
  minutes?: number
  /** A page on which the code is entered. Opening it changes nothing, because programs open the links of mails. */
  link?: string
  facts?: [label: string, value: string][]
  /** Tells the reader what to do if they didn't cause the mail. */
  advice: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)

/** Formats a time as `22 November 2026 at 14:05 UTC`. */
export const formatTime = (time: Date | string) =>
  `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(time))} UTC`

/**
 * Renders the subject, the text and the HTML of a mail. The HTML loads nothing and has no link but that of an
 * invitation, which holds no code: readers who never get a link with a code are less likely to follow a forged one. The text has the code on its own line. The subject doesn't
 * contain it, because locked screens and the logs of servers show subjects.
 */
export function render(content: Content, { service, expiresAt }: { service: string; expiresAt: Date | null }) {
  const { subject, greeting, lead, code, minutes, link, facts = [], advice } = content
  const end = expiresAt ? ` until ${formatTime(expiresAt)}` : ''
  const within = minutes === undefined ? '' : ` within ${minutes} minutes${end && ','}`
  const validity = code ? [`The code works once,${within}${end}.`] : []
  const secrecy = code ? [`Do not share it with anyone: ${service} never asks for it by mail or phone.`] : []
  const footer = `${service} sent this mail automatically. Please do not reply to it.`

  const text = [
    greeting,
    lead,
    ...(code ? [code] : []),
    ...(facts.length > 0 ? [facts.map(([label, value]) => `${label}: ${value}`).join('\n')] : []),
    ...(link ? [`Enter it on this page:\n${link}`] : []),
    ...validity,
    ...secrecy,
    advice,
    `--\n${footer}`,
  ].join('\n\n')

  const p = (line: string, style = '') => `<p style="margin:0 0 16px;${style}">${escapeHtml(line)}</p>`
  const row = ([label, value]: [string, string]) =>
    `<tr><td style="padding:4px 16px 4px 0;color:#6b7280">${escapeHtml(label)}</td><td style="padding:4px 0">${escapeHtml(value)}</td></tr>`
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;background:#f3f4f6">
<div style="max-width:480px;margin:0 auto;padding:32px;border-radius:12px;background:#ffffff;color:#1f2937;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
${[
  p(service, 'font-weight:600;color:#4b5563'),
  p(greeting),
  p(lead),
  ...(code
    ? [
        p(
          code,
          'padding:16px;border-radius:8px;background:#f3f4f6;text-align:center;font:700 36px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:8px',
        ),
      ]
    : []),
  ...(facts.length > 0
    ? [`<table role="presentation" style="margin:0 0 16px;border-collapse:collapse">${facts.map(row).join('')}</table>`]
    : []),
  ...(link
    ? [
        p('Enter it on this page:'),
        `<p style="margin:0 0 16px"><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`,
      ]
    : []),
  ...validity.map((line) => p(line)),
  ...secrecy.map((line) => p(line)),
  p(advice),
  p(footer, 'margin:24px 0 0;font-size:13px;color:#6b7280'),
].join('\n')}
</div>
</body>
</html>
`
  return { subject, text: `${text}\n`, html }
}
