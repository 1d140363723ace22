import { completed, loadSettings } from '../plugins/config/index.js'
import { ADDRESS, parseSender, type Sender } from '../plugins/mailer/sender.js'
import { adviceOn, createMailTransport, toJobError } from '../plugins/mailer/transport.js'
import { explain } from './explain.js'

/** `npm run mail -- EMAIL`: sends one test mail by the configured mail service, and prints the outcome. */
try {
  const [to = '', ...others] = process.argv.slice(2)
  if (!ADDRESS.test(to) || others.length > 0) throw new Error('One address is needed: npm run mail -- EMAIL')
  const settings = loadSettings()
  if (settings.standIns.includes('mailbox')) {
    throw new Error('No mail service is configured: set SMTP_URL, or GMAIL_USER (see docs/gmail.md).')
  }
  const from = parseSender(settings.MAIL_FROM) as Sender
  const transport = createMailTransport(completed(settings, {}, []))
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
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}
