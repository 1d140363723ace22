import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerAddress, type SMTPServerDataStream, type SMTPServerEnvelope } from 'smtp-server'
import type { MailStore, Message } from './store.js'

const MAX_BYTES = 10 * 1024 * 1024

/**
 * Starts a receiving SMTP server (RFC 5321) on a free port of the loopback interface. It accepts mail for any address,
 * and confirms a mail once it is stored. It offers neither TLS nor authentication: nothing leaves the machine.
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
  // A client that closes its connection early causes an error here, which would end the process without a listener.
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
  // The dialogue continues only after the stream was read to its end, so a mail that is too large is read too.
  const chunks: Buffer[] = []
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk)
  if (stream.sizeExceeded) {
    throw Object.assign(new Error('Message exceeds the maximum size'), { responseCode: 552 })
  }
  // loaded when first needed, so that a start doesn't wait for it
  const { simpleParser } = await import('mailparser')
  // no HTML is made of the text, in which every link would be searched
  const mail = await simpleParser(Buffer.concat(chunks), { skipTextToHtml: true })
  // SMTP allows DATA only after MAIL FROM.
  const { address: sender } = envelope.mailFrom as SMTPServerAddress
  const addresses = mail.from?.value.map(({ address }) => address)
  return store.add({
    from: addresses?.find(Boolean) ?? sender,
    to: envelope.rcptTo.map((recipient) => recipient.address).join(', '),
    subject: mail.subject ?? '',
    // The last line break belongs to SMTP, not to the text.
    text: (mail.text ?? '').replace(/\n$/, ''),
    html: mail.html ? mail.html.replace(/\n$/, '') : null,
  })
}
