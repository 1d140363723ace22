import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { DEFAULT_LOCALE, LOCALES } from '../models/locale.js'
import { completed, loadSettings, type Settings } from '../plugins/config/index.js'
import { ADDRESS, parseSender, type Sender } from '../plugins/mailer/sender.js'
import { explain } from './explain.js'

const USAGE = 'One address is needed: npm run mail -- EMAIL'

/**
 * `npm run mail -- EMAIL`: sends one test mail by the configured mail service, and prints the outcome.
 * `npm run mail -- --preview TEMPLATE [--locale LOCALE] [--html FILE]`: prints a mail with sample data.
 */
try {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    options: { preview: { type: 'string' }, locale: { type: 'string' }, html: { type: 'string' } },
    allowPositionals: true,
  })
  const [to = '', ...others] = positionals
  if (values.preview !== undefined) {
    if (positionals.length > 0) throw new Error('A preview is sent to nobody: leave the address out.')
    await show(loadSettings(), values.preview, values.locale, values.html)
  } else {
    if (!ADDRESS.test(to) || others.length > 0 || values.locale || values.html) throw new Error(USAGE)
    await send(loadSettings(), to)
  }
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}

async function send(settings: Settings, to: string) {
  if (settings.standIns.includes('mailbox')) {
    throw new Error('No mail service is configured: set SMTP_URL, or GMAIL_USER (see docs/gmail.md).')
  }
  const { adviceOn, createMailTransport, toJobError } = await import('../plugins/mailer/transport.js')
  const from = parseSender(settings.MAIL_FROM) as Sender
  const transport = await createMailTransport(completed(settings, {}, []))
  try {
    const { response } = await transport.sendMail({
      from,
      to: { name: '', address: to },
      subject: 'Test mail',
      text: 'Coffer can send mail. This mail was sent by npm run mail.\n',
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
    process.stdout.write(`Sent to ${to} from ${from.address}. The mail service answered: ${response}\n`)
  } catch (error) {
    const { message: reason } = toJobError(error)
    throw new Error(`The mail was not sent, ${adviceOn(reason, settings)}: ${reason} (${explain(error as Error)})`)
  } finally {
    transport.close()
  }
}

/** Prints the subject and the text of a mail, then its HTML, unless that goes to a file. */
async function show(settings: Settings, name: string, language: string = DEFAULT_LOCALE, file?: string) {
  const { TEMPLATES } = await import('../plugins/mailer/templates.js')
  const { preview } = await import('../plugins/mailer/preview.js')
  const template = TEMPLATES.find((known) => known === name)
  if (!template) throw new Error(`No mail is called ${name}: ${TEMPLATES.join(', ')}`)
  const locale = LOCALES.find((known) => known === language)
  if (!locale) throw new Error(`Mail is not written in ${language}: ${LOCALES.join(', ')}`)
  const { subject, text, html } = await preview(settings, template, locale)
  process.stdout.write(`Subject: ${subject}\n\n${text}\n`)
  if (file === undefined) process.stdout.write(html)
  else writeFileSync(file, html)
}
