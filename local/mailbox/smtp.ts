import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerEnvelope } from 'smtp-server'
import type { MailStore, Message } from './store.js'

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
      keep(stream, envelope, store).then(
        ({ id }) => done(null, `Stored as ${id}`),
        (error) => done(error),
      )
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

async function keep(stream: SMTPServerDataStream, envelope: SMTPServerEnvelope, store: MailStore): Promise<Message> {
  // Read to its end whatever is in it, since the dialogue goes on only after it.
  const chunks: Buffer[] = []
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk)
  if (stream.sizeExceeded) {
    throw Object.assign(new Error('Message exceeds the maximum size'), { responseCode: 552 })
  }
  const mail = await simpleParser(Buffer.concat(chunks))
  // Data comes after MAIL FROM only.
  const { address: sender } = envelope.mailFrom as SMTPServerAddress
  const addresses = mail.from?.value.map(({ address }) => address)
  return store.add({
    from: addresses?.find(Boolean) ?? sender,
    to: envelope.rcptTo.map((recipient) => recipient.address).join(', '),
    subject: mail.subject ?? '',
    // The line break that ends the message isn't part of what was written.
    text: (mail.text ?? '').replace(/\n$/, ''),
    html: mail.html ? mail.html.replace(/\n$/, '') : null,
  })
}
