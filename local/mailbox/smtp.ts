import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type AddressObject, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'
import type { MailStore } from './store.js'

const MAX_BYTES = 10 * 1024 * 1024

/**
 * A receiving SMTP server (RFC 5321) on a free port of the loopback interface. It accepts mail for any address and
 * says so only when the mail is stored. Neither TLS nor authentication is offered: nothing leaves the machine.
 */
export async function startSmtp(store: MailStore): Promise<{ url: string; close(): Promise<void> }> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    closeTimeout: 500,
    onData(stream, { envelope }, done) {
      simpleParser(stream)
        .then(async (mail) => {
          if (stream.sizeExceeded) {
            return done(Object.assign(new Error('Message exceeds the maximum size'), { responseCode: 552 }))
          }
          const sender = firstAddress(mail.from) ?? (envelope.mailFrom ? envelope.mailFrom.address : '')
          const message = await store.add({
            from: sender,
            to: envelope.rcptTo.map((recipient) => recipient.address).join(', '),
            subject: mail.subject ?? '',
            text: mail.text ?? '',
            html: mail.html || null,
          })
          done(null, `Stored as ${message.id}`)
        })
        .catch(done)
    },
  })
  // A client that breaks its connection off is its own business; without a listener it would end the process.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

function firstAddress(from: AddressObject | undefined) {
  return from?.value[0]?.address || undefined
}
